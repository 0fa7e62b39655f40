/** What programs write for "no value". Compared as written: `nan` and `None` are what Python writes, `\N` is MySQL's. */
// prettier-ignore
const NULL_MARKERS = new Set([
  'NULL', 'null', 'Null', '(null)', '(NULL)', '<null>', '\\N', 'nan', 'NaN', 'NAN', 'None', 'none', 'NONE',
  'undefined', '(not set)', '(none)', '#N/A', 'N/A', 'n/a', 'N.A.', 'n.a.', '空', '无', '-', '--', '—', '——',
  // R, pandas, DBeaver, Go, spreadsheets that cannot compute a cell, pivot tables, Google Analytics.
  'NA', '<NA>', 'NaT', '[NULL]', '[null]', 'nil', '<nil>', '#NULL!', '#VALUE!', '#REF!', '#DIV/0!', '#NAME?', '#NUM!',
  '(blank)', '(empty)', '(not provided)', '(空)', '(空白)', '（空白）', '空值', '暂无',
]);
const LONGEST_MARKER = 14;
/** The first characters of markers: nearly every value is told from all of them by its own. */
const MARKER_STARTS = new Set([...NULL_MARKERS].map((marker) => marker.charCodeAt(0)));
const APOSTROPHE = "'".charCodeAt(0);
/** Bills of payment services begin every cell with it, so that a spreadsheet takes none for a number. */
const BACKTICK = '`'.charCodeAt(0);
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
  if (first === BACKTICK) {
    const inner = trimmed(value.replace(/^`|`$/g, ''));
    // More of them are part of a text.
    return inner.charCodeAt(0) === BACKTICK ? inner : cellValue(inner);
  }
  if (!MARKER_STARTS.has(first)) return value;
  return value.length <= LONGEST_MARKER && NULL_MARKERS.has(value) ? null : value;
}

/** The value of a column in a row; null when it is empty or there is no such column. */
export function valueAt(fields: readonly string[], column: number): string | null {
  return column < 0 ? null : cellValue(fields[column]);
}
