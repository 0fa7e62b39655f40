/** How the sessions of a user are told apart. */
export interface SessionLimits {
  /** A silence of the user that is longer than this ends a session, in milliseconds; null: a session is a day. */
  sessionGapMs: number | null;
  /** When a day begins, in milliseconds after midnight. */
  dayStartMs: number;
}

const DAY_MS = 86_400_000;

/** The day in which a wall-clock time lies, as a number that grows by one with each day. */
export const dayOf = (time: number, dayStartMs: number): number => Math.floor((time - dayStartMs) / DAY_MS);

/**
 * Makes the function that is given the moments of one user in time order, and tells of each whether it begins a session. A
 * silence is counted from the latest end of what came before: watching an hour-long video is no silence.
 */
export function sessionBorders({ sessionGapMs, dayStartMs }: SessionLimits): (moment: Span) => boolean {
  let latestEnd = -Infinity;
  let latestDay = Number.NaN;
  return ({ start, end }) => {
    const day = dayOf(start, dayStartMs);
    const begins = sessionGapMs === null ? day !== latestDay : start - latestEnd > sessionGapMs;
    latestDay = day;
    latestEnd = Math.max(latestEnd, end);
    return begins;
  };
}

interface Span {
  start: number;
  end: number;
}
