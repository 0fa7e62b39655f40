/** Parts of the day: 早晨, 中午, 下午, 晚上, 深夜. */
export const DAY_PARTS = ['morning', 'noon', 'afternoon', 'evening', 'night'] as const;
export type DayPart = (typeof DAY_PARTS)[number];

/** 工作日, 周末: by the calendar; holidays are not known. */
export const DAY_KINDS = ['workday', 'weekend'] as const;
export type DayKind = (typeof DAY_KINDS)[number];

/** When something happened, as a person says it. */
export interface Scene {
  day: DayKind;
  part: DayPart;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The hour at which each part begins, the latest first; before the first of a day it is still night. */
const BEGINS: readonly (readonly [hour: number, part: DayPart])[] = [
  [23, 'night'],
  [18, 'evening'],
  [13, 'afternoon'],
  [11, 'noon'],
  [5, 'morning'],
];
/** Of the days since the epoch, which was a Thursday: the remainders that are Saturday and Sunday. */
const WEEKEND = [2, 3];

/** The scene of a wall-clock time in milliseconds, such as the start of an event. */
export function sceneOf(time: number): Scene {
  const day = Math.floor(time / DAY_MS);
  const hour = Math.floor((time - day * DAY_MS) / HOUR_MS);
  const part = BEGINS.find(([begins]) => hour >= begins)?.[1] ?? 'night';
  return { day: WEEKEND.includes(((day % 7) + 7) % 7) ? 'weekend' : 'workday', part };
}
