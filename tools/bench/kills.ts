import { join } from 'node:path';
import { killRescues } from './kill-rescues.ts';
import { killRuns } from './kill-runs.ts';
import type { Report } from './report.ts';
import { sampleLog } from './sample-log.ts';

export interface KillsBench {
  folder: string;
  /** Repetitions of an import with a run of the rules and an export, each killed at least once. */
  runs: number;
  /** Kills of rescues. */
  rescueKills: number;
}

/** Measures the targets for processes that are killed in an import, a run of the rules, an export or a rescue. */
export async function benchKills(report: Report, { folder, runs, rescueKills }: KillsBench): Promise<void> {
  const log = await sampleLog(folder, 'kill.csv', 150, 9_000);
  const killed = await killRuns({ log, folder, runs, seed: 1 });
  report.record(
    `runs of ${killed.runs} not as undisturbed, after ${killed.kills} kills`,
    killed.problems.length,
    '',
    { most: 0 },
  );
  for (const problem of killed.problems) report.note(problem);
  const rescued = await killRescues({ folder: join(folder, 'rescues'), kills: rescueKills, seed: 1 });
  report.record(
    `rescues of ${rescued.rescues} not as undisturbed, after ${rescued.kills} kills`,
    rescued.problems.length,
    '',
    { most: 0 },
  );
  for (const problem of rescued.problems) report.note(problem);
}
