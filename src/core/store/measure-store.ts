import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { NAME_FIELDS } from '../abstraction/log-counts.ts';
import { emptyThemes, logFiguresSchema, sessionsOf } from '../abstraction/measure.ts';
import type { LogFigures, LoggedThing, LogThemes } from '../abstraction/measure.ts';
import type { SessionLimits } from '../abstraction/sessions.ts';
import { scalar, transaction } from './database.ts';

/** Rows that one transaction changes: a few tens of milliseconds. */
const ROWS_PER_STEP = 5_000;
const NOON_MS = 12 * 3_600_000;
const ROWS_PER_READ = 10_000;
/** Where the analyst's own session gap is kept, in milliseconds. */
const SESSION_GAP = 'session_gap_ms';

export interface StoredFigures {
  id: number;
  figures: LogFigures;
}

/** The measures of the log, and what the analyst has set beside them. */
export class MeasureStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** The measure of a content; null when it was not measured. One that this version does not understand counts as none. */
  find(content: string): StoredFigures | null {
    const row = this.#db
      .prepare('SELECT id, figures FROM log_measures WHERE content = ? ORDER BY id DESC LIMIT 1')
      .get(content);
    const figures = row && parseFigures(row['figures']);
    return figures ? { id: Number(row['id']), figures } : null;
  }

  /** Whether a measure is stored as a whole. */
  has(id: number): boolean {
    const sql = 'SELECT EXISTS (SELECT 1 FROM log_measures WHERE id = ? AND content IS NOT NULL)';
    return scalar(this.#db, sql, id) === 1;
  }

  themes(id: number): LogThemes {
    const themes = emptyThemes();
    const statement = this.#db.prepare(
      'SELECT name, theme FROM log_themes WHERE measure_id = ? AND field = ? AND theme <> name',
    );
    statement.setReturnArrays(true);
    for (const field of NAME_FIELDS)
      themes[field] = new Map(statement.all(id, field) as unknown as [string, string][]);
    return themes;
  }

  /** All things of a measure, in portions that take a few tens of milliseconds to read. */
  *things(id: number): Generator<LoggedThing[]> {
    const portion = this.#db.prepare(
      `SELECT field, name, behaviours, theme, source AS by FROM log_themes
       WHERE measure_id = ?1 AND (field, name) > (?2, ?3) ORDER BY field, name LIMIT ${ROWS_PER_READ}`,
    );
    for (let last = { field: '', name: '' }; ;) {
      const rows = portion.all(id, last.field, last.name) as unknown as LoggedThing[];
      const end = rows.at(-1);
      if (!end) return;
      yield rows;
      last = end;
    }
  }

  /**
   * Stores a measure in steps of a few tens of milliseconds, each a transaction; the last makes it count, and returns its
   * id. A caller that stops in between leaves nothing that is found.
   */
  *put(
    content: string,
    figures: LogFigures,
    things: readonly LoggedThing[],
    now: number,
  ): Generator<undefined, number> {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO log_measures (content, figures, measured_at) VALUES (NULL, ?, ?)')
      .run(JSON.stringify(figures), now);
    const id = Number(lastInsertRowid);
    const insert = this.#db.prepare(
      'INSERT INTO log_themes (measure_id, field, name, behaviours, theme, source) VALUES (?, ?, ?, ?, ?, ?)',
    );
    for (let from = 0; from < things.length; from += ROWS_PER_STEP) {
      yield;
      transaction(this.#db, () => {
        for (const { field, name, behaviours, theme, by } of things.slice(from, from + ROWS_PER_STEP))
          insert.run(id, field, name, behaviours, theme, by);
      });
    }
    yield;
    this.#db.prepare('UPDATE log_measures SET content = ? WHERE id = ?').run(content, id);
    return id;
  }

  /** Removes all measures but `kept` and that of a run that can go on, in such steps. */
  *removeOthers(kept: number): Generator<undefined, void> {
    const others = this.#db
      .prepare(
        `SELECT id FROM log_measures WHERE id <> ? AND id NOT IN (
           SELECT basis ->> 'measureId' FROM runs
           WHERE id = (SELECT max(id) FROM runs) AND status NOT IN ('completed', 'cancelled') AND basis IS NOT NULL)`,
      )
      .all(kept)
      .map((row: Record<string, SQLOutputValue>) => Number(row['id']));
    const removeSome = this.#db.prepare(
      `DELETE FROM log_themes WHERE measure_id = ?1 AND (field, name) IN
         (SELECT field, name FROM log_themes WHERE measure_id = ?1 LIMIT ${ROWS_PER_STEP})`,
    );
    for (const id of others) {
      while (Number(removeSome.run(id).changes) > 0) yield;
      this.#db.prepare('DELETE FROM log_measures WHERE id = ?').run(id);
      yield;
    }
  }

  /** The analyst's own session gap in milliseconds; null: the proposal of the log applies. */
  sessionGapMs(): number | null {
    const row = this.#db.prepare('SELECT value FROM meta WHERE key = ?').get(SESSION_GAP);
    const gap = row === undefined ? Number.NaN : Number(row['value']);
    return Number.isFinite(gap) && gap > 0 ? gap : null;
  }

  setSessionGapMs(gapMs: number | null): void {
    if (gapMs === null) forgetSessionGap(this.#db);
    else
      this.#db
        .prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)')
        .run(SESSION_GAP, String(gapMs));
  }
}

/** How sessions are told apart by the latest measure and the analyst; null for a log that was not measured. */
export function latestSessions(db: DatabaseSync): SessionLimits | null {
  const row = db
    .prepare('SELECT figures FROM log_measures WHERE content IS NOT NULL ORDER BY id DESC LIMIT 1')
    .get();
  const figures = row && parseFigures(row['figures']);
  if (!figures) return null;
  return sessionsOf(figures, new MeasureStore(db).sessionGapMs());
}

/**
 * When the days of the log begin in figures by day, in milliseconds after midnight: at the quietest hour by the latest measure. 0 where too
 * little is known, and where that hour is in the evening: most of such a day would have the date of the day before.
 */
export function dayStartOf(db: DatabaseSync): number {
  const found = scalar(
    db,
    `SELECT coalesce((SELECT iif(figures ->> '$.sessions.by' = 'usual', 0, figures ->> '$.sessions.dayStartMs')
       FROM log_measures WHERE content IS NOT NULL ORDER BY id DESC LIMIT 1), 0)`,
  );
  return found < NOON_MS ? found : 0;
}

/** What an analyst has set for one log says nothing of another one. */
export function forgetSessionGap(db: DatabaseSync): void {
  db.prepare('DELETE FROM meta WHERE key = ?').run(SESSION_GAP);
}

function parseFigures(json: unknown): LogFigures | null {
  try {
    return logFiguresSchema.parse(JSON.parse(String(json)));
  } catch {
    return null;
  }
}
