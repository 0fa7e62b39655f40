import { join } from 'node:path';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { runRequestSchema } from '../../../src/shared/run.ts';
import { median } from '../report.ts';
import type { Report } from '../report.ts';
import type { CountName } from '../../fault-server/tokens.ts';
import type { ModelBench } from './model-bench.ts';
import { withFaultProcess } from './fault-process.ts';
import { removeWorkspace } from './model-cli.ts';
import { prepare, startThreadedEngine } from './threaded-engine.ts';

const ALL = { kind: 'remaining' } as const;
const detail = 'standard';
const LATENCY_MS = 50;
/** As many as three requests hold before anything is learned. */
const PILOT_USERS = 24;

/** How far the tokens estimated before any request, and after a pilot, are from those that the run, or its rest, takes. */
export async function measurePilot(report: Report, bench: ModelBench): Promise<void> {
  const errors: Record<'before' | 'after', number[]> = { before: [], after: [] };
  const untested: number[] = [];
  for (let seed = 1; seed <= bench.rounds; seed += 1) {
    const generated = join(bench.folder, `pilot-${seed}.csv`);
    await generateSample({ users: 500, seed, behaviorsPath: generated });
    for (const [name, log] of [
      [bench.logName, bench.log],
      ['500 generated users', generated],
    ] as const) {
      const { before, after, actual } = await measureOne(log, join(bench.folder, 'pilot.db'), seed);
      errors.before.push(Math.abs(before / actual - 1) * 100);
      errors.after.push(Math.abs(after / actual - 1) * 100);
      const off = (estimate: number): string => `${((estimate / actual - 1) * 100).toFixed(1)} %`;
      const counts = seed % 2 === 1 ? 'grouped' : 'single';
      const error = await measureUntested(log, join(bench.folder, 'untested.db'), { seed, counts });
      untested.push(Math.abs(error) * 100);
      report.note(
        `${name}, seed ${seed}: tokens off by ${(error * 100).toFixed(1)} % before any request, counted ${counts}`,
      );
      report.note(
        `${name}, seed ${seed}: tokens off by ${off(before)} before the pilot, ${off(after)} after it`,
      );
    }
  }
  const conditions = `median of ${errors.after.length} runs at standard (${bench.logName} and 500 generated users, by ${bench.rounds} seeds), lognormal latency, no faults; in and out, for the users after the pilot`;
  report.record(
    'estimate before any request: error in tokens',
    median(untested),
    '%',
    { most: 30 },
    `median of ${untested.length} runs at standard of the same users, whose server counts as two families of models do by turns; in and out`,
  );
  report.record(
    'estimate after a test of the connection: error in tokens',
    median(errors.before),
    '%',
    { most: 30 },
    conditions,
  );
  report.record(
    'estimate after a pilot of three batches: error in tokens',
    median(errors.after),
    '%',
    { most: 10 },
    conditions,
  );
}

interface Estimates {
  /** Tokens of the users after the pilot: estimated before any answer, estimated after the pilot, and used. */
  before: number;
  after: number;
  actual: number;
}

function measureOne(log: string, workspace: string, seed: number): Promise<Estimates> {
  return withFaultProcess({ latency: `lognormal:${LATENCY_MS}:0.5`, seed }, async ({ baseUrl }) => {
    removeWorkspace(workspace);
    const engine = startThreadedEngine();
    try {
      await prepare(engine, { log, workspace, baseUrl });
      // What a provider counts is not known before it has counted anything: the test of the connection is such a thing.
      await engine.api.testModel();
      const first = await engine.api.preflightRun(ALL, 'llm', false, detail);
      const paused = engine.until('run', ({ model }) => model?.pilotDone === true);
      await engine.api.startRun(
        runRequestSchema.parse({ scope: ALL, extractor: 'llm', pilotUsers: PILOT_USERS, detail }),
      );
      const pilot = await paused;
      const second = await engine.api.preflightRun(ALL, 'llm', false, detail);
      const ended = engine.until('run', ({ status }) => status === 'completed' || status === 'failed');
      await engine.api.resumeRun();
      const last = await ended;
      if (last.status !== 'completed') throw new Error(`the run ended as ${last.status}`);
      const left = (last.totalUsers - pilot.processedUsers) / last.totalUsers;
      return {
        before: tokensOf(first.estimate) * left,
        after: tokensOf(second.estimate),
        actual: tokensOf(last.model) - tokensOf(pilot.model),
      };
    } finally {
      await engine.dispose();
      removeWorkspace(workspace);
    }
  });
}

/**
 * How far the tokens estimated without any request are from those of a run: as a share of these. The server counts as models do:
 * no estimate could know how one counts that is unlike all of them.
 */
function measureUntested(
  log: string,
  workspace: string,
  { seed, counts }: { seed: number; counts: CountName },
): Promise<number> {
  return withFaultProcess({ latency: `lognormal:${LATENCY_MS}:0.5`, seed, counts }, async ({ baseUrl }) => {
    removeWorkspace(workspace);
    const engine = startThreadedEngine();
    try {
      await prepare(engine, { log, workspace, baseUrl });
      const { estimate } = await engine.api.preflightRun(ALL, 'llm', false, detail);
      const ended = engine.until('run', ({ status }) => status === 'completed' || status === 'failed');
      await engine.api.startRun(runRequestSchema.parse({ scope: ALL, extractor: 'llm', detail }));
      const last = await ended;
      if (last.status !== 'completed') throw new Error(`the run ended as ${last.status}`);
      return tokensOf(estimate) / tokensOf(last.model) - 1;
    } finally {
      await engine.dispose();
      removeWorkspace(workspace);
    }
  });
}

function tokensOf(figures: { inputTokens: number; outputTokens: number } | null): number {
  return figures ? figures.inputTokens + figures.outputTokens : Number.NaN;
}
