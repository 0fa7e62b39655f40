import type { ErrorInfo } from '../../../shared/errors.ts';
import { AppError } from '../../errors.ts';
import type { RowHandler, RowSource, SourceFacts, SourceProgress } from '../ports.ts';
import { cut } from '../text.ts';
import type { Table, TableFile } from './table.ts';

const RAW_CHARS = 500;

/** The rows of a table of a file. Read once. */
export class FormatRows implements RowSource {
  readonly names: readonly string[] | null;
  readonly unit;
  readonly delimiter = null;
  /** A table does not tell what is in its texts: each is looked at. */
  readonly damaged = true;
  readonly hasNul = true;
  readonly #file: TableFile;
  readonly #table: Table;
  #cells: readonly string[] = [];

  constructor(file: TableFile, table: Table) {
    this.names = table.names;
    this.unit = table.unit;
    this.#file = file;
    this.#table = table;
  }

  get told(): readonly ErrorInfo[] {
    return this.#table.told;
  }

  async read(handler: RowHandler, checkpoint: (progress: SourceProgress) => void): Promise<SourceFacts> {
    const table = this.#table;
    const { bytesTotal } = table;
    const { source, bytes } = this.#file;
    checkpoint({ bytesRead: 0, bytesTotal });
    for await (const entries of table.rows()) {
      for (const entry of entries) {
        if ('reason' in entry) {
          handler.reject(entry.line, entry.reason, entry.raw);
        } else {
          this.#cells = entry.cells;
          handler.row(entry.cells, entry.line);
        }
      }
      checkpoint({ bytesRead: table.bytesRead, bytesTotal });
    }
    source.checkUnchanged();
    return { sha256: bytes.sha256(), encoding: table.decoding?.encoding ?? 'utf-8' };
  }

  /** The cells of the row, as a line of CSV would have them. */
  rawRow(): string {
    const quoted = (cell: string): string =>
      /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
    return cut(this.#cells.map((cell) => quoted(cut(cell, RAW_CHARS))).join(','), RAW_CHARS);
  }
}

/** Throws `import.empty` for a table without columns: it has no rows either. */
export function checkHasColumns({ names }: Table, path: string): void {
  if (names?.length === 0) throw new AppError('import.empty', { path });
}
