import type { ErrorInfo } from '../../../shared/errors.ts';
import type { PlaceUnit } from '../../../shared/import.ts';
import { AppError } from '../../errors.ts';
import { cut, printable } from '../text.ts';
import { readHead } from './byte-input.ts';
import { TextDecoding } from './decode-text.ts';
import { columnNamesOf, keptLists, parseObject, parseRow, rowsOf, rowsWithin } from './flatten-json.ts';
import {
  createSplitter,
  isRowOfValues,
  jsonLayoutOf,
  repeatedName,
  textsOf,
  valuesBefore,
} from './json-values.ts';
import type { JsonLayout, JsonText } from './json-values.ts';
import { RecordTable } from './records.ts';
import type { RecordEntry, RecordReader } from './records.ts';
import type { Table, TableEntry, TableFile, TableFormat } from './table.ts';

/** How much of a file is looked at to tell how its records follow each other; more where the first record is longer. */
const HEAD_BYTES = [1 << 20, 8_000_000];
/** Records that are looked at to tell whether they hold rows of their own. */
const RECORDS_TRIED = 200;
/** Longer records are not looked through for names that occur twice. */
const NAMES_CHARS = 100_000;
const RAW_CHARS = 500;

/** JSON: a record on each line, or in an array; records are objects, or arrays of values. */
export const json: TableFormat = {
  needsFile: false,
  isText: (start) =>
    /^\{\s*(?:"|\}|$)/.test(start) ||
    /^\[\s*(?:\{|\]|\[\s*(?:["\d\]-]|null|true|false))/.test(start) ||
    (start.startsWith('[') && isRowOfValues(start.split(/[\r\n]/, 1)[0] ?? '')),
  parts: () => Promise.resolve([]),
  async open(file: TableFile) {
    for (const [at, bytes] of HEAD_BYTES.entries()) {
      const { head, whole } = await readHead(file.bytes, bytes);
      const decoding = new TextDecoding(head, whole, { chosen: file.encoding });
      const start = decoding.decodeHead(head);
      const layout = jsonLayoutOf(start, whole);
      if (!layout) throw new AppError('import.json_shape', { path: file.path });
      const values: JsonFile = { file, decoding, layout };
      if (layout.of === 'arrays') return new JsonRows(values);
      const texts = textsOf(start, layout).slice(0, RECORDS_TRIED);
      const isCut =
        !whole && texts.every(({ text, broken }) => broken !== null || parseObject(text) === null);
      if (isCut && at + 1 < HEAD_BYTES.length) continue;
      // The last of them may go on behind the head.
      const complete = whole ? texts : texts.slice(0, -1);
      const [first] = complete;
      if (first && complete.every(({ text, broken }) => broken !== null || parseObject(text) === null)) {
        const example = printable(first.text, RAW_CHARS);
        throw new AppError('import.json_broken', { path: file.path, example });
      }
      const beside = layout.kind === 'nested' && layout.depth > 1 ? valuesBefore(start) : [];
      return RecordTable.of(new JsonRecords(values, texts, beside), file.limits, columnNamesOf);
    }
    throw new AppError('import.json_shape', { path: file.path });
  },
};

/** A file of which it is known how its records follow each other. */
export interface JsonFile {
  file: TableFile;
  decoding: TextDecoding;
  layout: JsonLayout;
}

/** The texts of all records, in batches. */
export async function* recordsOf({
  file: { bytes, limits, checkpoint },
  decoding,
  layout,
}: JsonFile): AsyncGenerator<JsonText[]> {
  const splitter = createSplitter(layout, limits.valueChars);
  for await (const text of decoding.textOf(bytes)) {
    checkpoint?.();
    const found = splitter.push(text);
    if (found.length > 0) yield found;
  }
  yield splitter.end();
}

class JsonRecords implements RecordReader {
  readonly unit: PlaceUnit;
  readonly #json: JsonFile;
  readonly decoding: TextDecoding;
  readonly #within: readonly string[];
  /** What the first records hold that is no row of its own, and a name that one of them has twice. */
  readonly #keptLists: readonly string[];
  readonly #repeated: string | null;
  /** The names of values that stand beside the list of the records. */
  readonly #beside: readonly string[];
  #emptyLists = 0;
  #row = 0;

  /** `first`: the first records, by which is told whether they hold rows of their own. */
  constructor(json: JsonFile, first: readonly JsonText[], beside: readonly string[]) {
    this.#beside = beside;
    const objects = first.map(({ text }) => parseObject(text)).filter((object) => object !== null);
    this.#json = json;
    this.decoding = json.decoding;
    this.#within = rowsWithin(objects);
    this.#keptLists = keptLists(objects, this.#within);
    this.#repeated =
      first
        .filter(({ text, broken }) => broken === null && text.length <= NAMES_CHARS)
        .map(({ text }) => repeatedName(text))
        .find((name) => name !== null) ?? null;
    // Several rows of one line would have one place.
    this.unit = json.layout.kind === 'lines' && this.#within.length === 0 ? 'line' : 'row';
  }

  get bytesRead(): number {
    return this.#json.file.bytes.bytesRead;
  }

  get bytesTotal(): number {
    return this.#json.file.bytes.bytesTotal;
  }

  told(columnOf: (name: string) => string): ErrorInfo[] {
    const told: ErrorInfo[] = [];
    if (this.#beside.length > 0) {
      const names = printable(this.#beside.join(', '), RAW_CHARS);
      told.push({ code: 'import.note.beside_records', params: { names } });
    }
    if (this.#keptLists.length > 0) {
      const columns = this.#keptLists.map(columnOf).join(', ');
      told.push({ code: 'import.note.kept_lists', params: { columns: printable(columns, RAW_CHARS) } });
    }
    if (this.#repeated !== null)
      told.push({
        code: 'import.note.repeated_names',
        params: { name: printable(this.#repeated, RAW_CHARS) },
      });
    if (this.#emptyLists > 0) {
      const list = this.#within.join('.');
      told.push({ code: 'import.note.empty_lists', params: { list, count: this.#emptyLists } });
    }
    return told;
  }

  async *records(): AsyncGenerator<RecordEntry[]> {
    [this.#row, this.#emptyLists] = [0, 0];
    for await (const values of recordsOf(this.#json)) yield values.flatMap((value) => this.#entries(value));
  }

  #entries(value: JsonText): RecordEntry[] {
    const object = value.broken === null ? parseObject(value.text) : null;
    if (object === null) return [{ line: this.#place(value), ...brokenOf(value, this.#json) }];
    const rows = rowsOf(object, this.#within, () => (this.#emptyLists += 1));
    return rows.map((record) => ({ line: this.#place(value), record }));
  }

  #place({ line }: JsonText): number {
    this.#row += 1;
    return this.unit === 'line' ? line : this.#row;
  }
}

/** Records that are rows of values, without names: these stand in the first of them, if anywhere. */
class JsonRows implements Table {
  readonly names = null;
  readonly told = [];
  readonly unit: PlaceUnit;
  readonly decoding: TextDecoding;
  readonly #json: JsonFile;

  constructor(json: JsonFile) {
    this.#json = json;
    this.decoding = json.decoding;
    this.unit = json.layout.kind === 'lines' ? 'line' : 'row';
  }

  get bytesRead(): number {
    return this.#json.file.bytes.bytesRead;
  }

  get bytesTotal(): number {
    return this.#json.file.bytes.bytesTotal;
  }

  async *rows(): AsyncGenerator<TableEntry[]> {
    let row = 0;
    for await (const values of recordsOf(this.#json)) {
      yield values.map((value) => {
        row += 1;
        const line = this.unit === 'line' ? value.line : row;
        const cells = value.broken === null ? parseRow(value.text) : null;
        return cells === null ? { line, ...brokenOf(value, this.#json) } : { line, cells };
      });
    }
  }
}

/** Why a record is none. */
export function brokenOf({ text, broken }: JsonText, { file }: JsonFile): { reason: ErrorInfo; raw: string } {
  return {
    reason:
      broken === 'too_long'
        ? { code: 'import.row.too_long', params: { limit: file.limits.valueChars } }
        : { code: broken === 'unclosed' ? 'import.row.json_unclosed' : 'import.row.bad_json' },
    raw: cut(text, RAW_CHARS),
  };
}
