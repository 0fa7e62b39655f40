import { momentEndMs, momentMs } from '../../shared/insight.ts';
import type { EventFields, EventMatch, Selection } from '../../shared/insight.ts';
import { spellingOf } from '../abstraction/codebook.ts';
import { AppError } from '../errors.ts';
import type { EventLog, Profiles } from './event-log.ts';

/** The users that a question is about, and the stretch of each one's events that counts: from `first` to before `last`. */
export interface Part {
  log: EventLog;
  /** Users of the log, in order; only those with an event in the stretch. */
  users: Int32Array;
  first: Int32Array;
  last: Int32Array;
  /** Before which its events begin, in wall-clock milliseconds; Infinity where the selection names no end. */
  toMs: number;
}

/** Tells whether an event of the log, by its place, is meant. */
export type Matcher = (event: number) => boolean;

/** Compiles which events are meant. Throws insight.unknown_type and insight.unknown_object for what the workspace does not know, and insight.in_stages for what only events have. */
export function matcherOf(log: EventLog, match: EventMatch): Matcher {
  const alternatives = typeof match === 'object' && 'any' in match ? match.any : [match];
  const compiled = alternatives.map((alternative) =>
    compile(log, typeof alternative === 'string' ? { type: alternative } : alternative),
  );
  const { type, columns } = log;
  const { subject } = columns;
  const [only] = compiled;
  if (only && compiled.length === 1) {
    const { types, subjects } = only;
    return subjects === null
      ? (event) => types[type[event] as number] === 1
      : (event) => types[type[event] as number] === 1 && subjects[subject[event] as number] === 1;
  }
  return (event) =>
    compiled.some(
      ({ types, subjects }) =>
        types[type[event] as number] === 1 && (subjects === null || subjects[subject[event] as number] === 1),
    );
}

/** Tells which of several conditions an event, by its place, meets: a bit for each, the first one the lowest. */
export type StepMask = (event: number) => number;

/** Compiles conditions that an event is held against together, as the steps of a funnel. Throws as matcherOf does. */
export function stepMaskOf(log: EventLog, matches: readonly EventMatch[]): StepMask {
  const { type } = log;
  const matchers = matches.map((match) => matcherOf(log, match));
  const needsSubject = matches.some((match) =>
    (typeof match === 'object' && 'any' in match ? match.any : [match]).some(
      (each) => typeof each === 'object' && 'object' in each,
    ),
  );
  const maskAt: StepMask = (event) =>
    matchers.reduce((bits, isStep, step) => (isStep(event) ? bits | (1 << step) : bits), 0);
  if (needsSubject) return maskAt;
  // All events of a type meet the same conditions.
  const masks = new Int32Array(log.types.length).fill(-1);
  return (event) => {
    const of = type[event] as number;
    const known = masks[of] as number;
    if (known >= 0) return known;
    return (masks[of] = maskAt(event));
  };
}

interface CompiledFields {
  /** By type: 1 where it is meant. */
  types: Uint8Array;
  /** By what events are about; null for anything. */
  subjects: Uint8Array | null;
}

function compile(log: EventLog, { type, object, category }: EventFields): CompiledFields {
  const types = new Uint8Array(log.types.length);
  if (type === undefined) types.fill(1);
  else {
    if (log.isFolded(type)) throw new AppError('insight.in_stages', { name: type });
    if (!log.knows(type)) throw new AppError('insight.unknown_type', { name: type });
    for (const index of log.typesOf(type)) types[index] = 1;
  }
  if (category !== undefined)
    log.types.forEach((each, index) => {
      if (each.category !== category) types[index] = 0;
    });
  if (object === undefined) return { types, subjects: null };
  const spelling = spellingOf(object);
  const subjects = Uint8Array.from(log.columns.subjects, (names) =>
    names.some((each) => each === object || spellingOf(each) === spelling) ? 1 : 0,
  );
  if (!subjects.includes(1)) throw new AppError('insight.unknown_object', { name: object });
  if (log.level === 'stages' && !log.columns.subject.some((subject) => subjects[subject] === 1))
    throw new AppError('insight.in_stages', { name: object });
  return { types, subjects };
}

/**
 * The part of a log that a selection names. Throws insight.no_such_field for a field that no profile has, and as matcherOf does.
 */
export function select(log: EventLog, profiles: () => Profiles, selection: Selection = {}): Part {
  const { first, start } = log.columns;
  const from = selection.from === undefined ? -Infinity : (momentMs(selection.from) ?? -Infinity);
  const to = selection.to === undefined ? Infinity : (momentEndMs(selection.to) ?? Infinity);
  const users = new Int32Array(log.users);
  const [firsts, lasts] = [new Int32Array(log.users), new Int32Array(log.users)];
  const passes = userConditions(log, profiles, selection);
  const isLimit = selection.until === undefined ? null : matcherOf(log, selection.until);
  let count = 0;
  for (let user = 0; user < log.users; user += 1) {
    let [begin, end] = [first[user] as number, first[user + 1] as number];
    if (from !== -Infinity) while (begin < end && (start[begin] as number) < from) begin += 1;
    if (to !== Infinity) while (end > begin && (start[end - 1] as number) >= to) end -= 1;
    if (isLimit) end = firstOf(isLimit, begin, end);
    if (begin === end || !passes(user, begin, end)) continue;
    users[count] = user;
    firsts[count] = begin;
    lasts[count] = end;
    count += 1;
  }
  return {
    log,
    users: users.subarray(0, count),
    first: firsts.subarray(0, count),
    last: lasts.subarray(0, count),
    toMs: to,
  };
}

function userConditions(
  log: EventLog,
  profiles: () => Profiles,
  { profile = {}, did = [], didNot = [], ordered = [], variant }: Selection,
): (user: number, begin: number, end: number) => boolean {
  const conditions: ((user: number, begin: number, end: number) => boolean)[] = [];
  for (const [field, wanted] of Object.entries(profile)) conditions.push(hasValue(profiles(), field, wanted));
  const happens = (matcher: Matcher, begin: number, end: number): boolean =>
    firstOf(matcher, begin, end) < end;
  for (const match of did) {
    const matcher = matcherOf(log, match);
    conditions.push((_user, begin, end) => happens(matcher, begin, end));
  }
  for (const match of didNot) {
    const matcher = matcherOf(log, match);
    conditions.push((_user, begin, end) => !happens(matcher, begin, end));
  }
  const steps = ordered.map((match) => matcherOf(log, match));
  if (steps.length > 0)
    conditions.push((_user, begin, end) => {
      let done = 0;
      for (let event = begin; event < end && done < steps.length; event += 1)
        if ((steps[done] as Matcher)(event)) done += 1;
      return done === steps.length;
    });
  if (variant) conditions.push(isVariant(log, variant));
  return (user, begin, end) => conditions.every((holds) => holds(user, begin, end));
}

/** The first event of a stretch that is meant; its end where none is. */
function firstOf(isMeant: Matcher, begin: number, end: number): number {
  let event = begin;
  while (event < end && !isMeant(event)) event += 1;
  return event;
}

function isVariant(
  log: EventLog,
  { types, collapse = false }: NonNullable<Selection['variant']>,
): (user: number, begin: number, end: number) => boolean {
  const wanted = types.map((match) => matcherOf(log, match));
  return (_user, begin, end) => {
    let [at, before] = [0, -1];
    for (let event = begin; event < end; event += 1) {
      const type = log.type[event] as number;
      if (collapse && type === before) continue;
      before = type;
      if (wanted[at]?.(event) !== true) return false;
      at += 1;
    }
    return at === wanted.length;
  };
}

function hasValue(
  { fields }: Profiles,
  field: string,
  wanted: string | readonly string[],
): (user: number) => boolean {
  const column = fields.get(field);
  if (!column) {
    const known = [...fields.keys()].join(', ');
    throw new AppError('insight.no_such_field', { name: field, known });
  }
  const values = new Set(typeof wanted === 'string' ? [wanted] : wanted);
  const isWanted = column.values.map((value) => values.has(value.trim()) || values.has(value));
  return (user) => {
    const value = column.of[user] as number;
    return value >= 0 && isWanted[value] === true;
  };
}

/** The users of a part for which something holds, by their place in it. */
export function usersWhere(part: Part, holds: (place: number) => boolean): Int32Array {
  const found = new Int32Array(part.users.length);
  let count = 0;
  for (let place = 0; place < part.users.length; place += 1)
    if (holds(place)) {
      found[count] = part.users[place] as number;
      count += 1;
    }
  return found.slice(0, count);
}

/** Reports now and then the share of a pass over users that is done, 0 to 1; does nothing without a listener. */
export function tellShare(place: number, users: number, onProgress?: (share: number) => void): void {
  if (onProgress && (place & 0x3ff) === 0) onProgress(place / users);
}

/** An answer with the users behind each of its figures, by the key of the figure; null for a key that it has not. */
export interface Answer<R> {
  result: R;
  usersOf(key: string): Int32Array | null;
}
