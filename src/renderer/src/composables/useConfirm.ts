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

/** How each question that is open is taken back. */
const open = new Set<() => void>();

/** Takes back what is asked: its page was left. It counts as a no. */
export function withdrawQuestions(): void {
  for (const withdraw of open) withdraw();
}

/** What the user says to a box; null for no, and once `stillAsked` is false or the question is withdrawn. */
export async function answerTo<T extends object | string>(
  box: Promise<T>,
  stillAsked?: () => boolean,
): Promise<T | null> {
  const said = box.catch(() => null);
  const { promise: withdrawn, resolve } = Promise.withResolvers<null>();
  const withdraw = (): void => {
    // Closes the box, but leaves its promise pending.
    ElMessageBox.close();
    resolve(null);
  };
  open.add(withdraw);
  const stop = stillAsked ? watch(stillAsked, (asked) => void (asked || withdraw())) : null;
  try {
    return await Promise.race([said, withdrawn]);
  } finally {
    stop?.();
    open.delete(withdraw);
  }
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
  const box = ElMessageBox.confirm(message, title, {
    confirmButtonText: yes,
    cancelButtonText: no ?? t('common.cancel'),
    confirmButtonClass: danger ? 'el-button--danger confirm-yes' : 'confirm-yes',
    cancelButtonClass: 'confirm-no',
    closeOnClickModal: false,
    autofocus: false,
  });
  return (await answerTo(box, stillAsked)) !== null;
}

/** As `confirm`, but the user has to type a word first: for what deletes everything. */
export async function confirmTyped(
  { title, text, yes }: Pick<Confirmation, 'title' | 'yes'> & { text: string },
  word: string,
): Promise<boolean> {
  const box = ElMessageBox.prompt(`${text} ${t('data.clearType', { word })}`, title, {
    confirmButtonText: yes,
    cancelButtonText: t('common.cancel'),
    confirmButtonClass: 'el-button--danger confirm-yes',
    cancelButtonClass: 'confirm-no',
    inputPlaceholder: word,
    inputValidator: (value) => value.trim().toLowerCase() === word || t('data.clearMismatch'),
    closeOnClickModal: false,
  });
  return (await answerTo(box)) !== null;
}
