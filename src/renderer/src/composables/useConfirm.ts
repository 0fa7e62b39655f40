import { ElMessageBox } from 'element-plus';
import { t } from '@/i18n';

export interface Confirmation {
  title: string;
  text: string;
  yes: string;
  no?: string;
  danger?: boolean;
}

/** Asks before an action that cannot be undone. Returns whether the user agreed. */
export async function confirm({ title, text, yes, no, danger = true }: Confirmation): Promise<boolean> {
  try {
    await ElMessageBox.confirm(text, title, {
      confirmButtonText: yes,
      cancelButtonText: no ?? t('common.cancel'),
      confirmButtonClass: danger ? 'el-button--danger confirm-yes' : 'confirm-yes',
      cancelButtonClass: 'confirm-no',
      closeOnClickModal: false,
      autofocus: false,
    });
    return true;
  } catch {
    return false;
  }
}

/** Like `confirm`, but the user has to type a word first: for actions that delete everything. */
export async function confirmTyped({ title, text, yes }: Confirmation, word: string): Promise<boolean> {
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
