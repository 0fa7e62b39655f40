import { ElMessage } from 'element-plus';
import { request } from '@/api';
import { t } from '@/i18n';

/** Asks where to save the diagnostics, and says where they lie. */
export async function exportDiagnostics(): Promise<void> {
  const path = await request('app.exportDiagnostics');
  if (path !== null)
    ElMessage({ type: 'success', message: t('about.diagnosticsSaved', { path }), duration: 8000 });
}
