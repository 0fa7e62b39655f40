/** What programs write for "no value". Compared as written: `nan`, `None`, `<NA>` and `NaT` are what Python writes, NA is R's, `\N` is MySQL's. */
const NULL_MARKERS = new Set([
  ...['NULL', 'null', 'Null', '(null)', '(NULL)', '<null>', '\\N', 'nan', 'NaN', 'NAN', 'None', 'none'],
  ...[
    'undefined',
    '(not set)',
    '(none)',
    'NA',
    '<NA>',
    'NaT',
    '#N/A',
    'N/A',
    'n/a',
    '空',
    '无',
    '-',
    '--',
    '—',
  ],
]);
const LONGEST_MARKER = 9;
/** The first characters of markers: nearly every value is told from all of them by its own. */
const MARKER_STARTS = new Set([...NULL_MARKERS].map((marker) => marker.charCodeAt(0)));
const APOSTROPHE = "'".charCodeAt(0);
/** Excel keeps digits as text when they are written as a formula. */
const TEXT_FORMULA = /^="(.*)"$/s;
/** An export for spreadsheets writes one apostrophe more before what they would run as a formula. */
const NEUTRALISED = /^'+[=+\-@\t\r]/;

/** A cell without space around it; most begin and end with what is visible in ASCII, which is told at once. */
export function trimmed(cell: string): string {
  return isVisible(cell.charCodeAt(0)) && isVisible(cell.charCodeAt(cell.length - 1)) ? cell : cell.trim();
}

/** Whether a character is visible in ASCII; NaN, the one of an empty text, is not. */
function isVisible(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

/** The value of a cell without space around it; null when it is empty, or what a program writes for an empty one. */
export function cellValue(cell: string | undefined): string | null {
  if (cell === undefined) return null;
  let value = trimmed(cell);
  if (value.startsWith('="')) value = (TEXT_FORMULA.exec(value)?.[1] ?? value).trim();
  if (value === '') return null;
  const first = value.charCodeAt(0);
  if (first === APOSTROPHE) return NEUTRALISED.test(value) ? value.slice(1).trim() : value;
  if (!MARKER_STARTS.has(first)) return value;
  return value.length <= LONGEST_MARKER && NULL_MARKERS.has(value) ? null : value;
}

/** The value of a column in a row; null when it is empty or there is no such column. */
export function valueAt(fields: readonly string[], column: number): string | null {
  return column < 0 ? null : cellValue(fields[column]);
}
