import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import type { EngineApi } from '../../src/core/engine/engine-api.ts';
import { createEngine } from '../../src/core/engine/engine.ts';
import type { ModelClient } from '../../src/core/extract/llm/types.ts';
import { Workspace } from '../../src/core/store/workspace.ts';
import { modelSettingsSchema } from '../../src/shared/model.ts';
import type { ModelFigures, ModelSettings } from '../../src/shared/model.ts';
import { runRequestSchema } from '../../src/shared/run.ts';
import type { RunRequestInput, RunSnapshot, RunStatus } from '../../src/shared/run.ts';
import type { Settings } from '../../src/shared/settings.ts';
import type { FaultServerOptions } from '../../tools/fault-server/options.ts';
import { startFaultServer } from '../../tools/fault-server/server.ts';
import type { FaultServer } from '../../tools/fault-server/server.ts';
import { ENGINE_OPTIONS } from './bundled.ts';
import { eventsIn, ledgerIn } from './model-books.ts';
import type { LedgerRow, StoredEvent } from './model-books.ts';
import { putUsers, shoppers } from './shoppers.ts';
import type { TestUser } from './shoppers.ts';
import { snapshotProblems } from './snapshot-problems.ts';
import { tempFolder } from './temp.ts';

export const KEY = 'sk-test-5f2a77c1';

export interface ModelHarnessOptions {
  users?: TestUser[] | number;
  server?: FaultServerOptions;
  settings?: Partial<ModelSettings>;
  clock?: Clock;
  apiKey?: string;
  /** Replaces the server. */
  client?: ModelClient;
}

/** The engine with a workspace file and a model server; every snapshot is checked against the invariants. */
export class ModelHarness {
  readonly users: TestUser[];
  readonly server: FaultServer;
  readonly path: string;
  readonly engine: EngineApi;
  readonly snapshots: RunSnapshot[] = [];
  /** When each of them came, by the clock of the harness. */
  readonly times: number[] = [];
  readonly #now: () => number;
  /** Violated invariants of snapshots; a test expects none. */
  readonly problems: string[] = [];
  settings: ModelSettings;
  #waiting: { holds: (snapshot: RunSnapshot) => boolean; resolve: (snapshot: RunSnapshot) => void }[] = [];

  private constructor(
    users: TestUser[],
    server: FaultServer,
    { clock, settings, client }: ModelHarnessOptions,
  ) {
    this.users = users;
    this.server = server;
    this.#now = () => (clock ? clock.now() : Date.now());
    this.path = join(tempFolder(), 'test.db');
    this.settings = modelSettingsSchema.parse({
      baseUrl: `${server.url}/v1`,
      model: 'fault-model',
      priceIn: 100,
      priceOut: 400,
      ...settings,
    });
    this.engine = createEngine(
      {
        ...ENGINE_OPTIONS,
        ...(clock ? { clock } : {}),
        ...(client ? { createModelClient: () => client } : {}),
      },
      (event, payload) => {
        if (event === 'run') this.#receive(payload as RunSnapshot);
      },
    );
  }

  /** A workspace of users (so many shoppers), opened, and a model that answers them. Closed after the test. */
  static async open(options: ModelHarnessOptions = {}): Promise<ModelHarness> {
    const { users = 12, clock } = options;
    const server = await startFaultServer({
      key: KEY,
      seed: 3,
      ...(clock ? { clock } : {}),
      ...options.server,
    });
    const list = typeof users === 'number' ? shoppers(users) : users;
    const harness = new ModelHarness(list, server, options);
    onTestFinished(async () => {
      await harness.engine.closeWorkspace();
      await server.close();
    });
    const workspace = Workspace.open(harness.path, true);
    putUsers(workspace.db, list);
    workspace.close();
    await harness.use({ apiKey: options.apiKey ?? KEY });
    await harness.reopen('leave');
    return harness;
  }

  /** Changes the model settings; settings that are left out stay. */
  async use({
    apiKey = KEY,
    promptTemplate = null,
    ...settings
  }: Partial<ModelSettings> & { apiKey?: string; promptTemplate?: string | null }): Promise<void> {
    this.settings = { ...this.settings, ...settings };
    await this.engine.useModel({ settings: this.settings, apiKey, promptTemplate });
  }

  /** Closes and opens the workspace, as quitting and starting the application does. */
  async reopen(resumePolicy: Settings['resumePolicy'] = 'leave'): Promise<void> {
    await this.engine.openWorkspace({ path: this.path, create: false, resumePolicy });
  }

  start(request: Partial<RunRequestInput> = {}): Promise<RunSnapshot> {
    // At the finest detail nothing joins that the model kept apart, unless neighbours are alike.
    const finest = {
      scope: { kind: 'remaining' as const },
      extractor: 'llm' as const,
      detail: 'fine' as const,
    };
    const wanted = { ...finest, ...request };
    return this.engine.startRun(runRequestSchema.parse(wanted));
  }

  /** Starts a run and returns its last snapshot. */
  async run(request: Partial<RunRequestInput> = {}): Promise<RunSnapshot> {
    await this.start(request);
    return this.ended();
  }

  /** The first snapshot from now on for which the condition holds. */
  until(holds: (snapshot: RunSnapshot) => boolean): Promise<RunSnapshot> {
    const last = this.snapshots.at(-1);
    if (last && holds(last)) return Promise.resolve(last);
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  untilStatus(...statuses: RunStatus[]): Promise<RunSnapshot> {
    return this.until(({ status }) => statuses.includes(status));
  }

  ended(): Promise<RunSnapshot> {
    return this.untilStatus('completed', 'failed', 'cancelled');
  }

  /** Reads the workspace file as another program would. */
  read<T>(look: (db: DatabaseSync) => T): T {
    const db = new DatabaseSync(this.path, { readOnly: true });
    try {
      return look(db);
    } finally {
      db.close();
    }
  }

  events(): StoredEvent[] {
    return this.read(eventsIn);
  }

  ledger(): LedgerRow[] {
    return this.read(ledgerIn);
  }

  /** Changes the closed file as a process that died at some moment would have left it. */
  async tamper(change: (db: DatabaseSync) => void): Promise<void> {
    await this.engine.closeWorkspace();
    const db = new DatabaseSync(this.path);
    change(db);
    db.close();
  }

  #receive(snapshot: RunSnapshot): void {
    // A workspace that is closed shows no run at all.
    if (snapshot.workspaceId === '') return;
    this.problems.push(...snapshotProblems(this.snapshots.at(-1), snapshot));
    this.snapshots.push(snapshot);
    this.times.push(this.#now());
    const waiting = this.#waiting.filter(({ holds }) => holds(snapshot));
    this.#waiting = this.#waiting.filter((wait) => !waiting.includes(wait));
    for (const wait of waiting) wait.resolve(snapshot);
  }
}

/** The figures of a run with a model. */
export function figuresOf(snapshot: RunSnapshot): ModelFigures {
  if (!snapshot.model) throw new Error('the run has no model');
  return snapshot.model;
}
