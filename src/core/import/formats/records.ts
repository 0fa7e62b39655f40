import type { ErrorInfo } from '../../../shared/errors.ts';
import type { PlaceUnit } from '../../../shared/import.ts';
import type { TextDecoding } from './decode-text.ts';
import type { FormatLimits } from './limits.ts';
import type { Table, TableEntry } from './table.ts';

/** What a record says: values by name, in its order. */
export type TableRecord = Map<string, string>;

/** Stands behind the name of a value for each value of this name that the record had before. */
const AGAIN = '\u0001';

/** Adds a value to a record; one of a name that the record has already becomes a column of its own, with the same name. */
export function put(record: TableRecord, name: string, value: string): void {
  let key = name;
  while (record.has(key)) key += AGAIN;
  record.set(key, value);
}

/** A record of a file, or why there is none at its place. */
export type RecordEntry =
  { line: number; record: TableRecord } | { line: number; reason: ErrorInfo; raw: string };

/** A file of records, each of which names its values itself. */
export interface RecordReader {
  readonly unit: PlaceUnit;
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly decoding: TextDecoding;
  /** What of the records of the last call is read in another way than may be meant. `columnOf`: the name of the column for one in a record. */
  told(columnOf: (name: string) => string): ErrorInfo[];
  /** All records in order, in small batches, from the beginning at every call. */
  records(): AsyncIterable<RecordEntry[]>;
}

/** Keeps, as JSON, what a record says under names that no record of the sample had: nothing is lost. */
export const OTHER_FIELDS = '_other';

/** A table of records: its columns are the names that occur in the first of them. */
export class RecordTable implements Table {
  readonly names: readonly string[];
  readonly unit: PlaceUnit;
  readonly bytesTotal: number;
  readonly #reader: RecordReader;
  readonly #fields: ReadonlyMap<string, string>;
  readonly #columns: Map<string, number>;
  readonly #other: number;

  /** `fields`: the name within a record, and that of its column. */
  private constructor(reader: RecordReader, fields: ReadonlyMap<string, string>, hasOther: boolean) {
    this.unit = reader.unit;
    this.bytesTotal = reader.bytesTotal;
    this.#reader = reader;
    this.#fields = fields;
    this.#columns = new Map([...fields.keys()].map((name, column) => [name, column]));
    this.#other = hasOther ? fields.size : -1;
    this.names = hasOther ? [...fields.values(), OTHER_FIELDS] : [...fields.values()];
  }

  /** `naming`: the names of columns for those in records; the same where it is left out. */
  static async of(
    reader: RecordReader,
    { sampleRows, sampleChars }: FormatLimits,
    naming: (names: readonly string[]) => string[] = (names) => [...names],
  ): Promise<RecordTable> {
    const names = new Set<string>();
    let rows = 0;
    let chars = 0;
    const isFull = (): boolean => rows >= sampleRows || chars >= sampleChars;
    for await (const entries of reader.records()) {
      for (const entry of entries) {
        if (!('record' in entry)) continue;
        rows += 1;
        for (const [name, value] of entry.record) {
          names.add(name);
          chars += name.length + value.length;
        }
        if (isFull()) break;
      }
      if (isFull()) break;
    }
    const shown = naming([...names].map((name) => name.replaceAll(AGAIN, '')));
    return new RecordTable(
      reader,
      new Map([...names].map((name, at) => [name, shown[at] ?? name])),
      isFull(),
    );
  }

  get decoding(): TextDecoding {
    return this.#reader.decoding;
  }

  get told(): ErrorInfo[] {
    return this.#reader.told((name) => this.#fields.get(name) ?? name);
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  async *rows(): AsyncGenerator<TableEntry[]> {
    for await (const entries of this.#reader.records()) {
      yield entries.map((entry) =>
        'record' in entry ? { line: entry.line, cells: this.#cells(entry.record) } : entry,
      );
    }
  }

  #cells(record: TableRecord): string[] {
    const cells = new Array<string>(this.names.length).fill('');
    let other: [string, string][] | null = null;
    for (const [name, value] of record) {
      const column = this.#columns.get(name);
      if (column === undefined) (other ??= []).push([name.replaceAll(AGAIN, ' (2)'), value]);
      else cells[column] = value;
    }
    if (other && this.#other >= 0) cells[this.#other] = JSON.stringify(Object.fromEntries(other));
    return cells;
  }
}
