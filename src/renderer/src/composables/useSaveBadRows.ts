import { ElMessage } from 'element-plus';
import type { RejectedOf } from '@shared/import';
import { request } from '@/api';
import { t } from '@/i18n';
import { useAction } from './useAction';
import type { Action } from './useAction';

/** Saves rejected rows where the user says. */
export function useSaveBadRows(): Action<[of: RejectedOf]> {
  return useAction(async (of) => {
    const path = await request('import.saveBadRows', of);
    if (path === null) return;
    ElMessage({ type: 'success', message: t('report.saved', { path }), duration: 6000, showClose: true });
  });
}
