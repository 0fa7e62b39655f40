import { formatWallTime } from '../core/wall-time.ts';
import type { ErrorInfo } from '../shared/errors.ts';
import type { EventRecord, EventsPage, UserDetail, UserRow, UsersPage, UsersQuery } from '../shared/users.ts';

type ErrorText = (error: ErrorInfo) => string;

const wallTime = (time: number | null): string | null => (time === null ? null : formatWallTime(time));

/** A line of the table of users. */
function userJson(user: UserRow, errorText: ErrorText): Record<string, unknown> {
  return {
    user_id: user.userId,
    status: user.status,
    behavior_count: user.behaviourCount,
    event_count: user.eventCount,
    conversion_count: user.conversionCount,
    first_time: wallTime(user.firstTime),
    last_time: wallTime(user.lastTime),
    error_code: user.failure?.code ?? null,
    error_message: user.failure && errorText(user.failure),
    coverage: user.coverage,
    low_coverage: user.lowCoverage,
    updated_at: user.updatedAt === null ? null : new Date(user.updatedAt).toISOString(),
  };
}

/** A page of users. */
export function usersJson(
  { rows, total, counts }: UsersPage,
  { page, pageSize }: UsersQuery,
  errorText: ErrorText,
): Record<string, unknown> {
  const { all, pending, succeeded, failed, lowCoverage } = counts;
  return {
    total,
    page,
    page_size: pageSize,
    counts: { all, pending, succeeded, failed, low_coverage: lowCoverage },
    users: rows.map((row) => userJson(row, errorText)),
  };
}

/** A user with profile. */
export function userDetailJson({ user, profile }: UserDetail, errorText: ErrorText): Record<string, unknown> {
  return { ...userJson(user, errorText), profile };
}

/** A stretch of a user's events. `next_after` asks for those that follow; null at the end. */
export function eventsJson({ events, more }: EventsPage): Record<string, unknown> {
  return { events: events.map(eventJson), next_after: more ? (events.at(-1)?.ordinal ?? null) : null };
}

/** An event, with the names of exported files. */
function eventJson(event: EventRecord): Record<string, unknown> {
  return {
    ordinal: event.ordinal,
    event_type: event.type,
    ...(event.proposed === undefined ? {} : { proposed_type: event.proposed }),
    category: event.category,
    start_time: formatWallTime(event.startTime),
    end_time: formatWallTime(event.endTime),
    origin: event.origin,
    confidence: event.confidence,
    behavior_ids: event.evidence,
    context: event.context,
  };
}
