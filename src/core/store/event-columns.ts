import type { DatabaseSync } from 'node:sqlite';
import type { ProfileField } from '../../shared/users.ts';
import { ColumnBuilder } from './column-builder.ts';
import type { EventColumns, EventTuple } from './column-builder.ts';
import { ORDINAL_SPAN } from './event-id.ts';

/** A portion is read in a millisecond or two; the rows of a larger one outlive the collection of young garbage. */
const ROWS_PER_PORTION = 500;
/** With more users than this share to be read anew, all events in a row are read faster. */
const MOST_READ_ANEW = 0.5;

/** The events of a workspace in one state. */
export interface EventSnapshot {
  columns: EventColumns;
  /** By user of the columns: when the events of the user were written, and by which run; they differ whenever the events do. */
  writtenAt: Float64Array;
  runId: Int32Array;
}

/** Events of the users from a number on, that are read elsewhere while the caller reads those before. */
export interface EventsBeyond {
  begin(fromUserNo: number): void;
  /** How many were read up to now. */
  readonly events: number;
  /** Whether they are still being read; waits a moment for the end. */
  isReading(): boolean;
  /** The columns; null where they could not be read, so that the caller has to. */
  columns(): EventColumns | null;
}

/** Fewer events are read before another thread has started. */
const LEAST_FOR_TWO = 200_000;
/** What the caller reads of them: a little more than half, because the other one has to start. */
const OWN_SHARE = 0.55;

/** What the workspace says of a user with events; changed in every transaction that changes the events of the user. */
type UserState = [userNo: number, events: number, writtenAt: number, runId: number];

/**
 * Reads the events in portions; after each, yields the share that is read, 0 to 1, so that the caller can stop or do other work.
 * Of users whose events are the same as in `known`, they are taken from there. Returns what reading all of them would return; a million
 * events take about two seconds, and little more than half of it with `beyond`.
 */
export function* readEvents(
  db: DatabaseSync,
  known: EventSnapshot | null = null,
  beyond: EventsBeyond | null = null,
): Generator<number, EventSnapshot> {
  const states = userStates(db);
  const total = states.reduce((sum, [, events]) => sum + events, 0);
  const builder = new ColumnBuilder(total, states.length);
  const same = known ? unchangedUsers(states, known) : null;
  const changed = states.filter((_, at) => same === null || same[at] === -1).length;
  if (known && same && changed <= MOST_READ_ANEW * states.length) {
    yield* readChanged(db, builder, { states, same, known: known.columns });
  } else if (beyond && total >= LEAST_FOR_TWO) {
    yield* readInTwo(db, builder, { states, total, beyond });
  } else yield* shares(readRange(db, builder), total);
  return withStates(builder.finished(), states);
}

/** Reads the events of the users from a number on; after each portion, yields how many were read. */
export function* readEventsFrom(db: DatabaseSync, userNo: number): Generator<number, EventColumns> {
  const builder = new ColumnBuilder(0, 0);
  yield* readRange(db, builder, { from: userNo });
  return builder.finished();
}

// Each value of a row costs more than its content: what can be one text is one.
const EVENTS = `SELECT id, type, start_time, end_time,
  (2 * (category = 'conversion') + (origin = 'llm')) || context || evidence FROM events`;

/** Reads the events of the users from one number on, and up to another, without it; yields how many the columns have. */
function* readRange(
  db: DatabaseSync,
  builder: ColumnBuilder,
  { from = 0, to = Infinity }: { from?: number; to?: number } = {},
): Generator<number> {
  const portion = db.prepare(`${EVENTS} WHERE id > ? AND id < ? ORDER BY id LIMIT ${ROWS_PER_PORTION}`);
  portion.setReturnArrays(true);
  const end = Math.min(to * ORDINAL_SPAN, Number.MAX_SAFE_INTEGER);
  for (let last = from * ORDINAL_SPAN - 1; ;) {
    const rows = portion.all(last, end) as unknown as EventTuple[];
    for (const row of rows) builder.add(row);
    const latest = rows.at(-1);
    if (!latest) return;
    last = latest[0];
    yield builder.events;
  }
}

function* shares(counts: Iterable<number>, total: number): Generator<number> {
  for (const count of counts) yield total === 0 ? 1 : Math.min(count / total, 1);
}

function* readInTwo(
  db: DatabaseSync,
  builder: ColumnBuilder,
  { states, total, beyond }: { states: readonly UserState[]; total: number; beyond: EventsBeyond },
): Generator<number> {
  let before = 0;
  const border = states.find(([, events]) => (before += events) > OWN_SHARE * total)?.[0] ?? Infinity;
  beyond.begin(border);
  const all = (own: number): number => Math.min(1, (own + beyond.events) / total);
  for (const count of readRange(db, builder, { to: border })) yield all(count);
  while (beyond.isReading()) yield all(builder.events);
  const others = beyond.columns();
  if (others === null) {
    yield* shares(readRange(db, builder, { from: border }), total);
    return;
  }
  const copy = builder.copier(others);
  for (let user = 0; user < others.userNo.length; user += 1) copy(user);
}

function* readChanged(
  db: DatabaseSync,
  builder: ColumnBuilder,
  { states, same, known }: { states: readonly UserState[]; same: Int32Array; known: EventColumns },
): Generator<number> {
  const copy = builder.copier(known);
  const ofUser = db.prepare(`${EVENTS} WHERE id >= ? AND id < ? ORDER BY id`);
  ofUser.setReturnArrays(true);
  let unsaid = 0;
  for (const [at, [userNo]] of states.entries()) {
    const user = same[at] as number;
    if (user >= 0) {
      copy(user);
      continue;
    }
    const rows = ofUser.all(userNo * ORDINAL_SPAN, (userNo + 1) * ORDINAL_SPAN) as unknown as EventTuple[];
    for (const row of rows) builder.add(row);
    unsaid += rows.length;
    if (unsaid < ROWS_PER_PORTION) continue;
    unsaid = 0;
    yield (at + 1) / states.length;
  }
}

/** How many events there are, and how many users have some. */
export function countEvents(db: DatabaseSync): { events: number; users: number } {
  const row = db
    .prepare('SELECT total(event_count) AS events, count(*) AS users FROM sequences WHERE event_count > 0')
    .get();
  return { events: Number(row?.['events']), users: Number(row?.['users']) };
}

function userStates(db: DatabaseSync): UserState[] {
  const statement = db.prepare(
    `SELECT user_no, event_count, coalesce(updated_at, 0), coalesce(run_id, 0) FROM sequences WHERE event_count > 0 ORDER BY user_no`,
  );
  statement.setReturnArrays(true);
  return statement.all() as unknown as UserState[];
}

/** For each state the user of the snapshot who is in the same one; -1 where there is none. */
function unchangedUsers(
  states: readonly UserState[],
  { columns, writtenAt, runId }: EventSnapshot,
): Int32Array {
  const same = new Int32Array(states.length).fill(-1);
  let user = 0;
  for (const [at, [userNo, events, written, run]] of states.entries()) {
    while (user < columns.userNo.length && (columns.userNo[user] as number) < userNo) user += 1;
    if (columns.userNo[user] !== userNo) continue;
    const known = (columns.first[user + 1] as number) - (columns.first[user] as number);
    // Events of unknown age may be others.
    if (written > 0 && known === events && writtenAt[user] === written && runId[user] === run)
      same[at] = user;
  }
  return same;
}

function withStates(columns: EventColumns, states: readonly UserState[]): EventSnapshot {
  const users = columns.userNo.length;
  const snapshot = { columns, writtenAt: new Float64Array(users), runId: new Int32Array(users) };
  let user = 0;
  for (const [userNo, , writtenAt, runId] of states) {
    while (user < users && (columns.userNo[user] as number) < userNo) user += 1;
    if (columns.userNo[user] !== userNo) continue;
    snapshot.writtenAt[user] = writtenAt;
    snapshot.runId[user] = runId;
  }
  return snapshot;
}

/** The profiles of users, by their number: one after another. */
export function* readProfiles(db: DatabaseSync): Generator<{ userNo: number; fields: ProfileField[] }> {
  const portion = db.prepare(
    `SELECT user_no, fields FROM profiles WHERE user_no > ? ORDER BY user_no LIMIT ${ROWS_PER_PORTION}`,
  );
  portion.setReturnArrays(true);
  for (let last = -1; ;) {
    const rows = portion.all(last) as unknown as [userNo: number, fields: string][];
    for (const [userNo, fields] of rows) yield { userNo, fields: JSON.parse(fields) as ProfileField[] };
    const end = rows.at(-1);
    if (!end) return;
    last = end[0];
  }
}

/** The ids of users by their numbers, in the order of the numbers given. */
export function userIdsOf(db: DatabaseSync, userNos: readonly number[]): string[] {
  const statement = db.prepare('SELECT id FROM users WHERE no = ?');
  return userNos.map((no) => String(statement.get(no)?.['id']));
}
