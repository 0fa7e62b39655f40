import { ModelHarness } from './model-harness.ts';
import type { ModelHarnessOptions } from './model-harness.ts';
import { ScriptedClient } from './scripted-client.ts';
import type { Reply, ScriptedCall } from './scripted-client.ts';
import { shoppers } from './shoppers.ts';
import { SimClock } from './sim-clock.ts';
import type { RunRequestInput, RunSnapshot } from '../../src/shared/run.ts';

const HOUR_MS = 3_600_000;
/** Turns of the event loop that a run needs for work without waiting: it loads users, packs, judges and commits. */
const TURNS = 12;

/** A run in virtual time; a script decides the result of each request. */
export class ScriptedRun {
  readonly clock: SimClock;
  readonly client: ScriptedClient;
  readonly harness: ModelHarness;
  readonly startedAt: number;

  private constructor(clock: SimClock, client: ScriptedClient, harness: ModelHarness) {
    this.clock = clock;
    this.client = client;
    this.harness = harness;
    this.startedAt = clock.now();
  }

  static async open(
    script: (call: ScriptedCall) => Reply,
    options: Omit<ModelHarnessOptions, 'server' | 'clock' | 'client'> = {},
  ): Promise<ScriptedRun> {
    const clock = new SimClock(Date.UTC(2026, 0, 5, 8), TURNS);
    const client = new ScriptedClient(clock, script);
    const harness = await ModelHarness.open({ users: shoppers(24), ...options, clock, client });
    return new ScriptedRun(clock, client, harness);
  }

  /** Starts the run, and returns its last snapshot. Rejects when it goes on for longer than `limitMs`. */
  async run(limitMs = HOUR_MS, request: Partial<RunRequestInput> = {}): Promise<RunSnapshot> {
    // Loading the model service takes real time: virtual time stands still meanwhile.
    await this.harness.start(request);
    return this.clock.run(this.harness.ended(), limitMs);
  }

  /** Resumes a stopped run. */
  async resume(limitMs = HOUR_MS): Promise<RunSnapshot> {
    await this.harness.engine.resumeRun();
    return this.clock.run(this.harness.ended(), limitMs);
  }

  /** Starts the run, advances the time, and returns the latest snapshot. */
  async after(ms: number): Promise<RunSnapshot> {
    await this.harness.start();
    await this.clock.advance(ms);
    return this.latest;
  }

  get latest(): RunSnapshot {
    const last = this.harness.snapshots.at(-1);
    if (!last) throw new Error('the run was not started');
    return last;
  }

  /** Seconds of virtual time since the workspace was opened. */
  get seconds(): number {
    return (this.clock.now() - this.startedAt) / 1000;
  }

  /** The codes of the reasons why users failed, with the provider's message. */
  async failures(): Promise<{ code: string; detail: unknown; users: string[] }[]> {
    const groups = await this.harness.engine.runFailures(this.latest.runId ?? 0);
    return groups.map(({ error, sampleUserIds }) => ({
      code: error.code,
      detail: error.params?.['detail'],
      users: sampleUserIds,
    }));
  }
}
