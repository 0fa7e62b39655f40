import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/core/clock.ts';
import type { EngineApi } from '../../src/core/engine/engine-api.ts';
import { createEngine } from '../../src/core/engine/engine.ts';
import { Workspace } from '../../src/core/store/workspace.ts';
import type { AskingSnapshot } from '../../src/shared/asking.ts';
import { inductionRequestSchema } from '../../src/shared/induction.ts';
import type { InductionSnapshot, InductionStatus, TypesRequest } from '../../src/shared/induction.ts';
import { modelSettingsSchema } from '../../src/shared/model.ts';
import type { ModelSettings } from '../../src/shared/model.ts';
import { ENGINE_OPTIONS } from './bundled.ts';
import { inductionAnswer } from './induction-script.ts';
import { ledgerIn } from './model-books.ts';
import type { LedgerRow } from './model-books.ts';
import { QuickClock } from './quick-clock.ts';
import { ScriptedClient } from './scripted-client.ts';
import type { Reply, ScriptedCall } from './scripted-client.ts';
import { putUsers, shoppers } from './shoppers.ts';
import { tempFolder } from './temp.ts';

/** So short that a sample of 24 shoppers takes several requests. */
export const SHORT: Partial<ModelSettings> = { contextTokens: 9_000, maxOutputTokens: 2_000 };

export interface InductionHarnessOptions {
  /** What the model does with a request; left out: it answers well, after a moment. */
  script?: (call: ScriptedCall) => Reply;
  settings?: Partial<ModelSettings>;
  users?: number;
  /** Time, and a provider at the address of the settings, in place of the scripted model and its quick time. */
  clock?: Clock;
}

/** The engine with a workspace and a scripted model that induces types; time runs fast. Closed after the test. */
export class InductionHarness {
  readonly engine: EngineApi;
  readonly client: ScriptedClient;
  readonly path = join(tempFolder(), 'test.db');
  readonly snapshots: InductionSnapshot[] = [];
  /** When each of them came. */
  readonly times: number[] = [];
  /** What was told of explanations and questions in words. */
  readonly asking: AskingSnapshot[] = [];
  script: (call: ScriptedCall) => Reply;

  private constructor(options: InductionHarnessOptions) {
    const clock = options.clock ?? new QuickClock(50);
    this.script = options.script ?? (() => ({}));
    this.client = new ScriptedClient(clock, (call) => {
      const reply = this.script(call);
      return { ms: 100, ...reply, text: reply.text ?? inductionAnswer(call.request.user) };
    });
    this.engine = createEngine(
      {
        ...ENGINE_OPTIONS,
        clock,
        ...(options.clock ? {} : { createModelClient: () => this.client }),
      },
      (event, payload) => {
        if (event === 'asking') this.asking.push(payload as AskingSnapshot);
        if (event !== 'induction') return;
        this.snapshots.push(payload as InductionSnapshot);
        this.times.push(clock.now());
      },
    );
  }

  static async open(options: InductionHarnessOptions = {}): Promise<InductionHarness> {
    const harness = new InductionHarness(options);
    onTestFinished(() => harness.engine.closeWorkspace());
    const workspace = Workspace.open(harness.path, true);
    putUsers(workspace.db, shoppers(options.users ?? 24, { behaviours: 20 }));
    workspace.close();
    await harness.use(options.settings);
    await harness.reopen('leave');
    return harness;
  }

  async use(settings: Partial<ModelSettings> = {}): Promise<void> {
    const parsed = modelSettingsSchema.parse({
      ...{ baseUrl: 'http://127.0.0.1:9/v1', model: 'scripted', priceIn: 100, priceOut: 400, ...SHORT },
      ...settings,
    });
    await this.engine.useModel({ settings: parsed, apiKey: 'sk-test', promptTemplate: null });
  }

  /** Closes and opens the workspace, as quitting and starting the application does. */
  async reopen(resumePolicy: 'resume' | 'leave'): Promise<void> {
    await this.engine.openWorkspace({ path: this.path, create: false, resumePolicy });
  }

  start(request: Partial<TypesRequest> = {}): Promise<InductionSnapshot> {
    return this.engine.startInduction(inductionRequestSchema.parse({ kind: 'types', users: 24, ...request }));
  }

  /** The snapshot as soon as the induction is in one of these states. */
  async ends(...statuses: InductionStatus[]): Promise<InductionSnapshot> {
    for (;;) {
      const snapshot = await this.engine.inductionSnapshot();
      if (statuses.includes(snapshot.status)) return snapshot;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Starts an induction and gives what it found. */
  async induce(request: Partial<TypesRequest> = {}): Promise<InductionSnapshot> {
    await this.start(request);
    return this.ends('proposed', 'failed');
  }

  /** The texts of the requests that were answered, in order. */
  answered(): string[] {
    return this.client.calls
      .filter(({ outcome }) => outcome === 'answered')
      .map(({ request }) => request.user);
  }

  /** Changes the closed file as a process that died at some moment would have left it. */
  async tamper(sql: string): Promise<void> {
    await this.engine.closeWorkspace();
    const db = new DatabaseSync(this.path);
    db.exec(sql);
    db.close();
  }

  ledger(): LedgerRow[] {
    return this.read(ledgerIn);
  }

  read<T>(look: (db: DatabaseSync) => T): T {
    const db = new DatabaseSync(this.path, { readOnly: true });
    try {
      return look(db);
    } finally {
      db.close();
    }
  }
}
