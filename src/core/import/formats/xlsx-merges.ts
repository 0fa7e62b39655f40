import type { TableFile } from './table.ts';
import { zipEntryBytes } from './zip-directory.ts';
import type { ZipEntry } from './zip-directory.ts';

/** Merged cells stand behind the rows: larger sheets, which no one merges by hand, are not gone through for them beforehand. */
const MOST_BYTES = 32 << 20;
const BEGIN = /<(?:\w+:)?mergeCells\b/;
const END = /<\/(?:\w+:)?mergeCells>/;
const MERGE = /<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"/g;
/** The longest beginning of a tag that may be cut between two pieces. */
const TAG_CHARS = 40;
/** Merged columns among the first rows belong to titles and to headings of groups. */
const HEADING_ROWS = 10;

/** Cells of one column that are merged over several rows, by the numbers of the rows. */
interface Merge {
  column: number;
  first: number;
  last: number;
}

/** Gives the value of cells that are merged over several rows to each of these rows. */
export class MergedCells {
  readonly #merges: readonly Merge[];
  #next = 0;
  #open: { column: number; last: number; value: string }[] = [];

  /** `merges`: those of a sheet, of any order. */
  constructor(merges: readonly Merge[]) {
    this.#merges = [...merges].sort((a, b) => a.first - b.first);
  }

  /** Fills the cells of a row, of which the rows before were given in their order; returns the first column that was filled, or null. */
  fill(cells: string[], line: number): number | null {
    let filled: number | null = null;
    this.#open = this.#open.filter(({ last }) => last >= line);
    for (const { column, value } of this.#open) {
      if ((cells[column] ?? '').trim() !== '') continue;
      while (cells.length < column) cells.push('');
      cells[column] = value;
      filled ??= column;
    }
    for (
      let merge = this.#merges[this.#next];
      merge && merge.first <= line;
      merge = this.#merges[this.#next]
    ) {
      const value = merge.first === line ? (cells[merge.column] ?? '') : '';
      if (value.trim() !== '') this.#open.push({ column: merge.column, last: merge.last, value });
      this.#next += 1;
    }
    return filled;
  }
}

/** The cells of a sheet that are merged over several rows, without those of its heading. */
export async function mergesOf({ content, limits }: TableFile, entry: ZipEntry): Promise<Merge[]> {
  if (entry.unpackedBytes > MOST_BYTES) return [];
  let text = '';
  let found = false;
  for await (const chunk of zipEntryBytes(content, entry, limits).chunks()) {
    text += chunk.toString('latin1');
    const at: number = found ? 0 : text.search(BEGIN);
    found = at >= 0;
    text = found ? text.slice(at) : text.slice(-TAG_CHARS);
    if (found && END.test(text.slice(-chunk.length - TAG_CHARS))) break;
  }
  if (!found) return [];
  const all = [...text.matchAll(MERGE)].map(([, from = '', first, to = '', last]) => ({
    column: columnOf(from),
    isWide: from !== to,
    first: Number(first),
    last: Number(last),
  }));
  const heading = Math.max(
    1,
    ...all.flatMap(({ isWide, last }) => (isWide && last <= HEADING_ROWS ? [last] : [])),
  );
  return all.filter(({ isWide, first, last }) => !isWide && last > first && first > heading);
}

/** The column of a place such as `AB12`, from 0. */
export function columnOf(place: string): number {
  let column = 0;
  for (let at = 0; at < place.length; at++) {
    const letter = place.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}
