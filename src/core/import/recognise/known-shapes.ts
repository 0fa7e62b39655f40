import type { ColumnRole } from '../../../shared/import.ts';
import { bare } from './role-names.ts';

/** What is known of the files of a public data set that do not say it themselves. */
export interface KnownShape {
  roles: ColumnRole[];
  /** What every row is, where the file says nothing of it. */
  action: string | null;
}

interface NamedPattern {
  /** Its columns in any order, without case, spaces, `_` and `-`; those of `also` may be missing. */
  columns: Readonly<Partial<Record<string, ColumnRole>>>;
  also: Readonly<Partial<Record<string, ColumnRole>>>;
  action: string;
}

interface ValuePattern {
  /** How the values look, column by column. */
  values: readonly RegExp[];
  roles: readonly ColumnRole[];
  action: string;
}

const NUMBER = /^\d+$/;
const ISO_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const MARK = /^[0-5](?:\.\d)?$/;
const EPOCH = /^\d{9,10}$/;
const UUID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/;

/** Files whose columns have names. */
const NAMED: readonly NamedPattern[] = [
  // MovieLens: files.grouplens.org/datasets/movielens
  {
    columns: { userid: 'userId', movieid: 'item', rating: 'extra', timestamp: 'time' },
    also: {},
    action: 'rate',
  },
  // The same as many recommender data sets are prepared (RecBole: `rating:float`).
  {
    columns: { userid: 'userId', itemid: 'item', rating: 'extra', timestamp: 'time' },
    also: {},
    action: 'rate',
  },
  {
    columns: { userid: 'userId', movieid: 'item', tag: 'extra', timestamp: 'time' },
    also: {},
    action: 'tag',
  },
  // YOOCHOOSE, RecSys Challenge 2015, as published with a header and as prepared for GRU4Rec (`Time`).
  ...(['timestamp', 'time'] as const).flatMap((time): NamedPattern[] => [
    {
      columns: { sessionid: 'userId', [time]: 'time', itemid: 'item' },
      also: { category: 'theme' },
      action: 'click',
    },
    {
      columns: { sessionid: 'userId', [time]: 'time', itemid: 'item', price: 'extra', quantity: 'extra' },
      also: {},
      action: 'buy',
    },
  ]),
];

/** Files without a header. */
const VALUES: readonly ValuePattern[] = [
  { values: [NUMBER, NUMBER, MARK, EPOCH], roles: ['userId', 'item', 'extra', 'time'], action: 'rate' },
  // Ratings of Amazon: reviewer, article, mark, time.
  {
    values: [/^A[A-Z0-9]{9,20}$/, /^[A-Z0-9]{10}$/, MARK, EPOCH],
    roles: ['userId', 'item', 'extra', 'time'],
    action: 'rate',
  },
  // YOOCHOOSE: sessions of clicks, and of what was bought, with price and quantity.
  {
    values: [NUMBER, ISO_MS, NUMBER, /^(?:S|\d+)$/],
    roles: ['userId', 'time', 'item', 'theme'],
    action: 'click',
  },
  {
    values: [NUMBER, ISO_MS, NUMBER, NUMBER, NUMBER],
    roles: ['userId', 'time', 'item', 'extra', 'extra'],
    action: 'buy',
  },
  // Last.fm 1K users: user, time, artist and track, each with its id of MusicBrainz.
  {
    values: [/^user_\d{6}$/, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, UUID, /^/, UUID, /^/],
    roles: ['userId', 'time', 'extra', 'theme', 'extra', 'item'],
    action: 'listen',
  },
];

/** The known shape that a file has, by the names of its columns, or by all values of its first rows; null for none. */
export function knownShapeOf(
  header: readonly string[],
  isNamed: boolean,
  rows: readonly (readonly string[])[],
): KnownShape | null {
  if (rows.length === 0) return null;
  const names = header.map(bare);
  return isNamed ? (ownStages(names) ?? shapeByNames(names)) : shapeByValues(header.length, rows);
}

/** The columns of stages that no other table has. */
const OF_STAGES = ['kind', 'stage', 'event_type', 'behaviors', 'line_no'].map(bare);
/** What names the user, the time and the activity in the formats that stages are exported in, the most special first. */
const STAGE_ROLES: readonly [ColumnRole, readonly string[]][] = [
  ['userId', ['case:concept:name', 'user_id'].map(bare)],
  ['time', ['time:timestamp', 'start_time'].map(bare)],
  ['action', ['concept:name', 'activity'].map(bare)],
];

/** Stages that were exported: `event_type` is that of a conversion, and empty for a stage. */
function ownStages(names: readonly string[]): KnownShape | null {
  if (!OF_STAGES.every((name) => names.includes(name))) return null;
  const roles = names.map((): ColumnRole => 'extra');
  for (const [role, called] of STAGE_ROLES) {
    const found = called.find((name) => names.includes(name));
    if (found === undefined) return null;
    roles[names.indexOf(found)] = role;
  }
  return { roles, action: null };
}

function shapeByNames(names: readonly string[]): KnownShape | null {
  for (const { columns, also, action } of NAMED) {
    const known = new Map(Object.entries({ ...columns, ...also }));
    const roles = names.flatMap((name) => known.get(name) ?? []);
    const isWhole = roles.length === names.length && new Set(names).size === names.length;
    if (isWhole && Object.keys(columns).every((name) => names.includes(name))) return { roles, action };
  }
  return null;
}

function shapeByValues(width: number, rows: readonly (readonly string[])[]): KnownShape | null {
  const found = VALUES.find(
    ({ values }) =>
      values.length === width &&
      rows.every((row) => row.every((cell, column) => values[column]?.test(cell.trim()))),
  );
  return found ? { roles: [...found.roles], action: found.action } : null;
}
