import type { Locale } from '../settings.ts';

/** To make a format takes longer than to use it a hundred times. */
const counts = perLocale((locale) => new Intl.NumberFormat(locale));
const weekdays = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }),
);

function perLocale<T>(make: (locale: Locale) => T): (locale: Locale) => T {
  const made = new Map<Locale, T>();
  return (locale) => {
    const format = made.get(locale) ?? make(locale);
    made.set(locale, format);
    return format;
  };
}

/** A count with separators of thousands. */
export const numberIn = (locale: Locale, value: number): string => counts(locale).format(value);

/** A share between -1 and 1 in percent with one decimal, as tables of figures need it; what rounds to nothing has no sign. */
export const exactShare = (share: number): string => `${percentPoints(share)}%`;

/** A difference of two shares in points: +3.2. */
export function pointsText(difference: number): string {
  const points = percentPoints(difference);
  return Number(points) > 0 ? `+${points}` : points;
}

const percentPoints = (share: number): string => (share * 100).toFixed(1).replace(/^-0\.0$/, '0.0');

/** A ratio, such as a lift: 1.35×. Two decimals, so that a column of them is even; fewer of large ones, more of tiny ones. */
export function ratioText(ratio: number): string {
  const decimals = ratio >= 100 ? 0 : ratio >= 10 ? 1 : 2;
  return `${ratio > 0 && ratio < 0.01 ? Number(ratio.toPrecision(1)) : ratio.toFixed(decimals)}×`;
}

/** Wall-clock milliseconds are read back in UTC, where they were written. */
export const wallTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** The name of a day of the week, from 0 for Monday. */
export const weekdayIn = (locale: Locale, day: number): string =>
  weekdays(locale).format(Date.UTC(2024, 0, 1 + day));

const UNITS: Record<Locale, { d: string; h: string; m: string; short: string; s: string }> = {
  'zh-CN': { d: ' 天', h: ' 小时', m: ' 分钟', short: ' 分', s: ' 秒' },
  en: { d: ' d', h: ' h', m: ' min', short: ' min', s: ' s' },
};

/** A duration in seconds as a number in its largest unit, where there is little room: 1.5 d, 12 min. */
export function shortDuration(locale: Locale, seconds: number): string {
  const unit = UNITS[locale];
  const [name, length] = (
    [
      [unit.d, 86_400],
      [unit.h, 3600],
      [unit.short, 60],
    ] as const
  ).find(([, length]) => seconds >= length) ?? [unit.s, 1];
  const value = seconds / length;
  return `${value < 9.95 ? Number(value.toFixed(1)) : Math.round(value)}${name}`;
}

/** A duration in seconds, in the two largest units that say something. */
export function durationIn(locale: Locale, seconds: number): string {
  const unit = UNITS[locale];
  const total = Math.max(0, Math.round(seconds));
  const days = Math.floor(total / 86_400);
  const hours = Math.floor((total % 86_400) / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const rest = total % 60;
  if (days > 0) return `${days}${unit.d}${hours > 0 ? ` ${hours}${unit.h}` : ''}`;
  if (hours > 0) return `${hours}${unit.h}${minutes > 0 ? ` ${minutes}${unit.short}` : ''}`;
  if (minutes > 0)
    return rest > 0 && minutes < 10 ? `${minutes}${unit.short} ${rest}${unit.s}` : `${minutes}${unit.m}`;
  return `${rest}${unit.s}`;
}
