import type { ColumnRole } from '../../../shared/import.ts';

/** What is known of the files of a public data set that do not say it themselves. */
export interface KnownShape {
  roles: ColumnRole[];
  /** What every row is, in a file that says nothing of it; null where a column does. */
  action: string | null;
}

interface ShapePattern extends KnownShape {
  /** Its columns by name, or, in a file without names, how their values look. */
  names?: readonly string[];
  values?: readonly RegExp[];
}

const NUMBER = /^\d+$/;
const ISO_MS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const MARK = /^[0-5](?:\.\d)?$/;
const EPOCH = /^\d{9,10}$/;
const UUID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/;

const PATTERNS: readonly ShapePattern[] = [
  // MovieLens: files.grouplens.org/datasets/movielens
  {
    names: ['userid', 'movieid', 'rating', 'timestamp'],
    roles: ['userId', 'item', 'extra', 'time'],
    action: 'rate',
  },
  { values: [NUMBER, NUMBER, MARK, EPOCH], roles: ['userId', 'item', 'extra', 'time'], action: 'rate' },
  // YOOCHOOSE, RecSys Challenge 2015: sessions of clicks, and of what was bought, with price and quantity.
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
  const fits = ({ names, values }: ShapePattern): boolean => {
    if (isNamed !== (names !== undefined) || (names ?? values)?.length !== header.length) return false;
    if (names) return header.every((name, column) => name.trim().toLowerCase() === names[column]);
    return rows.every((row) => row.every((cell, column) => values?.[column]?.test(cell.trim())));
  };
  return PATTERNS.find(fits) ?? null;
}
