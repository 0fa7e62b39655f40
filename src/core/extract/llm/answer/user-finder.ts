import {
  eventsOf,
  isEvent,
  isEventObject,
  isEventsName,
  isObject,
  isUserObject,
  isUsersName,
  memberOf,
  namedEventsOf,
  userOf,
} from './answer-shape.ts';
import type { Json } from './answer-shape.ts';

const OURS = /^u\d+$/;
/** `u1`, `U01`, `@u1 (张先生)`, `user_1`, `用户1`. */
const WRITTEN = /^@?(?:user|usr|用户)?[\s_#-]*u?0*(\d{1,9})(?=$|[\s:：(（])/i;

/** The users that an answer may speak of. */
export class Aliases {
  readonly #known: ReadonlySet<string>;
  readonly #folded = new Map<string, string | null>();
  readonly #allOurs: boolean;

  constructor(known: Iterable<string>) {
    this.#known = new Set(known);
    this.#allOurs = [...this.#known].every((alias) => OURS.test(alias));
    for (const alias of this.#known) {
      const folded = alias.trim().toLowerCase();
      this.#folded.set(folded, this.#folded.has(folded) ? null : alias);
    }
  }

  /** The alias when only one user was asked about. */
  get only(): string | null {
    const [alias] = this.#known;
    return this.#known.size === 1 && alias !== undefined ? alias : null;
  }

  /** The alias that a model meant by what it wrote, or null: another user, no user, or not certain. */
  resolve(said: string | number): string | null {
    const text = String(said).trim();
    const plain = text.startsWith('@') ? text.slice(1) : text;
    for (const form of [text, plain]) {
      if (this.#known.has(form)) return form;
      const folded = this.#folded.get(form.toLowerCase());
      if (folded) return folded;
    }
    const number = this.#allOurs ? WRITTEN.exec(text)?.[1] : undefined;
    return number !== undefined && this.#known.has(`u${number}`) ? `u${number}` : null;
  }
}

/** What an answer says of one user. */
export interface RawUser {
  alias: string;
  events: unknown[];
  /** False when the answer ends before the user does. */
  complete: boolean;
  /** True when the text was so damaged that some of it had to be guessed. */
  guessed: boolean;
}

export type Trust = Pick<RawUser, 'complete' | 'guessed'>;

const SOUND: Trust = { complete: true, guessed: false };
const MAX_DEPTH = 8;

/** Finds users in parsed data of any of the shapes that models wrap their answer in. */
export class UserFinder {
  /** In the order of the answer; a user may be there more than once. */
  readonly users: RawUser[] = [];
  /** True once something was seen that speaks of users, though perhaps of none that was asked about. */
  sawUsers = false;
  readonly #aliases: Aliases;
  readonly #parseInner: (text: string) => unknown;
  /** Users whose events come one by one, each with the user's name. */
  readonly #rows = new Map<string, RawUser>();
  #lastRow: RawUser | null = null;

  /** `parseInner`: gives the value of JSON inside a string, or undefined. */
  constructor(aliases: Aliases, parseInner: (text: string) => unknown) {
    this.#aliases = aliases;
    this.#parseInner = parseInner;
  }

  /** `key`: the name of the value in the object around it. */
  walk(value: unknown, key: string | null, trust: Trust = SOUND): void {
    this.#walk(value, key, trust, 0, this.#aliases.only);
  }

  /** The last user whose events come one by one may have more of them where the text was cut. */
  cutRows(): void {
    if (this.#lastRow) this.#lastRow.complete = false;
  }

  #walk(value: unknown, key: string | null, trust: Trust, depth: number, only: string | null): void {
    if (depth > MAX_DEPTH) return;
    if (typeof value === 'string') {
      const inner = /^\s*(?:[{["]|```)/.test(value) ? this.#parseInner(value) : undefined;
      if (inner !== undefined) this.#walk(inner, key, trust, depth + 1, only);
    } else if (Array.isArray(value)) {
      this.#walkList(value as unknown[], key, trust, depth, only);
    } else if (isObject(value)) {
      this.#walkObject(value, key, trust, depth, only);
    }
  }

  #walkList(list: unknown[], key: string | null, trust: Trust, depth: number, only: string | null): void {
    const alias = (key !== null && this.#aliases.resolve(key)) || (isEventList(list) ? only : null);
    if (alias !== null && !list.some(isUserObject)) {
      this.#add(alias, list, trust);
      return;
    }
    if (key !== null && isUsersName(key)) this.sawUsers = true;
    for (const item of list) this.#walk(item, null, trust, depth + 1, only);
  }

  #walkObject(object: Json, key: string | null, trust: Trust, depth: number, only: string | null): void {
    const said = memberOf(object, ['users']) === undefined ? userOf(object) : undefined;
    if (said !== undefined) {
      this.#walkUser(object, this.#aliases.resolve(said), trust, depth);
      return;
    }
    const events = namedEventsOf(object);
    const named = key === null ? null : this.#aliases.resolve(key);
    const alias = named ?? (events && (events.length === 0 || isEventList(events)) ? only : null);
    if (alias !== null && events !== null) this.#add(alias, events, trust);
    else this.#walkMembers(object, trust, depth, only);
  }

  #walkUser(object: Json, alias: string | null, trust: Trust, depth: number): void {
    const events = isEventObject(object) ? null : eventsOf(object);
    if (alias === null) {
      this.sawUsers ||= isEventObject(object) || isEventList(events ?? []);
      // Somebody who was not asked about; or it is no user, but a wrapper with a number of its own.
      this.#walkMembers(object, trust, depth, null);
    } else if (isEventObject(object)) {
      this.#addRow(alias, object, trust);
    } else {
      this.#add(alias, events ?? [], trust);
    }
  }

  #walkMembers(object: Json, trust: Trust, depth: number, only: string | null): void {
    for (const [name, value] of Object.entries(object)) {
      this.#walk(value, name, trust, depth + 1, isUsersName(name) || isEventsName(name) ? only : null);
    }
  }

  #add(alias: string, events: unknown[], trust: Trust): void {
    this.sawUsers = true;
    this.users.push({ alias, events, ...trust });
  }

  #addRow(alias: string, event: Json, trust: Trust): void {
    this.sawUsers = true;
    let user = this.#rows.get(alias);
    if (!user) {
      user = { alias, events: [], complete: true, guessed: false };
      this.#rows.set(alias, user);
      this.users.push(user);
    }
    user.events.push(event);
    user.complete &&= trust.complete;
    user.guessed ||= trust.guessed;
    this.#lastRow = user;
  }
}

function isEventList(list: unknown[]): boolean {
  return list.length > 0 && list.every(isEvent);
}
