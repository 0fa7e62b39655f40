import { themesOf } from '../../shared/stages.ts';
import type { EventCategory } from '../../shared/users.ts';
import { ORDINAL_SPAN } from './event-id.ts';

/** What an event says it is, before the codebook: events share few such words. */
export interface EventWordKey {
  word: string;
  category: EventCategory;
  byModel: boolean;
}

/**
 * All events of a workspace as columns, user by user in the order of the users' numbers, and in time order within each. Users without
 * an event are not among them. The columns are on shared memory, so that threads can look at the same ones.
 */
export interface EventColumns {
  /** The number of each user in the workspace. */
  userNo: Int32Array;
  /** Where the events of each user begin; one more than there are users. */
  first: Int32Array;
  /** Index into `words`. */
  word: Int32Array;
  /** Index into `subjects`. */
  subject: Int32Array;
  /** Wall-clock milliseconds. */
  start: Float64Array;
  end: Float64Array;
  /** How many behaviours the event stands for. */
  behaviours: Int32Array;
  words: EventWordKey[];
  /** What events are about: the names of their objects. The first one is that of events about nothing. */
  subjects: string[][];
}

/** An event as it is read for the columns. `rest`: what is true of it (truthOf) as a digit, then its context and its evidence in JSON. */
export type EventTuple = [id: number, type: string, start: number, end: number, rest: string];

/** What is true of an event, as one number: 2 for a conversion, and 1 for an event by a model. */
const truthOf = ({ category, byModel }: EventWordKey): number =>
  (category === 'conversion' ? 2 : 0) + (byModel ? 1 : 0);

/** Makes columns of events that come user by user; words and subjects are numbered by their first appearance. */
export class ColumnBuilder {
  events = 0;
  #users = 0;
  #userNo: Int32Array;
  #first: Int32Array;
  #word: Int32Array;
  #subject: Int32Array;
  #start: Float64Array;
  #end: Float64Array;
  #behaviours: Int32Array;
  readonly #words: EventWordKey[] = [];
  /** By word, for each of what may be true of the event (truthOf). */
  readonly #wordIndex = Array.from({ length: 4 }, () => new Map<string, number>());
  readonly #subjects: string[][] = [[]];
  readonly #subjectIndex = new Map<string, number>([['', 0]]);

  /** How many events and users are expected; more are taken, too. */
  constructor(events: number, users: number) {
    this.#userNo = sharedInts(users);
    this.#first = sharedInts(users + 1);
    this.#word = sharedInts(events);
    this.#subject = sharedInts(events);
    this.#start = sharedFloats(events);
    this.#end = sharedFloats(events);
    this.#behaviours = sharedInts(events);
  }

  add(event: EventTuple): void {
    this.#makeRoom(1);
    const userNo = Math.floor(event[0] / ORDINAL_SPAN);
    if (this.#users === 0 || this.#userNo[this.#users - 1] !== userNo) this.#addUser(userNo);
    const at = this.events;
    // By places: to take an array apart goes through an iterator.
    const rest = event[4];
    // The evidence is a list of numbers: its bracket is the last one.
    const evidenceAt = rest.lastIndexOf('[');
    const behaviours = numbersIn(rest, evidenceAt);
    this.#word[at] = this.#wordOf(event[1], rest.charCodeAt(0) - DIGIT_ZERO);
    this.#subject[at] = this.#subjectOf(rest, evidenceAt, behaviours);
    this.#start[at] = event[2];
    this.#end[at] = event[3];
    this.#behaviours[at] = behaviours;
    this.events += 1;
  }

  /** What adds users of other columns with their events, unchanged. */
  copier(from: EventColumns): (user: number) => void {
    const words = new Int32Array(from.words.length).fill(-1);
    const subjects = new Int32Array(from.subjects.length).fill(-1);
    return (user) => {
      const [begin, end] = [from.first[user] as number, from.first[user + 1] as number];
      this.#makeRoom(end - begin);
      this.#addUser(from.userNo[user] as number);
      for (let event = begin; event < end; event += 1) {
        const at = this.events + event - begin;
        this.#word[at] = this.#copiedWord(words, from, from.word[event] as number);
        this.#subject[at] = this.#copiedSubject(subjects, from, from.subject[event] as number);
      }
      this.#start.set(from.start.subarray(begin, end), this.events);
      this.#end.set(from.end.subarray(begin, end), this.events);
      this.#behaviours.set(from.behaviours.subarray(begin, end), this.events);
      this.events += end - begin;
    };
  }

  finished(): EventColumns {
    const [users, events] = [this.#users, this.events];
    this.#first[users] = events;
    return {
      userNo: this.#userNo.subarray(0, users),
      first: this.#first.subarray(0, users + 1),
      word: this.#word.subarray(0, events),
      subject: this.#subject.subarray(0, events),
      start: this.#start.subarray(0, events),
      end: this.#end.subarray(0, events),
      behaviours: this.#behaviours.subarray(0, events),
      words: this.#words,
      subjects: this.#subjects,
    };
  }

  #addUser(userNo: number): void {
    if (this.#users === this.#userNo.length) {
      this.#userNo = grown(this.#userNo, sharedInts);
      this.#first = grown(this.#first, sharedInts, 1);
    }
    this.#userNo[this.#users] = userNo;
    this.#first[this.#users] = this.events;
    this.#users += 1;
  }

  #copiedWord(known: Int32Array, from: EventColumns, index: number): number {
    const own = known[index] as number;
    if (own >= 0) return own;
    const key = from.words[index] as EventWordKey;
    return (known[index] = this.#wordOf(key.word, truthOf(key)));
  }

  #copiedSubject(known: Int32Array, from: EventColumns, index: number): number {
    const own = known[index] as number;
    if (own >= 0) return own;
    const names = from.subjects[index] as string[];
    return (known[index] = this.#subjectIndexOf(names.join('\n'), names));
  }

  #wordOf(word: string, truth: number): number {
    const words = this.#wordIndex[truth] as Map<string, number>;
    const known = words.get(word);
    if (known !== undefined) return known;
    const category = truth >= 2 ? 'conversion' : 'engagement';
    const index = this.#words.push({ word, category, byModel: truth % 2 === 1 }) - 1;
    words.set(word, index);
    return index;
  }

  #subjectOf(rest: string, evidenceAt: number, behaviours: number): number {
    const only = onlyObjectOf(rest);
    if (only !== null) return this.#subjectIndexOf(only, [only]);
    const context = JSON.parse(rest.slice(CONTEXT_AT, evidenceAt)) as Record<string, unknown>;
    const names = themesOf(context, behaviours).map(([name]) => name);
    return this.#subjectIndexOf(names.join('\n'), names);
  }

  #subjectIndexOf(key: string, names: string[]): number {
    const known = this.#subjectIndex.get(key);
    if (known !== undefined) return known;
    const index = this.#subjects.push(names) - 1;
    this.#subjectIndex.set(key, index);
    return index;
  }

  #makeRoom(events: number): void {
    while (this.events + events > this.#word.length) {
      this.#word = grown(this.#word, sharedInts);
      this.#subject = grown(this.#subject, sharedInts);
      this.#start = grown(this.#start, sharedFloats);
      this.#end = grown(this.#end, sharedFloats);
      this.#behaviours = grown(this.#behaviours, sharedInts);
    }
  }
}

/** Where the context begins in the rest of an event. */
const CONTEXT_AT = 1;
const OBJECT = '"object":"';

/**
 * The one object of a context by its text, which is found many times faster than by parsing it: where nothing is nested, the key is at the
 * top, and quotes inside of a text are escaped. Null where it has to be parsed to tell.
 */
function onlyObjectOf(rest: string): string | null {
  const at = rest.indexOf(OBJECT);
  if (at < 0 || rest.indexOf('{', CONTEXT_AT + 1) >= 0) return null;
  const begin = at + OBJECT.length;
  const object = rest.slice(begin, rest.indexOf('"', begin));
  return object === '' || object.includes('\\') ? null : object;
}

/** How many numbers the JSON array at a place in a text has, by its commas. */
function numbersIn(text: string, at: number): number {
  if (text.charCodeAt(at + 1) === CLOSING) return 0;
  let count = 1;
  for (let place = at + 1; place < text.length; place += 1) if (text.charCodeAt(place) === COMMA) count += 1;
  return count;
}

const COMMA = 0x2c;
const CLOSING = 0x5d;
const DIGIT_ZERO = 0x30;

function sharedInts(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

function sharedFloats(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

function grown<A extends Int32Array | Float64Array>(array: A, make: (length: number) => A, beyond = 0): A {
  const bigger = make(Math.max(1024, Math.ceil(array.length * 1.5)) + beyond);
  bigger.set(array);
  return bigger;
}
