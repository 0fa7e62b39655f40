import type { EngineApi, EngineListener } from '../../core/engine/engine-api.ts';
import type { EngineHandle } from '../../core/engine/engine-client.ts';
import { AppError } from '../../core/errors.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { CrashLimiter } from '../lifecycle/crash-limiter.ts';
import type { Log } from '../log/rotating-log.ts';

export type StartEngine = (listener: EngineListener, onExit: (error: ErrorInfo) => void) => EngineHandle;

export interface EngineSupervisorOptions {
  startEngine: StartEngine;
  limiter: CrashLimiter;
  log: Log;
  onEvent: EngineListener;
  /** The engine died and was started again: nothing is open in it. */
  onRestarted: () => void;
  /** The engine died too often and stays down until `revive`. */
  onGivenUp: (error: ErrorInfo) => void;
}

/** Keeps the one engine alive: starts it, starts it again when its thread dies, gives up when that happens too often. */
export class EngineSupervisor {
  readonly #options: EngineSupervisorOptions;
  #handle: EngineHandle | null = null;
  #wasStarted = false;
  #disposed = false;

  constructor(options: EngineSupervisorOptions) {
    this.#options = options;
  }

  /** The engine, which is started when it is first asked for. Throws app.engine_stopped while it is down. */
  get api(): EngineApi {
    if (!this.#wasStarted && !this.#disposed) this.#start();
    if (!this.#handle) throw new AppError('app.engine_stopped');
    return this.#handle.api;
  }

  /** Starts the engine if it was given up; true when it did. */
  revive(): boolean {
    if (this.#handle || this.#disposed) return false;
    this.#options.limiter.reset();
    this.#start();
    return true;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const handle = this.#handle;
    this.#handle = null;
    await handle?.dispose();
  }

  #start(): void {
    this.#wasStarted = true;
    this.#handle = this.#options.startEngine(this.#options.onEvent, (error) => this.#died(error));
  }

  #died(error: ErrorInfo): void {
    this.#handle = null;
    if (this.#disposed) return;
    this.#options.log.error(`the engine stopped: ${error.code} ${String(error.params?.['detail'] ?? '')}`);
    if (this.#options.limiter.mayRestart()) {
      this.#start();
      this.#options.onRestarted();
    } else {
      this.#options.onGivenUp(error);
    }
  }
}
