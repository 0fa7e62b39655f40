import type { ImportTables } from '../store/import-store.ts';
import { IdTable } from './id-table.ts';
import type { IdWatch } from './recognise/id-watch.ts';
import { ownCopy } from './text.ts';

/** How many users, and characters of their ids, are kept in memory (about 80 MB); other users are looked up in the database. */
const CACHE_LIMITS = { users: 2_000_000, chars: 16_000_000 };
/** New users that wait to be added: many at once, sorted, since the database then goes through its index in order. */
const WAITING = { users: 32_768, chars: 1_000_000 };

/** Numbers the users of an import by their first appearance. */
export class UserNumbers {
  readonly #store: ImportTables;
  readonly #cache = new IdTable();
  readonly #limits: typeof CACHE_LIMITS;
  /** New users that are not in the workspace yet; all of them are in the cache. */
  #waiting: string[] = [];
  #waitingChars = 0;
  #last: number;
  #added = 0;
  /** Every user of the workspace is in the cache, so that a user who is not there is new. */
  #cacheComplete: boolean;
  /** Users were put out of memory, so that one who is not there may have been met before. */
  #hasForgotten = false;
  readonly #isKnown = (userId: string): boolean => this.#cache.get(userId) !== 0;

  constructor(store: ImportTables, limits: Partial<typeof CACHE_LIMITS> = {}) {
    this.#store = store;
    this.#limits = { ...CACHE_LIMITS, ...limits };
    this.#last = store.lastUserNo();
    this.#cacheComplete = this.#last === 0;
  }

  /** How many users were new. */
  get added(): number {
    return this.#added;
  }

  /** The number of a user. A new user is added to the workspace, at the latest by `flush`. `watch`: sees each user once, with the line. */
  of(userId: string, watch?: IdWatch, line = 0): number {
    const cached = this.#cache.get(userId);
    if (cached !== 0) return cached;
    const known = this.#cacheComplete ? null : this.#find(userId);
    if (this.#cache.size >= this.#limits.users || this.#cache.chars >= this.#limits.chars) {
      this.flush();
      this.#cache.clear();
      this.#cacheComplete = false;
      this.#hasForgotten = true;
    }
    if (!this.#hasForgotten || known === null) watch?.see(userId, line, this.#isKnown);
    const no = known ?? this.#last + 1;
    this.#cache.add(userId, no);
    if (known === null) this.#add(userId);
    return no;
  }

  /** Adds the users that wait; must follow the last one. */
  flush(): void {
    // In the order of their code units: a function that compares them would take twice as long.
    const ids = this.#waiting.sort();
    if (ids.length > 0)
      this.#store.addUsers(
        ids,
        Float64Array.from(ids, (id) => this.#cache.get(id)),
      );
    this.#waiting = [];
    this.#waitingChars = 0;
  }

  #find(userId: string): number | null {
    return this.#hasForgotten ? this.#store.findUser(userId) : this.#store.findEarlierUser(userId);
  }

  #add(userId: string): void {
    this.#last += 1;
    this.#added += 1;
    this.#waiting.push(ownCopy(userId));
    this.#waitingChars += userId.length;
    if (this.#waiting.length >= WAITING.users || this.#waitingChars >= WAITING.chars) this.flush();
  }
}
