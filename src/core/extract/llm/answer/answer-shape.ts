import { parseJson } from './scan-json.ts';

/** A JSON object of unknown shape. */
export type Json = Record<string, unknown>;

/** Names that models give to what we call `user_id`, as nameOf makes them. */
const USER_NAMES = ['userid', 'user', 'uid', 'alias', '用户id', '用户', 'id'];
const EVENTS_NAMES = [
  'events',
  'event',
  'eventlist',
  'eventsequence',
  'sequence',
  '事件',
  '事件列表',
  'results',
  'result',
  'items',
];
const TYPE_NAMES = ['eventtype', 'type', 'event', 'eventname', 'name', '事件类型', '事件'];
const EVIDENCE_NAMES = [
  'behaviorids',
  'behaviourids',
  'behaviors',
  'behaviours',
  'evidence',
  'evidenceids',
  'ids',
  'numbers',
  '行为编号',
  '依据',
  'behaviorid',
];
const USERS_NAMES = ['users', 'userlist', '用户列表', 'data', 'output', 'response', 'answer'];

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The name of a member without what spellings differ in: `User_ID`, `userId` and `user id` are one. */
export function nameOf(key: string): string {
  return key.toLowerCase().replace(/[\s_@-]/g, '');
}

/** The first member with one of these names, in the order of the names. */
export function memberOf(object: Json, names: readonly string[]): unknown {
  return membersOf(object, names)[0];
}

/** The members with one of these names, in the order of the names; of several with one name the first. */
function membersOf(object: Json, names: readonly string[]): unknown[] {
  const keys = new Map<number, string>();
  for (const key of Object.keys(object)) {
    const rank = names.indexOf(nameOf(key));
    if (rank >= 0 && !keys.has(rank)) keys.set(rank, key);
  }
  return [...keys].sort(([a], [b]) => a - b).map(([, key]) => object[key]);
}

/** What an object says of whom it is about: text or a number, as the model wrote it; else undefined. */
export function userOf(object: Json): string | number | undefined {
  const said = memberOf(object, USER_NAMES);
  return typeof said === 'string' || typeof said === 'number' ? said : undefined;
}

export function typeOf(event: Json): unknown {
  return memberOf(event, TYPE_NAMES);
}

export function evidenceOf(event: Json): unknown {
  return memberOf(event, EVIDENCE_NAMES);
}

/** Whether an object looks like one event in the long form. */
export function isEventObject(value: unknown): value is Json {
  return isObject(value) && evidenceOf(value) !== undefined && typeof typeOf(value) === 'string';
}

export function isEvent(value: unknown): boolean {
  return typeof value === 'string' ? /[|｜]/.test(value) : isEventObject(value);
}

/** Whether a value looks like all that is said of one user. */
export function isUserObject(value: unknown): boolean {
  return isObject(value) && !isEventObject(value) && userOf(value) !== undefined && eventsOf(value) !== null;
}

/** The events that an object names as such, or null. */
export function namedEventsOf(object: Json): unknown[] | null {
  for (const value of membersOf(object, EVENTS_NAMES)) {
    const events = asEvents(value);
    if (events) return events;
  }
  return null;
}

/** The events of an object about one user, wherever it has them, or null when it has none to offer. */
export function eventsOf(object: Json): unknown[] | null {
  const named = namedEventsOf(object);
  if (named) return named;
  for (const value of Object.values(object)) {
    if (Array.isArray(value) && value.length > 0 && value.every(isEvent)) return value as unknown[];
    const inner = isObject(value) && !isEventObject(value) ? namedEventsOf(value) : null;
    if (inner) return inner;
  }
  return null;
}

function asEvents(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value === 'string') return eventsInText(value);
  if (isEventObject(value)) return [value];
  if (isObject(value)) {
    const values = Object.values(value);
    return values.every(isEvent) ? values : null;
  }
  return null;
}

function eventsInText(text: string): unknown[] {
  const value = parseJson(text);
  if (Array.isArray(value)) return value as unknown[];
  // One event per line, then.
  return text.split('\n').filter((line) => line.trim() !== '');
}

export function isUserName(key: string): boolean {
  return USER_NAMES.includes(nameOf(key));
}

export function isEventsName(key: string): boolean {
  return EVENTS_NAMES.includes(nameOf(key));
}

export function isEvidenceName(key: string): boolean {
  return EVIDENCE_NAMES.includes(nameOf(key));
}

export function isUsersName(key: string): boolean {
  return USERS_NAMES.includes(nameOf(key));
}
