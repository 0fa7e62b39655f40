import type { DatabaseSync } from 'node:sqlite';
import type { EventCategory, EventRecord } from '../../shared/users.ts';
import type { EventTypeCount } from '../../shared/workspace.ts';

/** An event as an export needs it: whose it is, and its evidence as data-row numbers of the imported file. */
export interface ExportedEvent extends Omit<EventRecord, 'ordinal'> {
  userId: string;
}

type EventTuple = [
  userId: string,
  type: string,
  category: EventRecord['category'],
  startTime: number,
  endTime: number,
  origin: EventRecord['origin'],
  confidence: number,
  context: string,
  evidence: string,
];

/** Events of the whole workspace, or of some users, one after another: users by first appearance, then in time order. */
export function* allEvents(db: DatabaseSync, userIds: string[] | null): Generator<ExportedEvent> {
  const bases = db
    .prepare("SELECT base_id FROM imports WHERE kind = 'behaviours' ORDER BY base_id DESC")
    .all()
    .map((row) => Number(row['base_id']));
  const rowNumber = (id: number): number => id - (bases.find((base) => base < id) ?? 0);
  const statement = db.prepare(
    `SELECT u.id, e.type, e.category, e.start_time, e.end_time, e.origin, e.confidence, e.context, e.evidence
     FROM events e JOIN users u ON u.no = e.user_no
     WHERE ?1 IS NULL OR u.id IN (SELECT value FROM json_each(?1)) ORDER BY e.id`,
  );
  statement.setReturnArrays(true);
  const rows = statement.iterate(
    userIds === null ? null : JSON.stringify(userIds),
  ) as unknown as Iterable<EventTuple>;
  for (const [userId, type, category, startTime, endTime, origin, confidence, context, evidence] of rows) {
    yield {
      userId,
      type,
      category,
      startTime,
      endTime,
      origin,
      confidence,
      context: JSON.parse(context) as Record<string, unknown>,
      evidence: (JSON.parse(evidence) as number[]).map(rowNumber),
    };
  }
}

/** How many events of each type a workspace has, the most frequent first. Reads every event. */
export function countEventTypes(db: DatabaseSync): EventTypeCount[] {
  return db
    .prepare(
      'SELECT type, category, count(*) AS events FROM events GROUP BY type, category ORDER BY events DESC, type',
    )
    .all()
    .map((row) => ({
      type: String(row['type']),
      category: row['category'] as EventCategory,
      events: Number(row['events']),
    }));
}
