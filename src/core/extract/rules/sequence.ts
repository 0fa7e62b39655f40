import type { BehaviourInput, EventDraft } from '../extractor.ts';
import type { Classifier, EventType } from './classifier.ts';
import { EventBuilder } from './event-builder.ts';

/** The last moment a Date can hold: an end beyond it could neither be shown nor stored. */
const MAX_TIME = 8.64e15;

/**
 * The events of one user: behaviours of the same type about the same thing, next to each other in one session, become
 * one event. Every behaviour is in the evidence of exactly one event.
 *
 * `behaviours`: in time order. `gapMs`: a silence longer than this ends a session; it is counted from the end of
 * whichever activity ended last, so that watching an hour-long video is no silence.
 */
export function makeSequence(
  behaviours: readonly BehaviourInput[],
  classify: Classifier,
  gapMs: number,
): EventDraft[] {
  const events: EventDraft[] = [];
  let open: EventBuilder | null = null;
  let session = 0;
  let sessionEnd = -Infinity;
  for (const behaviour of behaviours) {
    const newSession = behaviour.time - sessionEnd > gapMs;
    if (newSession) session += 1;
    const type = classify(behaviour);
    const thing = thingOf(behaviour, type);
    if (!open || newSession || !sameType(open.type, type) || open.thing !== thing) {
      if (open) events.push(open.build());
      open = new EventBuilder(type, thing, behaviour, session);
    }
    const duration = durationOf(behaviour);
    open.add(behaviour, duration);
    sessionEnd = Math.max(sessionEnd, behaviour.time + (duration ?? 0));
  }
  if (open) events.push(open.build());
  return events;
}

function sameType(a: EventType, b: EventType): boolean {
  return a === b || (a.name === b.name && a.category === b.category);
}

/** What a behaviour was about: its first field that has a value, of those its type names; null for nothing. */
function thingOf(behaviour: BehaviourInput, type: EventType): string | null {
  for (const field of type.thing) {
    const value = behaviour[field];
    if (value !== null) return value;
  }
  return null;
}

/** Milliseconds; null when the log has none, or one that no activity can have. */
function durationOf(behaviour: BehaviourInput): number | null {
  if (behaviour.duration === null) return null;
  const milliseconds = Math.round(behaviour.duration * 1000);
  return milliseconds >= 0 && behaviour.time + milliseconds <= MAX_TIME ? milliseconds : null;
}
