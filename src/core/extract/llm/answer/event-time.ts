import type { BehaviourInput } from '../../extractor.ts';

/** The last moment a Date can hold. */
const MAX_TIME = 8.64e15;
const WRITTEN =
  /^\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?\s*$/i;

/**
 * A date and time as a model writes it, as wall-clock milliseconds (see Behaviour.time): what is written counts, a zone
 * behind it does not, for the prompt has none. Null when it is anything else.
 */
export function parseEventTime(raw: unknown): number | null {
  const match = typeof raw === 'string' ? WRITTEN.exec(raw) : null;
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  if (year === undefined || month === undefined || day === undefined) return null;
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return null;
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  // The 31st of April is no day, and a Date makes the 1st of May of it.
  return new Date(time).getUTCMonth() === month - 1 && new Date(time).getUTCDate() === day ? time : null;
}

/** When a behaviour was over, as wall-clock milliseconds; a duration that no activity can have does not count. */
export function endOf(behaviour: BehaviourInput): number {
  const milliseconds = Math.round((behaviour.duration ?? 0) * 1000);
  const end = behaviour.time + milliseconds;
  return milliseconds >= 0 && end <= MAX_TIME ? end : behaviour.time;
}

/** From the first to the last moment of behaviours, which must be some. */
export function spanOf(behaviours: readonly BehaviourInput[]): { start: number; end: number } {
  let start = Infinity;
  let end = -Infinity;
  for (const behaviour of behaviours) {
    start = Math.min(start, behaviour.time);
    end = Math.max(end, endOf(behaviour));
  }
  return { start, end };
}
