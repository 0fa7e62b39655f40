import type { ErrorInfo } from '@shared/errors';

/** The section of the settings where an error can be mended; null when it is not one of settings. */
export function settingsSection(error: ErrorInfo | null): 'model' | 'rules' | null {
  if (error?.code.startsWith('model.')) return 'model';
  return error?.code.startsWith('rules.') ? 'rules' : null;
}
