import { z } from 'zod';
import { EXTRACTOR_IDS } from './run.ts';
import { RULES_PACKS } from './workspace.ts';
import type { RulesChoice } from './workspace.ts';

export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

export const DENSITIES = ['compact', 'comfortable'] as const;
export type Density = (typeof DENSITIES)[number];

const hiddenColumnsSchema = z.array(z.string().min(1).max(60)).max(200);

/** What the user can set. Kept by the main process; every field has a default. */
export const settingsSchema = z.object({
  language: z.enum(['system', ...LOCALES]).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** How much room rows and controls take. */
  density: z.enum(DENSITIES).default('compact'),
  /** Whether the side bar says the next steps of a new user. */
  onboarding: z.boolean().default(true),
  /** Columns of tables that are not shown, as `users.lastTime`. */
  hiddenColumns: hiddenColumnsSchema.default([]),
  /** What to do at start-up with a run whose process died: go on, ask, or leave it. */
  resumePolicy: z.enum(['resume', 'ask', 'leave']).default('resume'),
  /** What the close button does: keep in the tray while a run is active, always keep in the tray, or quit (asking when a run is active). */
  closeBehaviour: z.enum(['tray-while-running', 'always-tray', 'quit']).default('tray-while-running'),
  /** Which notifications of the system are shown while no window has the focus. */
  notifyCompleted: z.boolean().default(true),
  notifyFailed: z.boolean().default(true),
  /** For a pilot that is done, a spending cap that is reached, a proposal that waits. */
  notifyNeedsYou: z.boolean().default(true),
  /** Keeps the machine from sleeping while a run or an import is active. */
  keepAwake: z.boolean().default(true),
  /** Starts the application when the user logs in, without a window. */
  openAtLogin: z.boolean().default(false),
  /** How many regular backups of a workspace are kept; 0: none are made. */
  backupsKept: z.number().int().min(0).max(52).default(4),
  /** Looks for updates by itself, once a day. */
  checkUpdates: z.boolean().default(false),
  /** The extractor that a new run has unless another one is chosen. */
  extractor: z.enum(EXTRACTOR_IDS).default('rules'),
  /** The rules that are chosen where there is no file of the user's own. */
  rulesPack: z.enum(RULES_PACKS).default('general'),
  /** A rules file of the user's own; null for a pack. */
  rulesPath: z.string().nullable().default(null),
});
export type Settings = z.infer<typeof settingsSchema>;

/** The rules that the settings choose. */
export const rulesChoice = ({ rulesPath, rulesPack }: Settings): RulesChoice =>
  rulesPath === null ? { pack: rulesPack } : { path: rulesPath };

export const settingsPatchSchema = z
  .object({
    language: z.enum(['system', ...LOCALES]),
    theme: z.enum(['system', 'light', 'dark']),
    density: z.enum(DENSITIES),
    onboarding: z.boolean(),
    hiddenColumns: hiddenColumnsSchema,
    resumePolicy: z.enum(['resume', 'ask', 'leave']),
    closeBehaviour: z.enum(['tray-while-running', 'always-tray', 'quit']),
    notifyCompleted: z.boolean(),
    notifyFailed: z.boolean(),
    notifyNeedsYou: z.boolean(),
    keepAwake: z.boolean(),
    openAtLogin: z.boolean(),
    backupsKept: z.number().int().min(0).max(52),
    checkUpdates: z.boolean(),
    extractor: z.enum(EXTRACTOR_IDS),
  })
  .partial();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;

/** Settings as a window needs them: the choice, and what it comes to on this system. */
export interface SettingsView extends Settings {
  /** The language in force. */
  locale: Locale;
  /** Whether dark colours are in force. */
  dark: boolean;
}

export interface AppInfo {
  version: string;
  platform: string;
  /** Whether it is installed, and so can be started by the system. */
  packaged: boolean;
  /** Versions of the runtime, for the about line. */
  electron: string;
  node: string;
  /** Where settings are kept. */
  userDataPath: string;
}
