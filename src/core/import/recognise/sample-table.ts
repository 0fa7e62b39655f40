import { valueAt } from '../cell.ts';
import { printable } from '../text.ts';

/** Characters of a name or a value in a message at the most. */
export const NAME_CHARS = 100;

/** The first rows of a file, column by column. */
export class SampleTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];

  constructor(header: readonly string[], rows: readonly (readonly string[])[]) {
    this.header = header;
    this.rows = rows;
  }

  /** The values of a column that are not empty. */
  values(column: number): string[] {
    return this.rows.flatMap((row) => valueAt(row, column) ?? []);
  }

  name(column: number): string {
    return printable((this.header[column] ?? '').trim() || `#${column + 1}`, NAME_CHARS);
  }

  columns(accept: (header: string, column: number) => boolean): number[] {
    return this.header.flatMap((name, column) => (accept(name, column) ? [column] : []));
  }
}
