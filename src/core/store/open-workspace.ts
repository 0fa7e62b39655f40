import type { WorkspaceInfo } from '../../shared/workspace.ts';
import type { AppError } from '../errors.ts';
import type { RunWorkspace } from '../run/ports.ts';
import { AnswerStore } from './answer-store.ts';
import { BatchTables } from './batch-tables.ts';
import { sqliteError } from './database.ts';
import { withKnownErrors } from './known-errors.ts';
import { RequestStore } from './request-store.ts';
import { RunTables } from './run-tables.ts';
import { SqliteRunStore } from './sqlite-run-store.ts';
import { UserStore } from './user-store.ts';
import { WorkspaceStore } from './workspace-store.ts';
import type { Workspace } from './workspace.ts';

interface Stores {
  runs: RunTables;
  batches: BatchTables;
  requests: RequestStore;
  answers: AnswerStore;
  users: UserStore;
  contents: WorkspaceStore;
}

/**
 * An open workspace with its stores, whose methods throw AppError only. They are made anew when a deleted file was written
 * back.
 */
export class OpenWorkspace implements RunWorkspace {
  readonly file: Workspace;
  /** Its runs, as the run engine sees them. */
  readonly runStore = new SqliteRunStore(this);
  #stores: Stores;

  constructor(file: Workspace) {
    this.file = file;
    this.#stores = makeStores(file);
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

  get requests(): RequestStore {
    return this.#stores.requests;
  }

  get answers(): AnswerStore {
    return this.#stores.answers;
  }

  get users(): UserStore {
    return this.#stores.users;
  }

  get contents(): WorkspaceStore {
    return this.#stores.contents;
  }

  /** What anything that was thrown while the workspace was used means to the user. */
  errorOf(error: unknown): AppError {
    return sqliteError(error, this.path);
  }

  checkStillThere(): void {
    this.file.checkStillThere();
  }

  restoreIfGone(): boolean {
    const restored = this.file.restoreIfGone();
    if (restored) this.#stores = makeStores(this.file);
    return restored;
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

function makeStores(file: Workspace): Stores {
  const known = <T extends object>(store: T): T =>
    withKnownErrors(store, (error) => sqliteError(error, file.path));
  return {
    runs: known(new RunTables(file.db)),
    batches: known(new BatchTables(file.db)),
    requests: known(new RequestStore(file.db)),
    answers: known(new AnswerStore(file.db)),
    users: known(new UserStore(file.db)),
    contents: known(new WorkspaceStore(file.db)),
  };
}
