import type {
  AnswersSince,
  LiveFigures,
  RunDesk,
  RunUser,
  StreamedWork,
  StreamingExtractor,
} from '../extract/extractor.ts';
import type { CommittedWork, RunModel } from './ports.ts';
import { weightOf } from './plan.ts';

/** The users of a run that packs its requests itself are all in one stored batch. */
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
  untilUnlocked: () => Promise<void> | null;
  /** Users of the pilot that are not processed yet; null when all users may be handed out. */
  pilotLeft: () => number | null;
  /** The next users; null when there is no room for one in memory while others take `bytesInUse`. */
  load: (afterUserNo: number, count: number, bytesInUse: number) => Promise<RunUser[] | null>;
  weightLeft: () => number;
  usersLeft: () => number;
  batchesDone: () => number;
  answersSince: AnswersSince;
  commit: (work: Pick<CommittedWork, 'outcomes' | 'weight' | 'streamed' | 'extraWrites'>) => Promise<void>;
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

  untilUnlocked(): Promise<void> | null {
    return this.#options.untilUnlocked();
  }

  async takeUsers(count: number): Promise<RunUser[] | null> {
    const pilotLeft = this.#options.pilotLeft();
    const allowed = pilotLeft === null ? count : Math.min(count, pilotLeft - this.#open.size);
    if (allowed <= 0) return [];
    if (this.#fullAt !== null && this.#openBytes >= this.#fullAt) return [];
    const users = await this.#options.load(this.#lastUserNo, allowed, this.#openBytes);
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

  usersLeft(): number {
    return this.#options.usersLeft();
  }

  batchesDone(): number {
    return this.#options.batchesDone();
  }

  async commit({ outcomes, batchesDone, totalBatches, tally, extraWrites }: StreamedWork): Promise<void> {
    if (this.signal.aborted) return;
    await this.#options.commit({
      outcomes: outcomes.map(({ user, outcome }) => ({ userNo: user.userNo, outcome })),
      weight: outcomes.reduce((sum, { user }) => sum + weightOf(user), 0),
      streamed: { batchesDone, totalBatches, tally },
      ...(extraWrites ? { extraWrites } : {}),
    });
    for (const { user } of outcomes) {
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
