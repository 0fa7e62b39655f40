import type { EventRecord } from './users.ts';

/** How much joins into one event (粒度): 细, 标准, 概括. From the finest to the coarsest. */
export const DETAILS = ['fine', 'standard', 'brief'] as const;
export type Detail = (typeof DETAILS)[number];
/** Whether a detail tells apart what another one joins. */
export const isFiner = (detail: Detail, than: Detail): boolean =>
  DETAILS.indexOf(detail) < DETAILS.indexOf(than);

/** That of the first run, unless another one is chosen. */
export const DEFAULT_DETAIL: Detail = 'standard';

/**
 * How finely the themes of a log are told apart when behaviours join at the detail `standard`, the finest first.
 *
 * - `themes`: as they are.
 * - `upper`: paths and dotted categories by their first level.
 * - `known`: also, a thing of which nothing is known but its own name joins with all such things.
 * - `none`: all themes join.
 */
export const THEME_GRAINS = ['themes', 'upper', 'known', 'none'] as const;
export type ThemeGrain = (typeof THEME_GRAINS)[number];

/** An event as a preview of a detail shows it. */
export type PreviewedEvent = Pick<
  EventRecord,
  'type' | 'proposed' | 'category' | 'startTime' | 'endTime' | 'context'
> & {
  /** How many behaviours it stands for. */
  behaviours: number;
};

/** What would be made of a user at each detail. */
export interface PreviewedUser {
  userId: string;
  behaviours: number;
  /** How many events there would be. */
  counts: Record<Detail, number>;
  /** The first of them. */
  events: Record<Detail, PreviewedEvent[]>;
}

/** What would be made of the users of a scope at each detail: by the rules, or from what a model answered in a pilot. */
export interface DetailPreview {
  behaviours: number;
  /** About how many events there would be, from a sample of the users. */
  events: Record<Detail, number>;
  /** How finely themes are told apart at the detail `standard`. */
  grain: ThemeGrain;
  /** Some real users: one with few behaviours, one with the usual number, one with many. */
  users: PreviewedUser[];
}
