import type { DatabaseSync } from 'node:sqlite';
import type { ImportKind, ImportUndo } from '../../shared/import.ts';
import { AppError } from '../errors.ts';
import { scalar, transaction, writeBackLog } from './database.ts';
import { ORDINAL_SPAN } from './event-id.ts';
import { createBehaviourIndex, dropBehaviourIndex, manyBeside } from './behaviour-index.ts';
import { MAY_LACK_ROWS, SAME_AS_NEXT, USERS_GIVEN } from './import-store.ts';
import { inSteps } from './in-steps.ts';

interface Undone {
  kind: ImportKind;
  fileName: string;
  /** Its behaviours have ids above the first and up to the last. */
  after: number;
  upTo: number;
}

/** Of an undo: how much of it is done, 0 to 1; null while that is not known. What is thrown takes all of it back. */
export type OnShare = (share: number | null) => void;

/** Microseconds that a row, an event or a user takes, of 3,000,000 rows. The index by user comes last, and its share is not known. */
const COST = { lookedUp: 0.4, deleted: 0.15, deletedFromIndex: 3, event: 1, counted: 1, updated: 5 };

const ROWS_BETWEEN = 'SELECT count(*) FROM behaviours WHERE id > ? AND id <= ?';
/** The users who have rows of the import. */
const CONCERNED = 'SELECT user_no FROM behaviours WHERE id > :after AND id <= :upTo GROUP BY user_no';
/** Those of a table or query `concerned` of whom nothing is left without the import. */
const ALONE = `SELECT user_no FROM concerned c
  WHERE NOT EXISTS (SELECT 1 FROM profiles p WHERE p.user_no = c.user_no)
    AND NOT EXISTS (SELECT 1 FROM behaviours b WHERE b.user_no = c.user_no AND NOT (b.id > :after AND b.id <= :upTo))`;

/** The users of whom only this import of profiles says something, and those of them who have no behaviours. */
const ONLY_PROFILE = `SELECT user_no FROM profiles
  WHERE import_id = ? AND user_no NOT IN (SELECT user_no FROM former_profiles)`;
const WITHOUT_PROFILE = `${ONLY_PROFILE} AND user_no IN (SELECT user_no FROM sequences WHERE behaviour_count = 0)`;

/** The users who go, with the behaviours that they had. */
const CREATE_GONE = 'CREATE TEMP TABLE gone (user_no INTEGER PRIMARY KEY, behaviours INTEGER NOT NULL);';
const withBehaviours = (users: string): string =>
  `SELECT user_no, behaviour_count FROM sequences WHERE user_no IN (${users})`;

/** What undoing an import is told of before it begins. Throws as `undoFigures`. */
export function undoable(
  db: DatabaseSync,
  importId: number,
): Pick<ImportUndo, 'importId' | 'kind' | 'fileName'> {
  const { kind, fileName } = find(db, importId);
  return { importId, kind, fileName };
}

/** What undoing an import would take away; seconds of a large one. Throws `import.unknown`, and `import.undo_profiles` for one that cannot be undone. */
export function undoFigures(db: DatabaseSync, importId: number): ImportUndo {
  const { kind, fileName, after, upTo } = find(db, importId);
  const badRows = count(db, 'SELECT count(*) FROM bad_rows WHERE import_id = ?', importId);
  if (kind === 'profiles') {
    const present = count(db, 'SELECT count(*) FROM profiles WHERE import_id = ?', importId);
    return {
      importId,
      kind,
      fileName,
      rows: present + count(db, 'SELECT count(*) FROM former_profiles WHERE import_id = ?', importId),
      users: count(db, `SELECT count(*) FROM (${WITHOUT_PROFILE})`, importId),
      events: 0,
      badRows,
      leftOutLater: 0,
      restored: present - count(db, `SELECT count(*) FROM (${ONLY_PROFILE})`, importId),
    };
  }
  const range = { after, upTo };
  const { users, events } =
    db
      .prepare(
        `WITH concerned AS MATERIALIZED (${CONCERNED})
         SELECT (SELECT count(*) FROM (${ALONE})) AS users,
           (SELECT coalesce(sum(event_count), 0) FROM sequences WHERE user_no IN (SELECT user_no FROM concerned)) AS events`,
      )
      .get(range) ?? {};
  return {
    importId,
    kind,
    fileName,
    rows: count(db, ROWS_BETWEEN, after, upTo),
    users: Number(users),
    events: Number(events),
    badRows,
    leftOutLater: count(
      db,
      "SELECT coalesce(sum(rows_known), 0) FROM imports WHERE kind = 'behaviours' AND id > ?",
      importId,
    ),
    restored: 0,
  };
}

/**
 * Takes an import out again, in one transaction: its rows, the users that only it had, the events of all users who lose rows
 * (what they stood on is gone: these users wait for a new abstraction), its reading and its rejected rows. Many rows take many
 * seconds: it is meant for a worker thread. Throws as `undoFigures`, and what `onShare` throws.
 */
export function undoImport(db: DatabaseSync, importId: number, onShare: OnShare = () => undefined): void {
  const undone = find(db, importId);
  // Whole tables are looked through for what refers to the rows that go; with the checks on, SQLite would do it row by row.
  db.exec('PRAGMA foreign_keys = OFF');
  try {
    transaction(db, () => {
      if (undone.kind === 'profiles') undoProfiles(db, importId, onShare);
      else undoBehaviours(db, importId, undone, onShare);
      for (const sql of ['DELETE FROM bad_rows WHERE import_id = ?', 'DELETE FROM imports WHERE id = ?'])
        db.prepare(sql).run(importId);
    });
  } finally {
    db.exec(
      'PRAGMA foreign_keys = ON; DROP TABLE IF EXISTS temp.concerned; DROP TABLE IF EXISTS temp.gone; DROP TABLE IF EXISTS temp.said;',
    );
    writeBackLog(db);
  }
}

function undoBehaviours(db: DatabaseSync, importId: number, { after, upTo }: Undone, onShare: OnShare): void {
  const range = { after, upTo };
  const rows = count(db, ROWS_BETWEEN, after, upTo);
  const others = count(db, 'SELECT count(*) FROM behaviours') - rows;
  const rebuildsIndex = rows > manyBeside(others);
  const users = { table: 'users', key: 'no' };
  const added = { table: 'behaviours', key: 'id', first: after + 1, last: upTo };
  // The rows that are gone through, with what each of them takes.
  const numbers = count(db, 'SELECT count(*) FROM users');
  const events = count(db, 'SELECT coalesce(sum(event_count), 0) FROM sequences');
  const perRow = rebuildsIndex ? COST.deleted : COST.deletedFromIndex;
  const all = rows * (COST.lookedUp + perRow) + numbers * (COST.counted + COST.updated) + events * COST.event;
  let done = 0;
  const stepOf = (cost: number) => (rowsDone: number) => {
    done += rowsDone * cost;
    onShare(Math.min(1, done / all));
  };

  db.exec(`CREATE TEMP TABLE concerned (user_no INTEGER PRIMARY KEY); ${CREATE_GONE}`);
  inSteps(
    db,
    'INSERT OR IGNORE INTO concerned SELECT user_no FROM behaviours WHERE id BETWEEN :first AND :last',
    added,
    { onStep: stepOf(COST.lookedUp) },
  );
  const of = (table: string): string => `SELECT user_no FROM ${table} WHERE user_no BETWEEN :first AND :last`;
  inSteps(
    db,
    `WITH concerned AS (${of('temp.concerned')}) INSERT INTO gone ${withBehaviours(ALONE)}`,
    users,
    { params: range, onStep: stepOf(COST.counted) },
  );
  // By the index as it is with the rows of the import: it may be built anew at the end only.
  inSteps(
    db,
    `UPDATE sequences SET
       (behaviour_count, first_time, last_time) =
         (SELECT count(*), min(time), max(time) FROM behaviours b
          WHERE b.user_no = sequences.user_no AND NOT (b.id > :after AND b.id <= :upTo)),
       status = 'pending', event_count = 0, conversion_count = 0, error = NULL, run_id = NULL, updated_at = NULL,
       coverage = NULL, low_coverage = 0
     WHERE user_no IN (${of('concerned')} EXCEPT SELECT user_no FROM gone)`,
    users,
    { params: range, onStep: stepOf(COST.updated) },
  );
  inSteps(
    db,
    `DELETE FROM events WHERE id IN (
       SELECT e.id FROM concerned c
       JOIN events e ON e.id >= c.user_no * ${ORDINAL_SPAN} AND e.id < (c.user_no + 1) * ${ORDINAL_SPAN}
       WHERE c.user_no BETWEEN :first AND :last)`,
    users,
    { onStep: stepOf((COST.event * events) / numbers) },
  );
  db.prepare(
    `UPDATE imports SET ${MAY_LACK_ROWS} WHERE kind = 'behaviours' AND id > ? AND rows_known > 0`,
  ).run(importId);
  forgetUsers(db, () => onShare(Math.min(1, done / all)));
  if (rebuildsIndex) dropBehaviourIndex(db);
  // An empty table is emptied at once, a part of it row by row.
  if (others === 0) db.exec('DELETE FROM behaviours');
  else
    inSteps(db, 'DELETE FROM behaviours WHERE id BETWEEN :first AND :last', added, {
      onStep: stepOf(perRow),
    });
  onShare(null);
  if (rebuildsIndex) createBehaviourIndex(db);
  onShare(null);
}

/** Users of whom an earlier import says something get what the latest of those says; the profiles of the others go. */
function undoProfiles(db: DatabaseSync, importId: number, onShare: OnShare): void {
  const goesOn = (): void => onShare(null);
  goesOn();
  db.exec(CREATE_GONE);
  db.prepare(`INSERT INTO gone ${withBehaviours(WITHOUT_PROFILE)}`).run(importId);
  const earlier = earlierProfiles(db, importId);
  keepWhatIsSaid(db, importId, earlier);
  goesOn();
  db.prepare('DELETE FROM former_profiles WHERE import_id = ?').run(importId);
  const restore = db.prepare(
    `UPDATE profiles SET fields = iif(former.fields = ?, profiles.fields, former.fields), import_id = former.import_id
     FROM former_profiles AS former
     WHERE profiles.import_id = ? AND former.user_no = profiles.user_no AND former.import_id = ?`,
  );
  const forget = db.prepare(
    `DELETE FROM former_profiles WHERE import_id = :id
       AND user_no IN (SELECT user_no FROM profiles WHERE import_id = :id)`,
  );
  for (const id of earlier) {
    restore.run(SAME_AS_NEXT, importId, id);
    forget.run({ id });
    goesOn();
  }
  db.prepare('DELETE FROM profiles WHERE import_id = ?').run(importId);
  forgetUsers(db, goesOn);
}

/** The imports of profiles before one, the latest first, of which something is kept. */
function earlierProfiles(db: DatabaseSync, importId: number): number[] {
  return db
    .prepare(
      'SELECT DISTINCT import_id AS id FROM former_profiles WHERE import_id < ? ORDER BY import_id DESC',
    )
    .all(importId)
    .map(({ id }) => Number(id));
}

/** Writes down what the import before one says of each user, where that is kept as the same that this one says. */
function keepWhatIsSaid(db: DatabaseSync, importId: number, earlier: readonly number[]): void {
  db.exec('CREATE TEMP TABLE said (user_no INTEGER PRIMARY KEY, fields TEXT NOT NULL)');
  db.prepare(
    'INSERT INTO said SELECT user_no, fields FROM former_profiles WHERE import_id = ? AND fields <> ?',
  ).run(importId, SAME_AS_NEXT);
  const keep = db.prepare(
    `UPDATE former_profiles SET fields = said.fields FROM said
     WHERE former_profiles.import_id = ? AND former_profiles.user_no = said.user_no AND former_profiles.fields = ?`,
  );
  const done = db.prepare(
    'DELETE FROM said WHERE user_no IN (SELECT user_no FROM former_profiles WHERE import_id = ?)',
  );
  for (const id of earlier) {
    keep.run(id, SAME_AS_NEXT);
    done.run(id);
  }
  db.exec('DROP TABLE said');
}

/** `onStep` is called between its statements. */
function forgetUsers(db: DatabaseSync, onStep: () => void): void {
  // Requests of runs name users by their numbers, which must not become those of other users.
  db.prepare(
    `INSERT INTO meta (key, value) SELECT ?, max(no) FROM users WHERE true
     ON CONFLICT (key) DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))`,
  ).run(USERS_GIVEN);
  // A run that can go on has fewer users to do.
  db.exec(`
    UPDATE runs SET (total_users, total_weight) = (
      SELECT total_users - count(*), total_weight - coalesce(sum(g.behaviours + 1), 0)
      FROM run_users r JOIN gone g ON g.user_no = r.user_no WHERE r.run_id = runs.id AND r.outcome IS NULL)
    WHERE status <> 'completed';
    DELETE FROM run_users WHERE user_no IN (SELECT user_no FROM gone);
  `);
  endPlanOfLatestRun(db);
  for (const [table, key] of [
    ['sequences', 'user_no'],
    ['users', 'no'],
  ] as const)
    inSteps(
      db,
      `DELETE FROM ${table} WHERE ${key} IN (SELECT user_no FROM gone WHERE user_no BETWEEN :first AND :last)`,
      { table: 'gone', key: 'user_no' },
      { onStep },
    );
}

/** Takes batches that have no user left out of the plan of a run that can go on, and ends a run that has none left at all. */
function endPlanOfLatestRun(db: DatabaseSync): void {
  const latest = "id = (SELECT max(id) FROM runs) AND status IN ('interrupted', 'failed')";
  db.exec(`
    DELETE FROM batches WHERE run_id = (SELECT id FROM runs WHERE ${latest}) AND done = 0 AND NOT EXISTS (
      SELECT 1 FROM run_users r WHERE r.run_id = batches.run_id AND r.batch_no = batches.no AND r.outcome IS NULL);
    -- A run with a model has as many batches as requests are expected.
    UPDATE runs SET total_batches = done_batches + (SELECT count(*) FROM batches b WHERE b.run_id = runs.id AND b.done = 0)
      WHERE ${latest} AND model IS NULL;
    UPDATE runs SET status = iif(total_users = 0, 'cancelled', 'completed'), error = NULL, total_batches = done_batches,
        end_time = coalesce(end_time, (SELECT max(updated_at) FROM sequences s WHERE s.run_id = runs.id), start_time)
      WHERE ${latest} AND processed_users = total_users;
  `);
}

function find(db: DatabaseSync, importId: number): Undone {
  const row = db
    .prepare('SELECT kind, file_name, base_id, rows_read, profiles_kept FROM imports WHERE id = ?')
    .get(importId);
  if (row === undefined) throw new AppError('import.unknown');
  const kind = row['kind'] as ImportKind;
  const fileName = String(row['file_name']);
  if (kind === 'profiles' && row['profiles_kept'] === 0)
    throw new AppError('import.undo_profiles', { file: fileName });
  const after = Number(row['base_id']);
  return { kind, fileName, after, upTo: after + Number(row['rows_read']) };
}

function count(db: DatabaseSync, sql: string, ...params: number[]): number {
  return scalar(db, sql, ...params);
}
