/** Cells up to the last one that is not empty. */
export function widthOf(cells: readonly string[]): number {
  let width = cells.length;
  while (width > 0 && (cells[width - 1] ?? '').trim() === '') width--;
  return width;
}

/** Above titles and comments, a quarter of the first rows is enough to tell how many cells a table has. */
const TABLE_SHARE = 0.25;

/** How many cells most rows of a table have: lines of one cell are titles and comments, where others have more. */
export function usualWidth(rows: readonly (readonly string[])[]): number {
  const widths = rows.map(widthOf).filter((width) => width > 0);
  const table = widths.filter((width) => width > 1);
  return mostFrequent(table.length >= widths.length * TABLE_SHARE ? table : widths);
}

/** The most frequent of some numbers that are not 0, of equally frequent ones the largest; 0 where there is none. */
export function mostFrequent(numbers: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  counts.delete(0);
  return [...counts].sort(([a, timesA], [b, timesB]) => timesB - timesA || b - a)[0]?.[0] ?? 0;
}
