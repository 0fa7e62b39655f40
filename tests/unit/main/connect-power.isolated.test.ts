import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import type { EngineApi } from '../../../src/core/engine/engine-api.ts';
import { LatestSnapshots } from '../../../src/main/engine/latest-snapshots.ts';
import { connectPower } from '../../../src/main/power/connect-power.ts';
import { NO_INDUCTION } from '../../../src/shared/induction.ts';
import type { ModelFigures } from '../../../src/shared/model.ts';
import type { FailureClass } from '../../../src/shared/failure-classes.ts';
import { NO_RUN } from '../../../src/shared/run.ts';
import { RecordingLog } from './fakes.ts';

/** What the system says, and who listens to it. */
const system = vi.hoisted(() => ({ online: true, listeners: new Map<string, () => void>() }));
vi.mock('electron', () => ({
  net: { isOnline: () => system.online },
  powerMonitor: { on: (event: string, listener: () => void) => system.listeners.set(event, listener) },
}));

/** More than the interval at which the network is asked about. */
const LATER_MS = 3_000;

const told: string[] = [];
let log: RecordingLog;
let snapshots: LatestSnapshots;
let revision = 0;
let refuses = false;

beforeEach(() => {
  vi.useFakeTimers();
  told.length = 0;
  system.online = true;
  system.listeners.clear();
  [log, snapshots, revision, refuses] = [new RecordingLog(), new LatestSnapshots(), 0, false];
  const engine = {
    machineSlept: async (ms: number) => {
      if (refuses) throw new AppError('app.engine_stopped');
      told.push(`slept ${ms}`);
    },
    tryModelNow: async () => void told.push('try now'),
  } as unknown as EngineApi;
  connectPower({
    engine: () => engine,
    snapshots,
    networkChanged: async () => void told.push('network changed'),
    log,
  });
});

afterEach(() => vi.useRealTimers());

const emit = (event: 'suspend' | 'resume'): void => system.listeners.get(event)?.();
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** A run with a model that waits for such a reason, or for none. */
function runWaits(throttledBy: FailureClass | null, status: 'running' | 'paused' = 'running'): void {
  const throttledUntil = throttledBy === null ? null : Date.now() + 60_000;
  const model = { throttledBy, throttledUntil } as ModelFigures;
  snapshots.acceptRun({ ...NO_RUN, workspaceId: 'w', runId: 1, status, revision: ++revision, model });
}

describe('a sleep of the machine', () => {
  test('is told to the engine with its length, and nothing is tried that does not wait', async () => {
    emit('suspend');
    await pass(90_000);
    emit('resume');
    await pass(0);
    expect(told).toEqual(['slept 90000']);
  });

  test('ends a wait for the network: the service is tried at once', async () => {
    runWaits('network');
    await pass(0);
    told.length = 0;
    emit('suspend');
    await pass(500);
    emit('resume');
    await pass(0);
    expect(told).toEqual(['slept 500', 'try now']);
  });

  test('that the engine cannot be told of is written down, and no error', async () => {
    refuses = true;
    emit('suspend');
    emit('resume');
    await pass(0);
    expect(log.lines).toContain('warn the engine was not told: app.engine_stopped');
  });
});

describe('a network that is gone', () => {
  test('is watched while a run waits for it, and its return has the service tried again', async () => {
    system.online = false;
    runWaits('network');
    await pass(LATER_MS);
    // The way to the service is asked for anew when the wait begins.
    expect(told).toEqual(['network changed']);
    system.online = true;
    await pass(LATER_MS);
    expect(told).toEqual(['network changed', 'network changed', 'try now']);
    await pass(60_000);
    expect(told).toHaveLength(3);
  });

  test.each([
    ['waits for another reason', () => runWaits('rate_limited')],
    ['waits for nothing', () => runWaits(null)],
    ['is paused', () => runWaits('network', 'paused')],
  ])('is no matter to a run that %s', async (_what, make) => {
    make();
    system.online = false;
    await pass(LATER_MS);
    system.online = true;
    await pass(LATER_MS);
    expect(told).toEqual([]);
  });

  test('is watched no more once the run goes on', async () => {
    system.online = false;
    runWaits('network');
    await pass(LATER_MS);
    runWaits(null);
    system.online = true;
    await pass(LATER_MS);
    expect(told).toEqual(['network changed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is watched for an induction, too', async () => {
    system.online = false;
    snapshots.acceptInduction({
      ...NO_INDUCTION,
      ...{ workspaceId: 'w', inductionId: 1, status: 'running', revision: 1 },
      ...{ throttledBy: 'network', throttledUntil: Date.now() + 60_000 },
    });
    await pass(LATER_MS);
    system.online = true;
    await pass(LATER_MS);
    expect(told.at(-1)).toBe('try now');
  });
});
