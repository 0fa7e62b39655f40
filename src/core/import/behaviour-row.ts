import type { ErrorCode, ErrorInfo } from '../../shared/errors.ts';
import type { BehaviourValues, OptionalColumn } from '../store/behaviour-inserter.ts';
import type { ColumnRole } from '../../shared/import.ts';
import { cellValue, valueAt } from './cell.ts';
import { columnNames } from './columns.ts';
import { parseDuration } from './duration.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { ImportLimits } from './limits.ts';
import type { ColumnReading } from './recognise/recognise.ts';
import type { SingleRole } from './recognise/role-names.ts';
import { PLAIN_IDS, userIdOf } from './recognise/user-ids.ts';
import { printable } from './text.ts';
import { clockText, dayText, PLAIN_CLOCK } from './times/clock-cell.ts';
import { parseTime, PLAIN_STYLE } from './times/parse-time.ts';
import type { TimeZone } from './times/time-zone.ts';

/** Characters of a value or a column's name in a message at the most. */
const VALUE_CHARS = 100;
const OPTIONAL = ['text', 'action', 'item', 'app', 'media', 'poi', 'duration'] as const;

/** What a row needs to know of how its columns are read. */
export type RowReading = Pick<
  ColumnReading,
  'times' | 'timeSuffix' | 'clock' | 'ids' | 'impliedAction' | 'durationUnit' | 'hasDecimalCommas'
>;

const PLAIN_READING: RowReading = {
  times: PLAIN_STYLE,
  timeSuffix: '',
  clock: PLAIN_CLOCK,
  ids: PLAIN_IDS,
  impliedAction: null,
  durationUnit: 'seconds',
  hasDecimalCommas: false,
};

/** Reads the behaviours of a file. Holds the values of the last row, so that a million rows create no objects. */
export class BehaviourRow implements BehaviourValues {
  userId = '';
  time = 0;
  text: string | null = null;
  action: string | null = null;
  item: string | null = null;
  app: string | null = null;
  media: string | null = null;
  poi: string | null = null;
  duration: number | null = null;
  /** JSON object of the column that says the theme, and of those without a role, that have a value, by header. */
  extra: string | null = null;
  /** The duration that was written but cannot be read; null when there is none such. */
  unread: { value: string; column: string } | null = null;
  readonly #zone: TimeZone;
  readonly #how: RowReading;
  readonly #limits: ImportLimits;
  readonly #names: string[];
  readonly #column: Record<SingleRole, number>;
  readonly #extraColumns: number[];

  /** `roles`: one for each column of the header, checked. */
  constructor(
    header: readonly string[],
    roles: readonly ColumnRole[],
    zone: TimeZone,
    how: RowReading = PLAIN_READING,
    limits: ImportLimits = IMPORT_LIMITS,
  ) {
    this.#zone = zone;
    this.#how = how;
    this.#limits = limits;
    this.#names = columnNames(header);
    this.#column = {
      userId: roles.indexOf('userId'),
      anonymousId: roles.indexOf('anonymousId'),
      time: roles.indexOf('time'),
      clock: roles.indexOf('clock'),
      text: roles.indexOf('text'),
      action: roles.indexOf('action'),
      item: roles.indexOf('item'),
      app: roles.indexOf('app'),
      media: roles.indexOf('media'),
      poi: roles.indexOf('poi'),
      duration: roles.indexOf('duration'),
      theme: roles.indexOf('theme'),
    };
    this.#extraColumns = roles.flatMap((role, column) =>
      role === 'extra' || role === 'profile' || role === 'theme' ? [column] : [],
    );
  }

  /** The values that a row of this file can have. */
  get columns(): OptionalColumn[] {
    const isImplied = this.#how.impliedAction !== null;
    const named = OPTIONAL.filter((name) => this.#column[name] >= 0 || (name === 'action' && isImplied));
    return this.#extraColumns.length > 0 ? [...named, 'extra'] : named;
  }

  /** The name under which a column is stored; empty where no column has the role. */
  nameOf(role: SingleRole): string {
    return this.#names[this.#column[role]] ?? '';
  }

  /** Reads a row; returns why it cannot be used, or null when its values are set. */
  read(fields: readonly string[]): ErrorInfo | null {
    const column = this.#column;
    const id = valueAt(fields, column.userId) ?? valueAt(fields, column.anonymousId);
    const userId = id === null ? null : userIdOf(id, this.#how.ids);
    if (userId === null) return this.#problem('import.row.missing_user', column.userId);
    if (userId.length > this.#limits.userIdChars) {
      return longUserId(userId, this.#names[column.userId] ?? '', this.#limits);
    }
    const timeText = this.timeText(fields);
    const time = parseTime(timeText, this.#zone, this.#how.times);
    if (time === null) return this.#problem('import.row.bad_time', column.time, timeText);
    this.text = valueAt(fields, column.text);
    this.action = this.#how.impliedAction ?? valueAt(fields, column.action);
    if (this.text === null && this.action === null) return this.#noContent();
    this.userId = userId;
    this.time = time;
    this.item = valueAt(fields, column.item);
    this.app = valueAt(fields, column.app);
    this.media = valueAt(fields, column.media);
    this.poi = valueAt(fields, column.poi);
    this.#readDuration(fields);
    this.extra = this.#extraColumns.length === 0 ? null : this.#readExtra(fields);
    return null;
  }

  /** The text of the time: of one column, or of a date and its time of day; with the zone that the header names. */
  timeText(fields: readonly string[]): string {
    const { time, clock } = this.#column;
    const suffix = this.#how.timeSuffix;
    const text = fields[time] ?? '';
    if (clock < 0) return suffix === '' ? text : text.trim() + suffix;
    return `${dayText(text.trim())} ${this.#clockText(fields)}`.trim() + suffix;
  }

  /** The time of day in a column of its own, or in one for each of its parts. */
  #clockText(fields: readonly string[]): string {
    const { style, minutes, seconds } = this.#how.clock;
    const text = clockText(cellValue(fields[this.#column.clock]) ?? '', style);
    if (minutes < 0 || text === '') return text;
    const parts = [minutes, seconds].filter((column) => column >= 0).map((column) => fields[column] ?? '');
    return [text, ...parts].map((part) => part.trim().padStart(2, '0')).join(':');
  }

  /** An unreadable duration is left out and reported: it is no reason to lose the behaviour. */
  #readDuration(fields: readonly string[]): void {
    const column = this.#column.duration;
    const text = valueAt(fields, column);
    const { hasDecimalCommas, durationUnit } = this.#how;
    this.duration = text === null ? null : parseDuration(text, hasDecimalCommas, durationUnit);
    this.unread =
      text === null || this.duration !== null
        ? null
        : {
            value: printable(text, VALUE_CHARS),
            column: printable(this.#names[column] ?? '', VALUE_CHARS),
          };
  }

  #readExtra(fields: readonly string[]): string | null {
    const entries: [string, string][] = [];
    for (const column of this.#extraColumns) {
      const value = valueAt(fields, column);
      if (value !== null) entries.push([this.#names[column] ?? '', value]);
    }
    // fromEntries, not assignment: a column may be called __proto__.
    return entries.length === 0 ? null : JSON.stringify(Object.fromEntries(entries));
  }

  #problem(code: ErrorCode, column: number, value?: string): ErrorInfo {
    const name = printable(this.#names[column] ?? '', VALUE_CHARS);
    return {
      code,
      params: value === undefined ? { column: name } : { value: printable(value, VALUE_CHARS), column: name },
    };
  }

  #noContent(): ErrorInfo {
    const { text, action } = this.#column;
    const names = [text, action].flatMap((column) => this.#names[column] ?? []);
    return { code: 'import.row.no_content', params: { column: printable(names.join(', '), VALUE_CHARS) } };
  }
}

/** Why a row is rejected whose user id is longer than the limit. */
export function longUserId(userId: string, column: string, { userIdChars }: ImportLimits): ErrorInfo {
  return {
    code: 'import.row.long_user',
    params: { count: userId.length, limit: userIdChars, column: printable(column, VALUE_CHARS) },
  };
}
