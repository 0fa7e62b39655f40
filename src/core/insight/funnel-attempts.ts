import { spanMs } from '../../shared/insight.ts';
import { NO_EVENT } from '../../shared/insight-placeholders.ts';
import type { FunnelOrder, QuestionOf } from '../../shared/insight.ts';
import type { EventLog } from './event-log.ts';
import { matcherOf, stepMaskOf } from './selection.ts';
import type { StepMask } from './selection.ts';

/** The best attempt of one user. Valid until the next one is looked for. */
export interface Attempt {
  /** How many steps were reached: 0 to all. */
  depth: number;
  /** When each reached step was, wall-clock milliseconds; NaN for the end of the events. */
  times: Float64Array;
  /** The event that made each reached step; -1 for the end of the events. */
  events: Int32Array;
  /** What came after the attempt (before it, where steps are counted backwards); -1 for nothing. */
  next: number;
}

/** The best attempt among the events from `begin` to before `end`. */
export type AttemptFinder = (begin: number, end: number) => Attempt;

interface Steps {
  log: EventLog;
  maskAt: StepMask;
  /** How many there are. */
  most: number;
  windowMs: number;
}

/** How the attempts of users are found. Throws as matcherOf does. */
export function attemptsOf(log: EventLog, question: QuestionOf<'funnel'>): AttemptFinder {
  const { steps, order } = question;
  const ends = order === 'path' && steps.at(-1) === NO_EVENT.end;
  const own: Steps = {
    log,
    maskAt: stepMaskOf(log, ends ? steps.slice(0, -1) : steps),
    most: steps.length,
    windowMs: question.window === undefined ? Infinity : spanMs(question.window),
  };
  const finders: Record<FunnelOrder, () => AttemptFinder> = {
    ordered: () => chains(own, false),
    strict: () => chains(own, true),
    any: () => anyOrder(own),
    path: () => onePath(own, question, ends),
  };
  return finders[order]();
}

/**
 * The one path from the first event that is an anchor, or backwards from the last one, as the analysis of paths sees it: repeated events of
 * a type are one step, and each step is the next one.
 */
function onePath(
  { log, maskAt, most, windowMs }: Steps,
  { anchor, direction }: QuestionOf<'funnel'>,
  ends: boolean,
): AttemptFinder {
  const { start } = log.columns;
  const isAnchor = anchor === undefined ? null : matcherOf(log, anchor);
  const step = direction === 'from' ? 1 : -1;
  const times = new Float64Array(most);
  const events = new Int32Array(most);
  return (begin, end) => {
    const isInside = (event: number): boolean => event >= begin && event < end;
    let event = step === 1 ? begin : end - 1;
    if (isAnchor) while (isInside(event) && !isAnchor(event)) event += step;
    const last = ends ? most - 1 : most;
    let [depth, before] = [0, -1];
    for (; isInside(event); event += step) {
      const type = log.type[event] as number;
      if (type === before) continue;
      const isStep = depth < last && (maskAt(event) & (1 << depth)) !== 0;
      const now = start[event] as number;
      if (!isStep || (depth > 0 && Math.abs(now - (times[0] as number)) > windowMs)) break;
      before = type;
      [times[depth], events[depth]] = [now, event];
      depth += 1;
    }
    const next = isInside(event) ? event : -1;
    if (ends && depth === last && next < 0) {
      [times[depth], events[depth]] = [NaN, -1];
      depth += 1;
    }
    return { depth, times, events, next };
  };
}

/**
 * For each step the chain of events up to it that began last is carried along: it is the one with the most time left. With `strict`, a
 * chain goes on with the next event or ends.
 */
function chains({ log, maskAt, most, windowMs }: Steps, strict: boolean): AttemptFinder {
  const { start } = log.columns;
  /** By step: the event with which the chain up to it began, -1 for none. */
  const begun = new Int32Array(most);
  /** By step: the events of the chain up to it. */
  const events = Array.from({ length: most }, () => new Int32Array(most));
  const best = new Int32Array(most);
  const times = new Float64Array(most);
  return (begin, end) => {
    begun.fill(-1);
    let depth = 0;
    let lastEvent = -1;
    for (let event = begin; event < end && depth < most; event += 1) {
      const mask = maskAt(event);
      if (mask === 0) {
        if (strict) begun.fill(-1);
        continue;
      }
      const now = start[event] as number;
      // From the last step down, so that an event makes one step of a chain.
      for (let step = most - 1; step >= 0; step -= 1) {
        const isStep = (mask & (1 << step)) !== 0;
        const from = step === 0 ? event : (begun[step - 1] as number);
        if (!isStep || from < 0 || now - (start[from] as number) > windowMs) {
          if (strict) begun[step] = -1;
          continue;
        }
        if (!strict && from <= (begun[step] as number)) continue;
        begun[step] = from;
        const chain = events[step] as Int32Array;
        for (let before = 0; before < step; before += 1)
          chain[before] = (events[step - 1] as Int32Array)[before] as number;
        chain[step] = event;
        if (step < depth) continue;
        depth = step + 1;
        lastEvent = event;
        best.set(chain);
      }
    }
    for (let step = 0; step < depth; step += 1) times[step] = start[best[step] as number] as number;
    return { depth, times, events: best, next: depth > 0 && lastEvent + 1 < end ? lastEvent + 1 : -1 };
  };
}

/** Every event that is a step may begin an attempt; the steps are matched to the events of its window, each to one of its own. */
function anyOrder({ log, maskAt, most, windowMs }: Steps): AttemptFinder {
  const { start } = log.columns;
  const best = new Float64Array(most);
  const events = new Int32Array(most);
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
        matching.add(masks[at] as number, event);
        if (matching.size > before) last = event;
        for (let step = before; step < matching.size; step += 1) times.push(start[event] as number);
      }
      // Of attempts over as many steps the one that is complete first, then the one that began last.
      if (matching.size < depth || matching.size === 0) continue;
      if (matching.size === depth && last > lastEvent) continue;
      depth = matching.size;
      lastEvent = last;
      best.set(times);
      matching.eventsOfSteps(events);
    }
    return { depth, times: best, events, next: depth > 0 && lastEvent + 1 < end ? lastEvent + 1 : -1 };
  };
}

/** Matches the first steps to events, each step to another one, by augmenting paths. An event is the set of steps that it can make. */
class StepMatching {
  /** How many of the first steps are matched. */
  size = 0;
  readonly #most: number;
  readonly #masks: number[] = [];
  readonly #events: number[] = [];
  /** By event, the step that it makes; -1 for none. */
  readonly #stepOf: number[] = [];
  /** More events of one kind than there are steps make no difference. */
  readonly #kinds = new Map<number, number>();

  constructor(most: number) {
    this.#most = most;
  }

  add(mask: number, event: number): void {
    const alike = this.#kinds.get(mask) ?? 0;
    if (alike === this.#most) return;
    this.#kinds.set(mask, alike + 1);
    this.#masks.push(mask);
    this.#events.push(event);
    this.#stepOf.push(-1);
    while (this.size < this.#most && this.#place(this.size, new Set())) this.size += 1;
  }

  /** Writes the event that makes each of the matched steps. */
  eventsOfSteps(into: Int32Array): void {
    this.#stepOf.forEach((step, at) => {
      if (step >= 0) into[step] = this.#events[at] as number;
    });
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
