import { app, dialog } from 'electron';
import { toErrorInfo } from '../../core/errors.ts';
import { formatMessage } from '../../core/i18n.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import { systemPreferences } from '../settings/system-preferences.ts';
import { shellText } from '../texts/texts.ts';

/**
 * Says in a box why the application cannot start, and ends it once that is read. `logs` is the folder of the log, null where
 * there is none. The language is that of the system: settings may not be read yet.
 */
export async function failToStart(error: unknown, logs: string | null): Promise<void> {
  // Before `ready` nothing is shown on Linux, and no language is known.
  await app.whenReady();
  const locale = systemPreferences.locale();
  const { code, params } = toErrorInfo(error);
  const detail = String(params?.['detail'] ?? '').split('\n')[0] ?? '';
  // The text of an internal error is about a request that can be made once more.
  const reason =
    code === 'app.internal'
      ? shellText(locale, 'start.unexpected', { detail })
      : formatMessage(locale, { code, params } as ErrorInfo);
  const lines = [reason, ...(logs === null ? [] : [shellText(locale, 'start.log', { path: logs })])];
  dialog.showErrorBox(shellText(locale, 'start.failed'), lines.join('\n\n'));
  app.exit(1);
}
