import type { ErrorInfo } from '../../shared/errors.ts';
import { AppError } from '../errors.ts';
import type { RowHandler, RowSource } from './ports.ts';
import type { SampleRow } from './recognise/table-layout.ts';

/** How many characters of cells are kept to tell the columns from: ten thousand rows of a usual log. */
const SAMPLE_CHARS = 1_000_000;

/** Thrown to stop reading, and caught in this file. */
const ENOUGH = new Error('enough rows');

/** Passes the rows of a source to the handler until it has had enough; returns whether these were all of them. */
export async function readFirst(
  source: RowSource,
  handler: RowHandler,
  isEnough: (bytesRead: number) => boolean,
): Promise<boolean> {
  let bytes = 0;
  const stop = (): void => {
    if (isEnough(bytes)) throw ENOUGH;
  };
  const counting: RowHandler = {
    row: (cells, line) => {
      handler.row(cells, line);
      stop();
    },
    reject: (line, reason, raw, cells) => {
      handler.reject(line, reason, raw, cells);
      stop();
    },
  };
  try {
    await source.read(counting, ({ bytesRead }) => {
      bytes = bytesRead;
      stop();
    });
    return true;
  } catch (error) {
    if (error !== ENOUGH) throw error;
    return false;
  }
}

/** The first rows of a file, at most `limit`, to tell from them what it is, and whether these are all. Throws `import.header_too_long`. */
export async function firstRows(
  source: RowSource,
  limit: number,
): Promise<{ rows: SampleRow[]; whole: boolean }> {
  const rows: SampleRow[] = [];
  let lines = 0;
  let chars = 0;
  const keep = (row: SampleRow): void => {
    rows.push(row);
    for (const cell of row.cells) chars += cell.length + 1;
  };
  const handler: RowHandler = {
    row: (cells, line) => {
      lines += 1;
      keep({ line, cells, isBroken: false });
    },
    reject: (line, reason: ErrorInfo, _raw, cells) => {
      if (reason.code === 'import.header_too_long') throw new AppError(reason.code, reason.params);
      lines += 1;
      if (cells) keep({ line, cells, isBroken: true });
    },
  };
  const whole = await readFirst(source, handler, () => lines >= limit || chars >= SAMPLE_CHARS);
  return { rows, whole };
}
