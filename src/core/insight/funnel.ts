import { spanMs } from '../../shared/insight.ts';
import type { Counted, FunnelOrder, FunnelResult, FunnelStep, QuestionOf } from '../../shared/insight.ts';
import { NO_EVENT } from '../../shared/insight.ts';
import { AppError } from '../errors.ts';
import type { Profiles } from './event-log.ts';
import { stepMaskOf, usersWhere } from './selection.ts';
import type { Answer, Part, StepMask } from './selection.ts';
import { quartiles } from './statistics.ts';

/** The best attempt of one user. */
interface Attempt {
  /** How many steps were reached: 0 to all. */
  depth: number;
  /** When each reached step was, wall-clock milliseconds, and the event that made it. */
  times: Float64Array;
  /** The last event of the attempt; -1 for none. */
  lastEvent: number;
}

const MOST_INSTEAD = 8;

/**
 * How many users come from step to step. Of a user counts the attempt that reaches the most steps; of several such, the one that is
 * complete first, and of those the one that began last. The window is the time from the first step of an attempt to its last one, ends
 * included. Events at the same time are in the order of the user's sequence.
 *
 * - `ordered`: the steps in this order, whatever lies between them.
 * - `strict`: the same, and no other event between two steps.
 * - `any`: the steps up to here in any order; each step needs an event of its own.
 *
 * Throws insight.no_such_field for `by`, and as matcherOf does.
 */
export function funnel(
  part: Part,
  question: QuestionOf<'funnel'>,
  profiles: () => Profiles,
): Answer<FunnelResult> {
  const { log } = part;
  const { steps } = question;
  const maskAt = stepMaskOf(log, steps);
  const windowMs = question.window === undefined ? Infinity : spanMs(question.window);
  const attemptOf = ATTEMPTS[question.order](log.columns.start, { maskAt, most: steps.length }, windowMs);
  const users = part.users.length;
  const depths = new Uint8Array(users);
  const nextTypes = new Int32Array(users).fill(-1);
  const waits = steps.map(() => new Float64Array(users));
  const reached = new Int32Array(steps.length);
  for (let place = 0; place < users; place += 1) {
    const [begin, end] = [part.first[place] as number, part.last[place] as number];
    const { depth, times, lastEvent } = attemptOf(begin, end);
    depths[place] = depth;
    if (depth > 0 && depth < steps.length && lastEvent + 1 < end)
      nextTypes[place] = log.type[lastEvent + 1] as number;
    for (let step = 0; step < depth; step += 1) {
      const wait = step === 0 ? 0 : (times[step] as number) - (times[step - 1] as number);
      (waits[step] as Float64Array)[reached[step] as number] = wait;
      reached[step] = (reached[step] as number) + 1;
    }
  }
  const shown = steps.map((_, step): FunnelStep => {
    const here = reached[step] as number;
    const before = step === 0 ? here : (reached[step - 1] as number);
    const sorted = (waits[step] as Float64Array).subarray(0, here);
    return {
      key: `step:${step}`,
      users: here,
      ofFirst: share(here, reached[0] as number),
      ofPrevious: share(here, before),
      seconds: step === 0 ? { q1: null, median: null, q3: null } : quartiles(sorted),
      dropped: { key: `drop:${step}`, users: before - here },
      instead: step === 0 ? [] : insteadOf(part, depths, nextTypes, step),
    };
  });
  const groups = question.by === undefined ? null : groupsOf(part, question.by, profiles());
  return {
    result: {
      analysis: 'funnel',
      users,
      steps: shown,
      groups: groups === null ? [] : groups.list(depths, steps.length),
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

interface Groups {
  list(depths: Uint8Array, steps: number): FunnelResult['groups'];
  users(key: string, holds: (place: number) => boolean): Int32Array;
}

const MOST_GROUPS = 30;

/** The users of a part by the values of a field of the profile, the most frequent first; those without one are a group, too. */
function groupsOf(part: Part, name: string, { fields }: Profiles): Groups {
  const field = fields.get(name);
  if (!field) throw new AppError('insight.no_such_field', { name, known: [...fields.keys()].join(', ') });
  const valueOf = (place: number): number => field.of[part.users[place] as number] as number;
  const sizes = new Map<number, number>();
  for (let place = 0; place < part.users.length; place += 1)
    sizes.set(valueOf(place), (sizes.get(valueOf(place)) ?? 0) + 1);
  const largest = [...sizes].sort(([a, x], [b, y]) => y - x || a - b).slice(0, MOST_GROUPS);
  return {
    list: (depths, steps) =>
      largest.map(([value, users]) => {
        const counts = new Int32Array(steps);
        for (let place = 0; place < depths.length; place += 1)
          if (valueOf(place) === value)
            for (let step = 0; step < (depths[place] as number); step += 1)
              counts[step] = (counts[step] as number) + 1;
        const counted = Array.from(counts, (of, step): Counted => ({
          key: `step:${step}:${value}`,
          users: of,
        }));
        return { value: field.values[value] ?? null, users, steps: counted };
      }),
    users: (key, holds) => usersWhere(part, (place) => valueOf(place) === Number(key) && holds(place)),
  };
}

type AttemptFinder = (begin: number, end: number) => Attempt;

interface Steps {
  maskAt: StepMask;
  /** How many there are. */
  most: number;
}

const ATTEMPTS: Record<FunnelOrder, (start: Float64Array, steps: Steps, windowMs: number) => AttemptFinder> =
  {
    ordered: (start, steps, windowMs) => chains(start, steps, windowMs, false),
    strict: (start, steps, windowMs) => chains(start, steps, windowMs, true),
    any: anyOrder,
  };

/**
 * For each step the chain of events up to it that began last is carried along: it is the one with the most time left. With `strict`, a
 * chain goes on with the next event or ends.
 */
function chains(
  start: Float64Array,
  { maskAt, most }: Steps,
  windowMs: number,
  strict: boolean,
): AttemptFinder {
  /** By step: when the chain up to it began, NaN for none. */
  const begun = new Float64Array(most);
  /** By step: the times of the chain up to it. */
  const times = Array.from({ length: most }, () => new Float64Array(most));
  const best = new Float64Array(most);
  return (begin, end) => {
    begun.fill(NaN);
    let depth = 0;
    let lastEvent = -1;
    for (let event = begin; event < end && depth < most; event += 1) {
      const mask = maskAt(event);
      if (mask === 0) {
        if (strict) begun.fill(NaN);
        continue;
      }
      const now = start[event] as number;
      // From the last step down, so that an event makes one step of a chain.
      for (let step = most - 1; step >= 0; step -= 1) {
        const isStep = (mask & (1 << step)) !== 0;
        const from = step === 0 ? now : (begun[step - 1] as number);
        if (!isStep || !(now - from <= windowMs)) {
          if (strict) begun[step] = NaN;
          continue;
        }
        if (!strict && from <= (begun[step] as number)) continue;
        begun[step] = from;
        const chain = times[step] as Float64Array;
        for (let before = 0; before < step; before += 1)
          chain[before] = (times[step - 1] as Float64Array)[before] as number;
        chain[step] = now;
        if (step < depth) continue;
        depth = step + 1;
        lastEvent = event;
        best.set(chain);
      }
    }
    return { depth, times: best, lastEvent };
  };
}

/** Every event that is a step may begin an attempt; the steps are matched to the events of its window, each to one of its own. */
function anyOrder(start: Float64Array, { maskAt, most }: Steps, windowMs: number): AttemptFinder {
  const best = new Float64Array(most);
  return (begin, end) => {
    const candidates: number[] = [];
    const masks: number[] = [];
    for (let event = begin; event < end; event += 1) {
      const mask = maskAt(event);
      if (mask === 0) continue;
      candidates.push(event);
      masks.push(mask);
    }
    let depth = 0;
    let lastEvent = -1;
    for (let from = 0; from < candidates.length; from += 1) {
      // What began earlier was complete before the rest of the events.
      if (depth === most && (candidates[from] as number) > lastEvent) break;
      const began = start[candidates[from] as number] as number;
      const matching = new StepMatching(most);
      const times: number[] = [];
      let last = -1;
      for (let at = from; at < candidates.length && matching.size < most; at += 1) {
        const event = candidates[at] as number;
        if ((start[event] as number) - began > windowMs) break;
        const before = matching.size;
        matching.add(masks[at] as number);
        if (matching.size > before) last = event;
        for (let step = before; step < matching.size; step += 1) times.push(start[event] as number);
      }
      // Of attempts over as many steps the one that is complete first, then the one that began last.
      if (matching.size < depth || matching.size === 0) continue;
      if (matching.size === depth && last > lastEvent) continue;
      depth = matching.size;
      lastEvent = last;
      best.set(times);
    }
    return { depth, times: best, lastEvent };
  };
}

/** Matches the first steps to events, each step to another one, by augmenting paths. An event is the set of steps that it can make. */
class StepMatching {
  /** How many of the first steps are matched. */
  size = 0;
  readonly #most: number;
  readonly #masks: number[] = [];
  /** By event, the step that it makes; -1 for none. */
  readonly #stepOf: number[] = [];
  /** More events of one kind than there are steps make no difference. */
  readonly #kinds = new Map<number, number>();

  constructor(most: number) {
    this.#most = most;
  }

  add(mask: number): void {
    const alike = this.#kinds.get(mask) ?? 0;
    if (alike === this.#most) return;
    this.#kinds.set(mask, alike + 1);
    this.#masks.push(mask);
    this.#stepOf.push(-1);
    while (this.size < this.#most && this.#place(this.size, new Set())) this.size += 1;
  }

  #place(step: number, tried: Set<number>): boolean {
    for (let at = 0; at < this.#masks.length; at += 1) {
      if (tried.has(at) || ((this.#masks[at] as number) & (1 << step)) === 0) continue;
      tried.add(at);
      const held = this.#stepOf[at] as number;
      if (held >= 0 && !this.#place(held, tried)) continue;
      this.#stepOf[at] = step;
      return true;
    }
    return false;
  }
}
