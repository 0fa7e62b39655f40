import type { TimeBin } from '../../shared/insight.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** The first Monday after the epoch. */
export const MONDAY_MS = 4 * DAY_MS;

/**
 * The start of the bin that a wall-clock time is in; weeks begin on Monday. `dayStartMs`: when days and weeks begin, in milliseconds after
 * midnight. Months are those of the calendar.
 */
export function floorTo(bin: TimeBin, time: number, dayStartMs = 0): number {
  if (bin === 'hour') return Math.floor(time / HOUR_MS) * HOUR_MS;
  if (bin === 'day') return floorFrom(dayStartMs, DAY_MS, time);
  if (bin === 'week') return floorFrom(MONDAY_MS + dayStartMs, 7 * DAY_MS, time);
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

const floorFrom = (origin: number, length: number, time: number): number =>
  Math.floor((time - origin) / length) * length + origin;

/** The start of the bin after the one that starts then. */
export function nextOf(bin: TimeBin, start: number): number {
  if (bin === 'hour') return start + HOUR_MS;
  if (bin === 'day') return start + DAY_MS;
  if (bin === 'week') return start + 7 * DAY_MS;
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
