import { isDeepStrictEqual } from 'node:util';
import type { EngineApi, ModelConfig } from '../../core/engine/engine-api.ts';
import { AppError, toErrorInfo } from '../../core/errors.ts';
import { modelPreset } from '../../shared/model-presets.ts';
import { modelSettingsSchema } from '../../shared/model.ts';
import type { ModelSettings, ModelSettingsPatch, ModelView, PromptView } from '../../shared/model.ts';
import type { Log } from '../log/rotating-log.ts';
import type { Scheduler } from '../push/snapshot-channel.ts';
import { objectOf, withChanges } from '../settings/stored-object.ts';
import type { ValueStore } from '../settings/value-store.ts';
import { isBaseUrl } from './key-store.ts';
import type { KeyQuestion, KeyStore } from './key-store.ts';
import { parseStoredModel } from './stored-model.ts';
import type { StoredModel } from './stored-model.ts';

/** How long a keyring may wait for its user; after that the workspace opens without the key. */
export const KEY_WAIT_MS = 15_000;

export interface ModelConfigServiceOptions {
  /** The engine. Throws app.engine_stopped while it is down. */
  engine: () => EngineApi;
  store: ValueStore;
  keys: KeyStore;
  /** Asks the user whether the key may be sent there. */
  confirmKey: (question: KeyQuestion) => Promise<boolean>;
  /** The proxy of the system for an address; null for none. Never rejects. */
  proxyFor: (url: string) => Promise<string | null>;
  scheduler: Scheduler;
  log: Log;
  /** Called after each change, of the prompt too. */
  onChanged: (view: ModelView) => void;
}

/**
 * The model: its settings, its key and the prompt; kept in files, given to the engine at each change, shown to windows
 * without the key. One change at a time, in the order of the calls.
 */
export class ModelConfigService {
  readonly #options: ModelConfigServiceOptions;
  #now: StoredModel;
  #revision = 0;
  #changedAt: number | null = null;
  #tail: Promise<unknown> = Promise.resolve();
  /** The proxy that the engine was told of last. */
  #proxy: string | null = null;
  /** The question that is open now. */
  #asking: Promise<void> | null = null;

  constructor(options: ModelConfigServiceOptions) {
    this.#options = options;
    this.#now = parseStoredModel(options.store.read());
  }

  /** When the model or its key was changed last, milliseconds since the epoch; null when it was not since the start. */
  get changedAt(): number | null {
    return this.#changedAt;
  }

  /** The view for windows. */
  async view(): Promise<ModelView> {
    const { settings } = this.#now;
    const [revision, changedAt] = [this.#revision, this.#changedAt];
    const [{ storage }, canEncrypt] = await Promise.all([
      this.#options.keys.find(settings),
      this.#options.keys.canEncrypt(),
    ]);
    const needsKey = modelPreset(settings.preset).needsKey;
    const ready = isBaseUrl(settings.baseUrl) && settings.model !== '' && (!needsKey || storage !== 'none');
    const elsewhere = this.#options.keys.environmentKeyElsewhere(settings)?.join(', ') ?? null;
    return {
      ...{ revision, changedAt, settings, key: storage },
      ...{ environmentKeyFor: elsewhere, canEncrypt, ready },
    };
  }

  /** Passes the model to the engine; before a workspace is opened, because opening may resume a run. */
  async configure(engine: EngineApi): Promise<void> {
    // In turn, so that a key which is still being stored is part of it.
    const configured = this.#inTurn(async () => engine.useModel(await this.#config()));
    // When no caller waits for it any more, an error is only logged.
    configured.catch((error: unknown) => this.#options.log.error('the engine did not take the model', error));
    await this.#atMost(KEY_WAIT_MS, configured);
  }

  /** Changes some settings; equal values write nothing and send no event. Throws model.bad_base_url. */
  update(patch: ModelSettingsPatch): Promise<ModelView> {
    return this.#inTurn(async () => {
      const settings = tidied(modelSettingsSchema.parse({ ...this.#now.settings, ...patch }));
      if (settings.baseUrl !== '' && !isBaseUrl(settings.baseUrl)) {
        throw new AppError('model.bad_base_url', { url: settings.baseUrl });
      }
      if (isDeepStrictEqual(settings, this.#now.settings)) return this.view();
      this.#write({ ...this.#now, settings });
      return this.#changed();
    });
  }

  /** Keeps the key of the provider in use. Throws model.bad_base_url, model.bad_key, model.key_not_stored. */
  setKey(key: string, keep: 'stored' | 'session'): Promise<ModelView> {
    return this.#inTurn(async () => {
      await this.#options.keys.save(this.#now.settings, key, keep);
      return this.#changed();
    });
  }

  /** Forgets the key of the provider in use. */
  clearKey(): Promise<ModelView> {
    return this.#inTurn(() => {
      this.#options.keys.clear(this.#now.settings);
      return this.#changed();
    });
  }

  /** Puts a prompt in force; null: the built-in one. A prompt with a mistake is refused with prompt.… and not kept. */
  setPrompt(promptTemplate: string | null): Promise<PromptView> {
    return this.#inTurn(async () => {
      const engine = this.#options.engine();
      await engine.useModel({ ...(await this.#config()), promptTemplate });
      const view = await engine.promptView();
      if (view.error) {
        await engine.useModel(await this.#config());
        throw new AppError(view.error.code, view.error.params);
      }
      this.#write({ ...this.#now, promptTemplate });
      this.#countChange();
      this.#options.onChanged(await this.view());
      return view;
    });
  }

  /** Calls the engine once it has received all changes made so far. */
  ask<T>(question: (engine: EngineApi) => Promise<T>): Promise<T> {
    return this.#tail.then(() => question(this.#options.engine()));
  }

  /**
   * As `ask`, for what sends a request to the provider: before the first one the user is asked where the key needs that. Throws
   * model.key_held_back for a no.
   */
  async askProvider<T>(question: (engine: EngineApi) => Promise<T>): Promise<T> {
    this.#asking ??= this.#askForKey().finally(() => (this.#asking = null));
    await this.#asking;
    await this.networkChanged();
    return this.ask(question);
  }

  /** The machine may be in another network: the engine is told when its proxy is another one now. Never rejects. */
  async networkChanged(): Promise<void> {
    await this.#inTurn(async () => {
      const { baseUrl } = this.#now.settings;
      if (!isBaseUrl(baseUrl) || (await this.#options.proxyFor(baseUrl)) === this.#proxy) return;
      await this.#options.engine().useModel(await this.#config());
    }).catch((error: unknown) => this.#options.log.warn(`no new proxy: ${toErrorInfo(error).code}`));
  }

  async #askForKey(): Promise<void> {
    await this.#tail;
    const owner = this.#now.settings;
    const question = await this.#options.keys.question(owner);
    if (question === null) return;
    if (!(await this.#options.confirmKey(question))) {
      throw new AppError('model.key_held_back', { origin: question.origin });
    }
    await this.#inTurn(async () => {
      await this.#options.keys.agree(owner);
      // Windows see no difference: a test that is under way goes on.
      await this.#options.engine().useModel(await this.#config());
    });
  }

  async #config(): Promise<ModelConfig> {
    const { settings, promptTemplate } = this.#now;
    // Only what the user has agreed to is within reach of the engine, whatever a window changes or asks meanwhile.
    const keyHeldBack = (await this.#options.keys.question(settings)) !== null;
    const { key } = await this.#options.keys.find(settings);
    const proxy = isBaseUrl(settings.baseUrl) ? await this.#options.proxyFor(settings.baseUrl) : null;
    this.#proxy = proxy;
    return { settings, promptTemplate, apiKey: keyHeldBack ? null : key, keyHeldBack, proxy };
  }

  #write(next: StoredModel): void {
    const { store } = this.#options;
    const stored = objectOf(store.read());
    store.write({
      ...stored,
      settings: withChanges(stored['settings'], this.#now.settings, next.settings),
      promptTemplate: next.promptTemplate,
    });
    this.#now = next;
  }

  #countChange(): void {
    this.#revision += 1;
    this.#changedAt = Date.now();
  }

  async #changed(): Promise<ModelView> {
    this.#countChange();
    const config = await this.#config();
    try {
      await this.#options.engine().useModel(config);
    } catch (error) {
      // The settings are kept while the engine is down, and passed to the next one.
      if (!(error instanceof AppError && error.code === 'app.engine_stopped')) throw error;
    }
    const view = await this.view();
    this.#options.onChanged(view);
    return view;
  }

  async #atMost(ms: number, work: Promise<unknown>): Promise<void> {
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.scheduler.after(ms, resolve);
    });
    try {
      await Promise.race([work, late]);
    } finally {
      cancel();
    }
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(action);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

/** Addresses and names are pasted, often with surrounding white space. */
function tidied(settings: ModelSettings): ModelSettings {
  return {
    ...settings,
    baseUrl: settings.baseUrl.trim().replace(/\/+$/, ''),
    model: settings.model.trim(),
  };
}
