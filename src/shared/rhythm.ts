import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';
import { THING_COLUMNS } from './themes.ts';

const counts = z.array(z.number());

/** What the silences, hours and days of a log say. Pure counts: a log can be measured in parts. */
export const rhythmSchema = z.object({
  users: z.number(),
  behaviours: z.number(),
  /** Silences between neighbouring behaviours of a user, by length, on a log scale (see RhythmView.silenceStarts). */
  silences: counts,
  /** Behaviours by hour of the day, 0 to 23, and by day of the week, Monday first. */
  hours: counts,
  weekdays: counts,
  /** Active days of users: how many users were active on 1, 2, 3 … days; the last counts all beyond. */
  activeDays: counts,
  /** Distances between neighbouring active days of a user, in days: index 1 is the next day. */
  dayDistances: counts,
});
export type Rhythm = z.infer<typeof rhythmSchema>;

/** The kinds of action of a log. */
export const actionCountsSchema = z.object({
  /** How many different ones there are; at least so many where a log has thousands. */
  kinds: z.number(),
  /** The most frequent with how many behaviours have each. */
  most: z.array(z.tuple([z.string(), z.number()])),
  /** Behaviours without an action, which say in a text what was done. */
  unnamed: z.number(),
});
export type ActionCounts = z.infer<typeof actionCountsSchema>;

/**
 * How the name of a thing is built: an address, levels with dots between them, parts with a separator between them, a beginning or an
 * end that other names share; `plain` where nothing of this is found.
 */
export const NAME_SHAPES = ['path', 'dotted', 'parted', 'shared', 'plain'] as const;
export type NameShape = (typeof NAME_SHAPES)[number];

/** The names of the things in a column. */
export const thingNamesSchema = z.object({
  field: z.enum(THING_COLUMNS),
  names: z.number(),
  /** Whether they are ids, which say nothing. */
  isId: z.boolean(),
  /** How many names are built in each way; none are told of a column with too many. */
  shapes: z.record(z.enum(NAME_SHAPES), z.number()),
  /** The most frequent separator. */
  separator: z.string().nullable(),
});
export type ThingNames = z.infer<typeof thingNamesSchema>;

/** How the sessions of a log are told apart. */
export const sessionProposalSchema = z.object({
  /** `valley`: between short and long silences. `night`: days, which begin at the quietest hour. `usual`: too little is known. */
  by: z.enum(['valley', 'night', 'usual']),
  /** A longer silence ends a session, in milliseconds; null where only the border of days does. */
  gapMs: z.number().nullable(),
  /** When a day begins, in milliseconds after midnight. */
  dayStartMs: z.number(),
});
export type SessionProposal = z.infer<typeof sessionProposalSchema>;

/** The session gaps that an analyst can set, in minutes. */
export const SESSION_GAP_MINUTES = { least: 1, most: 43_200 } as const;

/** The rhythm of the open workspace as a window shows it. */
export type RhythmView =
  /** There are no behaviours. */
  | { status: 'empty' }
  /** `share`: how much is measured, 0 to 1. */
  | { status: 'measuring'; share: number }
  | { status: 'failed'; error: ErrorInfo }
  | MeasuredRhythm;

export interface MeasuredRhythm {
  status: 'measured';
  rhythm: Rhythm;
  /** How long a silence of each step of `rhythm.silences` is at least, in milliseconds. */
  silenceStarts: number[];
  proposal: SessionProposal;
  /** The analyst's own session gap, in minutes; null: the proposal applies. */
  gapMinutes: number | null;
  /** How long a theme may be silent before its event ends, in milliseconds. */
  themeGapMs: number;
  /** What is done in the log. */
  actions: ActionCounts;
  /** What it is about, for each column that has things. */
  things: ThingNames[];
}
