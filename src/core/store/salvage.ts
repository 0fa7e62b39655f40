import type { DatabaseSync } from 'node:sqlite';
import type { DamagedSource } from './damaged-source.ts';
import { isDamage, scalar } from './database.ts';
import { shareOf, unwatched } from './file-task.ts';
import type { Watch } from './file-task.ts';
import { eventId, ORDINAL_SPAN } from './event-id.ts';
import { numberKeys, PAIR_SPAN, pairKeys, textKeys } from './key-space.ts';
import type { KeySpace } from './key-space.ts';
import { MOST_ROWS_OF_A_PAGE, NOTHING, TableCopy } from './table-copy.ts';

/** How the rows of a table are found again behind a damaged page. */
interface Table {
  name: string;
  keys: KeySpace;
  /** Queries for the highest position, used where the end of the table does not read. */
  highest?: string[];
  /** Query for the number of its rows, of a table that can be long; at most a little too high, and asked for in a moment. */
  rows?: string;
  /** The positions in a range at which there may be a row, where not every number is one. */
  positions?: (target: DatabaseSync, first: number, last: number) => Iterable<number>;
}

/** The tables that are copied. The plans of runs (`batches`, `run_users`) are not: see rescue.ts. */
const TABLES: Table[] = [
  { name: 'meta', keys: textKeys('key') },
  { name: 'imports', keys: numberKeys('id'), highest: ['SELECT max(import_id) FROM bad_rows'] },
  {
    name: 'bad_rows',
    keys: pairKeys('import_id', 'line'),
    highest: [`SELECT (max(id) + 1) * ${PAIR_SPAN} FROM imports`],
  },
  {
    name: 'users',
    keys: numberKeys('no'),
    highest: ['SELECT max(user_no) FROM behaviours', 'SELECT max(user_no) FROM sequences'],
    rows: 'SELECT max(no) FROM users',
  },
  {
    name: 'behaviours',
    keys: numberKeys('id'),
    rows: 'SELECT max(id) FROM behaviours',
    highest: ['SELECT max(base_id + rows_read) FROM imports', 'SELECT sum(behaviour_count) FROM sequences'],
  },
  {
    name: 'profiles',
    keys: numberKeys('user_no'),
    highest: ['SELECT max(no) FROM users'],
    rows: 'SELECT max(user_no) FROM profiles',
  },
  {
    name: 'former_profiles',
    keys: pairKeys('import_id', 'user_no'),
    highest: [`SELECT (max(id) + 1) * ${PAIR_SPAN} FROM imports`],
  },
  { name: 'runs', keys: numberKeys('id'), highest: ['SELECT max(run_id) FROM requests'] },
  { name: 'inductions', keys: numberKeys('id'), highest: ['SELECT max(induction_id) FROM requests'] },
  { name: 'induction_answers', keys: textKeys('key') },
  { name: 'requests', keys: numberKeys('id'), rows: 'SELECT max(id) FROM requests' },
  { name: 'sent_prompts', keys: numberKeys('request_id') },
  { name: 'codebooks', keys: numberKeys('version') },
  { name: 'theme_tables', keys: numberKeys('version') },
  { name: 'saved_insights', keys: numberKeys('id') },
  { name: 'report_items', keys: numberKeys('id') },
  { name: 'answers', keys: textKeys('key') },
  { name: 'learned', keys: textKeys('key') },
  {
    name: 'sequences',
    keys: numberKeys('user_no'),
    highest: ['SELECT max(no) FROM users'],
    rows: 'SELECT max(user_no) FROM sequences',
  },
  {
    name: 'events',
    keys: numberKeys('id'),
    highest: [
      `SELECT (max(user_no) + 1) * ${ORDINAL_SPAN} FROM sequences`,
      `SELECT (max(no) + 1) * ${ORDINAL_SPAN} FROM users`,
    ],
    positions: eventIdsBetween,
    rows: 'SELECT sum(event_count) FROM sequences',
  },
];

/** The names of all tables that `salvage` copies. */
export const SALVAGED_TABLES: readonly string[] = TABLES.map(({ name }) => name);

/** What other tables know of the highest key may be a little too low; so many positions above it are searched, too. */
const BEYOND_HIGHEST = 1 << 12;
/** Gaps are halved until so many looks, or rows that were read again, have brought no further row. */
const FRUITLESS_ROWS = 1_000;
/** Single rows are looked for in a gap until so many looks have brought no further one. */
const FRUITLESS_LOOKS = 4_096;
/** Smaller gaps are not halved but searched position by position. */
const SMALLEST_HALVED = 256;

/**
 * Copies every row that reads from a damaged workspace into an empty one, in which foreign keys must not be enforced: some of
 * them are broken afterwards (see rescue.ts). Returns the names of the tables of which not every row was taken over.
 * Throws when `target` cannot be written, or `source` is locked by another program: that is no damage; and what `watch` throws.
 */
export function salvage(
  { db: source, tables }: DamagedSource,
  target: DatabaseSync,
  watch: Watch = unwatched,
): string[] {
  target.exec('DELETE FROM meta');
  const damaged: string[] = [];
  const rows = new RowsDone(source, tables, watch);
  for (const table of TABLES) {
    // A workspace of an older format lacks the tables of newer ones: nothing is lost.
    if (tables.has(table.name) && !copyTable(source, target, table, rows.of(table))) damaged.push(table.name);
  }
  // The index of user ids has each user a second time.
  if (damaged.includes('users')) {
    const from = 'users INDEXED BY sqlite_autoindex_users_1';
    TableCopy.prepare(source, target, 'users', textKeys('id'), {
      from,
      onStep: () => watch('reading', null),
    })?.all();
  }
  return damaged;
}

/** Copies rows of these tables that read from another copy of the damaged workspace and are not in the target yet. */
export function salvageMore(
  source: DatabaseSync,
  target: DatabaseSync,
  names: readonly string[],
  watch: Watch = unwatched,
): void {
  const onStep = (): void => watch('reading', null);
  for (const table of TABLES) if (names.includes(table.name)) copyTable(source, target, table, onStep);
}

/** So many steps of the copying are taken between two looks at how far it is. */
const STEPS_AT_ONCE = 256;

/** How many rows are read of those that the tables say they have. */
class RowsDone {
  readonly #watch: Watch;
  /** By the table; null where one that can be long does not say: then no share can be told. */
  readonly #expected: Map<string, number> | null;
  readonly #total: number;
  #before = 0;

  constructor(source: DatabaseSync, tables: ReadonlySet<string>, watch: Watch) {
    this.#watch = watch;
    this.#expected = expectedRows(source, tables);
    this.#total = [...(this.#expected ?? []).values()].reduce((sum, rows) => sum + rows, 0);
  }

  /** What is to be called for each row of a table, whose turn it is now, and between them. */
  of({ name }: Table): () => void {
    const rows = this.#expected?.get(name) ?? 0;
    const before = this.#before;
    this.#before += rows;
    let steps = 0;
    return () => {
      if (steps % STEPS_AT_ONCE === 0)
        this.#watch('reading', shareOf(before + Math.min(steps, rows), this.#total));
      steps += 1;
    };
  }
}

/** The rows of each table that can be long; null where one does not read, or says more than the file has room for. */
function expectedRows(source: DatabaseSync, tables: ReadonlySet<string>): Map<string, number> | null {
  try {
    const most = scalar(source, 'PRAGMA page_count') * MOST_ROWS_OF_A_PAGE;
    const expected = new Map<string, number>();
    for (const { name, rows } of TABLES) {
      if (rows === undefined || !tables.has(name)) continue;
      const count = scalar(source, rows);
      if (count < 0 || count > most) return null;
      expected.set(name, count);
    }
    return expected;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return null;
  }
}

/**
 * Copies a table: row after row as long as they read, and on behind what does not read. The gaps are then looked into from
 * both sides, halved, looked into again, and so on, so that every row is taken over that can be found by its key.
 * False when not every row was taken over.
 */
function copyTable(source: DatabaseSync, target: DatabaseSync, table: Table, onStep: () => void): boolean {
  const { name, keys, positions = everyPosition } = table;
  const copy = TableCopy.prepare(source, target, name, keys, { onStep });
  if (copy === null) return false;
  const all = copy.all();
  if (all.ended) return !all.odd && all.known + all.refused === 0 && isSound(source, name);

  // Rows can share a position, or one can be wrong: then what is known of a row says nothing of those beside it.
  const step = keys.unique && !all.odd ? 1 : 0;
  const gaps = gapsBehind(copy, all.odd || all.last === null ? 0 : all.last + step, keys.end, step);
  const lastGap = gaps.at(-1);
  // Where the end of a table does not read, nothing else says where the last gap ends.
  if (lastGap?.[1] === keys.end) lastGap[1] = highestPosition(source, table);
  halveGaps([...gaps], copy, step);
  if (!keys.unique) return false;
  for (const [first, last] of gaps) {
    let fruitless = 0;
    for (const position of positions(target, first, last)) {
      fruitless = copy.ahead(position, position).taken > 0 ? 0 : fruitless + 1;
      if (fruitless > FRUITLESS_LOOKS) break;
    }
  }
  return false;
}

type Gap = [first: number, last: number];

/** Goes on behind rows that do not read, as long as keys are in order. Returns the gaps, in which there may be more. */
function gapsBehind(copy: TableCopy, start: number, end: number, step: 0 | 1): Gap[] {
  const gaps: Gap[] = [];
  for (let from = start; from <= end;) {
    let ahead = NOTHING;
    for (let width = 1; ahead.last === null && !ahead.ended && from + width <= end; width *= 2) {
      ahead = copy.ahead(from + width, end);
    }
    // A damaged page can hide rows without an error: the gap reaches up to the first row that was found.
    gaps.push([from, ahead.first === null || ahead.odd ? end : ahead.first - step]);
    if (ahead.last === null || ahead.last <= from || ahead.ended || ahead.odd) break;
    from = ahead.last + step;
  }
  return gaps;
}

/** Looks into gaps from both sides, then into the halves of what is left of them, and so on. */
function halveGaps(gaps: Gap[], copy: TableCopy, step: 0 | 1): void {
  const smallest = step === 1 ? SMALLEST_HALVED : 1;
  let taken = 0;
  let fruitless = 0;
  // Grows while it is gone through: every gap is looked into before the halves of any.
  for (const [first, last] of gaps) {
    if (fruitless > FRUITLESS_ROWS + taken) return;
    const ahead = copy.ahead(first, last);
    const start = ahead.last === null || ahead.odd ? first : ahead.last + step;
    const behind = copy.behind(start, last);
    taken += ahead.taken + behind.taken;
    // Where keys are out of order, rows are read again and again.
    fruitless = ahead.taken + behind.taken > 0 ? 0 : fruitless + 1 + ahead.known + behind.known;
    const stop = behind.last === null || behind.odd ? last : behind.last - step;
    if ((ahead.ended && behind.ended) || stop - start < smallest) continue;
    const middle = start + Math.floor((stop - start) / 2);
    gaps.push([start, middle], [middle + 1, stop]);
  }
}

function* everyPosition(_target: DatabaseSync, first: number, last: number): Generator<number> {
  for (let position = first; position <= last; position += 1) yield position;
}

/** The ids of events in a range, by the numbers of events that users had. */
function* eventIdsBetween(target: DatabaseSync, first: number, last: number): Generator<number> {
  const users = target
    .prepare('SELECT user_no, event_count FROM sequences WHERE user_no BETWEEN ? AND ? AND event_count > 0')
    .all(Math.floor(first / ORDINAL_SPAN), Math.floor(last / ORDINAL_SPAN));
  for (const row of users) {
    const userNo = Number(row['user_no']);
    const highest = eventId(userNo, Number(row['event_count']));
    yield* everyPosition(target, Math.max(first, eventId(userNo, 1)), Math.min(last, highest));
  }
}

/** Whether the tree of a table is sound. One that leads to pages of another table can be read without an error. */
function isSound(db: DatabaseSync, table: string): boolean {
  try {
    const root = scalar(db, "SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?", table);
    const problems = db.prepare(`PRAGMA quick_check(${table})`).all();
    // Those of other trees are of its indexes.
    return !problems.some((row) => String(row['quick_check']).startsWith(`Tree ${root} `));
  } catch (error) {
    if (!isDamage(error)) throw error;
    return false;
  }
}

/** The highest position that a table can have, as far as other tables know. */
function highestPosition(source: DatabaseSync, { keys, highest = [] }: Table): number {
  const known: number[] = [];
  for (const query of highest) {
    try {
      known.push(scalar(source, query));
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
  return known.length === 0 ? keys.end : Math.min(keys.end, Math.max(...known) + BEYOND_HIGHEST);
}
