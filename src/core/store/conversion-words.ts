import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ConversionWord } from '../abstraction/conversion-types.ts';
import { eventId, MAX_EVENTS_PER_USER } from './event-id.ts';

/** Counts the conversions of one user after another by the word that their events carry. */
export class ConversionWords {
  readonly #counts: StatementSync;

  constructor(db: DatabaseSync) {
    this.#counts = db.prepare(
      `SELECT type, origin = 'llm' AS byModel, count(*) AS events FROM events
       WHERE id BETWEEN ? AND ? AND category = 'conversion' GROUP BY 1, 2 ORDER BY 1, 2`,
    );
  }

  /** `expected`: how many conversions the user has; the events of one without any are not looked at. */
  of(userNo: number, expected: number): ConversionWord[] {
    if (expected === 0) return [];
    return this.#counts
      .all(eventId(userNo, 1), eventId(userNo, MAX_EVENTS_PER_USER))
      .map(({ type, byModel, events }) => ({
        word: String(type),
        byModel: byModel === 1,
        events: Number(events),
      }));
  }
}
