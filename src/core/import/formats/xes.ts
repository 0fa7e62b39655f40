import type { ErrorInfo } from '../../../shared/errors.ts';
import { SNIFF_BYTES } from '../encoding.ts';
import { printable } from '../text.ts';
import { readHead } from './byte-input.ts';
import { TextDecoding } from './decode-text.ts';
import { put, RecordTable } from './records.ts';
import type { RecordEntry, RecordReader, TableRecord } from './records.ts';
import type { TableFile, TableFormat } from './table.ts';
import { firstTags, parseXml } from './xml-stream.ts';
import type { XmlListener } from './xml-stream.ts';

/** A declaration stands at the very beginning. */
const DECLARATION_BYTES = 1 << 12;
/** The elements of an attribute with one value (xes-standard.org); lists and containers have none. */
const VALUES = new Set(['string', 'date', 'int', 'float', 'boolean', 'id']);
/** What is known of a whole case stands before the name, as in the tables of pm4py. */
const CASE_PREFIX = 'case:';
const NAME_CHARS = 100;
/** Events of a case that wait for what is said of it behind them. */
const EVENTS_KEPT = 10_000;

/** XES: the log of a process, an event a row, with what is known of its case. */
export const xes: TableFormat = {
  needsFile: false,
  isText: (start) => start.startsWith('<') && /^\s*<(?:\w+:)?log[\s>]/.test(firstTags(start)),
  parts: () => Promise.resolve([]),
  async open(file: TableFile) {
    const { head, whole } = await readHead(file.bytes, SNIFF_BYTES);
    const declared = /^[^>]*\bencoding=["']([\w.-]+)["']/.exec(
      head.toString('latin1', 0, DECLARATION_BYTES),
    )?.[1];
    const decoding = new TextDecoding(head, whole, { chosen: file.encoding, declared });
    return RecordTable.of(new XesEvents(file, decoding), file.limits);
  },
};

class XesEvents implements RecordReader {
  readonly unit = 'row';
  readonly #file: TableFile;
  readonly decoding: TextDecoding;
  #leftOut: LeftOut = { count: 0, example: null };

  constructor(file: TableFile, decoding: TextDecoding) {
    this.#file = file;
    this.decoding = decoding;
  }

  get bytesRead(): number {
    return this.#file.bytes.bytesRead;
  }

  get bytesTotal(): number {
    return this.#file.bytes.bytesTotal;
  }

  told(): ErrorInfo[] {
    const { count, example } = this.#leftOut;
    if (example === null) return [];
    return [
      { code: 'import.note.nested_attributes', params: { count, example: printable(example, NAME_CHARS) } },
    ];
  }

  async *records(): AsyncGenerator<RecordEntry[]> {
    this.#leftOut = { count: 0, example: null };
    const log = new LogListener(this.#leftOut);
    const pieces = parseXml(this.#file, 'XES', this.decoding.textOf(this.#file.bytes), log);
    while ((await pieces.next()).done !== true) {
      const events = log.take();
      if (events.length > 0) yield events;
    }
    yield log.take();
  }
}

/** Attributes of events that are no column: lists, and attributes of attributes. */
interface LeftOut {
  count: number;
  example: string | null;
}

/** Collects the events of a log. */
class LogListener implements XmlListener {
  readonly #leftOut: LeftOut;
  #ready: RecordEntry[] = [];
  #waiting: TableRecord[] = [];
  #case: TableRecord = new Map();
  #event: TableRecord | null = null;
  #inTrace = false;
  /** How deep within attributes the parser is: those of attributes are left out. */
  #nested = 0;
  #row = 0;

  constructor(leftOut: LeftOut) {
    this.#leftOut = leftOut;
  }

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
        if (this.#event) put(this.#event, key, value);
        else put(this.#case, CASE_PREFIX + key, value);
      } else if (key !== undefined && this.#event) {
        this.#leftOut.count += 1;
        this.#leftOut.example ??= key;
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
