import type { Delimiter } from '../../shared/import.ts';
import { CsvReader } from './csv-reader.ts';
import { StreamDecoder } from './encoding.ts';
import type { FileFormat } from './file-format.ts';
import type { FileSource } from './file-source.ts';
import type { ByteInput } from './formats/byte-input.ts';
import type { RowHandler, RowSource, SourceFacts, SourceProgress } from './ports.ts';

/** The rows of a CSV file, packed or not. Read once. */
export class CsvRows implements RowSource {
  readonly #file: FileSource;
  readonly #bytes: ByteInput;
  readonly unit = 'line';
  readonly #format: FileFormat;
  readonly #columns: number | null;
  readonly #decoder: StreamDecoder;
  readonly names = null;
  readonly told = [];
  #reader: CsvReader | null = null;

  /** `columns`: how many cells a row has, where that is known better than the format tells it. */
  constructor(
    file: FileSource,
    bytes: ByteInput,
    format: FileFormat,
    columns: number | null = format.columns,
  ) {
    this.#file = file;
    this.#bytes = bytes;
    this.#format = format;
    this.#columns = columns;
    this.#decoder = new StreamDecoder(format.encoding, format.certain);
  }

  get delimiter(): Delimiter {
    return this.#format.delimiter;
  }

  get damaged(): boolean {
    return this.#decoder.damaged;
  }

  get hasNul(): boolean {
    return this.#decoder.hasNul;
  }

  async read(handler: RowHandler, checkpoint: (progress: SourceProgress) => void): Promise<SourceFacts> {
    const bytes = this.#bytes;
    const dialect = { ...this.#format, columns: this.#columns };
    const reader = (this.#reader = new CsvReader(dialect, handler));
    const { bytesTotal } = bytes;
    checkpoint({ bytesRead: 0, bytesTotal });
    let isFirst = true;
    for await (const chunk of bytes.chunks()) {
      reader.push(this.#decoder.decode(isFirst ? chunk.subarray(this.#format.bomBytes) : chunk));
      isFirst = false;
      checkpoint({ bytesRead: bytes.bytesRead, bytesTotal });
    }
    reader.push(this.#decoder.end());
    reader.end();
    // A file that grew or was replaced is not what its size and hash will say.
    this.#file.checkUnchanged();
    return { sha256: bytes.sha256(), encoding: this.#decoder.encoding };
  }

  rawRow(line: number): string {
    return this.#reader?.rawRow(line) ?? '';
  }
}
