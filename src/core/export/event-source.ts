import type { EventsAt } from '../detail/events-at.ts';
import type { EventDraft } from '../extract/extractor.ts';
import type { Connected } from '../store/database.ts';
import { eventId } from '../store/event-id.ts';
import { EventOwners } from '../store/event-owners.ts';
import { allEvents, rowNumbers } from '../store/event-store.ts';
import type { ExportedEvent } from '../store/event-store.ts';
import { ExportStore } from '../store/export-store.ts';
import type { OwnEvent } from '../store/export-store.ts';
import { UserEvents } from '../store/user-events.ts';

/** Where the events of an export come from. */
export interface EventSource {
  /** Whether some are computed, so that it is not known how many there are. */
  computes: boolean;
  /** All events: users by first appearance, then in time order. */
  all(): Iterable<ExportedEvent>;
  /** Those of a user, in the order of the sequence. */
  of(userNo: number): OwnEvent[];
}

/** The events as they are stored. */
export function storedEvents(workspace: Connected): EventSource {
  const store = new ExportStore(workspace.db);
  return {
    computes: false,
    all: () => allEvents(workspace, null),
    of: (userNo) => store.eventsOf(userNo),
  };
}

/**
 * The events at a detail: those of users who have them at another one are made while they are read, one user after another, and kept
 * nowhere. `onRead`: called before each user; may throw to end that.
 */
export function eventsAtDetail(workspace: Connected, events: EventsAt, onRead: () => void): EventSource {
  const owners = new EventOwners(workspace.db);
  const stored = new UserEvents(workspace.db);
  const rowNumber = rowNumbers(workspace);
  const madeFor = (userNo: number): EventDraft[] => {
    onRead();
    const madeBy = owners.madeBy(userNo);
    if (!madeBy) return [];
    return madeBy.detail === events.detail ? stored.of(userNo) : events.of(userNo, madeBy);
  };
  return {
    computes: true,
    *all() {
      for (const { userNo, userId, profile } of owners.all())
        for (const [place, event] of madeFor(userNo).entries()) {
          const evidence = event.evidence.map(rowNumber);
          yield { ...event, id: eventId(userNo, place + 1), userId, profile, evidence };
        }
    },
    of: (userNo) =>
      madeFor(userNo).map(({ type, category, origin, evidence }, place) => ({
        ...{ ordinal: place + 1, type, category, origin, evidence },
      })),
  };
}
