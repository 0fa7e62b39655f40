import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { toErrorInfo } from '../../core/errors.ts';
import type { ApiServer } from '../../server/api-server.ts';
import { hashToken, newToken } from '../../server/token.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import { apiSettingsSchema } from '../../shared/local-api.ts';
import type { ApiChange, ApiSettings, ApiSettingsPatch, ApiView } from '../../shared/local-api.ts';
import type { Log } from '../log/rotating-log.ts';
import { withChanges } from '../settings/stored-object.ts';
import type { ValueStore } from '../settings/value-store.ts';

interface StoredApi extends ApiSettings {
  /** See hashToken; null before the first token. */
  tokenHash: string | null;
}

const defaults = apiSettingsSchema.parse({});
const { shape } = apiSettingsSchema;

// Field by field, so that one mistake in the file costs one setting; without its token the server stays off.
const storedSchema = z
  .object({
    enabled: shape.enabled.catch(defaults.enabled),
    port: shape.port.catch(defaults.port),
    origins: shape.origins.catch(defaults.origins),
    tokenHash: z.hash('sha256').nullable().catch(null),
  } satisfies Record<keyof StoredApi, z.ZodType>)
  .catch({ ...defaults, tokenHash: null });

export interface LocalApiOptions {
  /** Its settings and the hash of its token; a file that its owner only may read. */
  store: ValueStore;
  /** Starts a server. Rejects with api.… */
  startServer: (options: { port: number; tokenHash: string; origins: string[] }) => Promise<ApiServer>;
  log: Log;
  onChanged: (view: ApiView) => void;
}

/**
 * The local API (本机接口): its settings, its token, and the server that runs while it is switched on. One change at a time, in
 * the order of the calls. The token itself is nowhere kept: it is handed out once, when it is made.
 */
export class LocalApi {
  readonly #options: LocalApiOptions;
  #now: StoredApi;
  #server: ApiServer | null = null;
  #state: ApiView['state'] = 'off';
  #error: ErrorInfo | null = null;
  #revision = 0;
  #stopped = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: LocalApiOptions) {
    this.#options = options;
    const stored = storedSchema.parse(options.store.read());
    this.#now = { ...stored, enabled: stored.enabled && stored.tokenHash !== null };
  }

  view(): ApiView {
    const { enabled, port, origins, tokenHash } = this.#now;
    return {
      enabled,
      port,
      origins,
      revision: this.#revision,
      state: this.#state,
      url: this.#server?.url ?? null,
      error: this.#error,
      hasToken: tokenHash !== null,
    };
  }

  /** Starts the server if it is switched on; to be called once. */
  begin(): Promise<void> {
    return this.#inTurn(() => this.#serve());
  }

  /** Changes some settings; makes a token when it is switched on without one. Throws app.settings_not_saved. */
  update(patch: ApiSettingsPatch): Promise<ApiChange> {
    return this.#inTurn(async () => {
      const settings = apiSettingsSchema.parse({ ...this.#now, ...patch });
      const token = settings.enabled && this.#now.tokenHash === null ? newToken() : null;
      const next = { ...settings, tokenHash: token === null ? this.#now.tokenHash : hashToken(token) };
      // A server that could not be started is tried again.
      if (this.#state !== 'failed' && isDeepStrictEqual(next, this.#now)) return { view: this.view(), token };
      return this.#change(next, token);
    });
  }

  /** Replaces the token: whoever has the old one is refused from now on. Throws app.settings_not_saved. */
  renewToken(): Promise<ApiChange> {
    return this.#inTurn(() => {
      const token = newToken();
      return this.#change({ ...this.#now, tokenHash: hashToken(token) }, token);
    });
  }

  /** There is a newer snapshot of the run. */
  runChanged(): void {
    this.#server?.runChanged();
  }

  /** Ends the server for good. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.#inTurn(() => this.#serve());
  }

  async #change(next: StoredApi, token: string | null): Promise<ApiChange> {
    // First the file: a token that is in force now and not at the next start would be a surprise.
    this.#options.store.write(withChanges(this.#options.store.read(), this.#now, next));
    this.#now = next;
    await this.#serve();
    return { view: this.view(), token };
  }

  /** Ends the server that runs, and starts one by the settings of now. */
  async #serve(): Promise<void> {
    const { log, startServer } = this.#options;
    const server = this.#server;
    this.#server = null;
    await server?.stop();
    const { enabled, port, origins, tokenHash } = this.#now;
    if (!enabled || tokenHash === null || this.#stopped) {
      this.#tell('off', null);
      return;
    }
    this.#tell('starting', null);
    try {
      this.#server = await startServer({ port, origins, tokenHash });
      this.#tell('running', null);
    } catch (error) {
      const info = toErrorInfo(error);
      log.warn(`the local API cannot use port ${port}: ${info.code}`);
      this.#tell('failed', info);
    }
  }

  #tell(state: ApiView['state'], error: ErrorInfo | null): void {
    this.#state = state;
    this.#error = error;
    this.#revision += 1;
    this.#options.onChanged(this.view());
  }

  #inTurn<T>(action: () => T | Promise<T>): Promise<T> {
    const result = this.#tail.then(action);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
