/** Ids between two users: an event's ordinal is in the low 21 bits of its id, the user's number above (see `events`). */
export const ORDINAL_SPAN = 2 ** 21;

/** More events than this a sequence cannot hold. */
export const MAX_EVENTS_PER_USER = ORDINAL_SPAN - 1;

/** The id of a user's event; ordinals count from 1. */
export function eventId(userNo: number, ordinal: number): number {
  return userNo * ORDINAL_SPAN + ordinal;
}
