import type { DatabaseSync } from 'node:sqlite';
import type { WorkspaceInfo } from '../../shared/workspace.ts';
import type { RunWorkspace } from '../run/run-workspace.ts';
import { AnswerStore } from '../store/answer-store.ts';
import { BatchStore } from '../store/batch-store.ts';
import { RequestStore } from '../store/request-store.ts';
import { RunStore } from '../store/run-store.ts';
import { UserStore } from '../store/user-store.ts';
import { WorkspaceStore } from '../store/workspace-store.ts';
import type { Workspace } from '../store/workspace.ts';

interface Stores {
  runs: RunStore;
  batches: BatchStore;
  requests: RequestStore;
  answers: AnswerStore;
  users: UserStore;
  contents: WorkspaceStore;
}

/** An open workspace with its stores. They hold statements of its connection, and are made anew for each new connection. */
export class OpenWorkspace implements RunWorkspace {
  readonly file: Workspace;
  readonly #loadBytes: number | undefined;
  #made: { db: DatabaseSync; stores: Stores };

  /** `loadBytes`: see BatchStore. */
  constructor(file: Workspace, loadBytes?: number) {
    this.file = file;
    this.#loadBytes = loadBytes;
    this.#made = { db: file.db, stores: makeStores(file.db, loadBytes) };
  }

  get #stores(): Stores {
    const { db } = this.file;
    if (this.#made.db !== db) this.#made = { db, stores: makeStores(db, this.#loadBytes) };
    return this.#made.stores;
  }

  get id(): string {
    return this.file.id;
  }

  get path(): string {
    return this.file.path;
  }

  get runs(): RunStore {
    return this.#stores.runs;
  }

  get batches(): BatchStore {
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

  checkStillThere(): void {
    this.file.checkStillThere();
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

function makeStores(db: DatabaseSync, loadBytes: number | undefined): Stores {
  return {
    runs: new RunStore(db),
    batches: new BatchStore(db, loadBytes),
    requests: new RequestStore(db),
    answers: new AnswerStore(db),
    users: new UserStore(db),
    contents: new WorkspaceStore(db),
  };
}
