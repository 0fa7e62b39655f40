import { readBehaviour } from './behaviour-text.ts';
import type { Reading } from './behaviour-text.ts';
import type { PromptBehaviour, PromptUnit } from './prompt-units.ts';
import { wholeCharacters } from './tokens.ts';

/** An event as a model would answer it. */
export interface AnswerEvent {
  type: string;
  category: 'conversion' | 'engagement';
  /** Wall-clock milliseconds; null when the prompt gave no date. */
  startTime: number | null;
  endTime: number | null;
  numbers: number[];
  /** The subject; empty when the prompt names none. */
  about: string;
  /** The fields of its first behaviour. */
  fields: Record<string, string>;
}

export interface AnswerUser {
  id: string;
  events: AnswerEvent[];
}

/** `compact`: an event is `[!]type|numbers|note`. `object`: an event is an object with named fields. */
export type AnswerForm = 'compact' | 'object';

const GROUP_GAP_MS = 30 * 60_000;
const NOTE_CHARS = 40;

/**
 * The answer of a faultless model for a unit, from its block alone: each behaviour is in exactly one event, and
 * neighbours of one type about one thing, at most 30 minutes apart, share theirs. The same block gives the same events
 * in every request that contains it; only the numbers change.
 */
export function answerUnit(unit: PromptUnit): AnswerUser {
  const events: AnswerEvent[] = [];
  let open: { event: AnswerEvent; reading: Reading; lastTime: number | null } | null = null;
  for (const behaviour of unit.behaviours) {
    const reading = readBehaviour(behaviour.text);
    if (!open || !belongs(open.reading, reading) || !near(open.lastTime, behaviour.time)) {
      const event = beginEvent(behaviour, reading);
      events.push(event);
      open = { event, reading, lastTime: behaviour.time };
    }
    open.lastTime = behaviour.time;
    open.event.numbers.push(behaviour.number);
    if (open.event.endTime !== null && behaviour.time !== null) {
      open.event.endTime = Math.max(open.event.endTime, behaviour.time + reading.durationMs);
    }
  }
  return { id: unit.alias, events };
}

function beginEvent(behaviour: PromptBehaviour, reading: Reading): AnswerEvent {
  const time = behaviour.dated ? behaviour.time : null;
  return {
    type: reading.type,
    category: reading.conversion ? 'conversion' : 'engagement',
    startTime: time,
    endTime: time,
    numbers: [],
    about: reading.thing,
    fields: reading.fields,
  };
}

function belongs(one: Reading, other: Reading): boolean {
  return one.type === other.type && one.conversion === other.conversion && one.thing === other.thing;
}

function near(one: number | null, other: number | null): boolean {
  return one === null || other === null || other - one <= GROUP_GAP_MS;
}

/** The form that a prompt requests: compact if it has an example of it, or if its schema defines events as strings. */
export function formAskedFor(system: string, schema: unknown): AnswerForm {
  if (/"events"\s*:\s*\[\s*"/.test(system)) return 'compact';
  const event = ['properties', 'users', 'items', 'properties', 'events', 'items'].reduce(inside, schema);
  return inside(event, 'type') === 'string' ? 'compact' : 'object';
}

function inside(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** The JSON of an answer, without line breaks. */
export function renderUsers(users: AnswerUser[], form: AnswerForm): string {
  return JSON.stringify({ users: users.map((user) => renderUser(user, form)) });
}

/** A user as the value that the answer's JSON holds. */
export function renderUser(user: AnswerUser, form: AnswerForm): unknown {
  return { user_id: user.id, events: user.events.map(form === 'compact' ? compactEvent : objectEvent) };
}

function compactEvent(event: AnswerEvent): string {
  // The number of a type says what category it is of.
  const mark = event.category === 'conversion' && !/^\d+$/.test(event.type) ? '!' : '';
  const type = event.type.replace(/^!+/, '').replaceAll('|', '/');
  // Of type 0 the object is followed by a proposed name.
  const about = event.type === '0' ? event.about : event.about.replaceAll('|', '/');
  const note = about.slice(0, wholeCharacters(about, Math.min(about.length, NOTE_CHARS)));
  return `${mark}${type}|${ranges(event.numbers)}${note === '' ? '' : `|${note}`}`;
}

function objectEvent(event: AnswerEvent): unknown {
  const context =
    Object.keys(event.fields).length > 0 || event.about === '' ? event.fields : { text: event.about };
  return {
    event_type: event.type,
    category: event.category,
    ...(event.startTime === null ? {} : { timestamp: wallTime(event.startTime) }),
    ...(event.endTime === null ? {} : { end_time: wallTime(event.endTime) }),
    behavior_ids: event.numbers,
    context,
  };
}

/** `1-4,7` of 1, 2, 3, 4, 7. */
function ranges(numbers: number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < numbers.length;) {
    let end = at;
    while (numbers[end + 1] === (numbers[end] ?? NaN) + 1) end++;
    parts.push(end === at ? `${numbers[at]}` : `${numbers[at]}-${numbers[end]}`);
    at = end + 1;
  }
  return parts.join(',');
}

function wallTime(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}
