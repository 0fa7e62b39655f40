import type { TimeBin } from '../../shared/insight.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** The first Monday after the epoch. */
export const MONDAY_MS = 4 * DAY_MS;

/** The start of the bin that a wall-clock time is in; weeks begin on Monday. */
export function floorTo(bin: TimeBin, time: number): number {
  if (bin === 'hour') return Math.floor(time / HOUR_MS) * HOUR_MS;
  if (bin === 'day') return Math.floor(time / DAY_MS) * DAY_MS;
  if (bin === 'week') return Math.floor((time - MONDAY_MS) / (7 * DAY_MS)) * 7 * DAY_MS + MONDAY_MS;
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

/** The start of the bin after the one that starts then. */
export function nextOf(bin: TimeBin, start: number): number {
  if (bin === 'hour') return start + HOUR_MS;
  if (bin === 'day') return start + DAY_MS;
  if (bin === 'week') return start + 7 * DAY_MS;
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
