/** What is not copied with a row, such as its buttons. */
const NOT_COPIED = '.no-copy';

/** The rows of a table that stand for data. */
export function dataRows(root: ParentNode): HTMLTableRowElement[] {
  return [...root.querySelectorAll<HTMLTableRowElement>('tbody tr')];
}

/** The text of a cell as it is copied: the value in `data-copy` where there is one, since a cell may show less; on one line. */
export function cellText(cell: Element): string {
  const exact =
    cell.getAttribute('data-copy') ?? cell.querySelector('[data-copy]')?.getAttribute('data-copy');
  return (exact ?? cell.textContent).replaceAll(/\s+/g, ' ').trim();
}

/** Rows as tab-separated values, which spreadsheets paste into cells. */
export function tsvOf(rows: readonly HTMLTableRowElement[]): string {
  const cellsOf = (row: HTMLTableRowElement): Element[] =>
    [...row.cells].filter((cell) => !cell.matches(NOT_COPIED));
  return rows.map((row) => cellsOf(row).map(cellText).join('\t')).join('\n');
}
