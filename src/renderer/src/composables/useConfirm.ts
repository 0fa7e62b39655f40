import { ElMessageBox } from 'element-plus';
import { h, watch } from 'vue';
import { t } from '@/i18n';

export interface Confirmation {
  title: string;
  /** A function is read again whenever what it depends on changes, so that figures in the question stay true. */
  text: string | (() => string);
  yes: string;
  no?: string;
  danger?: boolean;
  /** The dialog closes by itself, without a yes, as soon as this is false. */
  stillAsked?: () => boolean;
}

/** Asks before something that cannot be undone. True when the user says yes. */
export async function confirm({
  title,
  text,
  yes,
  no,
  danger = true,
  stillAsked,
}: Confirmation): Promise<boolean> {
  const message = typeof text === 'string' ? text : () => h('span', text());
  let stop = (): void => undefined;
  const withdrawn = new Promise<boolean>((resolve) => {
    if (!stillAsked) return;
    stop = watch(stillAsked, (asked) => {
      if (asked) return;
      // Closes the box, but leaves the promise of `confirm` pending.
      ElMessageBox.close();
      resolve(false);
    });
  });
  const answered = ElMessageBox.confirm(message, title, {
    confirmButtonText: yes,
    cancelButtonText: no ?? t('common.cancel'),
    confirmButtonClass: danger ? 'el-button--danger confirm-yes' : 'confirm-yes',
    cancelButtonClass: 'confirm-no',
    closeOnClickModal: false,
    autofocus: false,
  }).then(
    () => true,
    () => false,
  );
  const agreed = await Promise.race([answered, withdrawn]);
  stop();
  return agreed;
}

/** As `confirm`, but the user has to type a word first: for what deletes everything. */
export async function confirmTyped(
  { title, text, yes }: Pick<Confirmation, 'title' | 'yes'> & { text: string },
  word: string,
): Promise<boolean> {
  try {
    await ElMessageBox.prompt(`${text} ${t('data.clearType', { word })}`, title, {
      confirmButtonText: yes,
      cancelButtonText: t('common.cancel'),
      confirmButtonClass: 'el-button--danger confirm-yes',
      cancelButtonClass: 'confirm-no',
      inputPlaceholder: word,
      inputValidator: (value) => value.trim().toLowerCase() === word || t('data.clearMismatch'),
      closeOnClickModal: false,
    });
    return true;
  } catch {
    return false;
  }
}
