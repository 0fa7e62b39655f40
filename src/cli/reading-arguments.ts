import { z } from 'zod';
import { delimiterSchema, encodingSchema } from '../shared/import.ts';
import type {
  ColumnRole,
  DateOrder,
  Delimiter,
  DurationUnit,
  FileEncoding,
  HeaderChoice,
  ImportOptions,
  ImportPreview,
} from '../shared/import.ts';
import type { Locale } from '../shared/settings.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

/** How the input file is read; what is undefined is recognised. */
export interface FileReading {
  /** What every row is, in a file that does not say it. */
  action: string | undefined;
  /** The sheet or table of a file that has several. */
  part: string | undefined;
  encoding: FileEncoding | undefined;
  delimiter: Delimiter | undefined;
  header: HeaderChoice | undefined;
  dateOrder: DateOrder | undefined;
  durationUnit: DurationUnit | undefined;
  /** The role of each column that `--map` names; null without it. */
  map: ReadonlyMap<string, ColumnRole> | null;
  /** Above this share of refused rows nothing is imported. */
  mostRefused: number;
}

/** A file of which more than half cannot be used is read in a wrong way more likely than it is so bad. */
const MOST_REFUSED = 0.5;

const option = z.string().optional();

/** The options of a command that say how its input is to be read. */
export const readingValuesSchema = z.object({
  map: option,
  action: option,
  sheet: option,
  table: option,
  encoding: option,
  delimiter: option,
  /** False with `--no-header`. */
  header: z.boolean().optional(),
  'date-order': option,
  'duration-unit': option,
  'accept-rejects': z.boolean().default(false),
});

/** The values of `--delimiter`; of several names for one, the last is a word. */
export const DELIMITERS: Readonly<Record<string, Delimiter>> = {
  ...Object.fromEntries(delimiterSchema.options.map((delimiter) => [delimiter, delimiter])),
  tab: '\t',
  '\\x01': '\x01',
};
/** The values of `--date-order`. */
export const DATE_ORDERS: Readonly<Record<string, DateOrder>> = {
  'day-first': 'day_first',
  'month-first': 'month_first',
  'year-first': 'year_first',
};
/** The values of `--duration-unit`. */
export const DURATION_UNITS: Readonly<Record<string, DurationUnit>> = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  min: 'minutes',
  h: 'hours',
  d: 'days',
};

type ReadingValues = z.infer<typeof readingValuesSchema>;

/** What stands before the options that say how the file of profiles is to be read. */
const OF_PROFILES = 'profiles-';

/** Those options: the ones of the log that a table of users can need, too. */
export const profilesValuesSchema = z.object({
  'profiles-map': option,
  'profiles-sheet': option,
  'profiles-table': option,
  'profiles-encoding': option,
  'profiles-delimiter': option,
  'profiles-header': z.boolean().optional(),
  'profiles-no-header': z.boolean().optional(),
});

/** How the options say that the log is to be read. Throws UsageError. */
export function readingOf(values: ReadingValues, locale: Locale): FileReading {
  return readingBy(values, locale, '');
}

/** How the options say that the profiles are to be read. Throws UsageError. */
export function profilesReadingOf(
  values: z.infer<typeof profilesValuesSchema> & Pick<ReadingValues, 'accept-rejects'>,
  locale: Locale,
): FileReading {
  const header = values['profiles-no-header'] ? false : values['profiles-header'];
  return readingBy(
    {
      map: values['profiles-map'],
      sheet: values['profiles-sheet'],
      table: values['profiles-table'],
      encoding: values['profiles-encoding'],
      delimiter: values['profiles-delimiter'],
      header,
      'accept-rejects': values['accept-rejects'],
    },
    locale,
    OF_PROFILES,
  );
}

/** Texts that name options of the log, as they are for those of the profiles. */
export function withProfilesOptions(line: string): string {
  return line.replaceAll(
    /--(?=(?:map|sheet|table|encoding|delimiter|header|no-header)\b)/g,
    `--${OF_PROFILES}`,
  );
}

function readingBy(values: ReadingValues, locale: Locale, prefix: typeof OF_PROFILES | ''): FileReading {
  const one = <T>(
    name: 'encoding' | 'delimiter' | 'date-order' | 'duration-unit',
    names: Record<string, T>,
  ) => {
    const value = values[name];
    if (value === undefined) return undefined;
    if (Object.hasOwn(names, value)) return names[value];
    throw new UsageError(text(locale, 'badValue', { option: `--${prefix}${name}`, value }));
  };
  const encodings = Object.fromEntries(encodingSchema.options.map((name) => [name, name]));
  const { sheet, table } = values;
  if (sheet !== undefined && table !== undefined) {
    throw new UsageError(text(locale, 'badValue', { option: `--${prefix}table`, value: table }));
  }
  return {
    part: sheet ?? table,
    action: values.action?.trim() === '' ? undefined : values.action,
    encoding: one('encoding', encodings),
    delimiter: one('delimiter', DELIMITERS),
    header: values.header === undefined ? undefined : values.header ? 'present' : 'absent',
    dateOrder: one('date-order', DATE_ORDERS),
    durationUnit: one('duration-unit', DURATION_UNITS),
    map: mapOf(values.map, prefix, locale),
    mostRefused: values['accept-rejects'] ? 1 : MOST_REFUSED,
  };
}

/** The names of `--map`, with the roles that they stand for. */
const MAP_ROLES: Record<string, ColumnRole> = {
  ...{
    user: 'userId',
    anonymous: 'anonymousId',
    time: 'time',
    clock: 'clock',
    text: 'text',
    action: 'action',
  },
  ...{ item: 'item', app: 'app', media: 'media', poi: 'poi', duration: 'duration', theme: 'theme' },
};

function mapOf(
  value: string | undefined,
  prefix: typeof OF_PROFILES | '',
  locale: Locale,
): Map<string, ColumnRole> | null {
  if (value === undefined) return null;
  const bad = (): never => {
    throw new UsageError(text(locale, 'badValue', { option: `--${prefix}map`, value }));
  };
  const names = prefix === OF_PROFILES ? ['user'] : Object.keys(MAP_ROLES);
  return new Map(
    value.split(',').map((pair): [string, ColumnRole] => {
      const at = pair.indexOf('=');
      const name = pair.slice(0, Math.max(at, 0)).trim();
      const column = pair.slice(at + 1).trim();
      const role = names.includes(name) ? MAP_ROLES[name] : undefined;
      return role && column !== '' ? [column, role] : bad();
    }),
  );
}

/** The options of an import; the roles of `--map` still have no place in them. */
export function importOptionsOf({
  action,
  part,
  encoding,
  delimiter,
  header,
  dateOrder,
  durationUnit,
  mostRefused,
}: FileReading): Partial<ImportOptions> {
  return {
    ...(part === undefined ? {} : { part }),
    ...(action === undefined ? {} : { action }),
    ...(encoding ? { encoding } : {}),
    ...(delimiter ? { delimiter } : {}),
    ...(header ? { header } : {}),
    ...(dateOrder ? { dateOrder } : {}),
    ...(durationUnit ? { durationUnit } : {}),
    mostRefused,
  };
}

/** A role for each column of a file, as `--map` says. Throws UsageError for a column that the file does not have. */
export function rolesOfMap(
  map: ReadonlyMap<string, ColumnRole>,
  { columns, kind }: Pick<ImportPreview, 'columns' | 'kind'>,
  locale: Locale,
): ColumnRole[] {
  const rest: ColumnRole = kind === 'profiles' ? 'profile' : 'extra';
  const names = columns.map(({ name }) => name);
  for (const name of map.keys()) {
    if (names.includes(name)) continue;
    throw new UsageError(text(locale, 'noSuchColumn', { column: name, found: names.join(', ') }));
  }
  return names.map((name) => map.get(name) ?? (name === '' ? 'ignore' : rest));
}

const OPTION_OF_ROLE = Object.fromEntries(Object.entries(MAP_ROLES).map(([name, role]) => [role, name]));

/** The columns of a file as `--map` would name them. */
export function mapOfColumns({ columns }: Pick<ImportPreview, 'columns'>): string {
  return columns
    .flatMap(({ name, role }) =>
      OPTION_OF_ROLE[role] === undefined ? [] : [`${OPTION_OF_ROLE[role]}=${name}`],
    )
    .join(',');
}
