import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { generateSample } from '../src/core/sample/generate-sample.ts';
import { killRuns } from './bench/kill-runs.ts';
import type { LogFigures } from './bench/measure-log.ts';
import { measureWindow } from './bench/measure-window.ts';
import { measureUserTable } from './bench/user-table.ts';

/**
 * `npm run bench`: what the application promises of speed, memory and survival, measured side by side in one run.
 * Prints a table on stderr and one JSON object on stdout. `--log FILE` measures a log of one's own instead of generated
 * rows; `--kills N` and `--rounds N` shorten or lengthen it.
 */
const { values } = parseArgs({
  options: {
    log: { type: 'string' },
    kills: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'eventloom-bench-'));
const run = promisify(execFile);

interface Row {
  what: string;
  value: number;
  unit: string;
  wanted: string;
  met: boolean;
}
const rows: Row[] = [];

function record(
  what: string,
  value: number,
  unit: string,
  limit: { least: number } | { most: number },
): void {
  const met = 'least' in limit ? value >= limit.least : value <= limit.most;
  const wanted = 'least' in limit ? `≥ ${limit.least}` : `≤ ${limit.most}`;
  rows.push({ what, value: Math.round(value * 1000) / 1000, unit, wanted, met });
  const shown = `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`.trim();
  process.stderr.write(`${met ? '✓' : '✗'} ${what.padEnd(62)} ${shown.padStart(12)}   ${wanted}\n`);
}

async function measure<T>(script: string, log: string): Promise<T> {
  const path = fileURLToPath(new URL(`bench/${script}.ts`, import.meta.url));
  const workspace = join(folder, `${script}.db`);
  const { stdout } = await run(process.execPath, ['--max-old-space-size=6144', path, log, workspace]);
  for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(workspace + suffix, { force: true });
  return JSON.parse(stdout) as T;
}

const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const largest = (numbers: number[]): number => Math.max(...numbers);

async function sampleLog(name: string, users: number, total: number): Promise<string> {
  const path = join(folder, name);
  await generateSample({ users, rows: total, seed: 1, behaviorsPath: path });
  return path;
}

async function measureLogs(): Promise<void> {
  const large = values.log
    ? resolve(process.env['INIT_CWD'] ?? '.', values.log)
    : await sampleLog('1m.csv', 10_000, 1_000_000);
  const small = await sampleLog('100k.csv', 1_000, 100_000);
  const larges: LogFigures[] = [];
  const smalls: LogFigures[] = [];
  const bares: number[] = [];
  // Interleaved, so that a slow moment of the machine falls on both sides of a ratio.
  for (let round = 0; round < Number(values.rounds); round += 1) {
    bares.push((await measure<{ seconds: number }>('measure-bare', large)).seconds);
    larges.push(await measure<LogFigures>('measure-log', large));
    smalls.push(await measure<LogFigures>('measure-log', small));
  }
  const bare = median(bares);
  const seconds = (figures: LogFigures[]): number =>
    median(figures.map((each) => each.importSeconds + each.runSeconds));
  record(
    'import, rate against a bare loop of inserts',
    bare / median(larges.map((each) => each.importSeconds)),
    '×',
    { least: 0.5 },
  );
  record(
    'full rules run, rate against the same loop',
    bare / median(larges.map((each) => each.runSeconds)),
    '×',
    { least: 0.3 },
  );
  record(
    'import, peak memory above idle',
    largest(larges.map((each) => each.importPeakMb - each.idleMb)),
    'MB',
    { most: 400 },
  );
  record(
    'rules run, peak memory above idle',
    largest(larges.map((each) => each.runPeakMb - each.idleMb)),
    'MB',
    { most: 400 },
  );
  record(
    'import, delay of the main process p99',
    largest(larges.map((each) => each.importDelayP99Ms)),
    'ms',
    { most: 20 },
  );
  record(
    'rules run, delay of the main process p99',
    largest(larges.map((each) => each.runDelayP99Ms)),
    'ms',
    { most: 20 },
  );
  record('ten times the behaviours take', seconds(larges) / seconds(smalls), '×', { most: 12 });
}

try {
  process.stderr.write(
    `${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}\n`,
  );
  await measureLogs();
  const table = measureUserTable(join(folder, 'table.db'));
  record('100,000 users: a page p95', table.pageP95Ms, 'ms', { most: 100 });
  record('100,000 users: a search p95', table.searchP95Ms, 'ms', { most: 100 });
  record('100,000 users: a filter p95', table.filterP95Ms, 'ms', { most: 100 });
  const window = await measureWindow();
  record(`attach → painted progress, median of 20 (${window.runtime})`, window.attachToPaintMs, 'ms', {
    most: 150,
  });
  record('pushes a second to one window', window.pushesPerSecond, '', { most: 10 });
  const killLog = await sampleLog('kill.csv', 150, 9_000);
  const killed = await killRuns({ log: killLog, folder, runs: Number(values.kills), seed: 1 });
  record(
    `runs of ${killed.runs} not as undisturbed, after ${killed.kills} kills`,
    killed.problems.length,
    '',
    { most: 0 },
  );
  for (const problem of killed.problems) process.stderr.write(`  ${problem}\n`);
  process.stdout.write(`${JSON.stringify({ node: process.version, cpus: cpus().length, rows })}\n`);
  process.exitCode = rows.every((row) => row.met) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
