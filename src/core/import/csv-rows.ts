import { createHash } from 'node:crypto';
import { CsvReader } from './csv-reader.ts';
import { StreamDecoder } from './encoding.ts';
import type { FileFormat } from './file-format.ts';
import type { FileSource } from './file-source.ts';
import type { RowHandler, RowSource, SourceFacts, SourceProgress } from './ports.ts';

/** The rows of a CSV file. Read once. */
export class CsvRows implements RowSource {
  readonly #file: FileSource;
  readonly #format: FileFormat;
  readonly #columns: number | null;
  readonly #decoder: StreamDecoder;
  readonly names = null;
  #reader: CsvReader | null = null;

  /** `columns`: how many cells a row has, where that is known better than the format tells it. */
  constructor(file: FileSource, format: FileFormat, columns: number | null = format.columns) {
    this.#file = file;
    this.#format = format;
    this.#columns = columns;
    this.#decoder = new StreamDecoder(format.encoding, format.certain);
  }

  get damaged(): boolean {
    return this.#decoder.damaged;
  }

  get hasNul(): boolean {
    return this.#decoder.hasNul;
  }

  read(handler: RowHandler, checkpoint: (progress: SourceProgress) => void): SourceFacts {
    const file = this.#file;
    const dialect = { ...this.#format, columns: this.#columns };
    const reader = (this.#reader = new CsvReader(dialect, handler));
    const hash = createHash('sha256');
    const bytesTotal = file.sizeBytes;
    let bytesRead = 0;
    checkpoint({ bytesRead, bytesTotal });
    for (const chunk of file.chunks(0)) {
      hash.update(chunk);
      const text = bytesRead === 0 ? chunk.subarray(this.#format.bomBytes) : chunk;
      reader.push(this.#decoder.decode(text));
      bytesRead += chunk.length;
      checkpoint({ bytesRead, bytesTotal });
    }
    reader.push(this.#decoder.end());
    reader.end();
    // A file that grew or was replaced is not what its size and hash will say.
    file.checkUnchanged();
    return { sha256: hash.digest('hex'), encoding: this.#decoder.encoding };
  }

  rawRow(line: number): string {
    return this.#reader?.rawRow(line) ?? '';
  }
}
