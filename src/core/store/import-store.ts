import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { BadRow, ImportKind } from '../../shared/import.ts';
import { createBehaviourIndex, dropBehaviourIndex, manyBeside } from './behaviour-index.ts';
import { BehaviourInserter } from './behaviour-inserter.ts';
import type { BehaviourAdder, OptionalColumn } from './behaviour-inserter.ts';
import { LONGEST_BEHAVIOUR } from './behaviour-loader.ts';
import { scalar, writeBackLog } from './database.ts';
import type { Connected } from './database.ts';
import { parseReading, parseReason, parseWarnings } from './stored-reading.ts';
import type { ImportReading } from './stored-reading.ts';

const USERS_PER_INSERT = 256;
/** With no more behaviours than this for each user, to walk the index by user takes less than to look up the ends of each. */
const FEW_PER_USER = 10;
/** Rejected rows that are read at a time. */
const BAD_ROWS_PER_PAGE = 1000;

/** Where the highest number is kept that a user ever had, once users were taken away. */
export const USERS_GIVEN = 'users_given';

/**
 * What is set of an import whose file need not be in the workspace as a whole any more, because rows that it left out as known went with
 * the import that had them, or by damage: the file is read anew when it is imported again. Of an import without a reading it is
 * forgotten which file it was.
 */
export const MAY_LACK_ROWS = `reading = json_set(reading, '$.lacksRows', json('true')), file_sha256 = iif(reading IS NULL, '', file_sha256)`;

/** The columns that make two behaviours the same. */
const BEHAVIOUR_VALUES = 'user_no time text action item app media poi duration extra'.split(' ');
/** The moments at which a user has rows both up to and after `:base`: by a walk over the index, or by one lookup in it for each new row. */
const SHARED_MOMENTS_BY_WALK = `SELECT user_no, time FROM behaviours INDEXED BY behaviours_by_user
  GROUP BY user_no, time HAVING min(id) <= :base AND max(id) > :base`;
const SHARED_MOMENTS_BY_LOOKUP = `SELECT DISTINCT user_no, time FROM behaviours new WHERE id > :base AND EXISTS (
    SELECT 1 FROM behaviours old WHERE old.user_no = new.user_no AND old.time = new.time AND old.id <= :base)`;

/** What an import's record holds in the end. */
export interface ImportOutcome {
  reading: ImportReading;
  sha256: string;
  rowsRead: number;
  rowsAdded: number;
  rowsKnown: number;
  badRows: number;
  /** What the user was told of the rows that were taken in. */
  warnings: readonly ErrorInfo[];
  importedAt: number;
}

export interface StoredImport {
  importId: number;
  rowsRead: number;
  badRows: number;
  /** Null for an import of before this was kept. */
  reading: ImportReading | null;
  /** Whether rows of the file may be missing from the workspace. */
  lacksRows: boolean;
  warnings: ErrorInfo[];
}

/**
 * Stands in `former_profiles` for what the next later import says of the user, too: an import of a table of users once more takes a few
 * bytes a user.
 */
export const SAME_AS_NEXT = 'null';

/** Everything an import asks of a workspace: an ImportStore, or one in another thread. */
export type ImportTables = Pick<ImportStore, keyof ImportStore>;

/**
 * What an import asks of a workspace, over a connection. One object serves one import: what it writes must be between `begin` and
 * `commit`, because a failure leaves nothing behind only then.
 */
export class ImportStore {
  readonly #db: DatabaseSync;
  readonly #findUser: StatementSync;
  readonly #addUser: StatementSync;
  readonly #addManyUsers: StatementSync;
  readonly #addBadRow: StatementSync;
  readonly #addProfile: StatementSync;
  readonly #profileOf: StatementSync;
  readonly #keepProfile: StatementSync;
  readonly #keepBefore: StatementSync;
  readonly #replaceProfile: StatementSync;
  readonly #addSequence: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#findUser = db.prepare('SELECT no FROM users WHERE id = ?');
    const addUser = 'INSERT INTO users (no, id) VALUES ';
    this.#addUser = db.prepare(`${addUser} (?, ?)`);
    this.#addManyUsers = db.prepare(addUser + Array(USERS_PER_INSERT).fill('(?, ?)').join(', '));
    this.#addBadRow = db.prepare('INSERT INTO bad_rows (import_id, line, reason, raw) VALUES (?, ?, ?, ?)');
    this.#addProfile = db.prepare(
      'INSERT INTO profiles (user_no, fields, import_id) VALUES (?, ?, ?) ON CONFLICT (user_no) DO NOTHING',
    );
    this.#profileOf = db.prepare('SELECT fields, import_id FROM profiles WHERE user_no = ?');
    this.#keepProfile = db.prepare(
      'INSERT INTO former_profiles SELECT import_id, user_no, iif(?, fields, ?) FROM profiles WHERE user_no = ?',
    );
    this.#keepBefore = db.prepare(
      `UPDATE former_profiles SET fields = :fields WHERE user_no = :user AND fields = :same AND import_id = (
         SELECT import_id FROM former_profiles
         WHERE import_id IN (SELECT id FROM imports WHERE kind = 'profiles') AND user_no = :user
         ORDER BY import_id DESC LIMIT 1)`,
    );
    this.#replaceProfile = db.prepare('UPDATE profiles SET fields = ?, import_id = ? WHERE user_no = ?');
    this.#addSequence = db.prepare(
      'INSERT INTO sequences (user_no) VALUES (?) ON CONFLICT (user_no) DO NOTHING',
    );
  }

  /** Begins the transaction of the import. The connection must be used by nothing else until it ends: that would be part of it. */
  begin(): void {
    // Users are added many at a time, after the first rows that have their numbers.
    this.#db.exec('BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON');
  }

  commit(): void {
    this.#db.exec('COMMIT');
  }

  /** Takes back what was written since `begin`, unless SQLite has done so by itself, as on a full disk. */
  rollback(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
  }

  /** Gives the room of the log back to the disk, after the transaction. */
  writeBackLog(): void {
    writeBackLog(this.#db);
  }

  hasImportOfSize(kind: ImportKind, fileSize: number): boolean {
    const sql = 'SELECT EXISTS (SELECT 1 FROM imports WHERE kind = ? AND file_size = ?)';
    return scalar(this.#db, sql, kind, fileSize) === 1;
  }

  /**
   * The import by which this very file is in the workspace, as a whole if there is one. Profiles replace each other, so that of them only
   * the last import counts: an older file imported again is news.
   */
  findSameFile(kind: ImportKind, fileSize: number, sha256: string, part: string | null): StoredImport | null {
    const row = this.#db
      .prepare(
        `SELECT id, rows_read, bad_rows, reading, warning FROM imports WHERE kind = ? AND file_size = ? AND file_sha256 = ?
           AND reading ->> 'part' IS ?
           AND (kind = 'behaviours' OR id = (SELECT max(id) FROM imports WHERE kind = 'profiles'))
         ORDER BY reading ->> 'lacksRows' IS NOT NULL, id LIMIT 1`,
      )
      .get(kind, fileSize, sha256, part);
    if (row === undefined) return null;
    const reading = parseReading(row['reading']);
    return {
      importId: Number(row['id']),
      rowsRead: Number(row['rows_read']),
      badRows: Number(row['bad_rows']),
      reading,
      lacksRows: reading?.lacksRows === true,
      warnings: parseWarnings(row['warning']),
    };
  }

  hasBehaviours(): boolean {
    return scalar(this.#db, 'SELECT EXISTS (SELECT 1 FROM behaviours)') === 1;
  }

  /** The number that the ids of a new import's rows are counted from: above every id ever given. */
  nextBaseId(): number {
    return scalar(
      this.#db,
      `SELECT max(coalesce((SELECT max(id) FROM behaviours), 0),
                  coalesce((SELECT max(base_id + rows_read) FROM imports WHERE kind = 'behaviours'), 0))`,
    );
  }

  /** Makes the record of an import, which `finishImport` completes; returns its id. */
  beginImport(kind: ImportKind, fileName: string, fileSize: number, baseId: number): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO imports (kind, file_name, file_size, file_sha256, base_id, rows_read, rows_added, rows_known, bad_rows,
           imported_at, profiles_kept) VALUES (?, ?, ?, '', ?, 0, 0, 0, 0, 0, 1)`,
      )
      .run(kind, fileName, fileSize, baseId);
    return Number(lastInsertRowid);
  }

  finishImport(importId: number, outcome: ImportOutcome): void {
    const { sha256, reading, rowsRead, rowsAdded, rowsKnown, badRows, warnings, importedAt } = outcome;
    this.#db
      .prepare(
        `UPDATE imports SET file_sha256 = ?, reading = ?, rows_read = ?, rows_added = ?, rows_known = ?, bad_rows = ?, warning = ?, imported_at = ?
         WHERE id = ?`,
      )
      .run(
        sha256,
        JSON.stringify(reading),
        rowsRead,
        rowsAdded,
        rowsKnown,
        badRows,
        warnings.length === 0 ? null : JSON.stringify(warnings),
        importedAt,
        importId,
      );
  }

  /** Says anew how a file was read whose rows are the same. */
  changeReading(importId: number, reading: ImportReading): void {
    this.#db.prepare('UPDATE imports SET reading = ? WHERE id = ?').run(JSON.stringify(reading), importId);
  }

  /** The first rejected rows of an import. */
  firstBadRows(importId: number, limit: number): BadRow[] {
    return [...badRowsOf({ db: this.#db }, importId, limit)];
  }

  addBadRow(importId: number, { line, reason, raw }: BadRow): void {
    this.#addBadRow.run(importId, line, JSON.stringify(reason), raw);
  }

  /** The highest number that a user has, or had; 0 when there was none. */
  lastUserNo(): number {
    return scalar(
      this.#db,
      `SELECT max(coalesce((SELECT max(no) FROM users), 0),
                  coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?), 0))`,
      USERS_GIVEN,
    );
  }

  /** The number of a user that was there before this import. */
  findEarlierUser(userId: string): number | null {
    return this.findUser(userId);
  }

  findUser(userId: string): number | null {
    const row = this.#findUser.get(userId);
    return row === undefined ? null : Number(row['no']);
  }

  /** Adds users; `numbers`: one for each of the ids. */
  addUsers(ids: readonly string[], numbers: Float64Array): void {
    const many = ids.length - (ids.length % USERS_PER_INSERT);
    const values = new Array<number | string>(2 * USERS_PER_INSERT);
    for (let at = 0; at < many; at += USERS_PER_INSERT) {
      for (let place = 0; place < USERS_PER_INSERT; place += 1) {
        values[2 * place] = numbers[at + place] as number;
        values[2 * place + 1] = ids[at + place] as string;
      }
      this.#addManyUsers.run(...values);
    }
    for (let at = many; at < ids.length; at += 1) this.#addUser.run(numbers[at] as number, ids[at] as string);
  }

  /**
   * Records the most characters that the texts of a behaviour have: a reader of behaviours then knows how many of them
   * fit into memory. `first`: the workspace had no behaviours before.
   */
  recordLongestBehaviour(chars: number, first: boolean): void {
    // Unknown stays unknown: earlier imports of an older version did not record it.
    const sql = first
      ? 'INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2'
      : 'UPDATE meta SET value = max(CAST(value AS INTEGER), CAST(?2 AS INTEGER)) WHERE key = ?1';
    this.#db.prepare(sql).run(LONGEST_BEHAVIOUR, String(chars));
  }

  /** What adds behaviours of which only these columns can have a value. */
  behaviourInserter(columns: readonly OptionalColumn[]): BehaviourAdder {
    return new BehaviourInserter(this.#db, columns);
  }

  dropBehaviourIndex(): void {
    dropBehaviourIndex(this.#db);
  }

  createBehaviourIndex(): void {
    createBehaviourIndex(this.#db);
  }

  /**
   * Takes out again those rows after `baseId` that the workspace had before, each as often as it had it; rows that are
   * alike within the new ones stay. Returns how many went. Only moments at which a user has both old and new rows are compared;
   * `many`: the new rows are so many that all moments are walked to find these, not one looked up for each new row.
   */
  deleteKnownBehaviours(baseId: number, many: boolean): number {
    const alike = BEHAVIOUR_VALUES.map((column) => `b.${column}`).join(', ');
    this.#db.exec('CREATE TEMP TABLE known_behaviours (id INTEGER PRIMARY KEY)');
    const { changes } = this.#db
      .prepare(
        `INSERT INTO known_behaviours
         SELECT new.value FROM (
           SELECT count(*) FILTER (WHERE b.id <= :base) AS old,
             json_group_array(b.id ORDER BY b.id) FILTER (WHERE b.id > :base) AS ids
           FROM (${many ? SHARED_MOMENTS_BY_WALK : SHARED_MOMENTS_BY_LOOKUP}) moment
           CROSS JOIN behaviours b ON b.user_no = moment.user_no AND b.time = moment.time
           GROUP BY ${alike} HAVING old > 0
         ), json_each(ids) new WHERE new.key < old`,
      )
      .run({ base: baseId });
    const known = Number(changes);
    const rebuilds = known > manyBeside(baseId);
    if (rebuilds) this.dropBehaviourIndex();
    if (known > 0) this.#db.exec('DELETE FROM behaviours WHERE id IN (SELECT id FROM known_behaviours)');
    if (rebuilds) this.createBehaviourIndex();
    this.#db.exec('DROP TABLE known_behaviours');
    return known;
  }

  /**
   * Brings the counters of users up to date with the rows after `baseId`. A user who got some waits for a new
   * abstraction; the present events stay until then.
   */
  countBehaviours(baseId: number): void {
    const all = scalar(this.#db, 'SELECT NOT EXISTS (SELECT 1 FROM behaviours WHERE id <= ?)', baseId) === 1;
    // A few rows are found by their ids; "+" keeps SQLite from walking the index for them.
    const counted = all
      ? this.#allCounted()
      : 'SELECT user_no, count(*), min(time), max(time) FROM behaviours WHERE id > :base GROUP BY +user_no';
    this.#db
      .prepare(
        `INSERT INTO sequences (user_no, behaviour_count, first_time, last_time)
         ${counted}
         ON CONFLICT (user_no) DO UPDATE SET
           behaviour_count = behaviour_count + excluded.behaviour_count,
           first_time = min(coalesce(first_time, excluded.first_time), excluded.first_time),
           last_time = max(coalesce(last_time, excluded.last_time), excluded.last_time),
           status = 'pending',
           error = NULL`,
      )
      .run(all ? {} : { base: baseId });
  }

  /** What counts all behaviours by user. Of users with many each, only the ends are looked up in the index, not every time. */
  #allCounted(): string {
    const users = scalar(this.#db, 'SELECT count(*) FROM users');
    return scalar(this.#db, 'SELECT count(*) FROM behaviours') <= FEW_PER_USER * users
      ? 'SELECT user_no, count(*), min(time), max(time) FROM behaviours INDEXED BY behaviours_by_user GROUP BY user_no'
      : `SELECT no, behaviours, (SELECT min(time) FROM behaviours WHERE user_no = no), (SELECT max(time) FROM behaviours WHERE user_no = no)
         FROM (SELECT no, (SELECT count(*) FROM behaviours WHERE user_no = no) AS behaviours FROM users) WHERE behaviours > 0`;
  }

  /**
   * Sets what an import says of a user (JSON, see ProfileField), and keeps what earlier imports say, so that each of them can be
   * undone. False when the profile was so already.
   */
  putProfile(importId: number, userNo: number, fields: string): boolean {
    if (this.#addProfile.run(userNo, fields, importId).changes > 0) {
      this.#addSequence.run(userNo);
      return true;
    }
    const present = this.#profileOf.get(userNo);
    const isOfThisImport = present?.['import_id'] === importId;
    const isChanged = present?.['fields'] !== fields;
    if (!isOfThisImport) this.#keepProfile.run(isChanged ? 1 : 0, SAME_AS_NEXT, userNo);
    // What an earlier import says was the same up to this row of the file.
    else if (isChanged)
      this.#keepBefore.run({ fields: present['fields'] ?? null, user: userNo, same: SAME_AS_NEXT });
    if (!isOfThisImport || isChanged) this.#replaceProfile.run(fields, importId, userNo);
    return isChanged;
  }
}

/** The rejected rows of an import in the order of the file, at most `limit`; read in pages, as they are asked for. */
export function* badRowsOf(workspace: Connected, importId: number, limit = Infinity): Generator<BadRow> {
  const pageAfter = (line: number, count: number): Record<string, unknown>[] =>
    workspace.db
      .prepare(
        'SELECT line, reason, raw FROM bad_rows WHERE import_id = ? AND line > ? ORDER BY line LIMIT ?',
      )
      .all(importId, line, count);
  let last = -1;
  for (let left = limit; left > 0;) {
    const page = pageAfter(last, Math.min(left, BAD_ROWS_PER_PAGE));
    for (const row of page) {
      last = Number(row['line']);
      yield { line: last, reason: parseReason(row['reason']), raw: String(row['raw']) };
    }
    if (page.length < BAD_ROWS_PER_PAGE) return;
    left -= page.length;
  }
}

/** The name of the file that an import was of; empty when there is no such import. */
export function importedFileName(db: DatabaseSync, importId: number): string {
  const row = db.prepare('SELECT file_name FROM imports WHERE id = ?').get(importId);
  return String(row?.['file_name'] ?? '');
}
