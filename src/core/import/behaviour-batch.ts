import type { BehaviourAdder, BehaviourValues, OptionalColumn } from '../store/behaviour-inserter.ts';

/** Behaviours that go to another thread together: enough that a message costs little, and few enough to take little memory. */
const ROWS = 4096;
const CHARS = 1_000_000;
/** The length of a text that is missing. */
const NONE = -1;
/** For each row: its id, the number of its user, its time, and its duration (NaN where it is missing). */
const NUMBERS = 4;

type TextColumn = Exclude<OptionalColumn, 'duration'>;
const textColumns = (columns: readonly OptionalColumn[]): TextColumn[] =>
  columns.filter((column) => column !== 'duration');

/** Behaviours as they go to another thread: their numbers are in memory that both see, and all their texts are one. */
export interface BehaviourBatch {
  /** The place of the shared memory that has the numbers. */
  slot: number;
  rows: number;
  /** The texts of all rows, row by row. */
  text: string;
}

/** The memory that two threads share for batches of behaviours, several of them at once. */
export interface BatchMemory {
  /** NUMBERS for each row of each slot. */
  numbers: Float64Array<SharedArrayBuffer>;
  /** For each row of each slot the length of each text in UTF-16 units, NONE where it is missing. */
  lengths: Int32Array<SharedArrayBuffer>;
}

function batchMemory(slots: number, texts: number): BatchMemory {
  const rows = slots * ROWS;
  return {
    numbers: new Float64Array(new SharedArrayBuffer(rows * NUMBERS * Float64Array.BYTES_PER_ELEMENT)),
    lengths: new Int32Array(new SharedArrayBuffer(rows * texts * Int32Array.BYTES_PER_ELEMENT)),
  };
}

/** Takes behaviours of which only these columns can have a value, and hands them on in batches. */
export class BehaviourBatcher implements BehaviourAdder {
  readonly memory: BatchMemory;
  readonly #columns: readonly TextColumn[];
  readonly #slots: number;
  readonly #send: (batch: BehaviourBatch) => void;
  #slot = 0;
  #texts: string[] = [];
  #rows = 0;
  #chars = 0;
  #longest = 0;

  /** `slots`: when `send` is called for the last of so many batches, the first of them has been added. */
  constructor(columns: readonly OptionalColumn[], slots: number, send: (batch: BehaviourBatch) => void) {
    this.#columns = textColumns(columns);
    this.#slots = slots;
    this.#send = send;
    this.memory = batchMemory(slots, this.#columns.length);
  }

  get longest(): number {
    return this.#longest;
  }

  add(id: number, userNo: number, row: BehaviourValues): void {
    const { numbers, lengths } = this.memory;
    const at = this.#slot * ROWS + this.#rows;
    numbers[at * NUMBERS] = id;
    numbers[at * NUMBERS + 1] = userNo;
    numbers[at * NUMBERS + 2] = row.time;
    numbers[at * NUMBERS + 3] = row.duration ?? NaN;
    let place = at * this.#columns.length;
    let chars = 0;
    for (const column of this.#columns) {
      const text = row[column];
      lengths[place++] = text === null ? NONE : text.length;
      if (text === null) continue;
      this.#texts.push(text);
      chars += text.length;
    }
    this.#rows += 1;
    this.#chars += chars;
    if (chars > this.#longest) this.#longest = chars;
    if (this.#rows === ROWS || this.#chars >= CHARS) this.flush();
  }

  flush(): void {
    if (this.#rows === 0) return;
    this.#send({ slot: this.#slot, rows: this.#rows, text: this.#texts.join('') });
    this.#slot = (this.#slot + 1) % this.#slots;
    this.#texts = [];
    this.#rows = 0;
    this.#chars = 0;
  }
}

/** Adds the behaviours of a batch that a BehaviourBatcher of the same columns made. */
export function addBatch(
  adder: BehaviourAdder,
  columns: readonly OptionalColumn[],
  { numbers, lengths }: BatchMemory,
  { slot, rows, text }: BehaviourBatch,
): void {
  const names = textColumns(columns);
  // One object for all rows: a million rows create no others.
  const row: BehaviourValues = {
    ...{ time: 0, text: null, action: null, item: null, app: null, media: null, poi: null },
    ...{ duration: null, extra: null },
  };
  let place = slot * ROWS * names.length;
  let from = 0;
  for (let at = slot * ROWS * NUMBERS; at < (slot * ROWS + rows) * NUMBERS; at += NUMBERS) {
    row.time = numbers[at + 2] as number;
    const duration = numbers[at + 3] as number;
    row.duration = Number.isNaN(duration) ? null : duration;
    for (const name of names) {
      const length = lengths[place++] as number;
      row[name] = length === NONE ? null : text.slice(from, from + length);
      if (length !== NONE) from += length;
    }
    adder.add(numbers[at] as number, numbers[at + 1] as number, row);
  }
}
