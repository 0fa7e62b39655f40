import type { DatabaseSync } from 'node:sqlite';
import type { WorkspaceInfo } from '../../shared/workspace.ts';
import type { AppError } from '../errors.ts';
import type { RunWorkspace } from '../run/ports.ts';
import { AnswerStore } from './answer-store.ts';
import { AskedWordsStore } from './asked-words-store.ts';
import { BatchTables } from './batch-tables.ts';
import { CodebookStore } from './codebook-store.ts';
import { SqliteInductionStore } from './induction-store.ts';
import { checkUnlocked, storeError } from './database.ts';
import { DiskSync } from './disk-sync.ts';
import { knownErrors, withKnownErrors } from './known-errors.ts';
import { SqliteLogReader } from './log-reader.ts';
import { MeasureStore } from './measure-store.ts';
import { ReportStore } from './report-store.ts';
import { RequestStore } from './request-store.ts';
import { RunTables } from './run-tables.ts';
import { SavedInsightStore } from './saved-insight-store.ts';
import { SqliteRunStore } from './sqlite-run-store.ts';
import { ThemeStore } from './theme-store.ts';
import { UserStore } from './user-store.ts';
import { WorkspaceStore } from './workspace-store.ts';
import type { Workspace } from './workspace.ts';

interface Stores {
  sync: DiskSync;
  runs: RunTables;
  batches: BatchTables;
  requests: RequestStore;
  answers: AnswerStore;
  users: UserStore;
  contents: WorkspaceStore;
  log: SqliteLogReader;
  codebooks: CodebookStore;
  themes: ThemeStore;
  measures: MeasureStore;
  inductions: SqliteInductionStore;
  saved: SavedInsightStore;
  askedWords: AskedWordsStore;
  report: ReportStore;
}

/**
 * An open workspace with its stores, whose methods throw AppError only. They hold statements of its connection, and are made
 * anew for each new connection.
 */
export class OpenWorkspace implements RunWorkspace {
  readonly file: Workspace;
  /** Its runs, as the run engine sees them. */
  readonly runStore = new SqliteRunStore(this);
  readonly #loadBytes: number | undefined;
  #made: { db: DatabaseSync; stores: Stores };

  /** `loadBytes`: see BatchTables. */
  constructor(file: Workspace, loadBytes?: number) {
    this.file = file;
    this.#loadBytes = loadBytes;
    this.#made = { db: file.db, stores: makeStores(file, loadBytes) };
  }

  get #stores(): Stores {
    const { db } = this.file;
    if (this.#made.db !== db) this.#made = { db, stores: makeStores(this.file, this.#loadBytes) };
    return this.#made.stores;
  }

  get id(): string {
    return this.file.id;
  }

  get path(): string {
    return this.file.path;
  }

  get runs(): RunTables {
    return this.#stores.runs;
  }

  get batches(): BatchTables {
    return this.#stores.batches;
  }

  /** When what is committed is safe from a power cut. */
  get sync(): DiskSync {
    return this.#stores.sync;
  }

  get requests(): RequestStore {
    return this.#stores.requests;
  }

  get answers(): AnswerStore {
    return this.#stores.answers;
  }

  get users(): UserStore {
    return this.#stores.users;
  }

  /** Its behaviours, as a log is measured. */
  get log(): SqliteLogReader {
    return this.#stores.log;
  }

  /** The versions of its event types. */
  get codebooks(): CodebookStore {
    return this.#stores.codebooks;
  }

  /** The versions of what the analyst decided of its themes. */
  get themes(): ThemeStore {
    return this.#stores.themes;
  }

  /** What was measured of them. */
  get measures(): MeasureStore {
    return this.#stores.measures;
  }

  /** Its inductions of event types, and the users they look at. */
  get inductions(): SqliteInductionStore {
    return this.#stores.inductions;
  }

  /** The questions and selections that are saved in it. */
  get saved(): SavedInsightStore {
    return this.#stores.saved;
  }

  /** The questions that were asked in words. */
  get askedWords(): AskedWordsStore {
    return this.#stores.askedWords;
  }

  /** Its report. */
  get report(): ReportStore {
    return this.#stores.report;
  }

  get contents(): WorkspaceStore {
    return this.#stores.contents;
  }

  /** What anything that was thrown while the workspace was used means to the user. */
  errorOf(error: unknown): AppError {
    return storeError(error, this.path);
  }

  checkStillThere(): void {
    this.file.checkStillThere();
  }

  /** Throws workspace.locked at once when another program keeps the file from being written to. */
  checkUnlocked(): void {
    knownErrors(this.path, () => checkUnlocked(this.file.db));
  }

  restoreIfGone(): boolean {
    return this.file.restoreIfGone();
  }

  info(): WorkspaceInfo {
    return {
      workspaceId: this.id,
      path: this.path,
      sizeBytes: this.file.sizeBytes(),
      ...this.contents.figures(),
    };
  }
}

function makeStores(file: Workspace, loadBytes: number | undefined): Stores {
  const known = <T extends object>(store: T): T => withKnownErrors(store, file.path);
  const sync = new DiskSync(file.db);
  const requests = new RequestStore(file.db, sync);
  return {
    sync,
    runs: known(new RunTables(file.db)),
    batches: known(new BatchTables(file.db, loadBytes)),
    requests: known(requests),
    answers: known(new AnswerStore(file.db)),
    users: known(new UserStore(file.db)),
    contents: known(new WorkspaceStore(file.db)),
    log: known(new SqliteLogReader(file.db)),
    codebooks: known(new CodebookStore(file.db)),
    themes: known(new ThemeStore(file.db)),
    measures: known(new MeasureStore(file.db)),
    inductions: known(new SqliteInductionStore(file.db, requests)),
    saved: known(new SavedInsightStore(file.db)),
    askedWords: known(new AskedWordsStore(file.db)),
    report: known(new ReportStore(file.db)),
  };
}
