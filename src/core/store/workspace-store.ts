import type { DatabaseSync } from 'node:sqlite';
import type { ImportRecord, ImportUndo } from '../../shared/import.ts';
import type { SequenceStatus } from '../../shared/users.ts';
import type { WorkspaceInfo } from '../../shared/workspace.ts';
import { scalar, transaction, writeBackLog } from './database.ts';
import { inSteps } from './in-steps.ts';
import { forgetSessionGap } from './measure-store.ts';
import { undoable } from './undo-import.ts';

const EVENT_TABLES = ['run_users', 'batches', 'events', 'runs', 'ledger_totals'];
const DATA_TABLES = [
  'log_themes',
  'log_measures',
  'answers',
  'induction_answers',
  'inductions',
  'sent_prompts',
  'requests',
  'learned',
  'bad_rows',
  'behaviours',
  'profiles',
  'former_profiles',
  'sequences',
  'users',
  'imports',
];
/** What is empty when all data is cleared. */
export const CLEARED_TABLES: readonly string[] = [...EVENT_TABLES, ...DATA_TABLES];
/** A file with more content than this is not rewritten after it was cleared: it would take seconds, and as much room again. */
const VACUUM_BYTES = 64 * 1024 * 1024;

/** What is in a workspace as a whole. */
export class WorkspaceStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  figures(): Omit<WorkspaceInfo, 'workspaceId' | 'path' | 'sizeBytes'> {
    const row = this.#db
      .prepare(
        `SELECT count(*) AS users, coalesce(sum(behaviour_count), 0) AS behaviours, coalesce(sum(event_count), 0) AS events,
          coalesce(sum(conversion_count), 0) AS conversions, min(first_time) AS firstTime, max(last_time) AS lastTime
         FROM sequences`,
      )
      .get();
    const sequences: Record<SequenceStatus, number> = { pending: 0, succeeded: 0, failed: 0 };
    for (const group of this.#db
      .prepare('SELECT status, count(*) AS users FROM sequences GROUP BY status')
      .all()) {
      sequences[group['status'] as SequenceStatus] = Number(group['users']);
    }
    return {
      users: Number(row?.['users']),
      behaviours: Number(row?.['behaviours']),
      events: Number(row?.['events']),
      conversions: Number(row?.['conversions']),
      firstTime: (row?.['firstTime'] ?? null) as number | null,
      lastTime: (row?.['lastTime'] ?? null) as number | null,
      profiles: scalar(this.#db, 'SELECT count(*) FROM profiles'),
      sequences,
      imports: this.#imports(),
    };
  }

  /** Differs whenever the events do. Of the times the lower 32 bits are added up: whole ones of 5,000 users are no number of JavaScript. */
  eventsContent(): string {
    return JSON.stringify(
      this.#db
        .prepare(
          `SELECT sum(event_count) AS events, count(updated_at) AS users, max(updated_at) AS latest,
             CAST(sum(updated_at & 4294967295) AS TEXT) AS all_times, sum(run_id) AS runs FROM sequences`,
        )
        .get(),
    );
  }

  /**
   * Empties the workspace: events, sequences and run history, or everything, in one transaction. The space goes back to the
   * disk, or to the next events where much is left in the file.
   */
  clear(what: 'events' | 'all'): void {
    // Whole tables are emptied, and what refers to them is changed below. With the checks on, SQLite would delete row by
    // row and look through all users for each run: 15 seconds for 1,000,000 behaviours, most of it in one statement.
    this.#db.exec('PRAGMA foreign_keys = OFF');
    try {
      transaction(this.#db, () => {
        for (const table of what === 'all' ? CLEARED_TABLES : EVENT_TABLES)
          this.#db.exec(`DELETE FROM ${table}`);
        if (what === 'all') {
          forgetSessionGap(this.#db);
          // The questions of a report stay; its figures are of the data that is gone.
          this.#db.exec('UPDATE report_items SET answer = NULL, former = NULL, computed_at = NULL');
          return;
        }
        inSteps(
          this.#db,
          `UPDATE sequences SET status = 'pending', event_count = 0, conversion_count = 0, error = NULL, run_id = NULL,
             updated_at = NULL, coverage = NULL, low_coverage = 0
           WHERE user_no BETWEEN :first AND :last`,
          { table: 'sequences', key: 'user_no' },
        );
        inSteps(this.#db, 'UPDATE requests SET run_id = NULL WHERE id BETWEEN :first AND :last', {
          table: 'requests',
          key: 'id',
        });
      });
    } finally {
      this.#db.exec('PRAGMA foreign_keys = ON');
      writeBackLog(this.#db);
    }
    this.#vacuum();
  }

  /** An import that is to be undone. Throws `import.unknown`, and `import.undo_profiles` for one that cannot be undone. */
  undoable(importId: number): Pick<ImportUndo, 'importId' | 'kind' | 'fileName'> {
    return undoable(this.#db, importId);
  }

  /** Makes the file smaller where little is left in it. It is written anew for that, which a full disk does not take: then it stays. */
  #vacuum(): void {
    const pages = scalar(this.#db, 'PRAGMA page_count') - scalar(this.#db, 'PRAGMA freelist_count');
    if (pages * scalar(this.#db, 'PRAGMA page_size') > VACUUM_BYTES) return;
    try {
      this.#db.exec('VACUUM');
    } catch {
      // The file stays as large as it is.
    }
    writeBackLog(this.#db);
  }

  #imports(): ImportRecord[] {
    return this.#db
      .prepare(
        `SELECT id AS importId, kind, file_name AS fileName, reading ->> 'part' AS part, rows_read AS rowsRead, rows_added AS rowsAdded,
          rows_known AS rowsKnown, bad_rows AS badRowCount,
          CASE WHEN warning IS NULL OR NOT json_valid(warning) THEN 0
            WHEN json_type(warning) = 'array' THEN json_array_length(warning) ELSE 1 END AS warningCount, imported_at AS importedAt,
          kind = 'behaviours' OR profiles_kept = 1 AS canUndo
         FROM imports ORDER BY id DESC LIMIT 200`,
      )
      .all()
      .map((row) => ({ ...(row as unknown as ImportRecord), canUndo: row['canUndo'] === 1 }));
  }
}
