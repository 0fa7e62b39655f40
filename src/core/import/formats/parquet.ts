import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ErrorInfo } from '../../../shared/errors.ts';
import { AppError } from '../../errors.ts';
import type { FileSource } from '../file-source.ts';
import { printable } from '../text.ts';
import { textOfBytes } from './bytes-text.ts';
import { brokenFile } from './broken-file.ts';
import { columnsOf } from './parquet-columns.ts';
import type { ParquetColumn } from './parquet-columns.ts';
import type { Table, TableEntry, TableFile, TableFormat } from './table.ts';

/** Cells that are decoded at once; a group of rows that has more is read in slices. */
const CELLS_AT_ONCE = 400_000;
/** Unpacked bytes that are decoded at once. */
const BYTES_AT_ONCE = 32 * 1024 ** 2;

/** Rows of the first slice: those from which a file is recognised, so that no more are decoded for it. */
const FIRST_ROWS = 10_000;

const NAMES_CHARS = 500;

/** Parquet. */
export const parquet: TableFormat = {
  magic: 'PAR1',
  needsFile: true,
  parts: () => Promise.resolve([]),
  async open({ path, content }: TableFile): Promise<Table> {
    const buffer = bufferOf(content);
    const metadata = await guarded(path, () => parquetMetadataAsync(buffer));
    return guarded(path, () => Promise.resolve(new ParquetTable(path, buffer, metadata)));
  },
};

class ParquetTable implements Table {
  readonly names: readonly string[];
  readonly unit = 'row';
  readonly told: readonly ErrorInfo[];
  readonly bytesTotal: number;
  bytesRead = 0;
  readonly #path: string;
  readonly #buffer: AsyncBuffer;
  readonly #metadata: FileMetaData;
  readonly #columns: readonly ParquetColumn[];

  constructor(path: string, buffer: AsyncBuffer, metadata: FileMetaData) {
    this.#path = path;
    this.#buffer = buffer;
    this.#metadata = metadata;
    this.#columns = columnsOf(metadata);
    this.names = this.#columns.map(({ name }) => name);
    const kept = this.#columns.filter(({ holdsRecords }) => holdsRecords).map(({ name }) => name);
    const columns = printable(kept.join(', '), NAMES_CHARS);
    this.told = kept.length === 0 ? [] : [{ code: 'import.note.kept_lists', params: { columns } }];
    this.bytesTotal = buffer.byteLength;
  }

  async *rows(): AsyncGenerator<TableEntry[]> {
    this.bytesRead = 0;
    const total = Number(this.#metadata.num_rows);
    let done = 0;
    for (const group of this.#metadata.row_groups) {
      const end = done + Number(group.num_rows);
      const perRow = Math.max(1, Number(group.total_byte_size) / Math.max(1, Number(group.num_rows)));
      const step = Math.max(
        1,
        Math.floor(Math.min(CELLS_AT_ONCE / Math.max(1, this.#columns.length), BYTES_AT_ONCE / perRow)),
      );
      while (done < end) {
        const rowEnd = Math.min(done + (done === 0 ? Math.min(step, FIRST_ROWS) : step), end);
        const rowStart = done;
        const rows = await guarded(this.#path, () =>
          parquetReadObjects({
            file: this.#buffer,
            metadata: this.#metadata,
            compressors,
            // Bytes without a type may be no text, and JSON stays as it is written: its numbers may be longer than a number holds.
            utf8: false,
            parsers: { jsonFromBytes: textOfBytes },
            rowStart,
            rowEnd,
          }),
        );
        if (rows.length < rowEnd - rowStart) {
          const detail = `rows ${rowStart + 1} to ${rowEnd}: only ${rows.length}`;
          throw new AppError('import.broken_file', { path: this.#path, format: 'Parquet', detail });
        }
        yield rows.map((row: Record<string, unknown>, at) => ({
          line: rowStart + at + 1,
          cells: this.#columns.map(({ textOf }) => textOf(row)),
        }));
        done = rowEnd;
        this.bytesRead = Math.floor((done / Math.max(1, total)) * this.bytesTotal);
      }
    }
  }
}

function bufferOf(source: FileSource): AsyncBuffer {
  return {
    byteLength: source.sizeBytes,
    slice: (start, end = source.sizeBytes) => {
      const bytes = source.slice(start, end - start);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    },
  };
}

/** What the library throws about a file is an error of the file. */
async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw brokenFile(error, path, 'Parquet');
  }
}
