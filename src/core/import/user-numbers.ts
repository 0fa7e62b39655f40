import type { ImportStore } from '../store/import-store.ts';
import { ownCopy } from './text.ts';

/** Users whose number is kept in memory; beyond it they are looked up, so that memory stays bounded. */
const USERS_CACHED = 300_000;

/** Numbers the users of an import by their first appearance. */
export class UserNumbers {
  readonly #store: ImportStore;
  readonly #cache = new Map<string, number>();
  readonly #cacheSize: number;
  #last: number;
  #added = 0;
  /** Every user of the workspace is in the cache, so that one who is not there is new. */
  #cacheComplete: boolean;

  constructor(store: ImportStore, cacheSize = USERS_CACHED) {
    this.#store = store;
    this.#cacheSize = cacheSize;
    this.#last = store.lastUserNo();
    this.#cacheComplete = this.#last === 0;
  }

  /** How many users were new. */
  get added(): number {
    return this.#added;
  }

  /** The number of a user, who is made when new. */
  of(userId: string): number {
    const cached = this.#cache.get(userId);
    if (cached !== undefined) return cached;
    const no = (this.#cacheComplete ? null : this.#store.findUser(userId)) ?? this.#add(userId);
    if (this.#cache.size >= this.#cacheSize) {
      this.#cache.clear();
      this.#cacheComplete = false;
    }
    this.#cache.set(ownCopy(userId), no);
    return no;
  }

  #add(userId: string): number {
    this.#last++;
    this.#store.addUser(this.#last, userId);
    this.#added++;
    return this.#last;
  }
}
