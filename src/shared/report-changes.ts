import type { InsightTable } from './insight-table.ts';

export type Cell = string | number | null;

/** A row of a table beside the one before: `before` is what a changed cell said, undefined where it says the same. */
export interface ChangedRow {
  cells: { value: Cell; before: Cell | undefined }[];
  isNew: boolean;
}

export interface ChangedTable {
  rows: ChangedRow[];
  /** How many cells changed, how many rows are new, and how many are gone. */
  changed: number;
  added: number;
  gone: number;
}

/** What changed from a table to a later one of the same question: rows are the same when the columns that name them say the same. */
export function changesOf(table: InsightTable, former: InsightTable | null): ChangedTable {
  const before = new Map(former ? named(former) : []);
  let [changed, added] = [0, 0];
  const rows = named(table).map(([key, row]): ChangedRow => {
    const old = before.get(key);
    before.delete(key);
    const isNew = former !== null && old === undefined;
    if (isNew) added += 1;
    const cells = row.map((value, column) => {
      const differs = old !== undefined && old[column] !== value;
      if (differs) changed += 1;
      return { value, before: differs ? (old[column] ?? null) : undefined };
    });
    return { cells, isNew };
  });
  return { rows, changed, added, gone: before.size };
}

/** The rows by what names them; of several that are named alike, each is one of its own. */
function named(table: InsightTable): [string, Cell[]][] {
  const seen = new Map<string, number>();
  return table.rows.map((row) => {
    const name = JSON.stringify(row.slice(0, table.named));
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return [`${name} ${count}`, row];
  });
}
