import type { DatabaseSync } from 'node:sqlite';
import type { EventRecord, ProfileField } from '../../shared/users.ts';
import { parseProfile } from './batch-tables.ts';
import type { Connected } from './database.ts';
import { pageReader } from './read-page.ts';
import { storedNumbers, storedRecord } from './stored-json.ts';

/** An event as an export needs it: whose it is, and its evidence as data-row numbers of the imported file. */
export interface ExportedEvent extends Omit<EventRecord, 'ordinal'> {
  /** Identity in the workspace; see eventId. */
  id: number;
  userId: string;
  /** Of the user; events of one user share it. */
  profile: ProfileField[] | null;
}

type EventTuple = [
  id: number,
  userId: string,
  type: string,
  category: EventRecord['category'],
  startTime: number,
  endTime: number,
  origin: EventRecord['origin'],
  confidence: number,
  context: string,
  evidence: string,
  profile: string | null,
];

/** Rows that are read at a time. */
const PAGE_ROWS = 1000;

/**
 * Events of the whole workspace, or of some users, one after another: users by first appearance, then in time order. They
 * are read in pages, because a statement that stays open would keep the log from being written back, and a workspace that
 * is cleared or taken away meanwhile from being dealt with.
 */
export function* allEvents(workspace: Connected, userIds: string[] | null): Generator<ExportedEvent> {
  const rowNumber = rowNumbers(workspace);
  const users = userIds === null ? null : JSON.stringify(userIds);
  let owner: string | null = null;
  let profile: ProfileField[] | null = null;
  for (let page = pageAfter(workspace.db, 0, users); page.length > 0;) {
    let last = 0;
    for (const [
      id,
      userId,
      type,
      category,
      startTime,
      endTime,
      origin,
      confidence,
      context,
      evidence,
      fields,
    ] of page) {
      last = id;
      if (owner !== userId) {
        owner = userId;
        profile = parseProfile(fields);
      }
      yield {
        id,
        userId,
        profile,
        type,
        category,
        startTime,
        endTime,
        origin,
        confidence,
        context: storedRecord(context),
        evidence: storedNumbers(evidence).map(rowNumber),
      };
    }
    page = pageAfter(workspace.db, last, users);
  }
}

/** Tells behaviours by the number of their data row in the imported file. */
export function rowNumbers({ db }: Connected): (behaviourId: number) => number {
  const bases = db
    .prepare("SELECT base_id FROM imports WHERE kind = 'behaviours' ORDER BY base_id DESC")
    .all()
    .map((row) => Number(row['base_id']));
  return (id) => id - (bases.find((base) => base < id) ?? 0);
}

/** The events after one, by id; `users`: a JSON array of the users whose events are wanted, null for all. */
function pageAfter(db: DatabaseSync, id: number, users: string | null): EventTuple[] {
  const statement = db.prepare(
    `SELECT e.id, u.id, e.type, e.category, e.start_time, e.end_time, e.origin, e.confidence, e.context, e.evidence,
       p.fields
     FROM events e JOIN users u ON u.no = e.user_no LEFT JOIN profiles p ON p.user_no = e.user_no
     WHERE e.id > ?1 AND (?2 IS NULL OR u.id IN (SELECT value FROM json_each(?2))) ORDER BY e.id LIMIT ${PAGE_ROWS}`,
  );
  return pageReader<EventTuple>(db, statement, PAGE_ROWS)(id, users);
}
