import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type {
  Behaviour,
  BehavioursPage,
  BehavioursQuery,
  EventCategory,
  EventOrigin,
  EventsPage,
  EventsQuery,
  EvidenceQuery,
  SequenceStatus,
  UserDetail,
  UserIdsQuery,
  UserRow,
  UsersPage,
  UsersQuery,
} from '../../shared/users.ts';
import { AppError } from '../errors.ts';
import type { ConversionWord } from '../abstraction/conversion-types.ts';
import { parseProfile } from './batch-tables.ts';
import { dayStartOf } from './measure-store.ts';
import { ConversionWords } from './conversion-words.ts';
import { scalar } from './database.ts';
import { eventId, MAX_EVENTS_PER_USER } from './event-id.ts';
import { IS_LOW_COVERAGE, parseStoredError, scopeQuery, searchPattern } from './run-tables.ts';
import { storedNumbers, storedRecord, storedTexts } from './stored-json.ts';

/** A user before the codebook. */
type StoredUser = Omit<UserRow, 'conversions'> & { conversions: ConversionWord[] };
type Stored<T> = Omit<T, 'rows' | 'user'> &
  (T extends { rows: unknown } ? { rows: StoredUser[] } : { user: StoredUser });

const SELECT_ROW = `
  SELECT s.user_no AS userNo, u.id AS userId, s.behaviour_count AS behaviourCount, s.first_time AS firstTime, s.last_time AS lastTime,
    s.status, s.event_count AS eventCount, s.conversion_count AS conversionCount, s.error, s.coverage, s.low_coverage AS lowCoverage, s.updated_at AS updatedAt
  FROM sequences s JOIN users u ON u.no = s.user_no`;

/** Where the numbers of a page's users come from: columns, tables and conditions. ?1 is the search, ?2 the status. */
function pageSource(searched: boolean, query: UsersQuery): string {
  const byId = searched || query.sortBy === 'userId';
  const byState = query.status !== 'all' || query.sortBy !== 'userId';
  const tables = byId
    ? `u.no AS user_no FROM users u ${byState ? 'JOIN sequences s ON s.user_no = u.no' : ''}`
    : 's.user_no FROM sequences s';
  const conditions = [
    ...(searched ? ["u.id LIKE ?1 ESCAPE '\\'"] : []),
    ...(query.status === 'lowCoverage' ? [IS_LOW_COVERAGE] : []),
    ...(query.status === 'all' || query.status === 'lowCoverage' ? [] : ['s.status = ?2']),
  ];
  return conditions.length > 0 ? `${tables} WHERE ${conditions.join(' AND ')}` : tables;
}

const SELECT_BEHAVIOUR = `
  SELECT b.id, b.id - (SELECT max(i.base_id) FROM imports i WHERE i.kind = 'behaviours' AND i.base_id < b.id) AS rowNumber,
    b.time, b.text, b.action, b.item, b.app, b.media, b.poi, b.duration, b.extra FROM behaviours b`;

const SORT_COLUMNS: Record<UsersQuery['sortBy'], string> = {
  userId: 'u.id',
  behaviourCount: 's.behaviour_count',
  eventCount: 's.event_count',
  conversionCount: 's.conversion_count',
  lastTime: 's.last_time',
  updatedAt: 's.updated_at',
};

/**
 * How much one page holds of the events or behaviours of a user; at least one in any case. The first page of events is small, so
 * that a user is there at once. `lookedAt`: among so many events the conversions of the users of a page of the table are told apart.
 */
const PAGE_LIMITS = {
  firstEvents: 300,
  firstChars: 200_000,
  events: 5_000,
  chars: 4_000_000,
  lookedAt: 200_000,
};
const EVENT_TEXTS = ['type', 'context', 'evidence'];
const BEHAVIOUR_TEXTS = ['text', 'action', 'item', 'app', 'media', 'poi', 'extra'];

/** What windows read of users: the table, a user's detail, their behaviours and events. */
export class UserStore {
  readonly #db: DatabaseSync;
  readonly #limits: typeof PAGE_LIMITS;
  readonly #row: StatementSync;
  readonly #conversions: ConversionWords;

  constructor(db: DatabaseSync, limits: Partial<typeof PAGE_LIMITS> = {}) {
    this.#db = db;
    this.#limits = { ...PAGE_LIMITS, ...limits };
    this.#row = db.prepare(`${SELECT_ROW} WHERE s.user_no = ?`);
    this.#conversions = new ConversionWords(db);
  }

  /** One page of the table, with the number of users of each status that match the search. */
  list(query: UsersQuery): Stored<UsersPage> {
    const search = query.search === '' ? null : searchPattern(query.search);
    const counts = this.#counts(search);
    const total = counts[query.status];
    const start = (query.page - 1) * query.pageSize;
    const length = Math.max(0, Math.min(query.pageSize, total - start));
    // SQLite sorts as many rows as lie before the end of the page: a page of the second half is read from the end.
    const fromEnd = start > total / 2;
    const ascending = (query.sortOrder === 'asc') !== fromEnd;
    // The page's users are found in as few tables as it takes, and only then read: to sort whole rows costs three times that.
    const numbers = this.#db
      .prepare(
        `SELECT ${pageSource(search !== null, query)}
         ORDER BY ${SORT_COLUMNS[query.sortBy]} ${ascending ? 'ASC' : 'DESC'}, user_no ${fromEnd ? 'DESC' : 'ASC'} LIMIT ?3 OFFSET ?4`,
      )
      .all(search, query.status, length, fromEnd ? Math.max(0, total - start - length) : start);
    if (fromEnd) numbers.reverse();
    const rows = numbers.map((row) => this.#row.get(row['user_no'] ?? null) ?? {});
    let room = this.#limits.lookedAt;
    const users = rows.map((row) => {
      const user = this.#userOf(row, room);
      if (user.conversions.length > 0) room -= user.eventCount;
      return user;
    });
    return { rows: users, total, counts };
  }

  /** The ids of the users that match a search and have a status, in the order of their first appearance, at most `limit`. */
  ids({ search, status, limit }: UserIdsQuery): string[] {
    const [sql, params] = scopeQuery({ kind: 'filter', search, status });
    return this.#db
      .prepare(
        `SELECT u.id FROM (${sql}) AS chosen JOIN users u ON u.no = chosen.user_no ORDER BY u.no LIMIT ?`,
      )
      .all(...params, limit)
      .map((row) => String(row['id']));
  }

  /** A user with profile and the first events. Throws workspace.user_not_found. */
  get(userId: string): Stored<UserDetail> {
    const row = this.#db
      .prepare(
        `SELECT r.*, n.no, p.fields FROM (${SELECT_ROW} WHERE u.id = ?) r JOIN users n ON n.id = r.userId
         LEFT JOIN profiles p ON p.user_no = n.no`,
      )
      .get(userId);
    if (!row) throw new AppError('workspace.user_not_found', { userId });
    const { events, more } = this.#eventsAfter(
      Number(row['no']),
      0,
      this.#limits.firstEvents,
      this.#limits.firstChars,
    );
    return {
      user: this.#userOf(row, Infinity),
      profile: parseProfile(row['fields']),
      events,
      moreEvents: more,
      dayStartMs: dayStartOf(this.#db),
    };
  }

  /** The events of a user after those that are known. Throws workspace.user_not_found. */
  events({ userId, after }: EventsQuery): EventsPage {
    return this.#eventsAfter(this.#numberOf(userId), after, this.#limits.events, this.#limits.chars);
  }

  #eventsAfter(userNo: number, after: number, most: number, chars: number): EventsPage {
    const rows = this.#db
      .prepare(
        `SELECT ordinal, type, category, start_time, end_time, origin, confidence, context, evidence
         FROM events WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?`,
      )
      .iterate(
        eventId(userNo, Math.min(after, MAX_EVENTS_PER_USER) + 1),
        eventId(userNo, MAX_EVENTS_PER_USER),
        most + 1,
      );
    const page = takeWhileShort(rows, EVENT_TEXTS, chars);
    const events = page.rows.slice(0, most).map((row) => ({
      ordinal: Number(row['ordinal']),
      type: String(row['type']),
      category: row['category'] as EventCategory,
      startTime: Number(row['start_time']),
      endTime: Number(row['end_time']),
      origin: row['origin'] as EventOrigin,
      confidence: Number(row['confidence']),
      context: storedRecord(String(row['context'])),
      evidence: storedNumbers(String(row['evidence'])),
    }));
    return { events, more: page.more || page.rows.length > events.length };
  }

  /** The conversions of a user with more events than there is `room` for stay one figure: the page would have to be waited for. */
  #userOf(row: Row, room: number): StoredUser {
    const user = toUserRow(row);
    const counted = user.eventCount > room ? 0 : user.conversionCount;
    return { ...user, conversions: this.#conversions.of(Number(row['userNo']), counted) };
  }

  #numberOf(userId: string): number {
    const no = scalar(this.#db, 'SELECT no FROM users WHERE id = ?', userId);
    if (no === 0) throw new AppError('workspace.user_not_found', { userId });
    return no;
  }

  /** A stretch of a user's behaviours in time order. Throws workspace.user_not_found. */
  behaviours(query: BehavioursQuery): BehavioursPage {
    const no = this.#numberOf(query.userId);
    const rows = this.#db
      .prepare(`${SELECT_BEHAVIOUR} WHERE b.user_no = ? ORDER BY b.time, b.id LIMIT ? OFFSET ?`)
      .iterate(no, query.limit, query.offset);
    return {
      total: scalar(this.#db, 'SELECT behaviour_count FROM sequences WHERE user_no = ?', no),
      rows: this.#shortBehaviours(rows),
    };
  }

  /** A stretch of the behaviours that an event stands for; none for no event. Throws workspace.user_not_found. */
  evidence({ userId, ordinal, offset, limit }: EvidenceQuery): BehavioursPage {
    const no = this.#numberOf(userId);
    const id = ordinal > MAX_EVENTS_PER_USER ? null : eventId(no, ordinal);
    const evidence = this.#db.prepare('SELECT evidence FROM events WHERE id = ?').get(id)?.['evidence'];
    const ids = evidence === undefined ? [] : storedNumbers(String(evidence));
    const rows = this.#db
      .prepare(`${SELECT_BEHAVIOUR} JOIN json_each(?) e ON b.id = e.value ORDER BY e.key`)
      .iterate(JSON.stringify(ids.slice(offset, offset + limit)));
    return { total: ids.length, rows: this.#shortBehaviours(rows) };
  }

  #shortBehaviours(rows: Iterable<Row>): Behaviour[] {
    return takeWhileShort(rows, BEHAVIOUR_TEXTS, this.#limits.chars).rows.map((row) => ({
      ...(row as unknown as Behaviour),
      extra: row['extra'] === null ? null : storedTexts(String(row['extra'])),
    }));
  }

  #counts(search: string | null): UsersPage['counts'] {
    const counts = { all: 0, pending: 0, succeeded: 0, failed: 0, lowCoverage: 0 };
    // Without a search both numbers come from an index alone.
    const [byStatus, lowCoverage] =
      search === null
        ? [
            this.#db.prepare('SELECT status, count(*) AS users FROM sequences GROUP BY status').all(),
            scalar(this.#db, `SELECT count(*) FROM sequences WHERE ${IS_LOW_COVERAGE}`),
          ]
        : this.#countsOf(search);
    for (const row of byStatus) {
      counts[row['status'] as SequenceStatus] = Number(row['users']);
      counts.all += Number(row['users']);
    }
    return { ...counts, lowCoverage };
  }

  #countsOf(search: string): [byStatus: Row[], lowCoverage: number] {
    const rows = this.#db
      .prepare(
        `SELECT s.status, count(*) AS users, sum(${IS_LOW_COVERAGE}) AS lowCoverage FROM users u JOIN sequences s ON s.user_no = u.no
         WHERE u.id LIKE ? ESCAPE '\\' GROUP BY s.status`,
      )
      .all(search);
    return [rows, rows.reduce((sum, row) => sum + Number(row['lowCoverage']), 0)];
  }
}

type Row = Record<string, unknown>;

/** The first rows whose texts have at most so many characters together, but at least one row; and whether more follow. */
function takeWhileShort(
  rows: Iterable<Row>,
  texts: readonly string[],
  maxChars: number,
): { rows: Row[]; more: boolean } {
  const taken: Row[] = [];
  let chars = 0;
  for (const row of rows) {
    for (const name of texts) {
      const value = row[name];
      if (typeof value === 'string') chars += value.length;
    }
    if (taken.length > 0 && chars > maxChars) return { rows: taken, more: true };
    taken.push(row);
  }
  return { rows: taken, more: false };
}

function toUserRow(row: Row): Omit<UserRow, 'conversions'> {
  return {
    userId: String(row['userId']),
    behaviourCount: Number(row['behaviourCount']),
    firstTime: row['firstTime'] as number | null,
    lastTime: row['lastTime'] as number | null,
    status: row['status'] as SequenceStatus,
    eventCount: Number(row['eventCount']),
    conversionCount: Number(row['conversionCount']),
    failure: parseStoredError(row['error']),
    coverage: row['coverage'] as number | null,
    lowCoverage: row['lowCoverage'] === 1,
    updatedAt: row['updatedAt'] as number | null,
  };
}
