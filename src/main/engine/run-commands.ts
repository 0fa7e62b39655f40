import type { EngineApi } from '../../core/engine/engine-api.ts';
import type { ParsedInput } from '../../shared/contract.ts';
import type { ExtractorId, ResumeRequest, RunPreflight, RunRequest, RunSnapshot } from '../../shared/run.ts';
import type { LatestSnapshots } from './latest-snapshots.ts';

type Ask = <T>(ask: (engine: EngineApi) => Promise<T>) => Promise<T>;

export interface RunCommandsOptions {
  /** The engine. Throws app.engine_stopped while it is down. */
  engine: () => EngineApi;
  /** Asks the engine once it has every change of the model (settings, key, prompt) that was requested before. */
  afterModelChanges: Ask;
  /** The same for what sends requests to the model's provider: the user may have to agree first. */
  askProvider: Ask;
  snapshots: LatestSnapshots;
  /** The extractor of a request that names none. */
  defaultExtractor: () => ExtractorId;
}

/**
 * What windows, the tray and the question at start-up do with the run. What reads the model waits for the changes of it that
 * are still under way: a key that was just entered may wait for the system's keyring.
 */
export class RunCommands {
  readonly #options: RunCommandsOptions;

  constructor(options: RunCommandsOptions) {
    this.#options = options;
  }

  preflight({ scope, extractor, fresh, detail }: ParsedInput<'run.preflight'>): Promise<RunPreflight> {
    const chosen = extractor ?? this.#options.defaultExtractor();
    const ask = (engine: EngineApi): Promise<RunPreflight> =>
      engine.preflightRun(scope, chosen, fresh, detail);
    return chosen === 'llm' ? this.#options.afterModelChanges(ask) : ask(this.#options.engine());
  }

  start(request: RunRequest): Promise<RunSnapshot> {
    const extractor = request.extractor ?? this.#options.defaultExtractor();
    return this.#newest(this.#ask(extractor, (engine) => engine.startRun({ ...request, extractor })));
  }

  resume(request?: ResumeRequest): Promise<RunSnapshot> {
    const { extractor } = this.#options.snapshots.run;
    return this.#newest(this.#ask(extractor, (engine) => engine.resumeRun(request)));
  }

  pause(): Promise<RunSnapshot> {
    return this.#newest(this.#ask(null, (engine) => engine.pauseRun()));
  }

  cancel(): Promise<RunSnapshot> {
    return this.#newest(this.#ask(null, (engine) => engine.cancelRun()));
  }

  dismiss(): Promise<RunSnapshot> {
    return this.#newest(this.#ask(null, (engine) => engine.dismissRun()));
  }

  async #ask<T>(extractor: ExtractorId | null, ask: (engine: EngineApi) => Promise<T>): Promise<T> {
    return extractor === 'llm' ? this.#options.askProvider(ask) : ask(this.#options.engine());
  }

  async #newest(answer: Promise<RunSnapshot>): Promise<RunSnapshot> {
    return this.#options.snapshots.acceptRun(await answer);
  }
}
