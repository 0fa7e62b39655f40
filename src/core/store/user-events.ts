import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventDraft } from '../extract/extractor.ts';
import { eventId, MAX_EVENTS_PER_USER } from './event-id.ts';
import { storedNumbers, storedRecord } from './stored-json.ts';

type EventTuple = [
  type: string,
  category: EventDraft['category'],
  startTime: number,
  endTime: number,
  origin: EventDraft['origin'],
  confidence: number,
  context: string,
  evidence: string,
];

/** Reads the stored events of one user after another, as an extractor made them. */
export class UserEvents {
  readonly #rows: StatementSync;

  constructor(db: DatabaseSync) {
    this.#rows = db.prepare(
      `SELECT type, category, start_time, end_time, origin, confidence, context, evidence FROM events
       WHERE id BETWEEN ? AND ? ORDER BY id`,
    );
    this.#rows.setReturnArrays(true);
  }

  /** In the order of the sequence. */
  of(userNo: number): EventDraft[] {
    const rows = this.#rows.all(
      eventId(userNo, 1),
      eventId(userNo, MAX_EVENTS_PER_USER),
    ) as unknown as EventTuple[];
    return rows.map(
      ([type, category, startTime, endTime, origin, confidence, context, evidence]): EventDraft => ({
        type,
        category,
        startTime,
        endTime,
        origin,
        confidence,
        context: storedRecord(context),
        evidence: storedNumbers(evidence),
      }),
    );
  }
}
