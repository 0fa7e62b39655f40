import { z } from 'zod';
import {
  EVOLUTION_LIMITS,
  EVOLUTION_VIEW,
  GRAPH_LIMITS,
  GRAPH_MEASURES,
  GRAPH_VIEW,
  OVERVIEW_SERIES,
  OVERVIEW_VIEW,
} from './insight-views.ts';
import type { EventCategory } from './users.ts';

/** What can be asked of the events of a workspace. */
export const ANALYSES = [
  'overview',
  'funnel',
  'paths',
  'graph',
  'variants',
  'sequences',
  'around',
  'profile',
  'evolution',
] as const;
export type Analysis = (typeof ANALYSES)[number];

/** What a question may hold at the most. */
export const INSIGHT_LIMITS = { steps: 12, words: 100, name: 300, rows: 1000, userPage: 200 } as const;

const name = z.string().trim().min(1).max(INSIGHT_LIMITS.name);

/** One condition on an event; of several fields all hold. */
const eventFieldsSchema = z
  .strictObject({
    /** Id or name of a type, or another word for it. */
    type: name.optional(),
    /** What the event is about. */
    object: name.optional(),
    category: z.enum(['conversion', 'engagement']).optional(),
  })
  .refine((fields) => Object.values(fields).some((value) => value !== undefined));

/** Which events are meant: a type by its id or name, conditions, or any of several such. */
export const eventMatchSchema = z.union([
  name,
  eventFieldsSchema,
  z.strictObject({
    any: z
      .array(z.union([name, eventFieldsSchema]))
      .min(1)
      .max(INSIGHT_LIMITS.words),
  }),
]);
export type EventMatch = z.infer<typeof eventMatchSchema>;
export type EventFields = z.infer<typeof eventFieldsSchema>;

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const SPAN = /^\d{1,6}(?:\.\d{1,3})?[smhdw]$/;

/** A length of time: 90s, 30m, 12h, 30d, 2w. */
export const spanSchema = z
  .string()
  .max(20)
  .refine((text) => SPAN.test(text), { params: { expected: '90s | 30m | 12h | 30d | 2w' } });

/** The milliseconds of a span such as `30d`. */
export function spanMs(span: string): number {
  return Number(span.slice(0, -1)) * UNIT_MS[span.slice(-1) as keyof typeof UNIT_MS];
}

const EVENT_COUNT = /^([1-9]\d{0,2}) events?$/;

/** A length of time, or a number of events: 7d, 5 events. */
export const withinSchema = z
  .string()
  .max(20)
  .refine((text) => SPAN.test(text) || EVENT_COUNT.test(text), {
    params: { expected: '90s | 30m | 12h | 30d | 2w | 5 events' },
  });

/** What `5 events` or a span such as `7d` says: so many events, or so many milliseconds. */
export function withinOf(text: string): { events: number } | { ms: number } {
  const events = EVENT_COUNT.exec(text)?.[1];
  return events === undefined ? { ms: spanMs(text) } : { events: Number(events) };
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** A day, or a day and a time of day, by the clock of the log. */
export const momentSchema = z
  .string()
  .max(20)
  .refine((text) => momentMs(text) !== null, { params: { expected: '2025-12-01 | 2025-12-01 09:30' } });

/** The wall-clock milliseconds of a moment such as `2025-12-01` or `2025-12-01 09:30`; null where it is none. */
export function momentMs(text: string): number | null {
  const parts = DATE.exec(text);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(time);
  const isReal = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60;
  return isReal && second < 60 ? time : null;
}

/** The first wall-clock millisecond after a moment: a day counts as a whole. */
export function momentEndMs(text: string): number | null {
  const time = momentMs(text);
  if (time === null) return null;
  return time + (text.length <= 10 ? UNIT_MS.d : 1000);
}

/** Which users and which of their events a question is about; what is left out restricts nothing. */
export const selectionSchema = z.strictObject({
  /** The name of a selection that is saved in the workspace; what else is said here takes the place of the same part of it. */
  saved: name.optional(),
  /** By the name of a field of the profile: its value, or any of several. */
  profile: z.record(name, z.union([name, z.array(name).min(1).max(INSIGHT_LIMITS.words)])).optional(),
  /** Only events that start at this moment or later, and not after that one. */
  from: momentSchema.optional(),
  to: momentSchema.optional(),
  /** Users with an event of each of these. */
  did: z.array(eventMatchSchema).max(INSIGHT_LIMITS.words).optional(),
  /** Users without an event of any of these. */
  didNot: z.array(eventMatchSchema).max(INSIGHT_LIMITS.words).optional(),
  /** Users with events of these in this order, others between them allowed. */
  ordered: z.array(eventMatchSchema).max(INSIGHT_LIMITS.steps).optional(),
  /** Only events before the first of these. */
  until: eventMatchSchema.optional(),
  /** Users whose events, all of them that count, are these one after another. */
  variant: z
    .strictObject({
      types: z.array(eventMatchSchema).min(1).max(INSIGHT_LIMITS.words),
      /** Repeated events of one type count as one. */
      collapse: z.boolean().optional(),
    })
    .optional(),
});
export type Selection = z.infer<typeof selectionSchema>;

/** `stages`: what lies between two conversions of a user is one event of the type 阶段. */
export const LEVELS = ['events', 'stages'] as const;
export type Level = (typeof LEVELS)[number];

const common = {
  select: selectionSchema.optional(),
  level: z.enum(LEVELS).default('events'),
};

/**
 * Whom the users of the selection are compared with: `others`, everybody else with an event in the same time; with `converted`, of the users of
 * the selection those with an event of these are compared with those without one; else the users of another selection, which takes nothing
 * over from the first one.
 */
export const comparisonSchema = z.union([
  z.literal('others'),
  z.strictObject({ converted: eventMatchSchema }),
  selectionSchema,
]);
export type Compare = z.infer<typeof comparisonSchema>;

const comparable = { ...common, compare: comparisonSchema.optional() };

export const FUNNEL_ORDERS = ['ordered', 'strict', 'any', 'path'] as const;
export type FunnelOrder = (typeof FUNNEL_ORDERS)[number];
export const TIME_BINS = ['hour', 'day', 'week', 'month'] as const;
export type TimeBin = (typeof TIME_BINS)[number];

/** The periods by which a funnel shows its trend. */
export const TREND_BINS = ['day', 'week', 'month'] as const satisfies readonly TimeBin[];
export type TrendBin = (typeof TREND_BINS)[number];
export const DIRECTIONS = ['from', 'to'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const overviewViewSchema = z.strictObject({
  by: z.enum(OVERVIEW_SERIES).default(OVERVIEW_VIEW.by),
});
const overviewSchema = z.strictObject({
  analysis: z.literal('overview'),
  ...comparable,
  /** Left out: chosen by the length of the time. Longer ones are taken where there would be too many. */
  bin: z.enum(TIME_BINS).optional(),
  view: overviewViewSchema.optional(),
});

/**
 * What the users of a funnel are told apart by: a field of the profile, what the event of a step (from 1) is about, or when they came to
 * the first step.
 */
const funnelBySchema = z.union([
  name,
  z.strictObject({ object: z.number().int().min(1).max(INSIGHT_LIMITS.steps) }),
  z.strictObject({ time: z.enum(TREND_BINS) }),
]);
export type FunnelBy = z.infer<typeof funnelBySchema>;

const funnelSchema = z.strictObject({
  analysis: z.literal('funnel'),
  ...comparable,
  steps: z.array(eventMatchSchema).min(2).max(INSIGHT_LIMITS.steps),
  order: z.enum(FUNNEL_ORDERS).default('ordered'),
  /** From the first step, as elapsed time; left out: without a limit. */
  window: spanSchema.optional(),
  /** With the order `path`: where the path begins (or ends, with `direction: to`). Left out: at the first (last) event of all. */
  anchor: eventMatchSchema.optional(),
  direction: z.enum(DIRECTIONS).default('from'),
  by: funnelBySchema.optional(),
});

const pathsSchema = z.strictObject({
  analysis: z.literal('paths'),
  ...comparable,
  /** Paths begin at the first event of these; or end at the last one, with `direction: to`. Left out: at the first event of all. */
  anchor: eventMatchSchema.optional(),
  direction: z.enum(DIRECTIONS).default('from'),
  depth: z.number().int().min(1).max(10).default(5),
  /** How many kinds of event each step tells apart; the rest is 其余. */
  top: z.number().int().min(1).max(30).default(8),
});

export const graphViewSchema = z.strictObject({
  /** What an edge is as thick as: a count, or a time. What is shown is the most frequent by events, with another measure than these by users. */
  measure: z.enum(GRAPH_MEASURES).default(GRAPH_VIEW.measure),
  /** The most frequent types and edges, so many. */
  nodes: z.number().int().min(2).max(GRAPH_LIMITS.nodes).default(GRAPH_VIEW.nodes),
  edges: z.number().int().min(1).max(GRAPH_LIMITS.edges).default(GRAPH_VIEW.edges),
});
const graphSchema = z.strictObject({
  analysis: z.literal('graph'),
  ...comparable,
  /** Repeated events of one type count as one. */
  collapse: z.boolean().default(false),
  view: graphViewSchema.optional(),
});

const variantsSchema = z.strictObject({
  analysis: z.literal('variants'),
  ...comparable,
  collapse: z.boolean().default(false),
  limit: z.number().int().min(1).max(INSIGHT_LIMITS.rows).default(100),
});

const sequencesSchema = z.strictObject({
  analysis: z.literal('sequences'),
  ...comparable,
  /** The least share of users, 0 to 1; left out: proposed. */
  support: z.number().gt(0).max(1).optional(),
  length: z.number().int().min(1).max(8).default(5),
  /** The longest time between two neighbours of a pattern; left out: any. */
  gap: spanSchema.optional(),
  /** Only what came before the first event of these counts, and it is told how often they followed. */
  target: eventMatchSchema.optional(),
  limit: z.number().int().min(1).max(INSIGHT_LIMITS.rows).default(200),
});

const aroundSchema = z.strictObject({
  analysis: z.literal('around'),
  ...comparable,
  event: eventMatchSchema,
  side: z.enum(['before', 'after']).default('before'),
  within: withinSchema.default('7d'),
});

const profileSchema = z
  .strictObject({
    analysis: z.literal('profile'),
    ...comparable,
    /** Whom the others are compared with: users with an event of these. With `compare`, only the users with one count on either side. */
    event: eventMatchSchema.optional(),
  })
  .refine(({ event, compare }) => event !== undefined || compare !== undefined, { path: ['event'] });

export const graphItemSchema = z.union([
  z.strictObject({ type: name }),
  z.strictObject({ from: name, to: name }),
]);

const place = z.number().min(0).max(EVOLUTION_LIMITS.place);

export const evolutionViewSchema = z.strictObject({
  /** The type into which the strongest ways are marked. */
  target: name.optional(),
  /** So many of the edges that are more than chance are shown, those into the target first. */
  edges: z.number().int().min(1).max(EVOLUTION_LIMITS.edges).default(EVOLUTION_VIEW.edges),
  /** Where the centres of nodes were put by hand, in pixels of the picture. */
  pins: z
    .array(z.strictObject({ type: name, x: place, y: place }))
    .max(EVOLUTION_LIMITS.marks)
    .default([]),
  /** What was taken out by hand. */
  hidden: z.array(graphItemSchema).max(EVOLUTION_LIMITS.marks).default([]),
  notes: z
    .array(z.strictObject({ on: graphItemSchema, text: z.string().trim().min(1).max(EVOLUTION_LIMITS.note) }))
    .max(EVOLUTION_LIMITS.marks)
    .default([]),
});
const evolutionSchema = z.strictObject({
  analysis: z.literal('evolution'),
  ...comparable,
  within: spanSchema.default('7d'),
  /** Pairs of fewer users than this share are not told. */
  support: z.number().min(0).max(1).default(0.01),
  view: evolutionViewSchema.optional(),
});

/** A question, as a file or a window asks it. */
export const questionSchema = z.discriminatedUnion('analysis', [
  overviewSchema,
  funnelSchema,
  pathsSchema,
  graphSchema,
  variantsSchema,
  sequencesSchema,
  aroundSchema,
  profileSchema,
  evolutionSchema,
]);
export type Question = z.output<typeof questionSchema>;
/** A question in which what has a default may be left out. */
export type AskedQuestion = z.input<typeof questionSchema>;
export type QuestionOf<A extends Analysis> = Extract<Question, { analysis: A }>;

/** A number of users with the key by which they can be listed. */
export interface Counted {
  key: string;
  users: number;
}

/** A middle value with the quarters beside it, in seconds; null where there is none. */
export interface Quartiles {
  q1: number | null;
  median: number | null;
  q3: number | null;
}

/** An interval of confidence of 95 %. */
export interface Interval {
  low: number;
  high: number;
}

/** A type of event as answers name it. Its id; `START`, `END` and `OTHER` stand for what is no event. */
export type TypeId = string;

export interface TypeCount extends Counted {
  type: TypeId;
  category: EventCategory;
  events: number;
}

export interface OverviewResult {
  analysis: 'overview';
  users: number;
  events: number;
  behaviours: number;
  /** How many events are of the type for what no other fits. */
  otherEvents: number;
  firstTime: number | null;
  lastTime: number | null;
  types: TypeCount[];
  bin: TimeBin;
  /**
   * The events of each type by time: `counts[t]` of the type `types[t]`, of as many bins as `binStarts` has. The users of a bin have the key
   * `time:` and its number from 0, those of one type in it also the number of the key of the type after another colon.
   */
  binStarts: number[];
  /** When days and weeks begin, in milliseconds after midnight; left out for midnight. */
  dayStartMs?: number;
  counts: number[][];
  /** How many users have so many events. */
  eventsPerUser: (Counted & { from: number; to: number })[];
  /** Events by day of the week (Monday first) and hour: 7 × 24. The users of a cell have the key `hour:` and 24 × day + hour. */
  hours: number[][];
  /** The steps of the funnel to look at first. */
  suggested: TypeId[];
  /** The fields of the profiles of these users, with their most frequent values and how many users have each. */
  fields: { name: string; values: string[]; users: number[] }[];
  /** What events are about, the most frequent first, and how many users have such an event. */
  objects: { name: string; users: number }[];
}

export interface FunnelStep extends Counted {
  /** Of the users of the first step, 0 to 1. */
  ofFirst: number;
  ofPrevious: number;
  /** From the step before; nulls for the first one. */
  seconds: Quartiles;
  /** Those who came to the step before, and not to this one; the next event after it, the most frequent first. */
  dropped: Counted;
  instead: (Counted & { type: TypeId })[];
}

export interface FunnelResult {
  analysis: 'funnel';
  users: number;
  steps: FunnelStep[];
  /**
   * From the first step to the last one, of the users who came to it; nulls where there are none, or where the last step is the end of the events.
   * Left out in reports of versions without it.
   */
  overall?: Quartiles;
  /** By what the question tells users apart by: the users of each step. */
  groups: FunnelGroup[];
}

export interface FunnelGroup {
  /** Of a period: the day it begins, as 2025-12-01. Null for users without a value, and for events about nothing. */
  value: string | null;
  users: number;
  steps: Counted[];
  /** Of a period: whether users of it may still come to the last step. */
  open: boolean;
}

export interface PathNode extends Counted {
  /** From 0 at the anchor. */
  step: number;
  type: TypeId;
}

export interface PathsResult {
  analysis: 'paths';
  users: number;
  nodes: PathNode[];
  /** From node to node, by their places in `nodes`. */
  links: (Counted & { from: number; to: number })[];
  /** The most frequent ways from the anchor: the types of their first steps, ending in END where the events of a user do. */
  ways: (Counted & { types: TypeId[] })[];
}

export interface GraphNode extends Counted {
  type: TypeId;
  category: EventCategory;
  events: number;
}

export interface GraphEdge extends Counted {
  from: TypeId;
  to: TypeId;
  events: number;
  /** From the start of the one to the start of the next; null from START and to END. */
  meanSeconds: number | null;
  medianSeconds: number | null;
}

export interface GraphResult {
  analysis: 'graph';
  users: number;
  nodes: GraphNode[];
  /** The most frequent first. */
  edges: GraphEdge[];
}

export interface VariantRow extends Counted {
  types: TypeId[];
  share: number;
  cumulative: number;
  /** From the start of the first event to the end of the last. */
  medianSeconds: number;
}

export interface VariantsResult {
  analysis: 'variants';
  users: number;
  /** All that there are; the rows are the most frequent of them. */
  variants: number;
  rows: VariantRow[];
}

export interface SequenceRow extends Counted {
  types: TypeId[];
  support: number;
  /** With a target: the share of these users that came to it. Without one: of those with all but the last event, the share that has the last, too. */
  confidence: number;
  /** With a target: the share among those who came to it ÷ that among the others. Null where the others have none. */
  lift: number | null;
  interval: Interval | null;
}

export interface SequencesResult {
  analysis: 'sequences';
  users: number;
  support: number;
  /** Users who came to the target; null without one. */
  targetUsers: number | null;
  /** How many closed patterns there are; the rows are the best of them. */
  patterns: number;
  /** Whether mining ended early because there were too many patterns. */
  cut: boolean;
  /** How many rows the intervals are widened for (Bonferroni). */
  compared: number;
  rows: SequenceRow[];
}

export interface AroundRow extends Counted {
  type: TypeId;
  category: EventCategory;
  /** Of the users with the event, those who have this type within the time. */
  share: number;
  /** What chance gives: the same if the other events of these users came in any order at the times that they have. */
  base: number;
  lift: number | null;
  /** Whether it is more than chance would give. Left out in reports of versions without it. */
  certain?: boolean;
  medianSeconds: number | null;
}

export interface AroundResult {
  analysis: 'around';
  users: number;
  /** Users who have the event. */
  anchored: number;
  rows: AroundRow[];
  /**
   * Time from the first event of a user to their first such event: how many have come to it by then, by days. Those still without one are
   * open. The users who came to it since the point before have the key `waiting:` and its days.
   */
  waiting: { days: number; reached: number; open: number; share: number }[];
}

export interface ProfileRow extends Counted {
  field: string;
  /** A value, or a band of numbers; empty for the rest. */
  value: string;
  /** Of the row of all values that are not told apart: how many these are. */
  rest?: number;
  /** Of the users with the event, and of the others; 0 to 1 of those whose profile has the field. */
  share: number;
  otherUsers: number;
  otherShare: number;
  difference: number;
  interval: Interval;
}

export interface ProfileResult {
  analysis: 'profile';
  users: number;
  /** Users who have the event, and how many of all users have a profile. */
  matched: number;
  profiles: number;
  /** Fields of which nearly every user has another value, such as names. Left out in reports of versions without it. */
  leftOut?: string[];
  rows: ProfileRow[];
}

export interface EvolutionEdge extends Counted {
  from: TypeId;
  to: TypeId;
  /** Of the users with the one, those who have the other within the time after it. */
  probability: number;
  /** What chance gives: the same if the other events of these users came in any order at the times that they have. */
  base: number;
  lift: number | null;
  /** Whether it is more than chance would give. */
  certain: boolean;
  medianSeconds: number;
}

export interface EvolutionResult {
  analysis: 'evolution';
  users: number;
  nodes: (Counted & { type: TypeId; category: EventCategory })[];
  /** The certain ones first, by their lift. */
  edges: EvolutionEdge[];
}

/** What a question that takes long is at: reading the events, or computing. `share`: 0 to 1; null where it cannot be told. */
export interface InsightProgress {
  phase: 'loading' | 'computing';
  share: number | null;
}

export const insightUsersQuerySchema = z.object({
  question: questionSchema,
  /** Of a figure of the answer. */
  key: z.string().min(1).max(2000),
  offset: z.number().int().min(0),
  limit: z.number().int().min(1).max(10_000),
});
export type InsightUsersQuery = z.output<typeof insightUsersQuerySchema>;

/** Users behind a figure, in the order of their first appearance. */
export interface InsightUsersPage {
  total: number;
  userIds: string[];
}

/** Which state of the workspace the figures of an answer are of. */
export interface DataRevision {
  /** Differs whenever events, profiles or event types do. */
  id: string;
  /** When the events changed last, in milliseconds since the epoch; null where that is not known. */
  at: number | null;
}

/** A figure on one side of a comparison; its share is of so many users of that side (`of`). */
export interface ComparedSide extends Counted {
  share: number;
  of: number;
  events: number | null;
  medianSeconds: number | null;
}

/** A figure of two selections. What it is of: types, with a step in funnels and paths, or a value of a field of the profiles. */
export interface ComparedRow {
  types: TypeId[];
  step: number | null;
  field: string | null;
  value: string | null;
  /** As in rows of profiles. */
  rest?: number;
  own: ComparedSide;
  other: ComparedSide;
  /** Of the shares. */
  difference: number;
  /** Null where users are in both selections. */
  interval: Interval | null;
}

export interface Comparison {
  /** Users of the other selection, and those who are in both. */
  users: number;
  shared: number;
  /** How many figures there are; the rows are the most frequent of them. */
  total: number;
  rows: ComparedRow[];
  /**
   * The answer of the other selection, as pictures show it; the users of its figures are listed by its keys after `beside:`. Left out in reports
   * of versions without it, and of profiles, whose figures tell of both.
   */
  beside?: InsightResult;
}

/** What the keys of `Comparison.beside` begin with where users are asked for. */
export const BESIDE = 'beside:';

/** The zone of the clock of a log, by its IANA name: recorded by an import, or taken from this machine where no import needed one. */
export interface LogZone {
  name: string;
  from: 'log' | 'machine';
}

/**
 * An answer with the state of the data that it is of, and beside another selection where one was asked for. The zone is left out in reports of
 * versions without it.
 */
export type InsightAnswer = InsightResult & { data: DataRevision; zone?: LogZone; comparison?: Comparison };

export type InsightResult =
  | OverviewResult
  | FunnelResult
  | PathsResult
  | GraphResult
  | VariantsResult
  | SequencesResult
  | AroundResult
  | ProfileResult
  | EvolutionResult;
export type ResultOf<A extends Analysis> = Extract<InsightResult, { analysis: A }>;
