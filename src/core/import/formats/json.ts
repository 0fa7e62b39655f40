import type { PlaceUnit } from '../../../shared/import.ts';
import { AppError } from '../../errors.ts';
import { cut } from '../text.ts';
import { readHead } from './byte-input.ts';
import type { ByteInput } from './byte-input.ts';
import { textEncodingOf, textOf } from './decode-text.ts';
import { columnNamesOf, parseObject, rowsOf, rowsWithin } from './flatten-json.ts';
import type { JsonObject } from './flatten-json.ts';
import { createSplitter, jsonLayoutOf } from './json-values.ts';
import type { JsonLayout, JsonSplitter, JsonText } from './json-values.ts';
import { RecordTable } from './records.ts';
import type { RecordEntry, RecordReader } from './records.ts';
import type { TableFile, TableFormat } from './table.ts';

/** How much of a file is looked at to tell how its records follow each other. */
const HEAD_BYTES = 1 << 20;
/** Records that are looked at to tell whether they hold rows of their own. */
const RECORDS_TRIED = 200;
const RAW_CHARS = 500;

/** JSON: a record on each line, or objects in an array. */
export const json: TableFormat = {
  parts: () => Promise.resolve([]),
  async open(file: TableFile) {
    const { head, whole } = await readHead(file.bytes, HEAD_BYTES);
    const encoding = textEncodingOf(head, whole);
    const start = new TextDecoder(encoding).decode(head);
    const layout = jsonLayoutOf(start, whole);
    if (!layout) throw new AppError('import.json_shape', { path: file.path });
    const within = rowsWithin(firstObjects(start, layout));
    const reader = new JsonRecords(file, encoding, layout, within);
    return RecordTable.of(reader, file.limits, columnNamesOf);
  },
};

function firstObjects(start: string, layout: JsonLayout): JsonObject[] {
  const splitter = createSplitter(layout, start.length);
  const texts = splitter.push(start);
  // A single record may end with the file, without a line break.
  if (texts.length === 0) texts.push(...splitter.end());
  return texts
    .slice(0, RECORDS_TRIED)
    .map(({ text }) => parseObject(text))
    .filter((object) => object !== null);
}

class JsonRecords implements RecordReader {
  readonly unit: PlaceUnit;
  readonly #bytes: ByteInput;
  readonly #encoding: string;
  readonly #layout: JsonLayout;
  readonly #within: string | null;
  readonly #maxChars: number;
  #row = 0;

  constructor({ bytes, limits }: TableFile, encoding: string, layout: JsonLayout, within: string | null) {
    // Several rows of one line would have one place.
    this.unit = layout.kind === 'lines' && within === null ? 'line' : 'row';
    this.#bytes = bytes;
    this.#encoding = encoding;
    this.#layout = layout;
    this.#within = within;
    this.#maxChars = limits.valueChars;
  }

  get bytesRead(): number {
    return this.#bytes.bytesRead;
  }

  get bytesTotal(): number {
    return this.#bytes.bytesTotal;
  }

  async *records(): AsyncGenerator<RecordEntry[]> {
    this.#row = 0;
    const splitter: JsonSplitter = createSplitter(this.#layout, this.#maxChars);
    for await (const text of textOf(this.#bytes, this.#encoding)) {
      const entries = splitter.push(text).flatMap((value) => this.#entries(value));
      if (entries.length > 0) yield entries;
    }
    yield splitter.end().flatMap((value) => this.#entries(value));
  }

  #entries(value: JsonText): RecordEntry[] {
    const object = value.broken === null ? parseObject(value.text) : null;
    if (object === null) return [this.#broken(value)];
    return rowsOf(object, this.#within).map((record) => ({ line: this.#place(value.line), record }));
  }

  #broken({ text, line, broken }: JsonText): RecordEntry {
    return {
      line: this.#place(line),
      reason:
        broken === 'too_long'
          ? { code: 'import.row.too_long', params: { limit: this.#maxChars } }
          : { code: broken === 'unclosed' ? 'import.row.json_unclosed' : 'import.row.bad_json' },
      raw: cut(text, RAW_CHARS),
    };
  }

  #place(line: number): number {
    this.#row += 1;
    return this.unit === 'line' ? line : this.#row;
  }
}
