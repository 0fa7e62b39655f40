import type { Rhythm, SessionProposal } from '../../shared/rhythm.ts';
import type { SessionLimits } from './sessions.ts';
import { borderOf, distanceOf, fitTwoHills } from './two-hills.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Silences are counted on a log scale from a second to about 115 days, ten steps for each factor of ten. */
export const SILENCE_STEPS = 70;
const STEPS_PER_DECADE = 10;

/** Below so many silences a log has no rhythm to speak of. */
const LEAST_SILENCES = 50;
/** A valley is no higher than this share of the lower of the hills beside it, and lower by so many standard deviations. */
const VALLEY_DEPTH = 0.6;
const CHANCE = 3;
/** A valley ends where its sides have risen by this share of their height. */
const BRINK = 0.1;
/** The gap is at most so many times as long as the short silences. */
const MOST_BEYOND = 2;
/** Each side of a valley has this share of all silences at least. */
const LEAST_SIDE = 0.03;
/** A session gap is looked for between these silences: shorter ones are a double click, longer ones days. */
const GAP_RANGE = { from: 2 * MINUTE_MS, to: 24 * HOUR_MS };
/** Short and long silences without a valley between them are this far apart, in their own widths. */
const SHOULDER_DISTANCE = 2.5;
/** And so many steps of the histogram: five hours of the day and fourteen of a night are no sessions. */
const SHOULDER_STEPS = 8;
/** Hours with so little of the busiest hour's behaviours more than the quietest are as quiet. */
const QUIET_SHARE = 0.02;
/** Where a log is too short for its silences to say anything. */
const USUAL_GAP_MS = 30 * MINUTE_MS;
/** Where there is no log to ask. */
export const USUAL_SESSIONS: SessionLimits = { sessionGapMs: USUAL_GAP_MS, dayStartMs: 0 };

/** A theme may be silent for so many of the usual distances between active days, within bounds. */
const THEME_DISTANCES = 2;
const THEME_GAP_DAYS = { least: 1, most: 3 };
/** Distances between active days beyond this are absences. */
const MOST_DISTANCE_DAYS = 14;

const ACTIVE_DAYS_COUNTED = 60;

export const emptyRhythm = (): Rhythm => ({
  users: 0,
  behaviours: 0,
  silences: Array.from({ length: SILENCE_STEPS }, () => 0),
  hours: Array.from({ length: 24 }, () => 0),
  weekdays: Array.from({ length: 7 }, () => 0),
  activeDays: Array.from({ length: ACTIVE_DAYS_COUNTED + 1 }, () => 0),
  dayDistances: Array.from({ length: MOST_DISTANCE_DAYS + 1 }, () => 0),
});

/** How long a silence of a step is at least, in milliseconds. */
export const silenceOf = (step: number): number => SECOND_MS * 10 ** (step / STEPS_PER_DECADE);

function stepOf(silenceMs: number): number {
  const step = Math.floor(Math.log10(Math.max(1, silenceMs / SECOND_MS)) * STEPS_PER_DECADE);
  return Math.min(SILENCE_STEPS - 1, Math.max(0, step));
}

/**
 * Counts a user. `moments`: start and end of each of their behaviours in time order, wall-clock milliseconds. A silence is
 * counted from the latest end before it; behaviours that overlap have none.
 */
export function countUser(rhythm: Rhythm, moments: readonly { start: number; end: number }[]): void {
  const [first] = moments;
  if (!first) return;
  rhythm.users += 1;
  rhythm.behaviours += moments.length;
  let latestEnd = -Infinity;
  let day = Number.NaN;
  let days = 0;
  for (const { start, end } of moments) {
    const silence = start - latestEnd;
    if (silence > 0 && Number.isFinite(silence)) bump(rhythm.silences, stepOf(silence));
    latestEnd = Math.max(latestEnd, end);
    const today = Math.floor(start / DAY_MS);
    bump(rhythm.hours, Math.floor((start - today * DAY_MS) / HOUR_MS));
    // The epoch was a Thursday.
    bump(rhythm.weekdays, (((today + 3) % 7) + 7) % 7);
    if (today === day) continue;
    if (days > 0) bump(rhythm.dayDistances, Math.min(MOST_DISTANCE_DAYS, today - day));
    day = today;
    days += 1;
  }
  bump(rhythm.activeDays, Math.min(ACTIVE_DAYS_COUNTED, days));
}

/** Adds what was counted of other users to `rhythm`. */
export function addRhythm(rhythm: Rhythm, more: Rhythm): void {
  rhythm.users += more.users;
  rhythm.behaviours += more.behaviours;
  for (const name of ['silences', 'hours', 'weekdays', 'activeDays', 'dayDistances'] as const)
    more[name].forEach((count, index) => bump(rhythm[name], index, count));
}

function bump(counts: number[], index: number, by = 1): void {
  counts[index] = (counts[index] ?? 0) + by;
}

/** The sessions that a log's own silences and hours propose. */
export function proposeSessions(rhythm: Rhythm): SessionProposal {
  const dayStartMs = quietestHour(rhythm.hours) * HOUR_MS;
  const total = sum(rhythm.silences);
  if (total < LEAST_SILENCES) return { by: 'usual', gapMs: USUAL_GAP_MS, dayStartMs };
  const gapMs = valleyOf(rhythm.silences, total) ?? shoulderOf(rhythm.silences);
  if (gapMs !== null) return { by: 'valley', gapMs, dayStartMs };
  return { by: 'night', gapMs: null, dayStartMs };
}

/**
 * The valley between the two hills of short and long silences, rounded to what a person would say; null where there are no
 * two hills. The counts are smoothed first, so that round numbers of minutes in a log are no hills.
 */
function valleyOf(silences: readonly number[], total: number): number | null {
  const smooth = smoothed(silences);
  let best: { step: number; depth: number } | null = null;
  for (let step = stepOf(GAP_RANGE.from); step <= stepOf(GAP_RANGE.to); step += 1) {
    const sides = Math.min(sum(silences.slice(0, step)), sum(silences.slice(step + 1)));
    if (sides < LEAST_SIDE * total) continue;
    const [left, right] = [Math.max(...smooth.slice(0, step)), Math.max(...smooth.slice(step + 1))];
    const [bottom, hill] = [smooth[step] ?? 0, Math.min(left, right)];
    // Few silences make valleys by chance.
    if (hill - bottom < CHANCE * Math.sqrt(KERNEL_VARIANCE * (hill + bottom))) continue;
    const depth = bottom / hill;
    if (depth <= VALLEY_DEPTH && (best === null || depth < best.depth - 1e-9)) best = { step, depth };
  }
  return best && rounded(middleOf(smooth, best.step));
}

/**
 * Where short silences give way to long ones that are but a shoulder of their hill; null where there is no shoulder to speak
 * of.
 */
function shoulderOf(silences: readonly number[]): number | null {
  const hills = fitTwoHills(silences);
  const gapMs = silenceOf(borderOf(hills) + 0.5);
  const [low, high] = hills;
  const isClear =
    high.mean - low.mean >= SHOULDER_STEPS &&
    distanceOf(hills) >= SHOULDER_DISTANCE &&
    hills.every(({ weight }) => weight >= LEAST_SIDE) &&
    gapMs >= GAP_RANGE.from &&
    gapMs <= GAP_RANGE.to;
  return isClear ? rounded(gapMs) : null;
}

/**
 * Where a session ends in a valley with this bottom: half-way, on the log scale, between the end of the short silences and the
 * beginning of the long ones. A valley may be as wide as a night, which says nothing of sessions: not far beyond the short ones, then.
 */
function middleOf(smooth: readonly number[], bottom: number): number {
  const floor = smooth[bottom] ?? 0;
  const brink = (side: readonly number[]): number => floor + BRINK * (Math.max(...side) - floor);
  const [leftBrink, rightBrink] = [brink(smooth.slice(0, bottom)), brink(smooth.slice(bottom + 1))];
  let first = bottom;
  while (first > 0 && (smooth[first - 1] ?? 0) <= leftBrink) first -= 1;
  let last = bottom;
  while (last + 1 < smooth.length && (smooth[last + 1] ?? 0) <= rightBrink) last += 1;
  const [from, to] = [silenceOf(first), silenceOf(last + 1)];
  return Math.min(Math.sqrt(from * to), from * MOST_BEYOND);
}

/** Weights of a step and its neighbours: a bell about half a step wide on each side. */
const KERNEL = [1, 4, 6, 4, 1] as const;
/** What is left of the variance of a count. */
const KERNEL_VARIANCE = KERNEL.reduce((total, weight) => total + (weight / 16) ** 2, 0);

function smoothed(counts: readonly number[]): number[] {
  return counts.map(
    (_, index) =>
      KERNEL.reduce((total, weight, place) => total + weight * (counts[index + place - 2] ?? 0), 0) / 16,
  );
}

/** Minutes and hours as a person says them. */
function rounded(ms: number): number {
  const said = [
    2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 90, 120, 150, 180, 240, 300, 360, 420, 480, 600,
    720, 840, 960, 1_080, 1_200, 1_440,
  ];
  const nearest = said.reduce((best, minutes) =>
    Math.abs(Math.log((minutes * MINUTE_MS) / ms)) < Math.abs(Math.log((best * MINUTE_MS) / ms))
      ? minutes
      : best,
  );
  return nearest * MINUTE_MS;
}

/** The middle of the longest stretch of hours, over midnight too, in which next to nothing happens. */
function quietestHour(hours: readonly number[]): number {
  const least = Math.min(...hours);
  const isQuiet = (hour: number): boolean =>
    (hours[hour % 24] ?? 0) <= least + QUIET_SHARE * Math.max(...hours);
  const stretches = hours.map((_, start) => {
    let length = 0;
    while (length < 24 && isQuiet(start + length)) length += 1;
    return length;
  });
  const longest = Math.max(...stretches);
  return (stretches.indexOf(longest) + Math.floor(longest / 2)) % 24;
}

/**
 * How long a theme may be silent before its event ends, in milliseconds: twice the usual distance between two active days
 * of a user, one to three days.
 */
export function proposeThemeGap({ dayDistances }: Rhythm): number {
  const total = sum(dayDistances);
  let seen = 0;
  const usual = dayDistances.findIndex((count) => (seen += count) > total * 0.75);
  const days = total === 0 ? THEME_GAP_DAYS.least : Math.max(1, usual) * THEME_DISTANCES;
  return Math.min(THEME_GAP_DAYS.most, Math.max(THEME_GAP_DAYS.least, days)) * DAY_MS;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
