import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';

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
}
