import Papa from 'papaparse';
import { delimiterSchema } from '../../shared/import.ts';
import type { Delimiter } from '../../shared/import.ts';

const SAMPLE_ROWS = 30;
const SEPARATOR_LINE = /^"?sep=([,;|\t])"?$/i;

/** The delimiter that a line `sep=…` tells; null for any other. It stands before the header, for Excel, and is no row. */
export function separatorOf(line: string): Delimiter | null {
  return (SEPARATOR_LINE.exec(line)?.[1] ?? null) as Delimiter | null;
}

/**
 * Tells the delimiter from the beginning of a file: the one that its first line tells, else the one that cuts the header
 * into the most columns, provided that most rows are cut into as many. A comma when nothing speaks for any.
 */
export function sniffDelimiter(text: string): Delimiter {
  const told = separatorOf(text.slice(0, text.search(/[\r\n]|$/)));
  if (told !== null) return told;
  let best: Delimiter = ',';
  let bestScore = 0;
  for (const delimiter of delimiterSchema.options) {
    const rows = sampleRows(text, delimiter);
    const columns = rows[0]?.length ?? 0;
    if (columns < 2) continue;
    const alike = rows.filter((row) => row.length === columns).length / rows.length;
    const score = alike * columns;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
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
