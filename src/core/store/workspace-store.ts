import type { DatabaseSync } from 'node:sqlite';
import type { ImportKind, ImportRecord } from '../../shared/import.ts';
import type { SequenceStatus } from '../../shared/users.ts';
import type { WorkspaceInfo } from '../../shared/workspace.ts';
import { scalar, transaction } from './database.ts';

/** Tables in an order in which they can be emptied; `imports` last, because ids are counted on from it. */
const EVENT_TABLES = ['run_users', 'batches', 'events', 'runs'];
const DATA_TABLES = [
  'answers',
  'requests',
  'learned',
  'bad_rows',
  'behaviours',
  'profiles',
  'sequences',
  'users',
  'imports',
];

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

  /** Empties the workspace: events, sequences and run history, or everything. The space goes back to the disk. */
  clear(what: 'events' | 'all'): void {
    transaction(this.#db, () => {
      this.#db.exec('UPDATE sequences SET run_id = NULL');
      for (const table of EVENT_TABLES) this.#db.exec(`DELETE FROM ${table}`);
      if (what === 'all') {
        for (const table of DATA_TABLES) this.#db.exec(`DELETE FROM ${table}`);
      } else {
        this.#db.exec(
          `UPDATE sequences SET status = 'pending', event_count = 0, conversion_count = 0, error = NULL, updated_at = NULL,
            coverage = NULL, low_coverage = 0`,
        );
      }
    });
    this.#db.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE);');
  }

  #imports(): ImportRecord[] {
    return this.#db
      .prepare(
        `SELECT id AS importId, kind, file_name AS fileName, rows_read AS rowsRead, rows_added AS rowsAdded,
          rows_known AS rowsKnown, bad_rows AS badRowCount, imported_at AS importedAt
         FROM imports ORDER BY id DESC LIMIT 200`,
      )
      .all()
      .map((row) => ({ ...(row as unknown as ImportRecord), kind: row['kind'] as ImportKind }));
  }
}
