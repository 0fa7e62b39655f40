import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { connect, migrate } from '../../src/core/store/database.ts';
import { peakMemoryMb } from './peak-memory.ts';

/**
 * Does one thing in a process of its own, which loads nothing else, and prints its seconds, its rows and the peak of memory as JSON: `import FILE WORKSPACE`,
 * `recognise FILE`, `bare ROWS WORKSPACE` (prepared inserts alone), `export WORKSPACE FORMAT FILE`, `write FILE COPY` (the same bytes,
 * alone).
 */
export interface FormatFigures {
  seconds: number;
  rows: number;
  peakMb: number;
}

const [what = '', first = '', second = '', third = ''] = process.argv.slice(2);
const at = (path: string): URL => new URL(path, import.meta.url);

/** Seconds since `begun`, in milliseconds of performance.now(). */
const since = (begun: number): number => (performance.now() - begun) / 1000;

const TASKS: Record<string, () => Promise<Omit<FormatFigures, 'peakMb'>>> = {
  async import() {
    const { startImportJob } = await import('../../src/core/import/import-job.ts');
    const db = connect(second);
    migrate(db);
    db.close();
    const begun = performance.now();
    const { rowsAdded } = await startImportJob({
      workspacePath: second,
      options: { path: first, kind: 'behaviours', timeZone: 'Asia/Shanghai' },
      workerUrl: at('../../out/main/import-worker.js'),
      onProgress: () => undefined,
    }).done;
    return { seconds: since(begun), rows: rowsAdded };
  },
  async recognise() {
    const { previewImport } = await import('../../src/core/import/preview.ts');
    const begun = performance.now();
    const { problem, tried } = await previewImport({ path: first, kind: 'behaviours' });
    if (problem) throw new Error(problem.code);
    return { seconds: since(begun), rows: tried.rows };
  },
  async bare() {
    const { retailRows } = await import('./format-logs.ts');
    const rows = [...retailRows(Number(first))];
    const users = new Map<number, number>();
    for (const [, visitor] of rows) if (!users.has(visitor)) users.set(visitor, users.size + 1);
    const values = rows.map(([time, visitor, event, item, transaction], index) => [
      ...[
        index + 1,
        users.get(visitor) ?? 0,
        time + 28_800_000,
        null,
        event,
        String(item),
        null,
        null,
        null,
        null,
      ],
      transaction === null ? null : JSON.stringify({ transactionid: String(transaction) }),
    ]);
    const db = connect(second);
    migrate(db);
    db.exec('DROP INDEX behaviours_by_user; BEGIN');
    const insertUser = db.prepare('INSERT INTO users (no, id) VALUES (?, ?)');
    for (const [id, no] of users) insertUser.run(no, String(id));
    const insert = db.prepare('INSERT INTO behaviours VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    const begun = performance.now();
    for (const row of values) insert.run(...row);
    db.exec('COMMIT');
    const seconds = since(begun);
    db.close();
    return { seconds, rows: values.length };
  },
  async export() {
    const { exportWorkspace } = await import('../../src/core/engine/export-workspace.ts');
    const { exportRequestSchema } = await import('../../src/shared/export.ts');
    const begun = performance.now();
    const { rows } = await exportWorkspace({
      workspacePath: first,
      request: exportRequestSchema.parse({
        format: second,
        what: 'events',
        path: third,
        timeZone: 'Asia/Shanghai',
      }),
      rules: { pack: 'general' },
      defaultRulesPath: at('../../resources/rules/default.yaml').pathname,
      workerUrl: at('../../out/main/export-worker.js'),
      program: 'EventLoom bench',
      onProgress: () => undefined,
      onStarted: () => undefined,
    });
    return { seconds: since(begun), rows };
  },
  write() {
    const bytes = readFileSync(first);
    const begun = performance.now();
    const file = openSync(second, 'w');
    for (let from = 0; from < bytes.length;)
      from += writeSync(file, bytes, from, Math.min(1 << 18, bytes.length - from));
    fsyncSync(file);
    closeSync(file);
    return Promise.resolve({ seconds: since(begun), rows: 0 });
  },
};

const task = TASKS[what];
if (!task) throw new Error(`unknown: ${what}`);
const done = await task();
const figures: FormatFigures = { ...done, peakMb: peakMemoryMb() };
process.stdout.write(`${JSON.stringify(figures)}\n`);
