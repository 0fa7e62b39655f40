/** What is not copied with a row, such as its buttons. */
const NOT_COPIED = '.no-copy';

/** What stands for a row: that of a table, or an element of a list that has its values in `data-row` (`rowText`). */
export const ROW = 'tbody tr, [data-row]';

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** The values of a row of a list, for its `data-row`, or their names for the `data-heads` of the list: tab-separated, as they are copied. */
export const rowText = (values: readonly (string | number | null | undefined)[]): string =>
  values.map((value) => oneLine(String(value ?? ''))).join('\t');

/** The rows of a table or list that stand for data; not those of another one within a row, nor what is shown of a row below it (`no-copy`). */
export function dataRows(root: ParentNode): HTMLElement[] {
  const isOwn = (row: HTMLElement): boolean => {
    const around = row.parentElement?.closest(ROW);
    return !around || !root.contains(around);
  };
  return [...root.querySelectorAll<HTMLElement>(ROW)].filter((row) => isOwn(row) && !row.matches(NOT_COPIED));
}

/** The text of a cell as it is copied: the value in `data-copy` where there is one, since a cell may show less; on one line. */
export function cellText(cell: Element): string {
  const exact =
    cell.getAttribute('data-copy') ?? cell.querySelector('[data-copy]')?.getAttribute('data-copy');
  return oneLine(exact ?? cell.textContent);
}

/** Rows as tab-separated values, which spreadsheets paste into cells. */
export function tsvOf(rows: readonly HTMLElement[]): string {
  return rows.map(lineOf).join('\n');
}

function lineOf(row: HTMLElement): string {
  const values = row.getAttribute('data-row') ?? row.getAttribute('data-heads');
  if (values !== null) return values;
  const cells = row instanceof HTMLTableRowElement ? [...row.cells] : [];
  return cells
    .filter((cell) => !cell.matches(NOT_COPIED))
    .map(cellText)
    .join('\t');
}
