import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../errors.ts';
import { scalar } from './database.ts';
import { SUFFIX } from './workspace-files.ts';

/** Up to this size the whole file is checked at opening (about a second). */
const FULL_CHECK_BYTES = 512 * 1024 * 1024;
/** Of each table of a larger file so many rows are read, evenly spread: a few thousand pages at the most. */
const ROWS_LOOKED_AT = 64;

/** The file that remembers damage to the workspace at `path`. */
export function damageMark(path: string): string {
  return path + SUFFIX.damaged;
}

/** Remembers that damage was met while the workspace was in use, so that the next opening checks all of it. */
export function markDamaged(path: string): void {
  try {
    writeFileSync(damageMark(path), '');
  } catch {
    // A disk that takes no file: the damage is met again, later.
  }
}

/**
 * Throws `workspace.damaged`, or what SQLite throws, when the file is found damaged. A file larger than `fullCheckBytes` is
 * only looked at here and there, because all of it would take minutes; unless damage was met in it before.
 */
export function checkIntegrity(db: DatabaseSync, path: string, fullCheckBytes = FULL_CHECK_BYTES): void {
  const bytes = scalar(db, 'PRAGMA page_count') * scalar(db, 'PRAGMA page_size');
  const marked = existsSync(damageMark(path));
  if (!marked && bytes > fullCheckBytes) {
    lookAround(db);
    return;
  }
  const verdict = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
  if (verdict !== 'ok')
    throw new AppError('workspace.damaged', { path, detail: String(verdict).slice(0, 200) });
  // Whole again, e.g. replaced by a copy.
  if (marked) rmSync(damageMark(path), { force: true });
}

/** Reads the ends of every table and index, and rows in between where keys are numbers. */
function lookAround(db: DatabaseSync): void {
  const tables = db
    .prepare("SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    .all();
  for (const { name, wr } of tables) {
    const table = String(name);
    if (wr === 1) lookAtEnds(db, '*', table, keyColumns(db, table));
    else lookAtRows(db, table);
    // Partial indexes are small; those of an expression cannot be asked for by column.
    const indexes = db
      .prepare("SELECT name FROM pragma_index_list(?) WHERE partial = 0 AND origin <> 'pk'")
      .all(table);
    for (const { name: index } of indexes) {
      const columns = columnsOf(db, 'SELECT name FROM pragma_index_info(?) ORDER BY seqno', String(index));
      if (columns) lookAtEnds(db, columns, `${table} INDEXED BY ${String(index)}`, columns);
    }
  }
}

function lookAtRows(db: DatabaseSync, table: string): void {
  const first = scalar(db, `SELECT rowid FROM ${table} ORDER BY rowid LIMIT 1`);
  const last = scalar(db, `SELECT rowid FROM ${table} ORDER BY rowid DESC LIMIT 1`);
  const row = db.prepare(`SELECT * FROM ${table} WHERE rowid >= ? ORDER BY rowid LIMIT 1`);
  for (let n = 0; n <= ROWS_LOOKED_AT; n += 1) {
    row.get(first + Math.floor(((last - first) * n) / ROWS_LOOKED_AT));
  }
}

function lookAtEnds(db: DatabaseSync, values: string, source: string, columns: string | null): void {
  if (!columns) return;
  const backwards = columns.replaceAll(',', ' DESC,');
  db.prepare(`SELECT ${values} FROM ${source} ORDER BY ${columns} LIMIT 1`).get();
  db.prepare(`SELECT ${values} FROM ${source} ORDER BY ${backwards} DESC LIMIT 1`).get();
}

function keyColumns(db: DatabaseSync, table: string): string | null {
  return columnsOf(db, 'SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk', table);
}

/** The columns that a query names, as a list; null when one is an expression. */
function columnsOf(db: DatabaseSync, sql: string, of: string): string | null {
  const names = db
    .prepare(sql)
    .all(of)
    .map(({ name }) => name);
  return names.length > 0 && names.every((name) => name !== null) ? names.join(', ') : null;
}
