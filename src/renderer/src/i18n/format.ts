import { durationIn, exactShare, numberIn, ratioText, wallTime, weekdayIn } from '@shared/drawing/format';
import { formatMoneyIn } from '@shared/money';
import { currentLocale, t } from './index';

const pad = (value: number): string => String(value).padStart(2, '0');

/** A count with separators of thousands. */
export function formatNumber(value: number): string {
  return numberIn(currentLocale(), value);
}

/** A percentage that main has already rounded to one decimal. */
export function formatPercent(value: number): string {
  return value === 100 ? '100%' : `${value.toFixed(1)}%`;
}

/** A size in bytes, in the unit a file manager would choose. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** A duration in seconds, in the two largest units that say something. */
export function formatDuration(seconds: number): string {
  return durationIn(currentLocale(), seconds);
}

/** The time that something took, in milliseconds: nothing that was done took no time. */
export function formatTook(ms: number): string {
  return ms < 1000 ? t('format.underASecond') : formatDuration(ms / 1000);
}

/** Remaining time in seconds; null while it is unknown. */
export function formatRemaining(seconds: number | null): string {
  if (seconds === null) return t('format.estimating');
  if (seconds > 0 && seconds < 5) return t('format.aFewSeconds');
  return seconds <= 0 ? t('format.almostDone') : t('format.about', { time: formatDuration(seconds) });
}

/** Date and time of a behaviour: wall-clock milliseconds are read back in UTC, where they were written. */
export function formatWallTime(ms: number): string {
  return wallTime(ms);
}

/** A formatted time without its seconds, for tables. */
export function toMinutes(time: string): string {
  return time.slice(0, 16);
}

/** Date of a behaviour. */
export function formatWallDate(ms: number): string {
  return formatWallTime(ms).slice(0, 10);
}

/** Start to end of an event; a date that both share is shown once. */
export function formatWallRange(start: number, end: number): string {
  const from = formatWallTime(start);
  const to = formatWallTime(end);
  if (from === to) return from;
  return from.slice(0, 10) === to.slice(0, 10) ? `${from} – ${to.slice(11)}` : `${from} – ${to}`;
}

/** A day of behaviours with its weekday. */
export function formatWallDay(ms: number): string {
  return `${formatWallDate(ms)} ${weekdayIn(currentLocale(), (new Date(ms).getUTCDay() + 6) % 7)}`;
}

/**
 * Start to end of an event to the minute. The date of the start is left out below the heading of its day; the year of
 * the end is left out where it is that of the start.
 */
export function formatWallSpan(start: number, end: number, isDated: boolean): string {
  const [from, to] = [toMinutes(formatWallTime(start)), toMinutes(formatWallTime(end))];
  const shown = isDated ? from.slice(11) : from;
  if (from === to) return shown;
  if (from.slice(0, 10) === to.slice(0, 10)) return `${shown} – ${to.slice(11)}`;
  return `${shown} – ${from.slice(0, 4) === to.slice(0, 4) ? to.slice(5) : to}`;
}

/** The days from the first to the last. */
export function formatWallDays(start: number, end: number): string {
  const [from, to] = [formatWallDate(start), formatWallDate(end)];
  return from === to ? from : `${from} – ${to}`;
}

/** A real instant (milliseconds since the epoch), in local time. */
export function formatInstant(ms: number): string {
  const at = new Date(ms);
  const date = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${date} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** The local clock time of an instant (milliseconds since the epoch), with the date unless that is today's. */
export function formatClock(ms: number, now: number = Date.now()): string {
  const instant = formatInstant(ms);
  return instant.slice(0, 10) === formatInstant(now).slice(0, 10) ? instant.slice(11) : instant.slice(0, 16);
}

/** As formatClock for a narrow place: without seconds, and without the year. */
export function formatShortClock(ms: number, now: number = Date.now()): string {
  const clock = formatClock(ms, now);
  return clock.length > 8 ? clock.slice(5) : clock.slice(0, 5);
}

/** A large count in three figures and a unit, e.g. 35.2万 or 352K. */
export function formatCompact(value: number): string {
  if (value < 1000) return formatNumber(value);
  return new Intl.NumberFormat(currentLocale(), {
    notation: 'compact',
    maximumSignificantDigits: 3,
    useGrouping: 'always',
  }).format(value);
}

/** A sum of money; small sums with enough digits to differ from zero. */
export function formatMoney(value: number, currency: string): string {
  return formatMoneyIn(currentLocale(), value, currency);
}

/** A share between 0 and 1 in whole percent; only 1 is 100%. */
export function formatShare(share: number): string {
  const percent = share >= 1 ? 100 : Math.min(99, Math.round(share * 100));
  return `${percent}%`;
}

/** Milliseconds that a request took. */
export function formatLatency(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return t('format.seconds', { s: (ms / 1000).toFixed(1) });
  return formatDuration(ms / 1000);
}

/** A share between -1 and 1 in percent with one decimal, as tables of figures need it. */
export function formatShareExact(share: number): string {
  return exactShare(share);
}

/** A ratio, such as a lift: 1.35×. */
export function formatRatio(ratio: number): string {
  return ratioText(ratio);
}
