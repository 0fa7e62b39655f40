import { ElMessageBox } from 'element-plus';
import type { MessageBoxInputData } from 'element-plus';
import { SAVED_LIMITS } from '@shared/saved-limits';
import { t } from '@/i18n';
import { answerTo } from './useConfirm';

/** Asks for the name of something to save; null when the user closes the dialog. */
export async function askName(title: string, proposed: string): Promise<string | null> {
  const box = ElMessageBox.prompt(t('insight.shelf.nameLabel'), title, {
    confirmButtonText: t('common.confirm'),
    cancelButtonText: t('common.cancel'),
    inputValue: proposed,
    inputValidator: (value) => {
      const length = value.trim().length;
      if (length === 0) return t('insight.shelf.nameMissing');
      return length <= SAVED_LIMITS.name || t('insight.shelf.nameLong', { n: SAVED_LIMITS.name });
    },
    closeOnClickModal: false,
  }) as Promise<MessageBoxInputData>;
  const said = await answerTo(box);
  return said === null ? null : said.value.trim();
}

/** A name that none of those known has: with a number behind it where it is taken. */
export function freeName(wanted: string, known: readonly { name: string }[]): string {
  const taken = new Set(known.map(({ name }) => name));
  let name = wanted.slice(0, SAVED_LIMITS.name);
  for (let number = 2; taken.has(name); number += 1)
    name = `${wanted.slice(0, SAVED_LIMITS.name - 5)} ${number}`;
  return name;
}
