import type { AskedUnit, BegunUnit } from '../types.ts';
import type { RawUser } from './parse-answer.ts';
import { accountFor } from './unit-events.ts';

/**
 * The events of a user in whom the answer broke off that are surely whole: an object at the end may lack members; text at
 * the end is whole, for a string that was cut is not read at all.
 */
export function wholeEvents(events: readonly unknown[]): readonly unknown[] {
  return typeof events.at(-1) === 'string' ? events : events.slice(0, -1);
}

/** What an answer says of a unit before it breaks off within it; null when some of that had to be guessed, or is nothing. */
export function beginningOf(asked: AskedUnit, user: RawUser): BegunUnit | null {
  if (user.guessed) return null;
  const { events, covered, unsupported, malformed } = accountFor(asked, wholeEvents(user.events));
  return malformed || events.length === 0 ? null : { events, covered, unsupported };
}
