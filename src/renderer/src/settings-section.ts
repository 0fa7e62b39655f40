import type { ErrorInfo } from '@shared/errors';
import type { TextKey } from './i18n';

/** The sections of the page of settings, in their order. */
export const SECTION_IDS = [
  'general',
  'background',
  'model',
  'prompt',
  'rules',
  'workspace',
  'api',
  'update',
  'about',
] as const;
export type SettingsSection = (typeof SECTION_IDS)[number];

/** Their titles. */
export const SECTION_TITLES: Record<SettingsSection, TextKey> = {
  general: 'settings.general',
  background: 'settings.backgroundShort',
  model: 'model.title',
  prompt: 'prompt.title',
  rules: 'rules.title',
  workspace: 'workspace.title',
  api: 'api.title',
  update: 'update.title',
  about: 'settings.about',
};

/** The section of the settings where an error can be mended; null when it is not one of settings. */
export function settingsSection(error: ErrorInfo | null): 'model' | 'rules' | null {
  if (error?.code.startsWith('model.')) return 'model';
  return error?.code.startsWith('rules.') ? 'rules' : null;
}
