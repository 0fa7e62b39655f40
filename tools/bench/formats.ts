import { execFile } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { EXPORT_EXTENSION, EXPORT_FORMATS } from '../../src/shared/export-formats.ts';
import { LOG_WRITERS } from './format-logs.ts';
import type { LogFormat } from './format-logs.ts';
import { fillWithEvents } from './insight.ts';
import type { FormatFigures } from './measure-format.ts';
import type { Report } from './report.ts';

const SCRIPT = fileURLToPath(new URL('measure-format.ts', import.meta.url));
const run = promisify(execFile);
const DATABASE_FILES = ['', '-wal', '-shm', '-lock'];
/** Of the limits of the product: docs/limits.md. */
const IMPORT_MB = 400;
const EXPORT_MB = 300;
const RECOGNISED_S = 1;
/** Of the speed of prepared inserts alone; told only where reading the format itself is most of the work. */
const SHARE_OF_BARE = 0.5;
/** A workbook has hardly more rows on a sheet. */
const XLSX_ROWS = 1_000_000;

async function measure(...args: string[]): Promise<FormatFigures> {
  const { stdout } = await run(process.execPath, [SCRIPT, ...args]);
  return JSON.parse(stdout) as FormatFigures;
}

const removeDatabase = (path: string): void =>
  DATABASE_FILES.forEach((end) => rmSync(path + end, { force: true }));

/** Imports a log in each format beside bare inserts, and exports events in each beside a bare write; each in a process of its own. */
export async function benchFormats(
  report: Report,
  { folder, rows, events }: { folder: string; rows: number; events: number },
): Promise<void> {
  await benchImports(report, folder, rows);
  await benchExports(report, folder, events);
}

async function benchImports(report: Report, folder: string, rows: number): Promise<void> {
  const workspace = join(folder, 'formats.db');
  const bare = await measure('bare', String(rows), workspace);
  removeDatabase(workspace);
  const bareRate = bare.rows / bare.seconds;
  report.record('prepared inserts alone', bareRate, 'rows/s', null, `${rows} rows like Retailrocket's`);
  for (const format of Object.keys(LOG_WRITERS) as LogFormat[]) {
    const count = format === 'XLSX' ? Math.min(rows, XLSX_ROWS) : rows;
    const path = join(folder, 'formats.log');
    await LOG_WRITERS[format](path, count);
    const megabytes = (statSync(path).size / 1e6).toFixed(0);
    const { seconds } = await measure('recognise', path);
    const imported = await measure('import', path, workspace);
    if (imported.rows !== count) throw new Error(`${format}: ${imported.rows} of ${count} rows`);
    removeDatabase(workspace);
    rmSync(path);
    const rate = imported.rows / imported.seconds;
    const target = format === 'CSV' ? { least: SHARE_OF_BARE } : null;
    report.record(`${format}: recognised`, seconds, 's', { most: RECOGNISED_S }, `${megabytes} MB`);
    report.record(
      `${format}: imported`,
      rate,
      'rows/s',
      null,
      `${count} rows, ${imported.seconds.toFixed(1)} s`,
    );
    report.record(`${format}: share of prepared inserts`, rate / bareRate, 'times', target);
    report.record(`${format}: peak memory of an import`, imported.peakMb, 'MB', { most: IMPORT_MB });
  }
}

async function benchExports(report: Report, folder: string, events: number): Promise<void> {
  const workspace = join(folder, 'exports.eventloom');
  fillWithEvents(workspace, events);
  for (const format of EXPORT_FORMATS) {
    const path = join(folder, `exported${EXPORT_EXTENSION[format]}`);
    const exported = await measure('export', workspace, format, path);
    if (exported.rows !== events) throw new Error(`${format}: ${exported.rows} of ${events} events`);
    const copy = `${path}.copy`;
    const written = await measure('write', path, copy);
    const megabytes = statSync(path).size / 1e6;
    for (const file of [path, copy, `${path}.manifest.json`]) rmSync(file, { force: true });
    const rate = events / exported.seconds;
    const beside = `${megabytes.toFixed(0)} MB; written alone in ${written.seconds.toFixed(2)} s`;
    report.record(`${format}: exported`, rate, 'events/s', null, beside);
    report.record(`${format}: peak memory of an export`, exported.peakMb, 'MB', { most: EXPORT_MB });
  }
  removeDatabase(workspace);
}
