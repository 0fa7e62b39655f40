import Papa from 'papaparse';
import { delimiterSchema } from '../../shared/import.ts';
import type { Delimiter } from '../../shared/import.ts';
import { mostFrequent, widthOf } from './recognise/table-layout.ts';

const SAMPLE_ROWS = 30;
const SEPARATOR_LINE = /^"?sep=([,;|\t])"?$/i;

/** The delimiter that a line `sep=…` tells; null for any other. It stands before the header, for Excel, and is no row. */
export function separatorOf(line: string): Delimiter | null {
  return (SEPARATOR_LINE.exec(line)?.[1] ?? null) as Delimiter | null;
}

/**
 * Tells the delimiter from the beginning of a file, and how many cells most rows have then: the one that its first line
 * tells, else the one that cuts most rows into the most cells. A comma when nothing speaks for any. `given`: what the user says.
 */
export function sniffDelimiter(
  text: string,
  given?: Delimiter,
): { delimiter: Delimiter; columns: number | null } {
  const told = given ?? separatorOf(text.slice(0, text.search(/[\r\n]|$/)));
  let best: { delimiter: Delimiter; columns: number | null } = { delimiter: told ?? ',', columns: null };
  let bestScore = 0;
  for (const delimiter of told === null ? delimiterSchema.options : [told]) {
    const rows = sampleRows(text, delimiter);
    // Empty cells at the end speak for no delimiter: other programs end every cell with a tab.
    const width = mostFrequent(rows.map(widthOf));
    const alike = rows.filter((cells) => widthOf(cells) === width).length / rows.length;
    const score = alike * (width - 1);
    if (score <= bestScore && told === null) continue;
    bestScore = score;
    best = { delimiter, columns: mostFrequent(rows.map(({ length }) => length)) || null };
  }
  return best;
}

function sampleRows(text: string, delimiter: Delimiter): string[][] {
  const { data } = Papa.parse<string[]>(text.replace(/\r\n?/g, '\n'), {
    delimiter,
    newline: '\n',
    preview: SAMPLE_ROWS,
    skipEmptyLines: 'greedy',
  });
  return data;
}
