import type {
  AnswersSince,
  LiveFigures,
  RunDesk,
  RunUser,
  StreamedWork,
  StreamingExtractor,
} from '../extract/extractor.ts';
import type { CommittedBatch } from '../store/batch-store.ts';
import type { RunModel } from '../store/run-store.ts';
import { weightOf } from './plan.ts';

/** The users of a run that packs as it goes are all in one stored batch. */
export const STREAM_BATCH = 1;

/** What the desk needs of the run engine. */
export interface StreamDeskOptions {
  runId: number;
  extractor: StreamingExtractor;
  signal: AbortSignal;
  automatic: boolean;
  model: () => RunModel;
  isPaused: () => boolean;
  whileRunning: () => Promise<void>;
  /** Users of the pilot that are not processed yet; null when all users may be handed out. */
  pilotLeft: () => number | null;
  /** The next users; null when there is no room for one in memory while others take `bytesInUse`. */
  load: (afterUserNo: number, count: number, bytesInUse: number) => RunUser[] | null;
  weightLeft: () => number;
  batchesDone: () => number;
  answersSince: AnswersSince;
  commit: (work: Pick<CommittedBatch, 'outcomes' | 'weight' | 'streamed' | 'also'>) => void;
  changed: () => void;
}

/** The side of a run that a streaming extractor sees. */
export class StreamDesk implements RunDesk {
  readonly runId: number;
  readonly signal: AbortSignal;
  readonly automatic: boolean;
  readonly answersSince: AnswersSince;
  readonly #options: StreamDeskOptions;
  readonly #inWork = new Map<number, string[]>();
  #lastUserNo = 0;
  /** Users that were handed out and are not committed yet, by number, and how much memory they take. */
  readonly #open = new Map<number, number>();
  #openBytes = 0;
  /** Bytes in use when there was no room for the next user; null when there is room. */
  #fullAt: number | null = null;

  constructor(options: StreamDeskOptions) {
    this.runId = options.runId;
    this.signal = options.signal;
    this.automatic = options.automatic;
    this.answersSince = options.answersSince;
    this.#options = options;
  }

  get paused(): boolean {
    return this.#options.isPaused();
  }

  get full(): boolean {
    return this.#fullAt !== null;
  }

  get maxCost(): number | null {
    return this.#options.model().maxCost;
  }

  get maxTokens(): number | null {
    return this.#options.model().maxTokens;
  }

  /** The users in work, by request. */
  get inWork(): { batchNo: number; userIds: string[] }[] {
    return [...this.#inWork].map(([batchNo, userIds]) => ({ batchNo, userIds }));
  }

  live(): LiveFigures {
    return this.#options.extractor.live();
  }

  whileRunning(): Promise<void> {
    return this.#options.whileRunning();
  }

  takeUsers(count: number): RunUser[] | null {
    const pilotLeft = this.#options.pilotLeft();
    const allowed = pilotLeft === null ? count : Math.min(count, pilotLeft - this.#open.size);
    if (allowed <= 0) return [];
    if (this.#fullAt !== null && this.#openBytes >= this.#fullAt) return [];
    const users = this.#options.load(this.#lastUserNo, allowed, this.#openBytes);
    this.#fullAt = users === null ? this.#openBytes : null;
    if (users === null) return [];
    const last = users.at(-1);
    if (!last) return null;
    this.#lastUserNo = last.userNo;
    for (const { userNo, bytes = 0 } of users) {
      this.#open.set(userNo, bytes);
      this.#openBytes += bytes;
    }
    return users;
  }

  weightLeft(): number {
    return this.#options.weightLeft();
  }

  batchesDone(): number {
    return this.#options.batchesDone();
  }

  commit(work: StreamedWork): void {
    if (this.signal.aborted) return;
    const { tally } = work;
    const model = this.#options.model();
    this.#options.commit({
      outcomes: work.outcomes.map(({ user, outcome }) => ({ userNo: user.userNo, outcome })),
      weight: work.outcomes.reduce((sum, { user }) => sum + weightOf(user), 0),
      streamed: {
        batchesDone: work.batchesDone,
        totalBatches: work.totalBatches,
        model: {
          ...model,
          cachedUsers: model.cachedUsers + tally.cachedUsers,
          guardrailEvents: model.guardrailEvents + tally.guardrailEvents,
          unsupportedEvents: model.unsupportedEvents + tally.unsupportedEvents,
          lowCoverageUsers: model.lowCoverageUsers + tally.lowCoverageUsers,
        },
      },
      also: work.also,
    });
    for (const { user } of work.outcomes) {
      this.#openBytes -= this.#open.get(user.userNo) ?? 0;
      this.#open.delete(user.userNo);
    }
  }

  enter(requestId: number, userIds: string[]): void {
    this.#inWork.set(requestId, userIds);
    this.#options.changed();
  }

  leave(requestId: number): void {
    if (this.#inWork.delete(requestId)) this.#options.changed();
  }

  changed(): void {
    this.#options.changed();
  }
}
