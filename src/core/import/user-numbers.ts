import type { ImportStore } from '../store/import-store.ts';
import { ownCopy } from './text.ts';

/** How many users, and characters of their ids, are kept in memory; other users are looked up in the database. */
const CACHE_LIMITS = { users: 300_000, chars: 16_000_000 };

/** Numbers the users of an import by their first appearance. */
export class UserNumbers {
  readonly #store: ImportStore;
  readonly #cache = new Map<string, number>();
  readonly #limits: typeof CACHE_LIMITS;
  #cachedChars = 0;
  #last: number;
  #added = 0;
  /** Every user of the workspace is in the cache, so that a user who is not there is new. */
  #cacheComplete: boolean;

  constructor(store: ImportStore, limits: Partial<typeof CACHE_LIMITS> = {}) {
    this.#store = store;
    this.#limits = { ...CACHE_LIMITS, ...limits };
    this.#last = store.lastUserNo();
    this.#cacheComplete = this.#last === 0;
  }

  /** How many users were new. */
  get added(): number {
    return this.#added;
  }

  /** The number of a user; a new user is added to the workspace. */
  of(userId: string): number {
    const cached = this.#cache.get(userId);
    if (cached !== undefined) return cached;
    const no = (this.#cacheComplete ? null : this.#store.findUser(userId)) ?? this.#add(userId);
    if (this.#cache.size >= this.#limits.users || this.#cachedChars >= this.#limits.chars) {
      this.#cache.clear();
      this.#cachedChars = 0;
      this.#cacheComplete = false;
    }
    this.#cache.set(ownCopy(userId), no);
    this.#cachedChars += userId.length;
    return no;
  }

  #add(userId: string): number {
    this.#last++;
    this.#store.addUser(this.#last, userId);
    this.#added++;
    return this.#last;
  }
}
