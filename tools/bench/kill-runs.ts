import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../../src/core/sample/random.ts';

/** The command `extract` of the sources. */
const EXTRACT = [fileURLToPath(new URL('../../src/cli/extract.ts', import.meta.url))];
/** Slow enough that a run lasts long against the start of a process, so that kills fall into it. */
const BATCH_MS = 15;

export interface KillReport {
  runs: number;
  kills: number;
  /** Kills while a run was in work, as against those during start-up or import. */
  killsMidRun: number;
  /** Problems as texts; empty when every run ended as the undisturbed one. */
  problems: string[];
}

interface Snapshot {
  run_id: number;
  status: string;
  total_users: number;
  processed_users: number;
  success_count: number;
  failed_count: number;
  progress_percent: number;
  revision: number;
}

/**
 * Imports and runs a log repeatedly with the command line, kills it with SIGKILL at random moments, starts the same
 * command until it is done, and compares with an undisturbed run: equal events, one run, counters right at every
 * snapshot, percent and revision never falling. `folder` is for its files; `seed` makes the moments repeatable; `command`: the script to
 * start, and what comes before the arguments of `extract`.
 */
export async function killRuns(options: {
  log: string;
  folder: string;
  runs: number;
  seed: number;
  command?: string[];
  onRun?: (done: number) => void;
}): Promise<KillReport> {
  const { log, folder, runs, command = EXTRACT } = options;
  const random = new Random(options.seed, 0);
  const expectedPath = join(folder, 'expected.csv');
  const start = performance.now();
  const undisturbed = await extract(command, log, join(folder, 'undisturbed.db'), expectedPath, null);
  const wholeMs = performance.now() - start;
  if (undisturbed.code !== 0) throw new Error(`the undisturbed run ended with ${undisturbed.code}`);
  const expected = readFileSync(expectedPath);

  const report: KillReport = { runs, kills: 0, killsMidRun: 0, problems: [] };
  for (let run = 1; run <= runs; run += 1) {
    const workspace = join(folder, `run-${run}.db`);
    const out = join(folder, `run-${run}.csv`);
    const problem = (text: string): number => report.problems.push(`run ${run}: ${text}`);
    const seen: Snapshot[] = [];
    let killed = false;
    for (;;) {
      // The first process is always killed; each later one has a chance to reach the end.
      const killAfterMs = !killed || random.chance(0.6) ? random.next() * wholeMs : null;
      const { code, snapshots } = await extract(command, log, workspace, out, killAfterMs);
      if (code === 0 && !killed) {
        // The run ended before the kill: start over, so that every counted run was killed.
        removeWorkspace(workspace);
        continue;
      }
      seen.push(...snapshots);
      if (code === 'SIGKILL') {
        killed = true;
        report.kills += 1;
        if (snapshots.length > 0) report.killsMidRun += 1;
        continue;
      }
      if (code !== 0) problem(`ended with exit code ${code}`);
      break;
    }
    checkSnapshots(seen, problem);
    if (!existsSync(out) || !readFileSync(out).equals(expected)) {
      problem('the events differ from those of the undisturbed run');
    }
    removeWorkspace(workspace);
    rmSync(out, { force: true });
    options.onRun?.(run);
  }
  return report;
}

function removeWorkspace(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(path + suffix, { force: true });
}

function checkSnapshots(snapshots: Snapshot[], problem: (text: string) => unknown): void {
  let previous: Snapshot | undefined;
  for (const snapshot of snapshots) {
    if (snapshot.success_count + snapshot.failed_count !== snapshot.processed_users)
      problem('counters do not add up');
    if (snapshot.processed_users > snapshot.total_users) problem('more users processed than there are');
    if (snapshot.run_id !== 1) problem(`a second run appeared (${snapshot.run_id})`);
    if (previous && snapshot.progress_percent < previous.progress_percent) {
      problem(`percent fell from ${previous.progress_percent} to ${snapshot.progress_percent}`);
    }
    if (previous && snapshot.revision <= previous.revision) problem('the revision did not grow');
    previous = snapshot;
  }
  const complete = previous?.status === 'completed' && previous.success_count === previous.total_users;
  if (!complete) problem(`the last snapshot is not of a completed run: ${JSON.stringify(previous)}`);
}

/** Runs the command once, until it is killed after some time or ends. */
function extract(
  command: string[],
  log: string,
  workspace: string,
  out: string,
  killAfterMs: number | null,
): Promise<{ code: number | string | null; snapshots: Snapshot[] }> {
  const child = spawn(process.execPath, [...command, log, '--workspace', workspace, '--out', out, '--json'], {
    env: { ...process.env, EVENTLOOM_SLOW_RULES_MS: String(BATCH_MS) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const timer = killAfterMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      // A line that the kill cut off was not shown.
      const lines = stdout.split('\n').slice(0, -1);
      resolve({ code: signal ?? code, snapshots: lines.map((line) => JSON.parse(line) as Snapshot) });
    });
  });
}
