import { join } from 'node:path';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { mean } from '../report.ts';
import type { Report } from '../report.ts';
import type { ModelBench } from './bench.ts';
import { withFaultProcess } from './fault-process.ts';
import { finished, removeWorkspace, runModelCli } from './model-cli.ts';

const USERS = 2_000;
const ROWS_PER_USER = 20;
/** Answers short enough that the run has hundreds of requests. */
const MAX_OUTPUT = 1_000;
const MEDIAN_MS = 1_000;
const SIGMA = 0.5;
const CONCURRENCY = 10;
const SLOWDOWN = 2;
/** The estimate is looked at between these shares of the work. */
const [FROM_PERCENT, TO_PERCENT] = [20, 90];

interface Sample {
  at: number;
  percent: number;
  remaining: number;
}

/** How far the remaining time shown is from the truth, on a service that takes twice as long from the middle of the run on. */
export async function measureRemainingTime(report: Report, { folder }: ModelBench): Promise<void> {
  const log = join(folder, 'remaining.csv');
  const workspace = join(folder, 'remaining.db');
  await generateSample({ users: USERS, rowsPerUser: ROWS_PER_USER, seed: 3, behaviorsPath: log });
  const latency = `lognormal:${MEDIAN_MS}:${SIGMA}`;
  await withFaultProcess({ latency, seed: 1 }, async ({ baseUrl, control }) => {
    const samples: Sample[] = [];
    let slow = false;
    const end = await runModelCli({
      ...{ log, workspace, baseUrl, concurrency: CONCURRENCY },
      more: ['--max-output', String(MAX_OUTPUT)],
      onSnapshot: ({ progress_percent: percent, estimated_remaining_seconds: remaining }) => {
        if (remaining !== null) samples.push({ at: Date.now(), percent, remaining });
        if (slow || percent < 50) return;
        slow = true;
        void control({ slowdown: { factor: SLOWDOWN, atArrival: 0 } });
      },
    });
    const { requests } = finished(end);
    removeWorkspace(workspace);
    const endedAt = samples.at(-1)?.at ?? Number.NaN;
    const errorOf = ({ at, remaining }: Sample): number =>
      (100 * Math.abs(remaining * 1000 - (endedAt - at))) / (endedAt - at);
    const looked = samples.filter(({ percent }) => percent >= FROM_PERCENT && percent <= TO_PERCENT);
    const before = looked.filter(({ percent }) => percent < 50);
    const after = looked.filter(({ percent }) => percent >= 50);
    report.record(
      'remaining time between 20 % and 90 % done: mean error',
      mean(looked.map(errorOf)),
      '%',
      { most: 20 },
      `${looked.length} snapshots of a run of ${Math.round(end.runMs / 1000)} s and ${requests} requests, latency lognormal (median ${MEDIAN_MS} ms, sigma ${SIGMA}), ${SLOWDOWN} × as long from 50 % on`,
    );
    report.note(
      `before the slowdown, which nobody can foresee: ${mean(before.map(errorOf)).toFixed(1)} %; ` +
        `after it: ${mean(after.map(errorOf)).toFixed(1)} %`,
    );
  });
}
