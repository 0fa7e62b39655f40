import { join } from 'node:path';
import { expect } from 'vitest';
import { OpenWorkspace } from '../../src/core/engine/open-workspace.ts';
import { RunEngine } from '../../src/core/run/run-engine.ts';
import type { AnyExtractor } from '../../src/core/run/drive.ts';
import { Revisions } from '../../src/core/store/revisions.ts';
import { Workspace } from '../../src/core/store/workspace.ts';
import type { RunSnapshot, RunStatus } from '../../src/shared/run.ts';
import { fillWorkspace } from './fill-workspace.ts';
import { ManualClock } from './manual-clock.ts';
import type { ScriptedExtractor } from './scripted-extractor.ts';
import { snapshotProblems } from './snapshot-problems.ts';

/** A run engine on a real workspace file; every snapshot it ever shows is checked against the invariants. */
export class RunHarness<X extends AnyExtractor = ScriptedExtractor> {
  readonly path: string;
  readonly clock: ManualClock;
  readonly extractor: X;
  readonly snapshots: RunSnapshot[] = [];
  workspace: OpenWorkspace;
  engine: RunEngine;
  readonly #loadBytes: number | undefined;
  #generation = 0;
  #waiting: { statuses: RunStatus[]; resolve: (snapshot: RunSnapshot) => void }[] = [];

  /** `loadBytes`: how much memory the users loaded at once may take. */
  constructor(folder: string, users: number, behavioursEach: number, extractor: X, loadBytes?: number) {
    this.#loadBytes = loadBytes;
    this.path = join(folder, 'test.db');
    this.clock = new ManualClock();
    this.extractor = extractor;
    this.workspace = new OpenWorkspace(Workspace.open(this.path, true), loadBytes);
    fillWorkspace(this.workspace.file.db, users, behavioursEach);
    this.engine = this.#makeEngine();
  }

  /** What a new process would do after the old one died: the connection is dropped without a word to the engine. */
  reopenAfterDeath(): void {
    this.workspace.file.close();
    this.workspace = new OpenWorkspace(Workspace.open(this.path, false), this.#loadBytes);
    this.engine = this.#makeEngine();
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

  #makeEngine(): RunEngine {
    const generation = ++this.#generation;
    const revisions = new Revisions();
    revisions.attach(this.workspace.file);
    return new RunEngine({
      workspace: this.workspace,
      clock: this.clock,
      extractor: () => this.extractor,
      nextRevision: () => revisions.next(),
      onTrouble: () => undefined,
      // What an engine of a dead process still says reaches nobody.
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
