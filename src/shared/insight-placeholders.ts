import type { EventCategory } from './users.ts';
import type { TypeId } from './insight.ts';

/** What stands in answers where there is no event. */
export const NO_EVENT = { start: 'START', end: 'END', other: 'OTHER', dropped: 'DROPPED' } as const;
/** What stands in pictures for all types of a category. */
export const CATEGORY_TYPES: Record<EventCategory, TypeId> = {
  conversion: 'CATEGORY:conversion',
  engagement: 'CATEGORY:engagement',
};
/** What stands in tables for the values of a field that are not told apart. */
export const OTHER_VALUES = 'OTHER_VALUES';
/** The type of a stage at the level `stages`. */
export const STAGE_TYPE = '阶段';
