import type { WaitFigures } from '../../shared/model.ts';
import { AppError } from '../errors.ts';
import type { SingleDesk } from '../induct/model-asker.ts';
import type { InductionModel } from '../induct/ports.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';

type Caps = Pick<InductionModel, 'maxCost' | 'maxTokens'>;

/** Where single things are asked of a model, one at a time. Its requests belong to no run and no induction. */
export class ModelDesk {
  readonly #workspace: OpenWorkspace;
  readonly #untilUnlocked: (signal: AbortSignal) => Promise<void> | null;
  readonly #onWait: (wait: WaitFigures | null) => void;
  /** What was told last of what is waited for. */
  #told = '';
  #abort: AbortController | null = null;
  #ended: Promise<unknown> = Promise.resolve();

  /** `onWait` is told what is waited for whenever that changes, and null at the end. */
  constructor(
    workspace: OpenWorkspace,
    untilUnlocked: (signal: AbortSignal) => Promise<void> | null,
    onWait: (wait: WaitFigures | null) => void,
  ) {
    this.#workspace = workspace;
    this.#untilUnlocked = untilUnlocked;
    this.#onWait = onWait;
  }

  /** Whether a model is being asked. */
  get active(): boolean {
    return this.#abort !== null;
  }

  /** Throws insight.explain_busy while a model is being asked. */
  checkIdle(): void {
    if (this.active) throw new AppError('insight.explain_busy');
  }

  /** Gives a desk to what asks; its caps are those of all requests of this desk together. Rejects as `work` does, and with insight.explain_busy. */
  async at<T>(caps: Caps, work: (desk: SingleDesk) => Promise<T>): Promise<T> {
    this.checkIdle();
    const abort = new AbortController();
    this.#abort = abort;
    const worked = work(this.#desk(caps, abort.signal));
    this.#ended = worked.catch(() => undefined);
    try {
      return await worked;
    } finally {
      this.#abort = null;
      this.#tell(null);
    }
  }

  /** Ends what is being asked; resolves when nothing of it can write into the workspace any more. */
  async cancel(): Promise<void> {
    this.#abort?.abort();
    await this.#ended;
  }

  #tell(wait: WaitFigures | null): void {
    const figures = wait && figuresOf(wait);
    const told = JSON.stringify(figures);
    if (told === this.#told) return;
    this.#told = told;
    this.#onWait(figures);
  }

  #desk({ maxCost, maxTokens }: Caps, signal: AbortSignal): SingleDesk {
    const workspace = this.#workspace;
    const own: number[] = [];
    return {
      induction: { id: 0, model: { maxCost, maxTokens } },
      signal,
      paused: false,
      automatic: false,
      whileRunning: () => Promise.resolve(),
      untilUnlocked: () => this.#untilUnlocked(signal),
      asking: () => undefined,
      waits: (wait) => this.#tell(wait),
      store: () => ({
        keptAnswer: (key) => workspace.inductions.keptAnswer(key),
        dropAnswer: (key) => workspace.inductions.dropAnswer(key),
        begin: (_none, request) => {
          const id = workspace.requests.begin({ ...request, runId: null, inductionId: null });
          own.push(id);
          return id;
        },
        answered: (id, answer, key, now) => workspace.inductions.answered(id, answer, key, now),
        failed: (id, failed) => workspace.inductions.failed(id, failed),
        // Those of a process that died are marked when the workspace is opened.
        markLost: () => undefined,
        totals: () => workspace.requests.totalsOfRequests(own),
      }),
    };
  }
}

/** Nothing but what is waited for. */
function figuresOf(wait: WaitFigures): WaitFigures {
  const { throttledUntil, throttledBy, throttledDetail, waitingSince, unfinishedSince, pacedUntil } = wait;
  return { throttledUntil, throttledBy, throttledDetail, waitingSince, unfinishedSince, pacedUntil };
}
