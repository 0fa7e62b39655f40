import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { RescueReport } from '../../shared/workspace.ts';
import { scalar, sqliteError } from './database.ts';
import { ORDINAL_SPAN } from './event-id.ts';
import { damageMark } from './integrity.ts';
import { Workspace } from './workspace.ts';

interface Table {
  name: string;
  key: string | null;
  /** How many keys are read at once, where not STRETCH. */
  stretch?: number;
  /** Where keys have wide gaps: a stretch of fewer keys that does not read is given up. */
  grain?: number;
}

/** A table and the integer key by which its rows are read in stretches. */
const TABLES: Table[] = [
  { name: 'meta', key: null },
  { name: 'imports', key: 'id' },
  { name: 'bad_rows', key: 'import_id' },
  { name: 'users', key: 'no' },
  { name: 'behaviours', key: 'id' },
  { name: 'profiles', key: 'user_no' },
  { name: 'runs', key: 'id' },
  { name: 'requests', key: 'id' },
  { name: 'sent_prompts', key: 'request_id' },
  { name: 'answers', key: null },
  { name: 'learned', key: null },
  { name: 'sequences', key: 'user_no' },
  { name: 'events', key: 'id', stretch: 64 * ORDINAL_SPAN, grain: 256 },
];

/** A stretch that does not read is halved down to single keys, so that only what lies on a damaged page is lost. */
const STRETCH = 4096;

/**
 * Puts the damaged workspace aside as `backupPath` and makes a new one at its place with everything that still reads.
 * What cannot be known any more is derived: figures of users are counted again. The plans of runs are not taken over, so a
 * run that could still go on is closed as cancelled.
 */
export function rescueWorkspace(path: string, backupPath: string): RescueReport {
  try {
    for (const suffix of ['', '-wal']) {
      if (existsSync(path + suffix)) copyFileSync(path + suffix, backupPath + suffix);
    }
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    rmSync(damageMark(path), { force: true });
    const workspace = Workspace.open(path, true);
    try {
      const damagedTables = recoverInto(workspace.db, backupPath);
      const count = (table: string): number => scalar(workspace.db, `SELECT count(*) FROM ${table}`);
      return {
        backupPath,
        behaviours: count('behaviours'),
        users: count('users'),
        events: count('events'),
        profiles: count('profiles'),
        damagedTables,
      };
    } finally {
      workspace.close();
    }
  } catch (error) {
    throw sqliteError(error, path);
  }
}

function recoverInto(target: DatabaseSync, damagedPath: string): string[] {
  const source = openDamaged(damagedPath);
  if (!source) return TABLES.map((table) => table.name);
  // Rows come back in any order and some parents never: the references are mended after the copy.
  target.exec('PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE; DELETE FROM meta;');
  const damaged: string[] = [];
  for (const table of TABLES) {
    if (!copyTable(source, target, table)) damaged.push(table.name);
  }
  mendReferences(target);
  target.exec('COMMIT; PRAGMA foreign_keys = ON; REINDEX;');
  source.close();
  return damaged;
}

function openDamaged(path: string): DatabaseSync | null {
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(path);
    // Without this a damaged schema refuses every query, even of tables that are whole.
    db.exec('PRAGMA writable_schema = ON');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch {
    db?.close();
    return null;
  }
}

/** Copies every row that reads. False when some did not. */
function copyTable(source: DatabaseSync, target: DatabaseSync, table: Table): boolean {
  const { name, key, stretch = STRETCH, grain = 1 } = table;
  const there = columnsOf(source, name);
  // A table that a workspace of an older format does not have yet has nothing to lose.
  if (there?.length === 0) return true;
  const columns = (columnsOf(target, name) ?? []).filter((column) => there?.includes(column) ?? true);
  const list = columns.join(', ');
  const values = columns.map(() => '?').join(', ');
  const insert = target.prepare(`INSERT OR IGNORE INTO ${name} (${list}) VALUES (${values})`);
  /** Copies rows one by one, so that those before the damage are kept. */
  const copy = (condition: string, ...params: number[]): boolean => {
    try {
      const select = source.prepare(`SELECT ${list} FROM ${name} ${condition}`);
      select.setReturnArrays(true);
      for (const row of select.iterate(...params) as unknown as Iterable<(string | number | null)[]>)
        insert.run(...row);
      return true;
    } catch {
      return false;
    }
  };
  if (key === null) return copy('');
  const highest = highestKey(source, name, key);
  let whole = highest !== null;
  const copyStretch = (from: number, to: number): void => {
    const range = `WHERE ${key} BETWEEN ? AND ? ORDER BY ${key}`;
    if (copy(range, from, to)) return;
    whole = false;
    copy(`${range} DESC`, from, to);
    if (to - from < grain) return;
    const middle = Math.floor((from + to) / 2);
    copyStretch(from, middle);
    copyStretch(middle + 1, to);
  };
  for (let from = 0; from <= (highest ?? 0); from += stretch) copyStretch(from, from + stretch - 1);
  return whole;
}

/** The columns of a table, none when there is no such table; null when that does not read. */
function columnsOf(db: DatabaseSync, table: string): string[] | null {
  try {
    return db
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map((row) => String(row['name']));
  } catch {
    return null;
  }
}

/** The highest key that can be found, by the table itself or by tables that refer to it. */
function highestKey(source: DatabaseSync, table: string, key: string): number | null {
  const queries = [
    `SELECT max(${key}) FROM ${table}`,
    `SELECT max(base_id + rows_read) FROM imports`,
    `SELECT max(user_no) FROM behaviours`,
  ];
  for (const query of queries) {
    try {
      return scalar(source, query);
    } catch {
      continue;
    }
  }
  return null;
}

function mendReferences(db: DatabaseSync): void {
  db.exec(`
    INSERT OR IGNORE INTO users (no, id)
      SELECT DISTINCT user_no, 'recovered_' || user_no FROM behaviours WHERE user_no NOT IN (SELECT no FROM users);
    DELETE FROM profiles WHERE user_no NOT IN (SELECT no FROM users);
    DELETE FROM events WHERE user_no NOT IN (SELECT no FROM users);
    DELETE FROM sequences WHERE user_no NOT IN (SELECT no FROM users);
    UPDATE requests SET run_id = NULL WHERE run_id NOT IN (SELECT id FROM runs);
    UPDATE requests SET state = 'lost', judged = 1 WHERE state = 'sending' OR judged = 0;
    DELETE FROM sent_prompts WHERE request_id NOT IN (SELECT id FROM requests);
    DELETE FROM bad_rows WHERE import_id NOT IN (SELECT id FROM imports);
    INSERT INTO sequences (user_no) SELECT no FROM users WHERE no NOT IN (SELECT user_no FROM sequences);
    UPDATE sequences SET
      behaviour_count = (SELECT count(*) FROM behaviours b WHERE b.user_no = sequences.user_no),
      first_time = (SELECT min(time) FROM behaviours b WHERE b.user_no = sequences.user_no),
      last_time = (SELECT max(time) FROM behaviours b WHERE b.user_no = sequences.user_no),
      run_id = iif(run_id IN (SELECT id FROM runs), run_id, NULL);
    UPDATE sequences SET status = 'pending'
      WHERE status = 'succeeded' AND event_count <> (SELECT count(*) FROM events e WHERE e.user_no = sequences.user_no);
    UPDATE sequences SET
      event_count = (SELECT count(*) FROM events e WHERE e.user_no = sequences.user_no),
      conversion_count = (SELECT count(*) FROM events e WHERE e.user_no = sequences.user_no AND category = 'conversion');
    UPDATE runs SET status = 'cancelled', end_time = coalesce(end_time, start_time),
      error = iif(error ->> 'code' = 'workspace.damaged', NULL, error)
      WHERE status IN ('running', 'paused', 'interrupted', 'failed');
  `);
}
