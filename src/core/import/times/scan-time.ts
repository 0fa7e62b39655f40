import { plainDate, withoutMarks } from './time-text.ts';

/**
 * What a text says of a time, before it is known how the column orders day and month, or which zone is meant. Nothing is
 * decided here that another value of the column could decide otherwise.
 */
export type ScannedTime = ScannedDate | ScannedNumber;

export interface ScannedDate {
  kind: 'date';
  /** Year, month and day where `order` is `known`, else as written. */
  parts: [number, number, number];
  /** `open`: the text alone may not say which part is the day (03/02/2026); `short`: nor which is the year (03/02/26). */
  order: 'known' | 'open' | 'short';
  /** Null where the text has no time of day. */
  clock: ScannedClock | null;
  zone: ScannedZone | null;
}

export interface ScannedClock {
  hour: number;
  minute: number;
  second: number;
  milliseconds: number;
  /** What the smallest written part is. */
  unit: 'hour' | 'minute' | 'second';
}

/** An offset from UTC in milliseconds, an IANA name, or an abbreviation that several zones share. */
export type ScannedZone = { offsetMs: number } | { name: string } | { shared: 'CST' };

/** A number: an epoch, a date without separators, or a day count of a spreadsheet, told apart by its size. */
export interface ScannedNumber {
  kind: 'number';
  value: number;
  /** The digits where the number is written as an integer without exponent; undefined otherwise. */
  digits: string | undefined;
  /** How exactly it is written, in its own unit: 1 for an integer, 1e7 for 1.77011E+12. */
  resolution: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAME =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';

/** Offsets in hours of abbreviations that mean one zone where logs are concerned. CST is China's and America's. */
const ABBREVIATIONS: Record<string, number> = {
  z: 0,
  utc: 0,
  gmt: 0,
  ut: 0,
  est: -5,
  edt: -4,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  cet: 1,
  cest: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  jst: 9,
  kst: 9,
  hkt: 8,
  sgt: 8,
  aest: 10,
  aedt: 11,
};

/** Parts of the day in Chinese, Japanese and Korean, as the half of a 12-hour clock that they name. */
const HALF_OF_DAY: Record<string, 'am' | 'pm' | 'noon'> = {
  上午: 'am',
  午前: 'am',
  오전: 'am',
  凌晨: 'am',
  清晨: 'am',
  早上: 'am',
  早晨: 'am',
  中午: 'noon',
  下午: 'pm',
  午後: 'pm',
  오후: 'pm',
  傍晚: 'pm',
  晚上: 'pm',
  am: 'am',
  pm: 'pm',
};

/** Each form of a date, with how its groups are ordered. Ends where the clock begins. */
const DATES: readonly { pattern: RegExp; order: 'ymd' | 'dmy' | 'mdy' | 'open' }[] = [
  { pattern: /(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/y, order: 'ymd' },
  // Korean: `2026. 2. 3.`
  { pattern: /(\d{4})(\.) (\d{1,2})\. (\d{1,2})\.?(?!\d)/y, order: 'ymd' },
  { pattern: /(\d{4}|\d{2})(\s*年\s*)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]/y, order: 'ymd' },
  { pattern: /(\d{4})()(\d{2})(\d{2})(?=[Tt\s_]|-\d{6}$|\d{6}[Z+-])/y, order: 'ymd' },
  { pattern: new RegExp(`(\\d{1,2})([-/ ])${MONTH_NAME}[-/, ]+(\\d{4})(?!\\d)`, 'iy'), order: 'dmy' },
  // Oracle and Jira write years of two digits behind the name of the month.
  { pattern: new RegExp(`(\\d{1,2})([-/])${MONTH_NAME}\\2(\\d{2})(?!\\d)`, 'iy'), order: 'dmy' },
  {
    pattern: new RegExp(`${MONTH_NAME}( )(\\d{1,2})(?:st|nd|rd|th)?,? +(\\d{4})(?!\\d)`, 'iy'),
    order: 'mdy',
  },
  // With points the day is first, wherever points are used (DIN 5008 and its like).
  { pattern: /(\d{1,2})(\.)(\d{1,2})\.(\d{4})(?!\d)/y, order: 'dmy' },
  { pattern: /(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/y, order: 'open' },
];

const CLOCK =
  /(?:(上午|午前|오전|凌晨|清晨|早上|早晨|中午|下午|午後|오후|傍晚|晚上|[ap]m(?=\s*\d))\s*)?(\d{1,2})(?:\s*[:时時点點]\s*(\d{1,2})(?:\s*[:分]\s*(\d{1,2})(?:(?:[.,]|:(?=\d{3}(?!\d)))(\d{1,9}))?)?(?:\s*[分秒])?|\s*[时時点點整]+)(?:\s*([ap])\.? ?m\.?(?![a-z]))?/iy;
/** Oracle's clock has points: `10.05.09.250000 AM`; names of files have dashes. */
const POINTED_CLOCK = /(\d{2})([.-])(\d{2})\2(\d{2})(?:\.(\d{1,9}))?(?:\s*([ap])\.?m\.?(?![a-z]))?/iy;
const COMPACT_CLOCK = /(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?(?!\d)/y;
const HOUR_ALONE = /(\d{1,2})(?:\s*([ap])\.?m\.?(?![a-z]))?(?=$)/iy;
const ZONE =
  /(?:(?:UTC|GMT)\s*(?=[+-]))?(?:([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)(?:\s*[A-Z]{3,5})?|([A-Za-z]{1,4})(?![A-Za-z/])|([A-Za-z]+\/[A-Za-z_/+-]+))(?:\s*\[[A-Za-z_/+-]+\])?(?:\s*\([^)]*\))?/y;

/** What Go prints behind a time: its monotonic clock. */
const BESIDE_ZONE = / m=[+-][\d.]+$/;
const INTEGER = /^[+-]?\d{1,19}$/;
const DECIMAL = /^\d+(?:\.\d+)?s?$/;
const GROUPED = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
/** With so many digits before it a comma is the decimal one. */
const DECIMAL_COMMA = /^\d{4,},\d+$/;
const SCIENTIFIC = /^(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})$/;

/** Reads what a text says; null when it is no time. */
export function scanTime(text: string): ScannedTime | null {
  const trimmed = withoutMarks(text.trim());
  if (trimmed === '' || trimmed.length > 100) return null;
  return scanNumber(trimmed) ?? scanDate(trimmed);
}

/** Reads a time of day that has no date, such as `09:05:00` or `下午9:05`; null for anything else. */
export function scanClock(text: string): ScannedClock | null {
  const trimmed = text.trim();
  const found = clockAt(trimmed, 0, false);
  return found?.end === trimmed.length && /\D\d/.test(trimmed) ? found.clock : null;
}

function scanNumber(text: string): ScannedNumber | null {
  // The form of almost every log whose times are numbers.
  const plain = plainInteger(text);
  if (plain !== null) return { kind: 'number', value: plain, digits: text, resolution: 1 };
  const scientific = SCIENTIFIC.exec(text);
  if (scientific) {
    const [, , decimals = '', exponent] = scientific;
    return {
      kind: 'number',
      value: Number(text),
      digits: undefined,
      resolution: 10 ** Math.max(0, Number(exponent) - decimals.length),
    };
  }
  if (INTEGER.test(text) && !text.startsWith('+')) {
    return { kind: 'number', value: Number(text), digits: text, resolution: 1 };
  }
  if (DECIMAL_COMMA.test(text)) return scanNumber(text.replace(',', '.'));
  if (DECIMAL.test(text) || GROUPED.test(text)) {
    const plain = text.replace(/[,s]/g, '');
    const whole = /^(\d+)(?:\.0*)?$/.exec(plain)?.[1];
    return { kind: 'number', value: Number(plain), digits: whole, resolution: whole ? 1 : 0 };
  }
  return null;
}

/** The value of up to fifteen digits, which a number holds exactly, without a regular expression; null for any other form. */
function plainInteger(text: string): number | null {
  if (text.length > 15) return null;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return null;
    value = 10 * value + digit;
  }
  return value;
}

function scanDate(text: string): ScannedDate | null {
  const plain = plainDate(text);
  for (const { pattern, order } of DATES) {
    pattern.lastIndex = 0;
    const match = pattern.exec(plain);
    if (!match) continue;
    const date = dateOf(match, order);
    return date && withClock(date, plain, pattern.lastIndex, match[2] === '' || !/\s/.test(plain));
  }
  return scanYearLast(plain) ?? scanClockFirst(plain);
}

/** A time of day before its date: `9:05 AM 2026-02-03`. */
function scanClockFirst(text: string): ScannedDate | null {
  const found = clockAt(text, 0, false);
  const between = found && /^,? +(?:on )?(?=\S)/.exec(text.slice(found.end));
  const date = between && scanDate(text.slice(found.end + between[0].length));
  return date?.clock === null ? { ...date, clock: found?.clock ?? null } : null;
}

/** The form of C’s asctime and JavaScript’s dates with the year behind the clock: `Feb 3 09:05:00 +0800 2026`. */
function scanYearLast(text: string): ScannedDate | null {
  const match = /^([a-z]+)\.? (\d{1,2}) (\d{1,2}:\d{2}(?::\d{2})?)(?: (.+))? (\d{4})$/i.exec(text);
  return match ? scanDate(`${match[2]} ${match[1]} ${match[5]} ${match[3]} ${match[4] ?? ''}`.trim()) : null;
}

function dateOf(
  match: RegExpExecArray,
  order: (typeof DATES)[number]['order'],
): Omit<ScannedDate, 'clock' | 'zone'> | null {
  const [, first = '', , second = '', third = ''] = match;
  switch (order) {
    case 'ymd':
      return { kind: 'date', parts: [yearOf(first), Number(second), Number(third)], order: 'known' };
    case 'dmy':
      return { kind: 'date', parts: [yearOf(third), monthOf(second), Number(first)], order: 'known' };
    case 'mdy':
      return { kind: 'date', parts: [Number(third), monthOf(first), Number(second)], order: 'known' };
    case 'open':
      return {
        kind: 'date',
        parts: [Number(first), Number(second), Number(third)],
        order: third.length === 2 ? 'short' : 'open',
      };
  }
}

function yearOf(text: string): number {
  return Number(text) + (text.length === 2 ? 2000 : 0);
}

function monthOf(text: string): number {
  const byName = MONTHS.indexOf(text.slice(0, 3).toLowerCase());
  return byName >= 0 ? byName + 1 : Number(text);
}

/** Reads what follows a date; null when that is no time of day and zone. `compact`: the clock may have no separators. */
function withClock(
  date: Omit<ScannedDate, 'clock' | 'zone'>,
  text: string,
  end: number,
  compact: boolean,
): ScannedDate | null {
  if (end === text.length) return { ...date, clock: null, zone: null };
  const separator = /^(?:[Tt_]|,? +(?:(?:at|um|@) +)?|:(?=\d\d:)|-(?=\d\d[:.]|\d{6}$))/.exec(text.slice(end));
  const needsNone = /[日号]$/.test(text.slice(0, end)) || /^\d{6}[Z+-]/.test(text.slice(end));
  if (!separator && !needsNone) return null;
  const found = clockAt(text, end + (separator?.[0].length ?? 0), compact);
  if (!found) return null;
  const rest = text.slice(found.end).trim();
  if (rest === '') return { ...date, clock: found.clock, zone: null };
  const zone = zoneOf(rest);
  return zone && { ...date, clock: found.clock, zone };
}

function clockAt(text: string, start: number, compact: boolean): { clock: ScannedClock; end: number } | null {
  CLOCK.lastIndex = start;
  const match = CLOCK.exec(text);
  if (match) {
    const [, before = '', hour, minute, second, fraction, after = ''] = match;
    const half = HALF_OF_DAY[before.toLowerCase()] ?? HALF_OF_DAY[`${after.toLowerCase()}m`];
    const unit = second !== undefined ? 'second' : minute !== undefined ? 'minute' : 'hour';
    return clockFrom([hour, minute, second, fraction], half, unit, CLOCK.lastIndex);
  }
  POINTED_CLOCK.lastIndex = start;
  const pointed = start > 0 ? POINTED_CLOCK.exec(text) : null;
  if (pointed) {
    const [, hour, , minute, second, fraction, after = ''] = pointed;
    const half = HALF_OF_DAY[`${after.toLowerCase()}m`];
    return clockFrom([hour, minute, second, fraction], half, 'second', POINTED_CLOCK.lastIndex);
  }
  if (compact) {
    COMPACT_CLOCK.lastIndex = start;
    const digits = COMPACT_CLOCK.exec(text);
    if (digits)
      return clockFrom(
        digits.slice(1),
        undefined,
        digits[3] === undefined ? 'minute' : 'second',
        COMPACT_CLOCK.lastIndex,
      );
  }
  HOUR_ALONE.lastIndex = start;
  const hour = start > 0 ? HOUR_ALONE.exec(text) : null;
  if (!hour) return null;
  return clockFrom([hour[1]], HALF_OF_DAY[`${(hour[2] ?? '').toLowerCase()}m`], 'hour', HOUR_ALONE.lastIndex);
}

function clockFrom(
  [hour = '', minute = '0', second = '0', fraction = '']: (string | undefined)[],
  half: 'am' | 'pm' | 'noon' | undefined,
  unit: ScannedClock['unit'],
  end: number,
): { clock: ScannedClock; end: number } | null {
  const shown = hourOfDay(Number(hour), half);
  if (shown === null) return null;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  return { clock: { hour: shown, minute: Number(minute), second: Number(second), milliseconds, unit }, end };
}

/** An hour as a clock of 24 hours shows it; null where an hour and a half of the day contradict each other. */
function hourOfDay(hour: number, half: 'am' | 'pm' | 'noon' | undefined): number | null {
  if (half === undefined) return hour;
  if (half === 'am') return hour === 12 ? 0 : hour < 12 ? hour : null;
  if (half === 'noon') return hour >= 11 && hour <= 14 ? hour : hour >= 1 && hour <= 2 ? hour + 12 : null;
  // 下午14:05 is written, too.
  return hour >= 12 ? (hour < 24 ? hour : null) : hour + 12;
}

/** The zone that a text names, perhaps in brackets; null for anything else. */
export function zoneOf(written: string): ScannedZone | null {
  const text = written.replace(BESIDE_ZONE, '').replace(/^[([](.*)[)\]]$/, '$1');
  ZONE.lastIndex = 0;
  const match = ZONE.exec(text);
  if (!match || ZONE.lastIndex !== text.length) return null;
  const [, sign, hours, minutes = '0', abbreviation, name] = match;
  if (sign !== undefined) {
    // Real offsets are between -12:00 and +14:00; beyond 18 hours it is a typing error.
    if (Number(hours) > 18 || Number(minutes) > 59) return null;
    const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
    return { offsetMs: sign === '-' ? -ms : ms };
  }
  if (name !== undefined) return { name };
  const known = abbreviation?.toLowerCase() ?? '';
  if (known === 'cst') return { shared: 'CST' };
  const offset = Object.hasOwn(ABBREVIATIONS, known) ? ABBREVIATIONS[known] : undefined;
  return offset === undefined ? null : { offsetMs: offset * HOUR_MS };
}
