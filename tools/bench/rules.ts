import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LogFigures } from './measure-log.ts';
import { measureJoin } from './join-types.ts';
import { measureWindow } from './measure-window.ts';
import { median } from './report.ts';
import type { Report } from './report.ts';
import { sampleLog } from './sample-log.ts';
import { measureUserTable } from './user-table.ts';

export interface RulesBench {
  /** The path of a log; null for 1,000,000 generated rows. */
  log: string | null;
  folder: string;
  rounds: number;
}

const run = promisify(execFile);
const largest = (numbers: number[]): number => Math.max(...numbers);

/** Measures the targets of import, rules and windows. */
export async function benchRules(report: Report, options: RulesBench): Promise<void> {
  await measureLogs(report, options);
  const table = measureUserTable(join(options.folder, 'table.db'));
  report.record('100,000 users: a page p95', table.pageP95Ms, 'ms', { most: 100 });
  report.record('100,000 users: a search p95', table.searchP95Ms, 'ms', { most: 100 });
  report.record('100,000 users: a filter p95', table.filterP95Ms, 'ms', { most: 100 });
  await recordJoin(report, join(options.folder, 'join.db'));
  const window = await measureWindow();
  report.record(`attach → painted progress, median of 20 (${window.runtime})`, window.attachToPaintMs, 'ms', {
    most: 150,
  });
  report.record('pushes a second to one window', window.pushesPerSecond, '', { most: 10 });
}

async function recordJoin(report: Report, path: string): Promise<void> {
  const joined = await measureJoin(path);
  report.record('1,000,000 events: two types joined, and shown so', joined.joinMs, 'ms', { most: 1_000 });
  report.record('1,000,000 events: the same undone', joined.undoMs, 'ms', { most: 1_000 });
  report.record(
    '1,000,000 events: types and users that a join or its undoing leaves wrong',
    joined.wrong,
    '',
    {
      most: 0,
    },
  );
  report.record('1,000,000 events: counted for the first time', joined.countMs, 'ms', null);
  report.record('1,000,000 events: a page of users and a user after the join', joined.pageMs, 'ms', {
    most: 200,
  });
}

async function measureLogs(report: Report, { log, folder, rounds }: RulesBench): Promise<void> {
  const large = log ?? (await sampleLog(folder, '1m.csv', 10_000, 1_000_000));
  const small = await sampleLog(folder, '100k.csv', 1_000, 100_000);
  const larges: LogFigures[] = [];
  const smalls: LogFigures[] = [];
  const bares: number[] = [];
  // Interleaved, so that a slow moment of the machine falls on both sides of a ratio.
  for (let round = 0; round < rounds; round += 1) {
    bares.push((await measure<{ seconds: number }>('measure-bare', large, folder)).seconds);
    larges.push(await measure<LogFigures>('measure-log', large, folder));
    smalls.push(await measure<LogFigures>('measure-log', small, folder));
  }
  const bare = median(bares);
  const seconds = (figures: LogFigures[]): number =>
    median(figures.map((each) => each.importSeconds + each.runSeconds));
  const rate = (pick: (figures: LogFigures) => number): number => bare / median(larges.map(pick));
  const peak = (pick: (figures: LogFigures) => number): number => largest(larges.map(pick));
  report.record(
    'import, rate against a bare loop of inserts',
    rate((each) => each.importSeconds),
    '×',
    {
      least: 0.5,
    },
  );
  report.record(
    'full rules run, rate against the same loop',
    rate((each) => each.runSeconds),
    '×',
    {
      least: 0.3,
    },
  );
  report.record(
    'import, peak memory above idle',
    peak((each) => each.importPeakMb - each.idleMb),
    'MB',
    {
      most: 400,
    },
  );
  report.record(
    'rules run, peak memory above idle',
    peak((each) => each.runPeakMb - each.idleMb),
    'MB',
    {
      most: 400,
    },
  );
  report.record(
    'import, delay of the main process p99',
    peak((each) => each.importDelayP99Ms),
    'ms',
    {
      most: 20,
    },
  );
  report.record(
    'rules run, delay of the main process p99',
    peak((each) => each.runDelayP99Ms),
    'ms',
    {
      most: 20,
    },
  );
  report.record('ten times the behaviours take', seconds(larges) / seconds(smalls), '×', { most: 12 });
}

async function measure<T>(script: string, log: string, folder: string): Promise<T> {
  const path = fileURLToPath(new URL(`${script}.ts`, import.meta.url));
  const workspace = join(folder, `${script}.db`);
  const { stdout } = await run(process.execPath, ['--max-old-space-size=6144', path, log, workspace]);
  for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(workspace + suffix, { force: true });
  return JSON.parse(stdout) as T;
}
