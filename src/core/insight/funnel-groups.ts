import { spanMs } from '../../shared/insight.ts';
import type { Counted, FunnelBy, FunnelGroup, QuestionOf, TrendBin } from '../../shared/insight.ts';
import { AppError } from '../errors.ts';
import type { Profiles } from './event-log.ts';
import type { Attempt } from './funnel-attempts.ts';
import { usersWhere } from './selection.ts';
import type { Part } from './selection.ts';
import { floorTo, nextOf } from './time-bins.ts';

/** The most values of a field or objects that are told apart. */
const MOST_GROUPS = 30;
/** What stands between the names of an event that is about several things. */
const NAME_SEPARATOR = ' + ';

/** By what the users of a funnel are told apart. */
interface Grouping {
  /** Notes the best attempt of the user at a place. */
  put(place: number, attempt: Attempt): void;
  /** The value of a user as a number; null for users who are in no group. */
  valueOf(place: number): number | null;
  /** Which of the values are shown, and in which order; `sizes` has the users of each. */
  shown(sizes: ReadonlyMap<number, number>): number[];
  nameOf(value: number): string | null;
  isOpen(value: number): boolean;
}

/** Throws insight.no_such_field for a field that no profile has, insight.no_such_step for a step that the funnel has not. */
export function groupingOf(
  part: Part,
  question: QuestionOf<'funnel'>,
  by: FunnelBy,
  profiles: () => Profiles,
): Grouping {
  if (typeof by === 'string') return byField(part, by, profiles());
  if ('time' in by) return byTime(part, question, by.time);
  const { steps } = question;
  if (by.object > steps.length)
    throw new AppError('insight.no_such_step', { step: by.object, steps: steps.length });
  return byObject(part, by.object - 1);
}

/** The groups of a funnel, and the users of each by the value in the key of a figure. */
export function groupsOf(
  part: Part,
  grouping: Grouping,
  { depths, steps }: { depths: Uint8Array; steps: number },
): { list(): FunnelGroup[]; users(value: string, holds: (place: number) => boolean): Int32Array } {
  return {
    list: () => {
      const counts = new Map<number, Int32Array>();
      const sizes = new Map<number, number>();
      for (let place = 0; place < depths.length; place += 1) {
        const value = grouping.valueOf(place);
        if (value === null) continue;
        sizes.set(value, (sizes.get(value) ?? 0) + 1);
        const own = counts.get(value) ?? new Int32Array(steps);
        counts.set(value, own);
        for (let step = 0; step < (depths[place] as number); step += 1) own[step] = (own[step] as number) + 1;
      }
      return grouping.shown(sizes).map((value) => ({
        value: grouping.nameOf(value),
        users: sizes.get(value) ?? 0,
        open: grouping.isOpen(value),
        steps: Array.from(counts.get(value) ?? new Int32Array(steps), (users, step): Counted => ({
          key: `step:${step}:${value}`,
          users,
        })),
      }));
    },
    users: (value, holds) =>
      usersWhere(part, (place) => grouping.valueOf(place) === Number(value) && holds(place)),
  };
}

/** The largest groups first. */
const largest = (sizes: ReadonlyMap<number, number>): number[] =>
  [...sizes]
    .sort(([a, x], [b, y]) => y - x || a - b)
    .slice(0, MOST_GROUPS)
    .map(([value]) => value);

/** Users without the field are a group, too. */
function byField(part: Part, name: string, { fields }: Profiles): Grouping {
  const field = fields.get(name);
  if (!field) throw new AppError('insight.no_such_field', { name, known: [...fields.keys()].join(', ') });
  return {
    put: () => undefined,
    valueOf: (place) => field.of[part.users[place] as number] as number,
    shown: largest,
    nameOf: (value) => field.values[value] ?? null,
    isOpen: () => false,
  };
}

/** By what the event is about that made a step; only users who came to it. */
function byObject(part: Part, step: number): Grouping {
  const { subject, subjects } = part.log.columns;
  const values = new Int32Array(part.users.length).fill(-1);
  return {
    put: (place, { depth, events }) => {
      const event = events[step] as number;
      if (depth > step && event >= 0) values[place] = subject[event] as number;
    },
    valueOf: (place) => ((values[place] as number) < 0 ? null : (values[place] as number)),
    shown: largest,
    nameOf: (value) => subjects[value]?.join(NAME_SEPARATOR) || null,
    isOpen: () => false,
  };
}

/** By the period of the first step; those between without a user are shown, too. */
function byTime(part: Part, question: QuestionOf<'funnel'>, bin: TrendBin): Grouping {
  const values = new Float64Array(part.users.length).fill(NaN);
  const windowMs = question.window === undefined ? Infinity : spanMs(question.window);
  const end = Math.min(logEnd(part), part.toMs);
  return {
    put: (place, { depth, times }) => {
      if (depth > 0) values[place] = floorTo(bin, times[0] as number, part.log.dayStartMs);
    },
    valueOf: (place) => (Number.isNaN(values[place]) ? null : (values[place] as number)),
    shown: (sizes) => {
      const starts = [...sizes.keys()];
      if (starts.length === 0) return [];
      const [from, to] = [
        starts.reduce((least, at) => Math.min(least, at)),
        starts.reduce((most, at) => Math.max(most, at)),
      ];
      const all: number[] = [];
      for (let at = from; at <= to; at = nextOf(bin, at)) all.push(at);
      return all;
    },
    nameOf: (value) => new Date(value).toISOString().slice(0, 10),
    // The last user of the period may come to the last step until the window has passed.
    isOpen: (value) => nextOf(bin, value) + windowMs > end,
  };
}

/** When the latest event of the log ends, whatever is selected. */
function logEnd({ log }: Part): number {
  let latest = -Infinity;
  for (const at of log.columns.end) if (at > latest) latest = at;
  return latest;
}
