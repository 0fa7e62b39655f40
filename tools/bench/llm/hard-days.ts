import { join } from 'node:path';
import { median } from '../report.ts';
import type { Report } from '../report.ts';
import type { ModelBench } from './model-bench.ts';
import { checkEvents } from './check-events.ts';
import type { EventFigures } from './check-events.ts';
import { withFaultProcess } from './fault-process.ts';
import { finished, removeWorkspace, runModelCli } from './model-cli.ts';

const LATENCY_MS = 500;
const CONCURRENCY = 16;
const MIXES = ['F', 'hostile8'] as const;

interface Day {
  figures: EventFigures;
  /** Time of the run against that of as many requests without faults. */
  ratio: number;
}

/** Runs the log under mixes of faults and measures completeness, correctness and time. The worst of all seeds counts. */
export async function measureHardDays(report: Report, bench: ModelBench): Promise<void> {
  const { logName, rounds } = bench;
  for (const mix of MIXES) {
    const days: Day[] = [];
    for (let seed = 1; seed <= rounds; seed += 1) days.push(await measureDay(report, bench, mix, seed));
    const conditions = `${logName}, ${LATENCY_MS} ms, concurrency ${CONCURRENCY}, Retry-After 1 s`;
    const worst = (pick: (figures: EventFigures) => number): number =>
      Math.max(...days.map(({ figures }) => pick(figures)));
    const users = days[0]?.figures.users ?? 0;
    const conversions = days[0]?.figures.conversions ?? 0;
    const lacking = worst((each) => each.users - each.complete);
    const lost = worst((each) => each.conversions - each.conversionsFound);
    const each = `worst of ${rounds} seeds; ${conditions}`;
    report.record(`${mix}: users not complete, of ${users}`, lacking, '', { most: 0 }, each);
    report.record(`${mix}: conversions not found, of ${conversions}`, lost, '', { most: 0 }, each);
    report.record(
      `${mix}: false conversions`,
      worst((day) => day.falseConversions),
      '',
      { most: 0 },
      each,
    );
    report.record(
      `${mix}: time ÷ faultless time of as many requests`,
      median(days.map(({ ratio }) => ratio)),
      '×',
      { most: 2 },
      `median of ${rounds} seeds; ${conditions}`,
    );
  }
}

function measureDay(report: Report, { log, folder }: ModelBench, mix: string, seed: number): Promise<Day> {
  const workspace = join(folder, 'hard-day.db');
  removeWorkspace(workspace);
  return withFaultProcess({ mix, seed, latency: LATENCY_MS, 'retry-after': 1 }, async ({ baseUrl }) => {
    const end = await runModelCli({ log, workspace, baseUrl, concurrency: CONCURRENCY });
    const { requests } = finished(end);
    const ideal = (requests * LATENCY_MS) / CONCURRENCY;
    report.note(
      `${mix}, seed ${seed}: ${requests} requests in ${end.runMs} ms, faultless ${Math.round(ideal)} ms`,
    );
    const figures = checkEvents(workspace);
    removeWorkspace(workspace);
    return { figures, ratio: end.runMs / ideal };
  });
}
