import { wallTime } from './drawing/format.ts';
import { BESIDE } from './insight.ts';
import type {
  Analysis,
  Comparison,
  FunnelResult,
  InsightResult,
  OverviewResult,
  Question,
  ResultOf,
  TimeBin,
} from './insight.ts';
import { matchText, SEQUENCE_SEPARATOR, tableOf } from './insight-table.ts';
import type { InsightTable } from './insight-table.ts';

/** What tables are called on the command line and in workbooks (docs/insight.md). The first one of an answer is `main`. */
export const TABLE_NAMES = [
  'main',
  'times',
  'hours',
  'sizes',
  'steps',
  'groups',
  'dropped',
  'instead',
  'ways',
  'waiting',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** A table of an answer, of the first selection or of the one that it is compared with. */
export interface NamedTable {
  name: TableName;
  side: 'own' | 'other';
  table: InsightTable;
}

/** The name of a table with its side, as it is asked for: `times`, or `other_times` of the other selection. */
export const tableKey = ({ name, side }: Pick<NamedTable, 'name' | 'side'>): string =>
  side === 'own' ? name : `other_${name}`;

type NameOf = (type: string) => string;
type Further<A extends Analysis> = (
  result: ResultOf<A>,
  question: Question,
  name: NameOf,
) => Partial<Record<TableName, InsightTable>>;

const FURTHER: { [A in Analysis]?: Further<A> } = {
  overview: (result, _question, name) => ({
    times: timesTable(result, name),
    hours: {
      columns: ['weekday', 'hour', 'events'],
      rows: result.hours.flatMap((row, day) => row.map((events, hour) => [day + 1, hour, events])),
      keys: result.hours.flatMap((row, day) => row.map((_, hour) => `hour:${24 * day + hour}`)),
      named: 2,
    },
    sizes: {
      columns: ['least_events', 'most_events', 'users'],
      rows: result.eventsPerUser.map(({ from, to, users }) => [
        from,
        to === Number.MAX_SAFE_INTEGER ? null : to,
        users,
      ]),
      keys: result.eventsPerUser.map(({ key }) => key),
      named: 2,
    },
  }),
  funnel: (result, question, name) => {
    const asked = question.analysis === 'funnel' ? question : null;
    const names = result.steps.map((_, step) => matchText(asked?.steps[step] ?? '', name));
    // Beside another selection the main table has the steps of both; else, with groups, it has those of each group.
    const plain: FunnelResult & { comparison?: Comparison } = { ...result };
    delete plain.comparison;
    const more = (): Partial<Record<TableName, InsightTable>> => {
      if (asked?.by === undefined) return {};
      return asked.compare === undefined
        ? { steps: tableOf(plain, { ...asked, by: undefined }, name) }
        : { groups: tableOf(plain, asked, name) };
    };
    return { ...more(), ...lostTables(result, names, name) };
  },
  paths: ({ ways, users: all }, _question, name) => ({
    ways: {
      columns: ['way', 'users', 'share'],
      rows: ways.map(({ types, users }) => [
        types.map(name).join(SEQUENCE_SEPARATOR),
        users,
        all === 0 ? 0 : users / all,
      ]),
      keys: ways.map(({ key }) => key),
      named: 1,
    },
  }),
  around: ({ waiting }) => ({
    waiting: {
      columns: ['day', 'users', 'reached', 'still_open', 'waiting_share'],
      rows: waiting.map(({ days, reached, open, share }, at) => [
        days,
        reached - (waiting[at - 1]?.reached ?? 0),
        reached,
        open,
        share,
      ]),
      keys: waiting.map(({ days }) => `waiting:${days}`),
      named: 1,
    },
  }),
};

/** The events of each type by time; periods without an event of a type are left out. */
function timesTable({ bin, binStarts, counts, types }: OverviewResult, name: NameOf): InsightTable {
  const cells = binStarts.flatMap((start, at) =>
    types.flatMap(({ key, type, category }, row) => {
      const events = counts[row]?.[at] ?? 0;
      return events === 0 ? [] : [{ start, at, key, type, category, events }];
    }),
  );
  return {
    columns: ['period', 'type', 'category', 'events'],
    rows: cells.map(({ start, type, category, events }) => [
      periodText(bin, start),
      name(type),
      category,
      events,
    ]),
    keys: cells.map(({ at, key }) => `time:${at}:${key.slice('type:'.length)}`),
    named: 2,
  };
}

/** 2025-12-01 for a day and for a week, which begins on Monday; 2025-12-01 09:00 for an hour; 2025-12 for a month. */
function periodText(bin: TimeBin, start: number): string {
  return wallTime(start).slice(0, { hour: 16, day: 10, week: 10, month: 7 }[bin]);
}

/** Who did not come to each step, and what those did next. */
function lostTables(
  { steps }: FunnelResult,
  names: readonly string[],
  name: NameOf,
): Record<'dropped' | 'instead', InsightTable> {
  const later = steps.map((step, at) => ({ ...step, at, of: names[at] ?? '' })).slice(1);
  const instead = later.flatMap(({ of, dropped, instead: next }) =>
    next.map((each) => ({ ...each, of, all: dropped.users })),
  );
  return {
    dropped: {
      columns: ['step', 'users', 'share'],
      rows: later.map(({ of, at, dropped }) => [
        of,
        dropped.users,
        ratio(dropped.users, steps[at - 1]?.users),
      ]),
      keys: later.map(({ dropped }) => dropped.key),
      named: 1,
    },
    instead: {
      columns: ['step', 'type', 'users', 'share'],
      rows: instead.map(({ of, type, users, all }) => [of, name(type), users, ratio(users, all)]),
      keys: instead.map(({ key }) => key),
      named: 2,
    },
  };
}

const ratio = (of: number, all = 0): number => (all === 0 ? 0 : of / all);

function furtherOf(result: InsightResult, question: Question, name: NameOf): [TableName, InsightTable][] {
  // Each function takes the answer of its own analysis.
  const of = FURTHER[result.analysis] as
    | ((result: InsightResult, question: Question, name: NameOf) => Partial<Record<TableName, InsightTable>>)
    | undefined;
  const tables = of?.(result, question, name) ?? {};
  return TABLE_NAMES.flatMap((key) => {
    const table = tables[key];
    return table ? [[key, table] as [TableName, InsightTable]] : [];
  });
}

/**
 * All tables of an answer, that of `tableOf` first; of a comparison also the further ones of the other selection, whose users are listed by its
 * keys. `name` gives the name of a type in the language wanted.
 */
export function tablesOf(
  result: InsightResult & { comparison?: Comparison },
  question: Question,
  name: NameOf,
): [NamedTable, ...NamedTable[]] {
  const further = (of: InsightResult, side: NamedTable['side'], prefix: string): NamedTable[] =>
    furtherOf(of, question, name).map(([key, table]) => ({
      ...{ name: key, side },
      table: { ...table, keys: table.keys.map((each) => `${prefix}${each}`) },
    }));
  const beside = result.comparison?.beside;
  return [
    { name: 'main', side: 'own', table: tableOf(result, question, name) },
    ...further(result, 'own', ''),
    ...(beside ? further(beside, 'other', BESIDE) : []),
  ];
}
