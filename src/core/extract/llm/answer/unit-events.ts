import type { BehaviourInput, EventDraft } from '../../extractor.ts';
import type { AskedUnit, BegunUnit } from '../types.ts';
import { spanOf } from './event-time.ts';
import { isLeftOut, parseEvent } from './parse-event.ts';
import type { ParsedEvent, NumberBounds } from './parse-event.ts';
import type { RawUser } from './parse-answer.ts';

/** An event that is kept has some evidence, however much more it claims. */
const LEAST_CONFIDENCE = 0.01;

export interface UnitEvents {
  /** In time order; each behaviour is in the evidence of at most one. */
  events: EventDraft[];
  /** Indexes of the behaviours in evidence. */
  covered: ReadonlySet<number>;
  /** Events without evidence of the unit's own. */
  unsupported: number;
  /** True when some of what was said could not be read, or was left out (…). */
  malformed: boolean;
}

/** Holds what an answer says of a unit against the unit's behaviours. A behaviour belongs to the first event that names it. */
export function accountFor(asked: AskedUnit, raw: readonly unknown[]): UnitEvents {
  const bounds = boundsOf(asked);
  const covered = new Set<number>();
  const found: { draft: EventDraft; first: number }[] = [];
  let unsupported = 0;
  let malformed = false;
  for (const item of raw) {
    const event = parseEvent(item, bounds);
    if (!event) malformed = true;
    if (!event && isLeftOut(item)) continue;
    if (!event || event.numbers.length === 0) {
      unsupported += 1;
      continue;
    }
    const indexes = event.numbers
      .map((number) => number - bounds.first)
      .filter((index) => !covered.has(index))
      .sort((a, b) => a - b);
    const [first] = indexes;
    if (first === undefined) continue;
    for (const index of indexes) covered.add(index);
    const behaviours = indexes.flatMap((index) => asked.unit.behaviours[index] ?? []);
    found.push({ draft: draftOf(event, behaviours), first });
  }
  found.sort((a, b) => a.draft.startTime - b.draft.startTime || a.first - b.first);
  return { events: found.map(({ draft }) => draft), covered, unsupported, malformed };
}

/** Whether all that is said of a unit rests on its own behaviours, and something is said. */
export function isFlawless(asked: AskedUnit, raw: readonly unknown[]): boolean {
  const bounds = boundsOf(asked);
  return (
    raw.length > 0 &&
    raw.every((item) => {
      const event = parseEvent(item, bounds);
      return event !== null && event.numbers.length > 0 && event.foreign === 0;
    })
  );
}

function boundsOf({ firstNumber, unit }: AskedUnit): NumberBounds {
  return { first: firstNumber, last: firstNumber + unit.behaviours.length - 1 };
}

function draftOf(event: ParsedEvent, behaviours: readonly BehaviourInput[]): EventDraft {
  const { start, end } = spanOf(behaviours);
  const within = (time: number | null): time is number => time !== null && time >= start && time <= end;
  const startTime = within(event.startTime) ? event.startTime : start;
  return {
    type: event.type,
    category: event.category ?? 'engagement',
    startTime,
    endTime: within(event.endTime) && event.endTime >= startTime ? event.endTime : end,
    origin: 'llm',
    confidence: confidenceOf(event, behaviours.length),
    context: event.context,
    evidence: behaviours.map(({ id }) => id),
  };
}

/** The share of what an event names as its evidence that is the user's own and not another event's. */
function confidenceOf({ numbers, foreign }: ParsedEvent, kept: number): number {
  return Math.max(LEAST_CONFIDENCE, Math.round((100 * kept) / (numbers.length + foreign)) / 100);
}

/**
 * The events of a user in whom the answer broke off that are surely whole: an object at the end may lack members; text at
 * the end is whole, for a string that was cut is not read at all.
 */
export function wholeEvents(events: readonly unknown[]): readonly unknown[] {
  return typeof events.at(-1) === 'string' ? events : events.slice(0, -1);
}

/** What an answer says of a unit before it breaks off within it; null when some of that had to be guessed, or is nothing. */
export function beginningOf(asked: AskedUnit, user: RawUser): BegunUnit | null {
  if (user.guessed) return null;
  const { events, covered, unsupported, malformed } = accountFor(asked, wholeEvents(user.events));
  return malformed || events.length === 0 ? null : { events, covered, unsupported };
}

/**
 * The events of the parts of one user, in the order of the parts, as one sequence in time order; what began at the same
 * moment keeps the order of the parts. Parts are cut at session boundaries, so that no event reaches over one.
 */
export function joinParts(parts: readonly (readonly EventDraft[])[]): EventDraft[] {
  return parts.flat().sort((a, b) => a.startTime - b.startTime);
}
