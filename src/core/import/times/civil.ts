const DAY_MS = 86_400_000;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days from the first day of the computation (0000-03-01) to 1970-01-01. */
const DAYS_BEFORE_EPOCH = 719_468;

/** Midnight of a date as milliseconds; null for a date that does not exist. */
export function dateMs(year: number, month: number, day: number): number | null {
  // Written so that NaN is refused too.
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return null;
  return daysFromCivil(year, month, day) * DAY_MS;
}

/**
 * Milliseconds since midnight; null for a time of day that does not exist. The end of the day may be written 24:00:00, and a
 * leap second 23:59:60 (ISO 8601): both are the first moment of the next day.
 */
export function clockMs(hour: number, minute: number, second: number): number | null {
  if (hour === 24 && minute === 0 && second === 0) return DAY_MS;
  if (hour === 23 && minute === 59 && second === 60) return DAY_MS;
  if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 59)) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/**
 * Days since 1970-01-01 of a date from the year 1 on (days_from_civil in howardhinnant.github.io/date_algorithms.html).
 * Computed for every row: Date.UTC would read the years 0 to 99 as 1900 to 1999, a Date object per row is slow, and a
 * cache of the last date is one more thing that can be wrong.
 */
function daysFromCivil(year: number, month: number, day: number): number {
  // Years begin in March here, so that a leap day is the last day of its year.
  const y = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return y * 365 + leapDays + dayOfYear - DAYS_BEFORE_EPOCH;
}
