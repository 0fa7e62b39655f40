import { join } from 'node:path';
import { expect } from 'vitest';
import type { AnyExtractor } from '../../src/core/run/drive.ts';
import type { RunStore } from '../../src/core/run/ports.ts';
import { RunEngine } from '../../src/core/run/run-engine.ts';
import { OpenWorkspace } from '../../src/core/store/open-workspace.ts';
import { Revisions } from '../../src/core/store/revisions.ts';
import { Workspace } from '../../src/core/store/workspace.ts';
import type { RunSnapshot, RunStatus } from '../../src/shared/run.ts';
import { fillWorkspace } from './fill-workspace.ts';
import { ManualClock } from './manual-clock.ts';
import type { ScriptedExtractor } from './scripted-extractor.ts';
import { snapshotProblems } from './snapshot-problems.ts';

export interface RunHarnessOptions<X> {
  folder: string;
  users: number;
  behavioursEach: number;
  extractor: X;
  /** What the engine gets in place of the store of the workspace. */
  wrapStore?: (store: RunStore) => RunStore;
  /** How much memory the users loaded at once may take. */
  loadBytes?: number;
}

/** A run engine on a real workspace file; every snapshot is checked against the invariants. */
export class RunHarness<X extends AnyExtractor = ScriptedExtractor> {
  readonly path: string;
  readonly clock: ManualClock;
  readonly extractor: X;
  readonly snapshots: RunSnapshot[] = [];
  workspace: OpenWorkspace;
  readonly #wrapStore: (store: RunStore) => RunStore;
  #engine: RunEngine | null = null;
  readonly #loadBytes: number | undefined;
  #generation = 0;
  #waiting: { statuses: RunStatus[]; resolve: (snapshot: RunSnapshot) => void }[] = [];

  private constructor({
    folder,
    users,
    behavioursEach,
    extractor,
    wrapStore = (store) => store,
    loadBytes,
  }: RunHarnessOptions<X>) {
    this.#loadBytes = loadBytes;
    this.path = join(folder, 'test.db');
    this.clock = new ManualClock();
    this.extractor = extractor;
    this.#wrapStore = wrapStore;
    this.workspace = new OpenWorkspace(Workspace.open(this.path, true), loadBytes);
    fillWorkspace(this.workspace.file.db, users, behavioursEach);
  }

  static async open<X extends AnyExtractor>(options: RunHarnessOptions<X>): Promise<RunHarness<X>> {
    const harness = new RunHarness(options);
    await harness.#makeEngine();
    return harness;
  }

  get engine(): RunEngine {
    if (!this.#engine) throw new Error('the harness is not open');
    return this.#engine;
  }

  /** As a new process does after the old one died: the connection is dropped without stopping the engine. */
  async reopenAfterDeath(): Promise<void> {
    this.workspace.file.close();
    this.workspace = new OpenWorkspace(Workspace.open(this.path, false), this.#loadBytes);
    await this.#makeEngine();
  }

  /** Resolves with the next snapshot of one of these states; at once when the engine is in one. */
  until(...statuses: RunStatus[]): Promise<RunSnapshot> {
    const last = this.snapshots.at(-1);
    if (last && statuses.includes(last.status)) return Promise.resolve(last);
    return new Promise((resolve) => this.#waiting.push({ statuses, resolve }));
  }

  statusOf(userId: string): string {
    return this.workspace.users.get(userId).user.status;
  }

  async #makeEngine(): Promise<void> {
    const generation = ++this.#generation;
    const revisions = new Revisions();
    revisions.attach(this.workspace.file);
    this.#engine = await RunEngine.open({
      workspace: { id: this.workspace.id, runStore: this.#wrapStore(this.workspace.runStore) },
      clock: this.clock,
      extractor: () => this.extractor,
      nextRevision: () => revisions.next(),
      onTrouble: () => undefined,
      // Snapshots of an engine of a dead process are ignored.
      onSnapshot: (snapshot) => generation === this.#generation && this.#receive(snapshot),
    });
  }

  #receive(snapshot: RunSnapshot): void {
    const previous = this.snapshots.at(-1);
    this.snapshots.push(snapshot);
    expect(snapshotProblems(previous, snapshot)).toEqual([]);
    const waiting = this.#waiting.filter((wait) => wait.statuses.includes(snapshot.status));
    this.#waiting = this.#waiting.filter((wait) => !waiting.includes(wait));
    for (const wait of waiting) wait.resolve(snapshot);
  }
}
