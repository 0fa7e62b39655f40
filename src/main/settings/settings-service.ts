import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { settingsSchema } from '../../shared/settings.ts';
import type { Locale, Settings, SettingsView } from '../../shared/settings.ts';
import { withChanges } from './stored-object.ts';
import type { ValueStore } from './value-store.ts';

const defaults: Settings = settingsSchema.parse({});
const { shape } = settingsSchema;

// Field by field, so that one mistake in the file costs one setting and not all of them.
const storedSettings = z
  .object({
    language: shape.language.catch(defaults.language),
    theme: shape.theme.catch(defaults.theme),
    density: shape.density.catch(defaults.density),
    onboarding: shape.onboarding.catch(defaults.onboarding),
    hiddenColumns: shape.hiddenColumns.catch(defaults.hiddenColumns),
    resumePolicy: shape.resumePolicy.catch(defaults.resumePolicy),
    closeBehaviour: shape.closeBehaviour.catch(defaults.closeBehaviour),
    notifyCompleted: shape.notifyCompleted.catch(defaults.notifyCompleted),
    notifyFailed: shape.notifyFailed.catch(defaults.notifyFailed),
    notifyNeedsYou: shape.notifyNeedsYou.catch(defaults.notifyNeedsYou),
    keepAwake: shape.keepAwake.catch(defaults.keepAwake),
    openAtLogin: shape.openAtLogin.catch(defaults.openAtLogin),
    backupsKept: shape.backupsKept.catch(defaults.backupsKept),
    checkUpdates: shape.checkUpdates.catch(defaults.checkUpdates),
    extractor: shape.extractor.catch(defaults.extractor),
    rulesPack: shape.rulesPack.catch(defaults.rulesPack),
    rulesPath: shape.rulesPath.catch(defaults.rulesPath),
  } satisfies Record<keyof Settings, z.ZodType>)
  .catch(defaults);

/** Settings as they stand in a file; what does not parse takes its default. */
export function parseSettings(value: unknown): Settings {
  return storedSettings.parse(value);
}

/** What the system says, for the settings that follow it. */
export interface SystemPreferences {
  locale(): Locale;
  /** Whether dark colours are in force, the chosen theme applied. */
  dark(): boolean;
  applyTheme(theme: Settings['theme']): void;
  /** Starts the application at login, or no longer. Throws app.settings_not_saved. */
  setOpenAtLogin(openAtLogin: boolean): void;
}

/** The settings: kept in a file, applied to the system, told to whoever listens when they or the system change. */
export class SettingsService {
  readonly #store: ValueStore;
  readonly #system: SystemPreferences;
  readonly #onChanged: (view: SettingsView) => void;
  #settings: Settings;
  #told: SettingsView;

  constructor(store: ValueStore, system: SystemPreferences, onChanged: (view: SettingsView) => void) {
    this.#store = store;
    this.#system = system;
    this.#onChanged = onChanged;
    this.#settings = parseSettings(store.read());
    system.applyTheme(this.#settings.theme);
    this.#told = this.view();
  }

  get current(): Settings {
    return this.#settings;
  }

  /** The settings, with language and colours resolved for this system. */
  view(): SettingsView {
    const locale = this.#settings.language === 'system' ? this.#system.locale() : this.#settings.language;
    return { ...this.#settings, locale, dark: this.#system.dark() };
  }

  /** Changes some settings; an equal value is neither written nor announced. Throws app.settings_not_saved. */
  update(patch: Partial<Settings>): SettingsView {
    const next = settingsSchema.parse({ ...this.#settings, ...patch });
    if (!isDeepStrictEqual(next, this.#settings)) {
      if (next.openAtLogin !== this.#settings.openAtLogin) this.#system.setOpenAtLogin(next.openAtLogin);
      this.#store.write(withChanges(this.#store.read(), this.#settings, next));
      const themeChanged = next.theme !== this.#settings.theme;
      this.#settings = next;
      if (themeChanged) this.#system.applyTheme(next.theme);
      this.refresh();
    }
    return this.view();
  }

  /** To be called when the system's language or colours may have changed. */
  refresh(): void {
    const view = this.view();
    if (isDeepStrictEqual(view, this.#told)) return;
    this.#told = view;
    this.#onChanged(view);
  }
}
