import type { ThemeGrain } from '../../shared/abstraction.ts';
import type { Detail } from '../../shared/abstraction.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ExtractorId, RunScope, RunStatus } from '../../shared/run.ts';
import type {
  Awaitable,
  BatchLimits,
  EventDraft,
  ModelTally,
  RunUser,
  UserOutcome,
} from '../extract/extractor.ts';
import type { ExtraWrites, RequestTotals } from '../extract/ports.ts';

/** A run as stored. Times are milliseconds since the epoch; weight is the measure of work (see plan.ts). */
export interface RunRow {
  id: number;
  status: Exclude<RunStatus, 'idle'>;
  extractor: ExtractorId;
  extractorVersion: string;
  detail: Detail;
  scope: RunScope;
  totalUsers: number;
  processedUsers: number;
  successCount: number;
  failedCount: number;
  totalBatches: number;
  doneBatches: number;
  totalWeight: number;
  doneWeight: number;
  eventCount: number;
  startTime: number;
  endTime: number | null;
  activeMs: number;
  /** When the process was found to have died under the run. */
  deaths: number[];
  error: ErrorInfo | null;
  dismissed: boolean;
  /** What only runs with a model have; null for others. */
  model: RunModel | null;
  /** Null for a run that needs nothing of the log as a whole. */
  basis: RunBasis | null;
}

/**
 * What a run took from the log, and from what the analyst has set, when it began. It goes on with this after a restart,
 * whatever was imported meanwhile.
 */
export interface RunBasis {
  /** A silence that is longer ends a session, in milliseconds; null: a session is a day. Rules that say a number ignore it. */
  sessionGapMs: number | null;
  /** When a day begins, in milliseconds after midnight. */
  dayStartMs: number;
  /** How long a theme may be silent before its event ends, in milliseconds. */
  themeGapMs: number;
  /** The columns whose themes are few enough to be a part of the name of an event type. */
  namedFields: string[];
  /** The columns that hold ids: a thing without another theme than its own name has none. */
  idFields: string[];
  /** Whether nearly every behaviour of a user is another step, so that only neighbours join. */
  isProcess: boolean;
  /** How finely themes are told apart at the detail standard, so that the log is abstracted at all. */
  grain: ThemeGrain;
  /** The measure of the log whose themes apply. */
  measureId: number;
  /** The version of what the analyst decided of themes; 0: nothing. */
  themeVersion: number;
}

/** The choices and counts of a run with a model; requests, tokens and money are in the ledger. */
export interface RunModel extends ModelTally {
  name: string;
  currency: string;
  /** Whether money can be counted. */
  priced: boolean;
  maxCost: number | null;
  maxTokens: number | null;
  pilotUsers: number | null;
  /** True once the users beyond the pilot were released. */
  pilotReleased: boolean;
  /** The detail at which the users of the pilot were asked about, where the others are at another one; else null. */
  pilotDetail: Detail | null;
  fresh: boolean;
}

/** A user whom a run has done, with the events that it made of them. */
export interface DoneUser extends RunUser {
  events: EventDraft[];
}

/** The events of a user as another detail asks for, and how many of them stand for other behaviours than any of before. */
export interface RegroupedUser {
  events: EventDraft[];
  changed: number;
}

/** The detail of a run that changes while it waits at the end of its pilot. */
export interface DetailChange {
  runId: number;
  detail: Detail;
  /** What the run takes from the log from now on; null: nothing else than before. */
  basis: RunBasis | null;
  /** What becomes of the events of each user that the run has done. Answers at once, and depends on nothing but the user. */
  regroup: (user: DoneUser) => RegroupedUser;
  /** Milliseconds since the epoch. */
  now: number;
}

/** What of a run is another one after a change of its detail. */
export type ChangedDetail = Pick<RunRow, 'detail' | 'basis' | 'eventCount' | 'model'>;

/** A user of a scope, with what planning needs. */
export interface PlannedUser {
  userNo: number;
  behaviourCount: number;
}

/** What a scope covers: users, their behaviours, and how many users have events that a run would replace. */
export interface ScopeFigures {
  users: number;
  behaviours: number;
  replacing: number;
}

export interface NewRun {
  extractor: ExtractorId;
  extractorVersion: string;
  detail: Detail;
  scope: RunScope;
  startTime: number;
  /** How the users are packed into batches; null puts all into one, for an extractor that packs its requests itself. */
  packing: BatchLimits | null;
  /** How many batches are shown at first; left out: as many as the packing gives. */
  totalBatches?: number;
  model?: RunModel;
  basis: RunBasis | null;
}

/** A change of a run's state. What is left out stays as it is. */
export interface RunState {
  status: RunRow['status'];
  /** Null: the run may go on. */
  endTime: number | null;
  error: ErrorInfo | null;
  deaths?: number[];
  activeMs?: number;
  extractorVersion?: string;
  basis?: RunBasis;
  /** Choices that change; the counts are changed by commits only. */
  model?: Partial<Omit<RunModel, keyof ModelTally>>;
}

/** Which users to load of a batch. */
export interface LoadRequest {
  runId: number;
  batchNo: number;
  /** Only users with a higher number. */
  afterUserNo: number;
  /** At most so many users; null for no limit. */
  count: number | null;
  /** A user with more behaviours is returned without them, with the reason in `refused`. */
  maxBehaviours: number;
  /** Memory that loaded users of the run take already; none when left out. */
  bytesInUse?: number;
}

/** What a commit stores, all of it or nothing. */
export interface CommittedWork {
  runId: number;
  batchNo: number;
  /** What became of users of the batch, by their number. */
  outcomes: { userNo: number; outcome: UserOutcome }[];
  /** The work these outcomes stand for (see plan.ts). */
  weight: number;
  /** Whether the batch is finished once all of its users are committed. */
  done: boolean;
  /** Processed users at which the run pauses: the end of its pilot; null: it does not pause by itself. */
  pauseAt: number | null;
  /** For a run that packs as it goes: requests that are finished, how many it will have had, and counts to add. */
  streamed?: { batchesDone: number; totalBatches: number; tally: ModelTally };
  extraWrites?: ExtraWrites;
  /** Milliseconds since the epoch. */
  now: number;
  activeMs: number;
}

/** The counters of a run after a commit. */
export type RunCounters = Pick<
  RunRow,
  | 'status'
  | 'processedUsers'
  | 'successCount'
  | 'failedCount'
  | 'totalBatches'
  | 'doneBatches'
  | 'doneWeight'
  | 'eventCount'
  | 'endTime'
  | 'model'
>;

/**
 * What the run engine needs of a store. Each method is a whole transaction: all of it is stored when it returns, or nothing
 * is, whatever becomes of the process. Only `commit` need not be safe from a power cut before `sync`. None leaves a transaction
 * open. Every method throws AppError, or rejects with one.
 *
 * Whoever implements it runs `tests/support/run-store-contract.ts` on it.
 */
export interface RunStore {
  /** The newest run, whatever its state; null before the first. */
  latest(): Awaitable<RunRow | null>;
  scopeFigures(scope: RunScope): Awaitable<ScopeFigures>;
  /** Those of the ids that are no user of the workspace. */
  unknownUsers(userIds: string[]): Awaitable<string[]>;
  /**
   * Stores a run over the users that the scope covers now, running, with its whole plan. An unfinished older run is closed
   * as cancelled. Null, and nothing is stored, when the scope covers no user.
   */
  create(run: NewRun): Awaitable<RunRow | null>;
  /** Takes the first batch after `after` that is not done; null when there is none. */
  claimBatch(runId: number, after: number): Awaitable<number | null>;
  /**
   * Users of a batch that are not committed, in order: as many as fit into memory, at least one unless all are done. Null
   * when the next user does not fit beside `bytesInUse`.
   */
  loadUsers(request: LoadRequest): Awaitable<RunUser[] | null>;
  /**
   * Stores users with their events and their share of the run's counters. The same transaction completes the run with its
   * last users, and pauses it at `pauseAt`. Null, and nothing is stored, when the run is neither running nor paused (any
   * more). Throws when a user was committed before.
   */
  commit(work: CommittedWork): Awaitable<RunCounters | null>;
  /** Makes what was committed safe from a power cut: before anybody is told of it. */
  sync(): Awaitable<void>;
  /** Changes the state of a run. False, and nothing is stored, when it is completed or cancelled: those states are final. */
  setState(runId: number, state: RunState): Awaitable<boolean>;
  /**
   * Changes the detail of a paused run, and with it the events of all users that it has done and that no later run has done
   * again: all of it or nothing. Null, and nothing is stored, when the run is not paused.
   */
  changeDetail(change: DetailChange): Awaitable<ChangedDetail | null>;
  /** Remembers that the notice of an ended run was dismissed. */
  dismiss(runId: number): Awaitable<void>;
  /** The sums of the run's requests to a model, for its snapshot. */
  requestTotals(runId: number): Awaitable<Readonly<RequestTotals>>;
  /** Marks the requests of all runs that a dead process had in flight. */
  markLost(): Awaitable<void>;
  /** Throws workspace.locked, at once, when another program keeps the workspace from being written to now. */
  checkUnlocked(): Awaitable<void>;
  /** Makes sure that the workspace can be written to before a run starts or goes on: writes a deleted file back. */
  makeReady(): Awaitable<void>;
}

/** An open workspace, as far as runs are concerned. */
export interface RunWorkspace {
  /** Identity of the workspace, for snapshots. */
  readonly id: string;
  readonly runStore: RunStore;
}
