import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { BehaviourInput } from '../extract/extractor.ts';
import { boundedName } from '../abstraction/bounded-name.ts';
import { storedTexts } from './stored-json.ts';

/** Memory that a user who is loaded alone may take, as estimated here; several take half of it at the most. */
export const LOAD_BYTES = 160_000_000;
/** What a behaviour takes besides its texts, and the event that it may become. */
const BEHAVIOUR_BYTES = 600;
/** V8 stores a text with two bytes a character as soon as one of them is not Latin-1. */
const BYTES_PER_CHAR = 2;
/** Above so many behaviours equal texts of a user are stored once: the values of a long log repeat. */
const SHARE_ABOVE = 2_000;
const SHARED_TEXTS = 20_000;
const SHARED_CHARS = 100;
/** Rows that take more are read one by one. */
const READ_AT_ONCE = 8_000_000;

type BehaviourTuple = [
  id: number,
  time: number,
  text: string | null,
  action: string | null,
  item: string | null,
  app: string | null,
  media: string | null,
  poi: string | null,
  duration: number | null,
  extra: string | null,
];

/** The key in `meta` of the most characters that the texts of one behaviour of the workspace have together. */
export const LONGEST_BEHAVIOUR = 'longest_behaviour';

/**
 * The most characters that the texts of a behaviour of the workspace have together; Infinity when it is unknown, because
 * the workspace comes from a version that did not record it.
 */
export function longestBehaviour(db: DatabaseSync): number {
  const row = db.prepare('SELECT value FROM meta WHERE key = ?').get(LONGEST_BEHAVIOUR);
  return row ? Number(row['value']) : Infinity;
}

/** The behaviours of a user, and about how much memory they take. */
export interface LoadedBehaviours {
  behaviours: BehaviourInput[];
  bytes: number;
}

/** Reads the behaviours of users, with names as boundedName has them, never more of them than there is room for in memory. */
export class BehaviourLoader {
  readonly #rows: StatementSync;
  readonly #latest: StatementSync;

  constructor(db: DatabaseSync) {
    this.#rows = db.prepare(
      `SELECT id, time, text, action, item, app, media, poi, duration, extra
       FROM behaviours WHERE user_no = ? ORDER BY time, id`,
    );
    this.#rows.setReturnArrays(true);
    this.#latest = db.prepare(
      `SELECT id, time, text, action, item, app, media, poi, duration, extra
       FROM behaviours WHERE user_no = ? ORDER BY time DESC, id DESC LIMIT ?`,
    );
    this.#latest.setReturnArrays(true);
  }

  /**
   * The behaviours of a user in time order; null when they would take more than `room` bytes. `longest`: from
   * longestBehaviour.
   */
  load(userNo: number, count: number, room: number, longest: number): LoadedBehaviours | null {
    if (count * BEHAVIOUR_BYTES > room) return null;
    const most = count * (BEHAVIOUR_BYTES + BYTES_PER_CHAR * longest);
    // Rows read all at once come twice as fast as one by one; where texts are long, all of them would be there at once.
    if (count <= SHARE_ABOVE && most <= Math.min(room, READ_AT_ONCE)) {
      const rows = this.#rows.all(userNo) as unknown as BehaviourTuple[];
      let chars = 0;
      for (const row of rows) chars += charsOf(row);
      return {
        behaviours: rows.map(toBehaviour),
        bytes: rows.length * BEHAVIOUR_BYTES + chars * BYTES_PER_CHAR,
      };
    }
    return this.#loadOneByOne(userNo, room);
  }

  /** The latest behaviours of a user, so many at the most, in time order. */
  latest(userNo: number, count: number): BehaviourInput[] {
    const rows = this.#latest.all(userNo, count) as unknown as BehaviourTuple[];
    return rows.map(toBehaviour).reverse();
  }

  #loadOneByOne(userNo: number, room: number): LoadedBehaviours | null {
    const texts = new SharedTexts();
    const behaviours: BehaviourInput[] = [];
    let bytes = 0;
    for (const row of this.#rows.iterate(userNo) as unknown as Iterable<BehaviourTuple>) {
      const behaviour = toBehaviour(row);
      behaviour.text = texts.share(behaviour.text);
      behaviour.action = texts.share(behaviour.action);
      behaviour.item = texts.share(behaviour.item);
      behaviour.app = texts.share(behaviour.app);
      behaviour.media = texts.share(behaviour.media);
      behaviour.poi = texts.share(behaviour.poi);
      behaviours.push(behaviour);
      bytes += BEHAVIOUR_BYTES + BYTES_PER_CHAR * (texts.takeNewChars() + (row[9]?.length ?? 0));
      if (bytes > room) return null;
    }
    return { behaviours, bytes };
  }
}

// By places: to take an array apart goes through an iterator, which a million rows notice.

function charsOf(row: BehaviourTuple): number {
  return (
    (row[2]?.length ?? 0) +
    (row[3]?.length ?? 0) +
    (row[4]?.length ?? 0) +
    (row[5]?.length ?? 0) +
    (row[6]?.length ?? 0) +
    (row[7]?.length ?? 0) +
    (row[9]?.length ?? 0)
  );
}

function toBehaviour(row: BehaviourTuple): BehaviourInput {
  return {
    id: row[0],
    time: row[1],
    text: row[2],
    action: row[3],
    item: bounded(row[4]),
    app: bounded(row[5]),
    media: bounded(row[6]),
    poi: bounded(row[7]),
    duration: row[8],
    extra: row[9] === null ? null : storedTexts(row[9]),
  };
}

const bounded = (name: string | null): string | null => (name === null ? null : boundedName(name));

/** Replaces texts by equal ones that were seen before. */
class SharedTexts {
  readonly #texts = new Map<string, string>();
  #newChars = 0;

  share(text: string | null): string | null {
    if (text === null) return null;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (text.length <= SHARED_CHARS && this.#texts.size < SHARED_TEXTS) this.#texts.set(text, text);
    this.#newChars += text.length;
    return text;
  }

  /** Characters that were not shared since the last call. */
  takeNewChars(): number {
    const chars = this.#newChars;
    this.#newChars = 0;
    return chars;
  }
}
