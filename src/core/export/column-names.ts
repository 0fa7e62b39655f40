import type { ErrorInfo } from '../../shared/errors.ts';
import type { ExportCell, ExportColumn } from './export-table.ts';

/** More columns than this a table does not get: a spreadsheet has 16,384, and few tools like that many. */
export const MOST_EXTRA_COLUMNS = 500;

const CONTROL = /[\u0000-\u001F\u007F]/g;

export interface ExtraColumns {
  columns: ExportColumn[];
  notes: ErrorInfo[];
  /** The cells of a line, one for each column, by the names of its values. */
  cells: (values: ReadonlyMap<string, string>) => ExportCell[];
}

/**
 * Columns for values that have names of their own: the headers of a log that have no role, or the fields of profiles, in the order
 * in which they appear. A name that a fixed column has gets `prefix_` before it; those beyond the limit share one column, as JSON.
 * A name that another one has in other letter case is taken, too: not every reader tells them apart. Control characters become `_`.
 */
export function columnNames(
  found: Iterable<readonly string[]>,
  fixed: readonly ExportColumn[],
  prefix: string,
  most = MOST_EXTRA_COLUMNS,
): ExtraColumns {
  const names = new Set<string>();
  const others = new Set<string>();
  for (const list of found)
    for (const name of list) {
      if (names.has(name)) continue;
      if (names.size < most) names.add(name);
      else others.add(name);
    }
  const taken = new Set(fixed.map(({ name }) => name.toLowerCase()));
  const free = (found: string): string => {
    // Not every format has them in a name.
    const wanted = found.replace(CONTROL, '_');
    let name = taken.has(wanted.toLowerCase()) || wanted === '' ? `${prefix}_${wanted}` : wanted;
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${prefix}_${wanted}_${number}`;
    taken.add(name.toLowerCase());
    return name;
  };
  const order = [...names];
  const columns: ExportColumn[] = order.map((name) => ({ name: free(name), type: 'text' }));
  if (others.size === 0)
    return { columns, notes: [], cells: (values) => order.map((name) => values.get(name) ?? null) };
  const rest = free(`more_${prefix}`);
  return {
    columns: [...columns, { name: rest, type: 'json' }],
    notes: [{ code: 'export.note.more_columns', params: { limit: most, count: others.size, column: rest } }],
    cells: (values) => {
      const more = [...values].filter(([name]) => !names.has(name));
      return [
        ...order.map((name) => values.get(name) ?? null),
        more.length === 0 ? null : JSON.stringify(Object.fromEntries(more)),
      ];
    },
  };
}
