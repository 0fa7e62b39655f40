import { NOTHING_ASKED } from '../../shared/asking.ts';
import type { AskingSnapshot, SingleAnswer, SingleQuestion } from '../../shared/asking.ts';
import type { WaitFigures } from '../../shared/model.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import type { SingleDesk } from '../induct/model-asker.ts';
import type { InductionModel } from '../induct/ports.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';

type Caps = Pick<InductionModel, 'maxCost' | 'maxTokens'>;

export interface ModelDeskOptions {
  workspace: OpenWorkspace;
  untilUnlocked: (signal: AbortSignal) => Promise<void> | null;
  nextRevision: () => number;
  /** Told whenever the snapshot is another. */
  onSnapshot: (snapshot: AskingSnapshot) => void;
}

/** What is asked of a model at a desk. */
export interface DeskWork<T> {
  asked: SingleQuestion;
  /** The caps are those of all its requests together. */
  caps: Caps;
  work: (desk: SingleDesk) => Promise<T>;
  /** What came of it, as windows are told that did not ask. */
  answer: (result: T) => SingleAnswer;
}

/** Where single things are asked of a model, one at a time. Its requests belong to no run and no induction. */
export class ModelDesk {
  readonly #options: ModelDeskOptions;
  /** Revisions are given when it is told. */
  #state: Omit<AskingSnapshot, 'revision'> = NOTHING_ASKED;
  #told = '';
  #abort: AbortController | null = null;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(options: ModelDeskOptions) {
    this.#options = options;
  }

  /** Whether a model is being asked. */
  get active(): boolean {
    return this.#abort !== null;
  }

  /** Throws insight.explain_busy while a model is being asked. */
  checkIdle(): void {
    if (this.active) throw new AppError('insight.explain_busy');
  }

  /** Gives a desk to what asks. Rejects as its work does, and with insight.explain_busy. */
  async at<T>({ asked, caps, work, answer }: DeskWork<T>): Promise<T> {
    this.checkIdle();
    const abort = new AbortController();
    this.#abort = abort;
    this.#tell(NOTHING_ASKED);
    const worked = work(this.#desk(caps, abort.signal, asked));
    this.#ended = worked.catch(() => undefined);
    try {
      const result = await worked;
      this.#end(answer(result));
      return result;
    } catch (error) {
      this.#end(abort.signal.aborted ? null : { kind: 'failed', error: toErrorInfo(error) });
      throw error;
    } finally {
      this.#abort = null;
    }
  }

  /** Ends what is being asked; resolves when nothing of it can write into the workspace any more. */
  async cancel(): Promise<void> {
    this.#abort?.abort();
    await this.#ended;
  }

  /** A window has shown the answer: the others need not. Does nothing while a model is being asked. */
  dismiss(): void {
    if (!this.active) this.#tell(NOTHING_ASKED);
  }

  /** What took no request, such as an answer that was kept, is known to the window that asked, and costs nothing to ask again. */
  #end(answer: SingleAnswer | null): void {
    const { asked } = this.#state;
    this.#tell(asked === null || answer === null ? NOTHING_ASKED : { asked, wait: null, answer });
  }

  #tell({ asked, wait, answer }: Omit<AskingSnapshot, 'revision'>): void {
    const told = JSON.stringify([asked, wait, answer]);
    this.#state = { asked, wait, answer };
    if (told === this.#told || (this.#told === '' && asked === null)) return;
    this.#told = told;
    this.#options.onSnapshot({ revision: this.#options.nextRevision(), ...this.#state });
  }

  #desk({ maxCost, maxTokens }: Caps, signal: AbortSignal, asked: SingleQuestion): SingleDesk {
    const { workspace, untilUnlocked } = this.#options;
    const own: number[] = [];
    let wait: WaitFigures = NO_WAIT;
    const tell = (): void => {
      if (own.length > 0 || isHeld(wait)) this.#tell({ asked, wait, answer: null });
    };
    return {
      induction: { id: 0, model: { maxCost, maxTokens } },
      signal,
      paused: false,
      automatic: false,
      whileRunning: () => Promise.resolve(),
      untilUnlocked: () => untilUnlocked(signal),
      asking: () => undefined,
      waits: (next) => {
        wait = figuresOf(next);
        tell();
      },
      store: () => ({
        keptAnswer: (key) => workspace.inductions.keptAnswer(key),
        dropAnswer: (key) => workspace.inductions.dropAnswer(key),
        begin: (_none, request) => {
          const id = workspace.requests.begin({ ...request, runId: null, inductionId: null });
          own.push(id);
          tell();
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

const NO_WAIT: WaitFigures = {
  ...{ throttledUntil: null, throttledBy: null, throttledDetail: null },
  ...{ waitingSince: null, unfinishedSince: null, pacedUntil: null },
};

/** Whether requests are held back, so that none was sent yet. */
function isHeld({ throttledUntil, throttledBy, pacedUntil }: WaitFigures): boolean {
  return throttledUntil !== null || throttledBy !== null || pacedUntil !== null;
}

/** Nothing but what is waited for. */
function figuresOf(wait: WaitFigures): WaitFigures {
  const { throttledUntil, throttledBy, throttledDetail, waitingSince, unfinishedSince, pacedUntil } = wait;
  return { throttledUntil, throttledBy, throttledDetail, waitingSince, unfinishedSince, pacedUntil };
}
