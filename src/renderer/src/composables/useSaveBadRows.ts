import { ElMessage } from 'element-plus';
import { request } from '@/api';
import { t } from '@/i18n';
import { useAction } from './useAction';
import type { Action } from './useAction';

/** Saves the rejected rows of an import (null: of the failed one that is shown) where the user says. */
export function useSaveBadRows(): Action<[importId: number | null]> {
  return useAction(async (importId) => {
    const path = await request('import.saveBadRows', { importId });
    if (path === null) return;
    ElMessage({ type: 'success', message: t('report.saved', { path }), duration: 6000, showClose: true });
  });
}
