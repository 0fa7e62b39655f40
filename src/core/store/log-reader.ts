import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LogReader, MeasuredBehaviour } from '../abstraction/measure.ts';

/** A portion is read in ten to twenty milliseconds. */
const ROWS_PER_PORTION = 5_000;

/** Reads all behaviours of a workspace in the order in which a log is measured. */
export class SqliteLogReader implements LogReader {
  readonly #portion: StatementSync;
  readonly #content: StatementSync;
  readonly #count: StatementSync;
  readonly #first: StatementSync;

  constructor(db: DatabaseSync) {
    // By the index of users and times. Each portion begins after the last row of the one before: no statement is long.
    this.#portion = db.prepare(
      `SELECT user_no AS userNo, time, id, duration, action, item, app, media, poi FROM behaviours
       WHERE (user_no, time, id) > (?, ?, ?) ORDER BY user_no, time, id LIMIT ${ROWS_PER_PORTION}`,
    );
    this.#content = db.prepare(
      "SELECT max(id) AS lastImport, max(imported_at) AS at, sum(rows_added) AS rows FROM imports WHERE kind = 'behaviours'",
    );
    this.#first = db.prepare('SELECT 1 FROM behaviours LIMIT 1');
    this.#count = db.prepare('SELECT coalesce(sum(behaviour_count), 0) AS behaviours FROM sequences');
  }

  isEmpty(): boolean {
    return this.#first.get() === undefined;
  }

  count(): number {
    return Number(this.#count.get()?.['behaviours']);
  }

  content(): string {
    return JSON.stringify(this.#content.get());
  }

  *portions(): Generator<MeasuredBehaviour[]> {
    let last = { userNo: -1, time: 0, id: 0 };
    for (;;) {
      const rows = this.#portion.all(last.userNo, last.time, last.id) as unknown as (MeasuredBehaviour & {
        id: number;
      })[];
      const end = rows.at(-1);
      if (!end) return;
      yield rows;
      last = end;
    }
  }
}
