import { OTHER_VALUES } from './insight-placeholders.ts';
import type {
  Analysis,
  ComparedRow,
  ComparedSide,
  Comparison,
  EventMatch,
  FunnelBy,
  FunnelResult,
  InsightResult,
  Question,
  ResultOf,
} from './insight.ts';

/** Every column that a table may have; the names are stable (docs/insight.md). */
export const INSIGHT_COLUMNS = [
  'type',
  'category',
  'events',
  'users',
  'step',
  'share_of_first',
  'share_of_previous',
  'median_seconds',
  'mean_seconds',
  'from',
  'to',
  'variant',
  'share',
  'sequence',
  'support',
  'confidence',
  'lift',
  'low',
  'high',
  'base',
  'field',
  'value',
  'other_users',
  'other_share',
  'difference',
  'probability',
  'period',
  'open',
  'per_user',
  'other_events',
  'other_per_user',
  'other_median_seconds',
  'weekday',
  'hour',
  'least_events',
  'most_events',
  'way',
  'day',
  'reached',
  'still_open',
  'waiting_share',
] as const;
export type InsightColumn = (typeof INSIGHT_COLUMNS)[number];

/** An answer as a table: what is shown under a chart, copied and exported. */
export interface InsightTable {
  columns: InsightColumn[];
  rows: (string | number | null)[][];
  /** By row: what its users are listed by. */
  keys: string[];
  /** How many columns at the left name a row. */
  named: number;
  /** By row, where it tells of two groups of users: what those of the other one are listed by. */
  otherKeys?: string[];
}

/** The text of which events are meant, e.g. the name of a step. */
export function matchText(match: EventMatch, nameOf: (type: string) => string): string {
  if (typeof match === 'string') return nameOf(match);
  if ('any' in match) return match.any.map((each) => matchText(each, nameOf)).join(' | ');
  const { type, object, category } = match;
  return [
    type === undefined ? null : nameOf(type),
    object ?? null,
    type === undefined ? (category ?? null) : null,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

/**
 * What a row of profiles is of: a value, or all values that are not told apart. In files these have a word that stays the same; where a name
 * is known for it, how many they are is told, too.
 */
export function valueText(
  { value, rest }: { value: string | null; rest?: number },
  nameOf: (type: string) => string,
): string {
  if (rest === undefined) return value ?? '';
  const name = nameOf(OTHER_VALUES);
  return name === OTHER_VALUES ? name : `${name} (${rest})`;
}

/** What stands between the types of a sequence. */
export const SEQUENCE_SEPARATOR = ' > ';

type Tables = {
  [A in Analysis]: (result: ResultOf<A>, question: Question, name: (type: string) => string) => InsightTable;
};

function funnelTable({ steps }: FunnelResult, names: readonly string[]): InsightTable {
  return {
    columns: ['step', 'users', 'share_of_first', 'share_of_previous', 'median_seconds'],
    rows: steps.map(({ users, ofFirst, ofPrevious, seconds }, step) => [
      names[step] ?? '',
      users,
      ofFirst,
      ofPrevious,
      seconds.median,
    ]),
    keys: steps.map(({ key }) => key),
    named: 1,
  };
}

/** A row for each group and step; of periods with whether they are open, 1 or 0. */
function funnelGroupsTable({ groups }: FunnelResult, by: FunnelBy, names: readonly string[]): InsightTable {
  const isTrend = typeof by === 'object' && 'time' in by;
  return {
    columns: [
      ...(isTrend ? (['period', 'step', 'open'] as const) : (['value', 'step'] as const)),
      'users',
      'share_of_first',
      'share_of_previous',
    ],
    rows: groups.flatMap(({ value, open, steps }) =>
      steps.map(({ users }, step) => [
        value,
        names[step] ?? '',
        ...(isTrend ? [Number(open)] : []),
        users,
        ratio(users, steps[0]?.users),
        ratio(users, steps[step - 1]?.users ?? users),
      ]),
    ),
    keys: groups.flatMap(({ steps }) => steps.map(({ key }) => key)),
    named: 2,
  };
}

const ratio = (of: number, all = 0): number => (all === 0 ? 0 : of / all);

/** The table of each kind of answer. Times in seconds, shares from 0 to 1. */
const TABLES: Tables = {
  overview: ({ types }, _question, name) => ({
    columns: ['type', 'category', 'events', 'users'],
    rows: types.map(({ type, category, events, users }) => [name(type), category, events, users]),
    keys: types.map(({ key }) => key),
    named: 1,
  }),
  funnel: (result, question, name) => {
    const asked = question.analysis === 'funnel' ? question : null;
    const names = result.steps.map((_, step) => matchText(asked?.steps[step] ?? '', name));
    return asked?.by === undefined ? funnelTable(result, names) : funnelGroupsTable(result, asked.by, names);
  },
  paths: ({ nodes, links }, _question, name) => ({
    columns: ['step', 'from', 'to', 'users'],
    rows: links.map(({ from, to, users }) => [
      nodes[from]?.step ?? 0,
      name(nodes[from]?.type ?? ''),
      name(nodes[to]?.type ?? ''),
      users,
    ]),
    keys: links.map(({ key }) => key),
    named: 3,
  }),
  graph: ({ edges }, _question, name) => ({
    columns: ['from', 'to', 'users', 'events', 'mean_seconds', 'median_seconds'],
    rows: edges.map(({ from, to, users, events, meanSeconds, medianSeconds }) => [
      name(from),
      name(to),
      users,
      events,
      meanSeconds,
      medianSeconds,
    ]),
    keys: edges.map(({ key }) => key),
    named: 2,
  }),
  variants: ({ rows }, _question, name) => ({
    columns: ['variant', 'users', 'share', 'median_seconds'],
    rows: rows.map(({ types, users, share, medianSeconds }) => [
      types.map(name).join(SEQUENCE_SEPARATOR),
      users,
      share,
      medianSeconds,
    ]),
    keys: rows.map(({ key }) => key),
    named: 1,
  }),
  sequences: ({ rows }, _question, name) => ({
    columns: ['sequence', 'users', 'support', 'confidence', 'lift', 'low', 'high'],
    rows: rows.map(({ types, users, support, confidence, lift, interval }) => [
      types.map(name).join(SEQUENCE_SEPARATOR),
      users,
      support,
      confidence,
      lift,
      interval?.low ?? null,
      interval?.high ?? null,
    ]),
    keys: rows.map(({ key }) => key),
    named: 1,
  }),
  around: ({ rows }, _question, name) => ({
    columns: ['type', 'users', 'share', 'base', 'lift', 'median_seconds'],
    rows: rows.map(({ type, users, share, base, lift, medianSeconds }) => [
      name(type),
      users,
      share,
      base,
      lift,
      medianSeconds,
    ]),
    keys: rows.map(({ key }) => key),
    named: 1,
  }),
  evolution: ({ edges }, _question, name) => ({
    columns: ['from', 'to', 'users', 'probability', 'base', 'lift', 'median_seconds'],
    rows: edges.map(({ from, to, users, probability, base, lift, medianSeconds }) => [
      name(from),
      name(to),
      users,
      probability,
      base,
      lift,
      medianSeconds,
    ]),
    keys: edges.map(({ key }) => key),
    named: 2,
  }),
  profile: ({ rows }, _question, name) => ({
    columns: ['field', 'value', 'users', 'share', 'other_users', 'other_share', 'difference', 'low', 'high'],
    rows: rows.map((row) => [
      ...[row.field, valueText(row, name), row.users, row.share, row.otherUsers, row.otherShare],
      ...[row.difference, row.interval.low, row.interval.high],
    ]),
    keys: rows.map(({ key }) => key),
    otherKeys: rows.map(({ key }) => `other:${key}`),
    named: 2,
  }),
};

type Cells = (row: ComparedRow) => (string | number | null)[];

/** What a comparison tells of each row before the shares, by the analysis. */
const COMPARED: Record<
  Analysis,
  (
    question: Question,
    name: (type: string) => string,
  ) => { columns: InsightColumn[]; named: number; cells: Cells }
> = {
  overview: (_question, name) => ({
    columns: ['type'],
    named: 1,
    cells: ({ types }) => types.map(name),
  }),
  funnel: (question, name) => ({
    columns: ['step'],
    named: 1,
    cells: ({ step }) => [
      question.analysis === 'funnel' ? matchText(question.steps[step ?? 0] ?? '', name) : '',
    ],
  }),
  paths: (_question, name) => ({
    columns: ['step', 'from', 'to'],
    named: 3,
    cells: ({ step, types }) => [step, ...types.map(name)],
  }),
  graph: (_question, name) => ({
    columns: ['from', 'to'],
    named: 2,
    cells: ({ types }) => types.map(name),
  }),
  variants: (_question, name) => ({
    columns: ['variant'],
    named: 1,
    cells: ({ types }) => [types.map(name).join(SEQUENCE_SEPARATOR)],
  }),
  sequences: (_question, name) => ({
    columns: ['sequence'],
    named: 1,
    cells: ({ types }) => [types.map(name).join(SEQUENCE_SEPARATOR)],
  }),
  around: (_question, name) => ({
    columns: ['type'],
    named: 1,
    cells: ({ types }) => types.map(name),
  }),
  evolution: (_question, name) => ({
    columns: ['from', 'to'],
    named: 2,
    cells: ({ types }) => types.map(name),
  }),
  profile: (_question, name) => ({
    columns: ['field', 'value'],
    named: 2,
    cells: (row) => [row.field, valueText(row, name)],
  }),
};

/** What is told of both sides besides users and shares. */
const BESIDE: Partial<Record<Analysis, 'events' | 'time'>> = {
  overview: 'events',
  funnel: 'time',
  graph: 'time',
  variants: 'time',
  around: 'time',
  evolution: 'time',
};

/** The figures of two selections as a table. */
function comparisonTable(
  { rows }: Comparison,
  question: Question,
  name: (type: string) => string,
): InsightTable {
  const shape = COMPARED[question.analysis](question, name);
  const beside = BESIDE[question.analysis];
  const perUser = ({ events, of }: ComparedSide): number | null => (of === 0 ? null : (events ?? 0) / of);
  return {
    columns: [
      ...shape.columns,
      ...(['users', 'share', 'other_users', 'other_share', 'difference', 'low', 'high'] as const),
      ...(beside === 'events' ? (['events', 'per_user', 'other_events', 'other_per_user'] as const) : []),
      ...(beside === 'time' ? (['median_seconds', 'other_median_seconds'] as const) : []),
    ],
    rows: rows.map((row) => [
      ...shape.cells(row),
      ...[row.own.users, row.own.share, row.other.users, row.other.share, row.difference],
      ...[row.interval?.low ?? null, row.interval?.high ?? null],
      ...(beside === 'events'
        ? [row.own.events ?? 0, perUser(row.own), row.other.events ?? 0, perUser(row.other)]
        : []),
      ...(beside === 'time' ? [row.own.medianSeconds, row.other.medianSeconds] : []),
    ]),
    keys: rows.map(({ own }) => own.key),
    otherKeys: rows.map(({ other }) => other.key),
    named: shape.named,
  };
}

/** The table of an answer, beside the other selection where there is one; `name` gives the name of a type in the language wanted. */
export function tableOf(
  result: InsightResult & { comparison?: Comparison },
  question: Question,
  name: (type: string) => string,
): InsightTable {
  if (result.comparison) return comparisonTable(result.comparison, question, name);
  // Each function takes the answer of its own analysis.
  const table = TABLES[result.analysis] as (
    result: InsightResult,
    question: Question,
    name: (type: string) => string,
  ) => InsightTable;
  return table(result, question, name);
}

/** The types of a row of the table of variants or sequences, which is that of the comparison where there is one. */
export function typesOfRow(
  { rows, comparison }: ResultOf<'variants' | 'sequences'> & { comparison?: Comparison },
  row: number,
): string[] {
  return (comparison?.rows ?? rows)[row]?.types ?? [];
}

/** The place of a row by its number from 1, or by the text of the columns that name it; -1 for none. */
export function rowOf({ rows, named }: InsightTable, wanted: string): number {
  const text = wanted.trim();
  const byText = rows.findIndex((row) => row.slice(0, named).join(SEQUENCE_SEPARATOR).trim() === text);
  if (byText >= 0 || !/^\d+$/.test(text)) return byText;
  return Number(text) >= 1 && Number(text) <= rows.length ? Number(text) - 1 : -1;
}
