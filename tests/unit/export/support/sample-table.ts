import { join } from 'node:path';
import fc from 'fast-check';
import type { ExportCell, ExportColumn, ExportTable } from '../../../../src/core/export/export-table.ts';
import type { Format, Written } from '../../../../src/core/export/formats/format.ts';
import { WallClock } from '../../../../src/core/export/wall-clock.ts';
import { tempFolder } from '../../../support/temp.ts';

/** A column of every type. */
export const COLUMNS: readonly ExportColumn[] = [
  { name: 'user_id', type: 'text' },
  { name: 'event_type', type: 'text' },
  { name: 'start_time', type: 'time' },
  { name: 'end_time', type: 'time' },
  { name: 'count', type: 'integer' },
  { name: 'share', type: 'number' },
  { name: 'ready', type: 'boolean' },
  { name: 'behavior_ids', type: 'ids' },
  { name: 'context', type: 'json' },
  { name: '备注 note', type: 'text' },
];

/** A line by the values that a test is about. */
export interface SampleLine {
  user: string;
  type: string;
  start: number;
  end?: number | null;
  count?: number | null;
  share?: number | null;
  ready?: boolean | null;
  ids?: number[];
  context?: unknown;
  note?: string | null;
  objects?: string[];
}

export interface SampleOptions {
  zone?: string;
  profiles?: Record<string, Record<string, string>>;
}

/** The cells of a line, as a table has them. */
export function cellsOf(line: SampleLine): ExportCell[] {
  return [
    line.user,
    line.type,
    line.start,
    line.end ?? null,
    line.count ?? null,
    line.share ?? null,
    line.ready ?? null,
    line.ids ? line.ids.join(';') : null,
    line.context === undefined ? null : JSON.stringify(line.context),
    line.note ?? null,
  ];
}

/** A table of events in memory; lines of one user follow one another. */
export function sampleTable(
  lines: readonly SampleLine[],
  { zone = 'Asia/Shanghai', profiles = {} }: SampleOptions = {},
): ExportTable {
  const profileOf = (user: string): { name: string; value: string }[] | null => {
    const fields = profiles[user];
    return fields ? Object.entries(fields).map(([name, value]) => ({ name, value })) : null;
  };
  const users = [...new Set(lines.map(({ user }) => user))];
  return {
    what: 'events',
    columns: COLUMNS,
    clock: new WallClock(zone),
    details: [{ detail: 'fine', users: users.length }],
    computedUsers: 0,
    startColumn: 'start_time',
    activityColumn: 'event_type',
    expected: lines.length,
    workspaceId: 'workspace-1',
    notes: [],
    lines: () =>
      lines.map((line, index) => ({
        key: `event ${index + 1}`,
        userId: line.user,
        profile: profileOf(line.user),
        activity: line.type,
        start: line.start,
        objects: line.objects ?? [],
        cells: cellsOf(line),
      })),
    users: () => users.map((userId) => ({ userId, profile: profileOf(userId) })),
    hasUser: (userId) => users.includes(userId),
  };
}

/** Writes a table in a format; where the file is, and what was told of it. */
export async function writtenFile(
  format: Format,
  table: ExportTable,
  { gzip = false, name = 'file' } = {},
): Promise<Written & { path: string }> {
  const path = join(tempFolder(), name);
  return { path, ...(await format.write(table, { path, gzip, program: 'EventLoom 0.0.0' })) };
}

const SPECIAL = [
  ...['=1+1', '+86 138', '-5', '@x', "'=x", "''-y", '\t=tab', '\r', '\n', 'a\r\nb', '"', '""', ',', ';', "'"],
  ...[
    '_x0041_',
    '_x000D_',
    '_x005F_',
    '&amp;',
    '<tag a="b">',
    ']]>',
    '\u0000',
    '\u0007',
    '\u001F',
    '\uFFFE',
    '\uFFFF',
  ],
  ...[
    '\uFEFF',
    ' lead',
    'trail ',
    '  ',
    '汉字',
    '👩‍👩‍👧',
    '𠮷',
    '\u2028',
    'null',
    'NaN',
    '00123',
    '1E5',
    '__proto__',
    '\\',
    '\\n',
  ],
];

/** Texts with what breaks formats in them; never empty, because a file cannot tell that from nothing. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...SPECIAL), fc.string({ unit: 'binary', maxLength: 8 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join('').toWellFormed())
  .filter((text) => text !== '');

const time = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2039, 0, 1) });

/** Lines of some users with hostile texts everywhere. */
export const hostileLines: fc.Arbitrary<SampleLine[]> = fc
  .uniqueArray(hostileText, { minLength: 1, maxLength: 3 })
  .chain((users) =>
    fc.tuple(
      ...users.map((user) =>
        fc.array(
          fc.record({
            user: fc.constant(user),
            type: hostileText,
            start: time,
            end: fc.option(time),
            count: fc.option(fc.maxSafeInteger()),
            // A file does not tell -0 from 0.
            share: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
            ready: fc.option(fc.boolean()),
            ids: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
            context: fc.dictionary(hostileText, fc.oneof(hostileText, fc.integer())),
            note: fc.option(hostileText),
            objects: fc.array(hostileText, { maxLength: 2 }),
          }),
          { minLength: 1, maxLength: 3 },
        ),
      ),
    ),
  )
  .map((lists) => lists.flat());
