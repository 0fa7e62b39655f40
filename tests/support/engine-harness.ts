import { onTestFinished } from 'vitest';
import type { EngineApi, EngineEvents, EngineListener } from '../../src/core/engine/engine-api.ts';
import { createEngine } from '../../src/core/engine/engine.ts';
import type { RhythmView } from '../../src/shared/rhythm.ts';
import type { RunRequest, RunStatus } from '../../src/shared/run.ts';
import { ENGINE_OPTIONS } from './bundled.ts';

/** A run of all users who are not done. */
export const ALL: RunRequest = {
  scope: { kind: 'remaining' },
  maxCost: null,
  maxTokens: null,
  pilotUsers: null,
  detail: 'fine',
  fresh: false,
};

/** The whole engine in this thread, as on the command line; its events are recorded. Closed after the test. */
export class EngineHarness {
  readonly engine: EngineApi;
  readonly told: { [E in keyof EngineEvents]: { event: E; payload: EngineEvents[E] } }[keyof EngineEvents][] =
    [];

  /** `slowRulesMs`: how long every batch of five users takes. `listener` is told each event, too. */
  constructor({ slowRulesMs = 0 }: { slowRulesMs?: number } = {}, listener?: EngineListener) {
    this.engine = createEngine({ ...ENGINE_OPTIONS, slowRulesMs }, (event, payload) => {
      this.told.push({ event, payload } as (typeof this.told)[number]);
      listener?.(event, payload);
    });
    onTestFinished(() => this.engine.closeWorkspace());
  }

  /** The payloads of the events of one name, oldest first. */
  payloads<E extends keyof EngineEvents>(event: E): EngineEvents[E][] {
    return this.told
      .filter((entry) => entry.event === event)
      .map(({ payload }) => payload as EngineEvents[E]);
  }

  /** Waits until the run is in a state. */
  async runIs(status: RunStatus): Promise<void> {
    while ((await this.engine.runSnapshot()).status !== status) await pause();
  }

  /** Waits until the rhythm of the log is in a state. */
  async rhythmIs<S extends RhythmView['status']>(status: S): Promise<Extract<RhythmView, { status: S }>> {
    for (;;) {
      const view = await this.engine.rhythm();
      if (hasStatus(view, status)) return view;
      await pause();
    }
  }

  /** Undoes an import, and waits until that has ended. */
  async undone(importId: number): Promise<void> {
    await this.engine.startUndo(importId);
    await this.importEnded();
  }

  /** Waits until no import, and no undo, is going on. */
  async importEnded(): Promise<void> {
    while ((await this.engine.importSnapshot()).status === 'running') await pause();
  }
}

function hasStatus<S extends RhythmView['status']>(
  view: RhythmView,
  status: S,
): view is Extract<RhythmView, { status: S }> {
  return view.status === status;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
