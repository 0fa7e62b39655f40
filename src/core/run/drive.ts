import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Awaitable, Extractor, StreamingExtractor } from '../extract/extractor.ts';
import { answersSince } from './answers-since.ts';
import { askExtractor } from './ask-extractor.ts';
import { pilotSize } from './model-figures.ts';
import { weightOf } from './plan.ts';
import type { CommittedWork, RunCounters, RunModel, RunRow, RunStore } from './ports.ts';
import type { BatchInWork } from './snapshot.ts';
import { STREAM_BATCH, StreamDesk } from './stream-desk.ts';
import { untilUnlocked, whileLocked } from './while-locked.ts';
import type { WhileLockedOptions } from './while-locked.ts';

export type AnyExtractor = Extractor | StreamingExtractor;

/** Whether an extractor packs its requests itself, and so is not given batches. */
export function isStreaming(extractor: AnyExtractor): extractor is StreamingExtractor {
  return 'drive' in extractor;
}

/** What a drive needs of the run engine. */
export interface DriveOptions {
  /** The run as the engine keeps it: a pause is seen here. */
  run: RunRow;
  extractor: AnyExtractor;
  store: RunStore;
  clock: Clock;
  /** Whether the run goes on by itself, after a restart. */
  automatic: boolean;
  activeMs: () => number;
  /** Called with the run's counters as they were just committed. */
  committed: (counters: RunCounters) => void;
  /** Called with a reason that no user of the run can escape; not after `stop`. */
  failed: (error: unknown) => void;
  /** Called when who is in work has changed. */
  changed: () => void;
}

/** The workers of a run from its start or recovery until it ends or is let go. Work of a stopped drive is never committed. */
export class Drive {
  readonly extractor: AnyExtractor;
  /** What a streaming extractor works at; null for one that is given batches. */
  readonly desk: StreamDesk | null;
  readonly #options: DriveOptions;
  readonly #abort = new AbortController();
  /** Writes that wait for a lock of another program. */
  #locked = 0;
  /** The highest batch that was claimed. */
  #lastBatch = 0;
  #claims: Promise<unknown> = Promise.resolve();
  readonly #inWork = new Map<number, BatchInWork>();
  /** Workers that wait for the end of a pause. */
  readonly #waiting: (() => void)[] = [];
  #ended: Promise<void> = Promise.resolve();

  constructor(options: DriveOptions) {
    this.#options = options;
    this.extractor = options.extractor;
    this.desk = isStreaming(options.extractor) ? this.#makeDesk(options.extractor) : null;
  }

  /** The users in work. */
  get inWork(): BatchInWork[] {
    return this.desk?.inWork ?? [...this.#inWork.values()];
  }

  /** Whether finished work waits for another program to unlock the workspace. */
  get waitsForLock(): boolean {
    return this.#locked > 0;
  }

  /** Settles when every worker has ended. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Sets the workers to work. Once. */
  start(): void {
    const { extractor, desk } = this;
    if (!isStreaming(extractor)) {
      const workers = Array.from({ length: extractor.concurrency }, () => this.#work(extractor));
      // The commit of the last batch completes the run and stops this drive. A run that is still going on then has a plan
      // that does not cover its users: it must not look as if it were running for ever.
      this.#ended = Promise.all(workers).then(() =>
        this.#fail(new Error('the batches of the run ended before its users were done')),
      );
    } else if (desk) {
      this.#ended = this.#stream(extractor, desk);
    }
  }

  /** Goes on after a pause. */
  wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** Drops what is in work, and ends. */
  stop(): void {
    this.#abort.abort();
    this.wake();
  }

  get #stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Waits while the run is paused and the drive goes on. */
  #whileRunning(): Promise<void> {
    if (this.#options.run.status !== 'paused' || this.#stopped) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #fail(error: unknown): void {
    if (!this.#stopped) this.#options.failed(error);
  }

  /** A streaming extractor from the start of the drive until it is done, or the drive is over. */
  async #stream(extractor: StreamingExtractor, desk: StreamDesk): Promise<void> {
    try {
      await extractor.drive(desk);
      if (!this.#stopped) throw new Error('the extractor ended before its users were done');
    } catch (error) {
      this.#fail(error);
    }
  }

  #makeDesk(extractor: StreamingExtractor): StreamDesk {
    const { run, store, automatic, committed, changed } = this.#options;
    const model = (): RunModel => {
      if (!run.model) throw new Error('a streaming extractor drives a run without a model');
      return run.model;
    };
    return new StreamDesk({
      runId: run.id,
      extractor,
      signal: this.#abort.signal,
      automatic,
      model,
      isPaused: () => run.status === 'paused',
      whileRunning: () => this.#whileRunning(),
      untilUnlocked: () => untilUnlocked(() => store.checkUnlocked(), this.#lockWait),
      pilotLeft: () => {
        const pilot = pilotSize(run);
        return pilot === null ? null : pilot - run.processedUsers;
      },
      load: async (afterUserNo, count, bytesInUse) =>
        store.loadUsers({
          bytesInUse,
          runId: run.id,
          batchNo: STREAM_BATCH,
          afterUserNo,
          count,
          maxBehaviours: extractor.maxBehavioursPerUser,
        }),
      weightLeft: () => run.totalWeight - run.doneWeight,
      usersLeft: () => run.totalUsers - run.processedUsers,
      batchesDone: () => run.doneBatches,
      answersSince: answersSince(run.scope, model().fresh, run.startTime),
      commit: async (work) => {
        const counters = await this.#commit({ ...work, batchNo: STREAM_BATCH, done: false });
        if (counters) committed(counters);
      },
      changed,
    });
  }

  /** How a lock of another program is waited for: windows are told. */
  get #lockWait(): WhileLockedOptions {
    const { clock, changed } = this.#options;
    return {
      clock,
      signal: this.#abort.signal,
      waiting: (waits) => {
        this.#locked += waits ? 1 : -1;
        changed();
      },
    };
  }

  /** Stores what became of users. Null when the run was ended meanwhile: then nothing was stored, and this drive ends too. */
  async #commit(
    work: Pick<CommittedWork, 'batchNo' | 'outcomes' | 'weight' | 'done' | 'streamed' | 'extraWrites'>,
  ): Promise<RunCounters | null> {
    const { run, store, clock, activeMs } = this.#options;
    const commit = (): Awaitable<RunCounters | null> =>
      store.commit({
        ...work,
        runId: run.id,
        pauseAt: pilotSize(run),
        now: clock.now(),
        activeMs: activeMs(),
      });
    const counters = await whileLocked(commit, this.#lockWait);
    if (!counters) this.#fail(new AppError('run.not_running'));
    return counters;
  }

  /** One worker: batch after batch until there is none, or the drive is over. */
  async #work(extractor: Extractor): Promise<void> {
    const { run } = this.#options;
    while (!this.#stopped) {
      if (run.status === 'paused') {
        await this.#whileRunning();
        continue;
      }
      try {
        const batchNo = await this.#claimBatch();
        if (batchNo === null) return;
        await this.#whileRunning();
        while (!this.#stopped && (await this.#runBatch(extractor, batchNo)));
      } catch (error) {
        this.#fail(error);
        return;
      }
    }
  }

  /** The next batch that no worker of this drive has taken yet; null when there is none. One worker claims at a time. */
  #claimBatch(): Promise<number | null> {
    const { run, store } = this.#options;
    const claimed = this.#claims.then(async () => {
      const batchNo = await store.claimBatch(run.id, this.#lastBatch);
      if (batchNo !== null) this.#lastBatch = batchNo;
      return batchNo;
    });
    this.#claims = claimed.catch(() => undefined);
    return claimed;
  }

  /** Runs the users of a batch that fit into memory together; false when there are none left. */
  async #runBatch(extractor: Extractor, batchNo: number): Promise<boolean> {
    const { run, store, committed, changed } = this.#options;
    const { signal } = this.#abort;
    const users = await store.loadUsers({
      runId: run.id,
      batchNo,
      afterUserNo: 0,
      count: null,
      maxBehaviours: extractor.maxBehavioursPerUser,
    });
    if (!users || users.length === 0) return false;
    this.#inWork.set(batchNo, { batchNo, userIds: users.map((user) => user.input.userId) });
    changed();
    try {
      const outcomes = await askExtractor(users, extractor, signal);
      if (signal.aborted) return false;
      const weight = users.reduce((sum, user) => sum + weightOf(user), 0);
      const counters = await this.#commit({ batchNo, outcomes, weight, done: true });
      this.#inWork.delete(batchNo);
      if (!counters) return false;
      committed(counters);
      // Lets requests and timers of this thread have their turn.
      await new Promise<void>((resolve) => setImmediate(resolve));
      return true;
    } finally {
      this.#inWork.delete(batchNo);
    }
  }
}
