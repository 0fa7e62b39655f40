import { readHead } from './byte-input.ts';
import { textEncodingOf } from './decode-text.ts';
import { RecordTable } from './records.ts';
import type { RecordEntry, RecordReader, TableRecord } from './records.ts';
import type { TableFile, TableFormat } from './table.ts';
import { parseXml } from './xml-stream.ts';
import type { XmlListener } from './xml-stream.ts';

const HEAD_BYTES = 1 << 12;
/** The elements of an attribute with one value (xes-standard.org); lists and containers have none. */
const VALUES = new Set(['string', 'date', 'int', 'float', 'boolean', 'id']);
/** What is known of a whole case stands before the name, as in the tables of pm4py. */
const CASE_PREFIX = 'case:';
/** Events of a case that wait for what is said of it behind them. */
const EVENTS_KEPT = 10_000;

/** XES: the log of a process, an event a row, with what is known of its case. */
export const xes: TableFormat = {
  parts: () => Promise.resolve([]),
  async open(file: TableFile) {
    const { head, whole } = await readHead(file.bytes, HEAD_BYTES);
    const declared = /^[^>]*\bencoding=["']([\w.-]+)["']/.exec(head.toString('latin1'))?.[1];
    return RecordTable.of(new XesEvents(file, textEncodingOf(head, whole, declared)), file.limits);
  },
};

class XesEvents implements RecordReader {
  readonly unit = 'row';
  readonly #file: TableFile;
  readonly #encoding: string;

  constructor(file: TableFile, encoding: string) {
    this.#file = file;
    this.#encoding = encoding;
  }

  get bytesRead(): number {
    return this.#file.bytes.bytesRead;
  }

  get bytesTotal(): number {
    return this.#file.bytes.bytesTotal;
  }

  async *records(): AsyncGenerator<RecordEntry[]> {
    const log = new LogListener();
    const pieces = parseXml(this.#file, 'XES', this.#file.bytes, this.#encoding, log);
    while ((await pieces.next()).done !== true) {
      const events = log.take();
      if (events.length > 0) yield events;
    }
    yield log.take();
  }
}

/** Collects the events of a log. */
class LogListener implements XmlListener {
  #ready: RecordEntry[] = [];
  #waiting: TableRecord[] = [];
  #case: TableRecord = new Map();
  #event: TableRecord | null = null;
  #inTrace = false;
  /** How deep within attributes the parser is: those of attributes are left out. */
  #nested = 0;
  #row = 0;

  /** The events whose case is known, since the last call. */
  take(): RecordEntry[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'trace') [this.#inTrace, this.#case] = [true, new Map()];
    else if (name === 'event') this.#event = new Map();
    else if (this.#event !== null || this.#inTrace) {
      const { key, value } = attributes;
      if (this.#nested === 0 && VALUES.has(name) && key !== undefined && value !== undefined) {
        if (this.#event) this.#event.set(key, value);
        else this.#case.set(CASE_PREFIX + key, value);
      }
      this.#nested += 1;
    }
  }

  close(name: string): void {
    if (name === 'event') {
      if (this.#event) this.#waiting.push(this.#event);
      this.#event = null;
      if (!this.#inTrace || this.#waiting.length >= EVENTS_KEPT) this.#flush();
    } else if (name === 'trace') {
      this.#flush();
      this.#inTrace = false;
      this.#case = new Map();
    } else if (this.#nested > 0) {
      this.#nested -= 1;
    }
  }

  #flush(): void {
    for (const event of this.#waiting) {
      this.#row += 1;
      this.#ready.push({ line: this.#row, record: new Map([...this.#case, ...event]) });
    }
    this.#waiting = [];
  }
}
