import { valueAt } from '../cell.ts';
import { printable } from '../text.ts';
import { namedRoles } from './role-names.ts';

/** Characters of a name or a value in a message at the most. */
export const NAME_CHARS = 100;

/** The first rows of a file, column by column. */
export class SampleTable {
  readonly #written: readonly string[];
  /** The names of the columns, without that of the table where it stands before each of them. */
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];

  constructor(header: readonly string[], rows: readonly (readonly string[])[]) {
    this.#written = header;
    this.header = withoutTable(header);
    this.rows = rows;
  }

  /** The values of a column that are not empty. */
  values(column: number): string[] {
    return this.rows.flatMap((row) => valueAt(row, column) ?? []);
  }

  name(column: number): string {
    return printable((this.#written[column] ?? '').trim() || `#${column + 1}`, NAME_CHARS);
  }

  columns(accept: (header: string, column: number) => boolean): number[] {
    return this.header.flatMap((name, column) => (accept(name, column) ? [column] : []));
  }
}

/** Names without what stands before all of them, as Hive writes that of the table (`log.user_id`), if they say more so. */
function withoutTable(header: readonly string[]): readonly string[] {
  const [first = ''] = header;
  const prefix = first.slice(0, first.indexOf('.') + 1);
  if (prefix === '' || !header.every((name) => name.startsWith(prefix))) return header;
  const names = header.map((name) => name.slice(prefix.length));
  const known = (of: readonly string[]): number => of.filter((name) => namedRoles(name).length > 0).length;
  return known(names) > known(header) ? names : header;
}
