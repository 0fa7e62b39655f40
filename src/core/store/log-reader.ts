import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { MeasuredBehaviour } from '../abstraction/log-counts.ts';
import type { LogReader, UserStretch } from '../abstraction/measure.ts';
import { pageReader } from './read-page.ts';
import { storedTexts } from './stored-json.ts';

/** A portion is read in ten to twenty milliseconds. */
const ROWS_PER_PORTION = 5_000;
/** So many behaviours tell where the middle is. */
const MIDDLE_SAMPLE = 101;

/** Reads all behaviours of a workspace in the order in which a log is measured. */
export class SqliteLogReader implements LogReader {
  readonly #db: DatabaseSync;
  readonly #portion: StatementSync;
  readonly #content: StatementSync;
  readonly #count: StatementSync;
  readonly #first: StatementSync;
  readonly #ids: StatementSync;
  readonly #userOf: StatementSync;
  readonly #themeColumns: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    // By the index of users and times. Each portion begins after the last row of the one before: no statement is long.
    this.#portion = db.prepare(
      `SELECT user_no, time, id, duration, action, item, app, media, poi, iif(?, extra, NULL)
       FROM behaviours
       WHERE (user_no, time, id) > (?, ?, ?) AND user_no <= ? ORDER BY user_no, time, id LIMIT ${ROWS_PER_PORTION}`,
    );
    this.#content = db.prepare(
      "SELECT max(id) AS lastImport, max(imported_at) AS at, sum(rows_added) AS rows FROM imports WHERE kind = 'behaviours'",
    );
    // What the latest import says of its columns goes first.
    this.#themeColumns = db.prepare(
      `SELECT reading ->> 'themeColumn' AS name FROM imports
       WHERE kind = 'behaviours' AND reading ->> 'themeColumn' IS NOT NULL GROUP BY name ORDER BY max(id) DESC`,
    );
    this.#first = db.prepare('SELECT 1 FROM behaviours LIMIT 1');
    this.#ids = db.prepare('SELECT min(id) AS least, max(id) AS most FROM behaviours');
    // Of an id that an import was undone of, the next one that is there.
    this.#userOf = db.prepare('SELECT user_no FROM behaviours WHERE id >= ? ORDER BY id LIMIT 1');
    this.#count = db.prepare('SELECT coalesce(sum(behaviour_count), 0) AS behaviours FROM sequences');
  }

  isEmpty(): boolean {
    return this.#first.get() === undefined;
  }

  count(): number {
    return Number(this.#count.get()?.['behaviours']);
  }

  content(): string {
    const themeColumns = this.#columnsOfThemes();
    // A log without such columns keeps the content that it had before there were any.
    return JSON.stringify({
      ...this.#content.get(),
      ...(themeColumns.length > 0 ? { themeColumns } : {}),
    });
  }

  middleUser(): number {
    const range = this.#ids.get();
    const [least, most] = [Number(range?.['least']), Number(range?.['most'])];
    const users = Array.from({ length: MIDDLE_SAMPLE }, (_, place) => {
      const id = least + Math.floor(((most - least) * place) / (MIDDLE_SAMPLE - 1));
      return Number(this.#userOf.get(id)?.['user_no'] ?? 0);
    });
    return users.sort((a, b) => a - b)[Math.floor(MIDDLE_SAMPLE / 2)] ?? 0;
  }

  *portions({ after, upTo }: UserStretch): Generator<MeasuredBehaviour[]> {
    const columns = this.#columnsOfThemes();
    const read = pageReader<LogTuple>(this.#db, this.#portion, ROWS_PER_PORTION);
    // No row of that user comes after this.
    let last: [userNo: number, time: number, id: number] = [after, Number.MAX_SAFE_INTEGER, 0];
    for (;;) {
      const rows = read(columns.length > 0 ? 1 : 0, ...last, upTo);
      const end = rows.at(-1);
      if (!end) return;
      yield rows.map((row) => toMeasured(row, columns));
      last = [end[0], end[1], end[2]];
    }
  }

  #columnsOfThemes(): string[] {
    return this.#themeColumns.all().map((row) => String(row['name']));
  }
}

type LogTuple = [
  userNo: number,
  time: number,
  id: number,
  duration: number | null,
  action: string | null,
  item: string | null,
  app: string | null,
  media: string | null,
  poi: string | null,
  extra: string | null,
];

/** By places: to take an array apart goes through an iterator, which a million rows notice. */
function toMeasured(row: LogTuple, columns: readonly string[]): MeasuredBehaviour {
  return {
    userNo: row[0],
    time: row[1],
    duration: row[3],
    action: row[4],
    item: row[5],
    app: row[6],
    media: row[7],
    poi: row[8],
    said: saidBy(columns, row[9]),
  };
}

/** The value of the first of the columns that has one, of those that are kept by their headers. */
function saidBy(columns: readonly string[], extra: string | null): string | null {
  if (columns.length === 0 || extra === null) return null;
  const values = storedTexts(extra);
  for (const column of columns) if (Object.hasOwn(values, column)) return values[column] ?? null;
  return null;
}
