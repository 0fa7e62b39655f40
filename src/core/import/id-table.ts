/** Slots of an empty table; a power of two. */
const FIRST_SLOTS = 1 << 12;
/** At most half of the slots are taken, so that a search looks at few of them. */
const SLOTS_PER_ID = 2;
/** A record is its text's length, the low and the high half of its number, and the text in UTF-16. */
const RECORD_HEAD = 3;
const HALF_BITS = 16;
/** Of FNV-1a (datatracker.ietf.org/doc/html/draft-eastlake-fnv). */
const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;

/**
 * Positive numbers by text, for a million short texts and more: packed into two arrays, they take a third of the memory of a Map of
 * strings, and cost the garbage collector nothing. A search reads two places of memory: a slot, and a record.
 */
export class IdTable {
  /** Pairs: where a record begins, plus one (0 for a free slot); the hash of its text. */
  #slots = new Int32Array(2 * FIRST_SLOTS);
  #records = new Uint16Array(FIRST_SLOTS);
  #end = 0;
  #size = 0;

  /** How many texts there are. */
  get size(): number {
    return this.#size;
  }

  /** UTF-16 units of all texts together. */
  get chars(): number {
    return this.#end - RECORD_HEAD * this.#size;
  }

  /** The number of a text; 0 when it has none. */
  get(text: string): number {
    const slots = this.#slots;
    const hash = hashOf(text);
    const mask = slots.length / 2 - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const record = (slots[2 * slot] as number) - 1;
      if (record < 0) return 0;
      if (slots[2 * slot + 1] === hash && this.#isAt(record, text)) return this.#numberAt(record);
    }
  }

  /** Gives a number above 0 to a text of at most 65,535 units that has none. */
  add(text: string, number: number): void {
    const record = this.#end;
    const end = record + RECORD_HEAD + text.length;
    while (end > this.#records.length) this.#growRecords();
    const records = this.#records;
    records[record] = text.length;
    records[record + 1] = number;
    records[record + 2] = number >>> HALF_BITS;
    for (let at = 0; at < text.length; at += 1) records[record + RECORD_HEAD + at] = text.charCodeAt(at);
    this.#end = end;
    this.#size += 1;
    if (SLOTS_PER_ID * this.#size > this.#slots.length / 2) this.#growSlots();
    place(this.#slots, record + 1, hashOf(text));
  }

  /** Forgets all texts. */
  clear(): void {
    this.#slots.fill(0);
    this.#end = 0;
    this.#size = 0;
  }

  #isAt(record: number, text: string): boolean {
    const records = this.#records;
    if (records[record] !== text.length) return false;
    for (let at = 0; at < text.length; at += 1) {
      if (records[record + RECORD_HEAD + at] !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  #numberAt(record: number): number {
    return (this.#records[record + 1] as number) | ((this.#records[record + 2] as number) << HALF_BITS);
  }

  #growRecords(): void {
    const bigger = new Uint16Array(2 * this.#records.length);
    bigger.set(this.#records);
    this.#records = bigger;
  }

  #growSlots(): void {
    const bigger = new Int32Array(2 * this.#slots.length);
    for (let at = 0; at < this.#slots.length; at += 2) {
      if (this.#slots[at] !== 0) place(bigger, this.#slots[at] as number, this.#slots[at + 1] as number);
    }
    this.#slots = bigger;
  }
}

/** Puts a pair into the first free slot for its hash. */
function place(slots: Int32Array, record: number, hash: number): void {
  const mask = slots.length / 2 - 1;
  let slot = hash & mask;
  while (slots[2 * slot] !== 0) slot = (slot + 1) & mask;
  slots[2 * slot] = record;
  slots[2 * slot + 1] = hash;
}

function hashOf(text: string): number {
  let hash = HASH_START | 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), HASH_FACTOR);
  // A slot is chosen by the low bits, into which the high ones have to come.
  return hash ^ (hash >>> 15);
}
