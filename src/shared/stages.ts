import type { EventRecord } from './users.ts';

/** An event as far as stages are concerned. */
export type StageEvent = Pick<
  EventRecord,
  'type' | 'category' | 'startTime' | 'endTime' | 'context' | 'evidence'
>;

/** What lies between two conversions of a user (阶段), before the first one or after the last one. */
export interface Stage<E extends StageEvent> {
  kind: 'stage';
  /** From 1 within the user. */
  number: number;
  /** Its events, in the order given. */
  events: E[];
  /** From the earliest start to the latest end. */
  startTime: number;
  endTime: number;
  /** How many behaviours its events stand for. */
  behaviours: number;
  /** How many behaviours are of each type of event, and about each theme: the most first, equal ones in the order they came. */
  types: [type: string, behaviours: number][];
  themes: [name: string, behaviours: number][];
}

/** A line of a sequence folded into stages. */
export type SequenceLine<E extends StageEvent> = Stage<E> | { kind: 'conversion'; event: E };

/**
 * Folds the events of one user, in their order, into stages: each conversion is a line of its own, and what lies between two
 * of them is one stage. Each event is in exactly one line, and the order stays; an event that comes before a conversion
 * and ends after it belongs before. A user without events has no line, and two neighbouring conversions no stage between them.
 */
export function foldStages<E extends StageEvent>(events: readonly E[]): SequenceLine<E>[] {
  const numberOf = stageCounter();
  const lines: SequenceLine<E>[] = [];
  let members: E[] = [];
  let current = 0;
  const close = (): void => {
    if (members.length > 0) lines.push(stageOf(current, members));
    members = [];
  };
  for (const event of events) {
    const number = numberOf(event.category);
    if (number === null) {
      close();
      lines.push({ kind: 'conversion', event });
    } else {
      current = number;
      members.push(event);
    }
  }
  close();
  return lines;
}

/**
 * Numbers the stages of one user: call it with the category of each event in order. It returns the number of the stage that
 * the event is in, from 1, and null for a conversion.
 */
export function stageCounter(): (category: EventRecord['category']) => number | null {
  let number = 0;
  let isOpen = false;
  return (category) => {
    if (category === 'conversion') {
      isOpen = false;
      return null;
    }
    if (!isOpen) number += 1;
    isOpen = true;
    return number;
  };
}

/** The fields of a context that name the one thing an event is about, where it has no theme; the first that is filled counts. */
export const THING_FIELDS = ['item', 'poi', 'app', 'media'] as const;

/**
 * What an event is about, by its context: its theme, or its themes with how many behaviours are about each, or the thing that
 * its behaviours share. Contexts come from rules and from models, so nothing is taken for granted.
 */
export function themesOf(
  context: Record<string, unknown>,
  behaviours: number,
): [name: string, behaviours: number][] {
  const { object, objects } = context;
  if (isName(object)) return [[object, behaviours]];
  if (Array.isArray(objects)) {
    const pairs = objects.filter(isCount);
    if (pairs.length > 0) return pairs;
  }
  for (const field of THING_FIELDS) {
    const thing = Object.hasOwn(context, field) ? context[field] : undefined;
    if (isName(thing)) return [[thing, behaviours]];
  }
  return [];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(pair: unknown): pair is [string, number] {
  return Array.isArray(pair) && isName(pair[0]) && typeof pair[1] === 'number';
}

function stageOf<E extends StageEvent>(number: number, events: E[]): Stage<E> {
  const types = new Map<string, number>();
  const themes = new Map<string, number>();
  let [startTime, endTime, behaviours] = [Infinity, -Infinity, 0];
  for (const { type, startTime: start, endTime: end, context, evidence } of events) {
    startTime = Math.min(startTime, start);
    endTime = Math.max(endTime, end);
    behaviours += evidence.length;
    add(types, type, evidence.length);
    for (const [theme, count] of themesOf(context, evidence.length)) add(themes, theme, count);
  }
  return {
    kind: 'stage',
    number,
    events,
    startTime,
    endTime,
    behaviours,
    types: mostFirst(types),
    themes: mostFirst(themes),
  };
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

function mostFirst(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([, a], [, b]) => b - a);
}
