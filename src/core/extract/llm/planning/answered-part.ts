import type { BehaviourInput } from '../../extractor.ts';
import type { BegunUnit } from '../types.ts';
import { silencesBefore } from './split-user.ts';

/** Fewer behaviours are not worth a cut. */
const LEAST_ANSWERED = 5;

/**
 * How many behaviours, from the first, an answer that broke off has dealt with for good: up to the end of a session, each
 * of them in an event, and no event reaching beyond. All of them when nothing is left to be said; 0 when it is too few.
 * Order is not taken on trust: an answer may name what is late, or what matters, first.
 */
export function answeredPart(
  behaviours: readonly BehaviourInput[],
  { covered, events }: BegunUnit,
  gapMs: number,
): number {
  const firstOpen = behaviours.findIndex((_, index) => !covered.has(index));
  if (firstOpen < 0) return behaviours.length;
  const indexOf = new Map(behaviours.map(({ id }, index) => [id, index]));
  const spans = events.map(({ evidence }) => {
    const indexes = evidence.flatMap((id) => indexOf.get(id) ?? []);
    return { first: Math.min(...indexes), last: Math.max(...indexes) };
  });
  const silences = silencesBefore(behaviours);
  for (let at = firstOpen; at >= LEAST_ANSWERED; at -= 1) {
    const endsSession = (silences[at] ?? 0) > gapMs;
    if (endsSession && !spans.some(({ first, last }) => first < at && last >= at)) return at;
  }
  return 0;
}
