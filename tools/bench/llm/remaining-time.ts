import { join } from 'node:path';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { mean } from '../report.ts';
import type { Report } from '../report.ts';
import type { ModelBench } from './model-bench.ts';
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
/** The estimate is evaluated between these shares of the work. */
const [FROM_PERCENT, TO_PERCENT] = [20, 90];

interface Sample {
  at: number;
  percent: number;
  remaining: number;
}

interface Course {
  requests: number;
  seconds: number;
  /** Errors of the remaining time shown, in percent of the truth, before the slowdown and after it. */
  before: number[];
  after: number[];
}

/**
 * How far the remaining time shown is from the truth, on a service that takes twice as long from the middle of the run on.
 * The runs are parallel, because they wait most of the time.
 */
export async function measureRemainingTime(report: Report, { folder, rounds }: ModelBench): Promise<void> {
  const log = join(folder, 'remaining.csv');
  await generateSample({ users: USERS, rowsPerUser: ROWS_PER_USER, seed: 3, behaviorsPath: log });
  const seeds = Array.from({ length: rounds }, (_, index) => index + 1);
  const courses = await Promise.all(
    seeds.map((seed) => measureCourse(log, join(folder, `remaining-${seed}.db`), seed)),
  );
  const errors = courses.map(({ before, after }) => mean([...before, ...after]));
  const lengths = courses.map(({ seconds, requests }) => `${Math.round(seconds)} s, ${requests} requests`);
  report.record(
    'remaining time between 20 % and 90 % done: mean error',
    mean(errors),
    '%',
    { most: 20 },
    `mean of ${rounds} runs (${errors.map((error) => error.toFixed(1)).join(', ')} %) of ${lengths[0] ?? ''}; latency lognormal (median ${MEDIAN_MS} ms, sigma ${SIGMA}), ${SLOWDOWN} × as long from 50 % on`,
  );
  const shown = (pick: (course: Course) => number[]): string => mean(courses.flatMap(pick)).toFixed(1);
  report.note(
    `before the slowdown, which cannot be foreseen: ${shown((course) => course.before)} %; ` +
      `after it: ${shown((course) => course.after)} %`,
  );
}

function measureCourse(log: string, workspace: string, seed: number): Promise<Course> {
  const latency = `lognormal:${MEDIAN_MS}:${SIGMA}`;
  return withFaultProcess({ latency, seed }, async ({ baseUrl, control }) => {
    const samples: Sample[] = [];
    let slow = false;
    const end = await runModelCli({
      ...{ log, workspace, baseUrl, concurrency: CONCURRENCY },
      more: ['--detail', 'fine', '--max-output', String(MAX_OUTPUT)],
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
    const looked = everySecond(samples).filter(
      ({ percent }) => percent >= FROM_PERCENT && percent <= TO_PERCENT,
    );
    return {
      requests,
      seconds: end.runMs / 1000,
      before: looked.filter(({ percent }) => percent < 50).map(errorOf),
      after: looked.filter(({ percent }) => percent >= 50).map(errorOf),
    };
  });
}

/** The value shown at each second: snapshots are more frequent when more happens, and must not weigh more for it. */
function everySecond(samples: Sample[]): Sample[] {
  const shown: Sample[] = [];
  let at = samples[0]?.at ?? Infinity;
  for (const [index, sample] of samples.entries()) {
    for (const next = samples[index + 1]?.at ?? -Infinity; at < next; at += 1000)
      shown.push({ ...sample, at });
  }
  return shown;
}
