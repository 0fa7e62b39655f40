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
  tell(report, `runs of ${killed.runs}`, killed);
  const rescued = await killRescues({ folder: join(folder, 'rescues'), kills: rescueKills, seed: 1 });
  tell(report, `rescues of ${rescued.rescues}`, rescued);
}

function tell(
  report: Report,
  what: string,
  { kills, problems }: { kills: number; problems: string[] },
): void {
  report.record(`${what} not as undisturbed, after ${kills} kills`, problems.length, '', { most: 0 });
  for (const problem of problems) report.note(problem);
}
