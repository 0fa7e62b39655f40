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
