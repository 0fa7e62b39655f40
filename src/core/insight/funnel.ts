import { NO_EVENT } from '../../shared/insight-placeholders.ts';
import type { FunnelResult, FunnelStep, QuestionOf } from '../../shared/insight.ts';
import type { Profiles } from './event-log.ts';
import { attemptsOf } from './funnel-attempts.ts';
import type { Attempt } from './funnel-attempts.ts';
import { groupingOf, groupsOf } from './funnel-groups.ts';
import { tellShare, usersWhere } from './selection.ts';
import type { Answer, Part } from './selection.ts';
import { quartiles } from './statistics.ts';

const MOST_INSTEAD = 8;

/**
 * How many users come from step to step. Of a user counts the attempt that reaches the most steps; of several such, the one that is
 * complete first, and of those the one that began last. The window is the time from the first step of an attempt to its last one, ends
 * included. Events at the same time are in the order of the user's sequence.
 *
 * - `ordered`: the steps in this order, whatever lies between them.
 * - `strict`: the same, and no other event between two steps.
 * - `any`: the steps up to here in any order; each step needs an event of its own.
 * - `path`: the one path from the anchor; `funnel-attempts.ts`.
 *
 * Throws insight.no_such_field and insight.no_such_step for `by`, and as matcherOf does.
 */
export function funnel(
  part: Part,
  question: QuestionOf<'funnel'>,
  profiles: () => Profiles,
  onProgress?: (share: number) => void,
): Answer<FunnelResult> {
  const { log } = part;
  const { steps } = question;
  const attemptOf = attemptsOf(log, question);
  const grouping = question.by === undefined ? null : groupingOf(part, question, question.by, profiles);
  const users = part.users.length;
  const depths = new Uint8Array(users);
  const nextTypes = new Int32Array(users).fill(-1);
  const waits = steps.map(() => new Float64Array(users));
  const [reached, waited] = [new Int32Array(steps.length), new Int32Array(steps.length)];
  const whole = new Float64Array(users);
  let completed = 0;
  for (let place = 0; place < users; place += 1) {
    tellShare(place, users, onProgress);
    const [begin, end] = [part.first[place] as number, part.last[place] as number];
    const attempt = attemptOf(begin, end);
    const { depth, times, next } = attempt;
    depths[place] = depth;
    if (depth > 0 && depth < steps.length && next >= 0) nextTypes[place] = log.type[next] as number;
    grouping?.put(place, attempt);
    for (let step = 0; step < depth; step += 1) {
      reached[step] = (reached[step] as number) + 1;
      const wait = step === 0 ? NaN : Math.abs((times[step] as number) - (times[step - 1] as number));
      if (Number.isNaN(wait)) continue;
      (waits[step] as Float64Array)[waited[step] as number] = wait;
      waited[step] = (waited[step] as number) + 1;
    }
    const length = depth === steps.length ? lengthOf(log, attempt) : NaN;
    if (Number.isNaN(length)) continue;
    whole[completed] = length;
    completed += 1;
  }
  const shown = steps.map((_, step): FunnelStep => {
    const here = reached[step] as number;
    const before = step === 0 ? here : (reached[step - 1] as number);
    const sorted = (waits[step] as Float64Array).subarray(0, waited[step]);
    return {
      key: `step:${step}`,
      users: here,
      ofFirst: share(here, reached[0] as number),
      ofPrevious: share(here, before),
      seconds: quartiles(sorted),
      dropped: { key: `drop:${step}`, users: before - here },
      instead: step === 0 ? [] : insteadOf(part, depths, nextTypes, step),
    };
  });
  const groups = grouping === null ? null : groupsOf(part, grouping, { depths, steps: steps.length });
  return {
    result: {
      analysis: 'funnel',
      users,
      steps: shown,
      overall: quartiles(whole.subarray(0, completed)),
      groups: groups?.list() ?? [],
    },
    usersOf: (key) => {
      const [kind, step = NaN, other] = splitKey(key);
      if (!(step >= 0 && step < steps.length)) return null;
      if (kind === 'step') {
        if (other === undefined) return usersWhere(part, (place) => (depths[place] as number) > step);
        return groups?.users(other, (place) => (depths[place] as number) > step) ?? null;
      }
      // No user is lost before the first step.
      if (kind === 'drop') return usersWhere(part, (place) => step > 0 && depths[place] === step);
      if (kind !== 'instead' || other === undefined) return null;
      const wanted = Number(other);
      return usersWhere(part, (place) => depths[place] === step && nextTypes[place] === wanted);
    },
  };
}

/** From the earliest to the latest of the events of an attempt, in milliseconds; NaN where one of its steps is the end of the events. */
function lengthOf({ columns }: Part['log'], { depth, events }: Attempt): number {
  let [low, high] = [Infinity, -Infinity];
  for (let step = 0; step < depth; step += 1) {
    const at = columns.start[events[step] as number] ?? NaN;
    [low, high] = [Math.min(low, at), Math.max(high, at)];
  }
  return high - low;
}

function share(count: number, total: number): number {
  return total === 0 ? 0 : count / total;
}

/** `kind:number` or `kind:number:rest`. */
function splitKey(key: string): [kind: string, number: number, rest?: string] {
  const [kind = '', number = '', ...rest] = key.split(':');
  const value = number === '' ? NaN : Number(number);
  return rest.length === 0 ? [kind, value] : [kind, value, rest.join(':')];
}

function insteadOf(
  part: Part,
  depths: Uint8Array,
  nextTypes: Int32Array,
  step: number,
): FunnelStep['instead'] {
  const counts = new Map<number, number>();
  for (let place = 0; place < depths.length; place += 1) {
    if (depths[place] !== step) continue;
    const type = nextTypes[place] as number;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const most = [...counts].sort(([a, x], [b, y]) => y - x || a - b).slice(0, MOST_INSTEAD);
  return most.map(([type, users]) => ({
    key: `instead:${step}:${type}`,
    type: part.log.types[type]?.id ?? NO_EVENT.end,
    users,
  }));
}
