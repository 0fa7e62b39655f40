import { isColumnName, normalise, rolesByName } from './role-names.ts';
import { plainName } from './table-layout.ts';

/** A header has at least so many cells that are known names of columns. */
const LEAST_NAMES = 2;
/** A longer cell is no name of a column. */
const LONGEST_NAME = 200;

/** So many cells tell it of a wide row, each of which may be refused. */
const CELLS_LOOKED_AT = 100;

const namesOfHeaders = new WeakMap<readonly string[], ReadonlySet<string>>();

/** The names of a header as they are compared; made once for all refused rows. */
function namesOf(header: readonly string[]): ReadonlySet<string> {
  const known = namesOfHeaders.get(header);
  if (known) return known;
  const names = new Set(header.map(normalise));
  namesOfHeaders.set(header, names);
  return names;
}

/** Whether a cell has nothing but digits and the signs of numbers and dates. */
const isNumeric = (cell: string): boolean => /^[\d\s.,:/-]+$/.test(cell) && /\d/.test(cell);

/** Whether a row in the middle of a file has names in its cells: those of the header in another order, or ones that are known, and no numbers. */
export function isHeaderAlike(header: readonly string[], cells: readonly string[]): boolean {
  const filled = cells.map(plainName).filter((cell) => cell !== '');
  if (filled.length < LEAST_NAMES || filled.some((cell) => cell.length > LONGEST_NAME || isNumeric(cell)))
    return false;
  const names = namesOf(header);
  const looked = filled.slice(0, CELLS_LOOKED_AT);
  const own = looked.filter((cell) => names.has(normalise(cell))).length;
  const known = looked.filter((cell) => names.has(normalise(cell)) || isColumnName(cell)).length;
  return known >= LEAST_NAMES && (own === looked.length || known * 2 > looked.length);
}

/** Whether the cells name the same columns in the same places as the header does: by the same names, or by others for the same roles. */
export function haveSameMeaning(header: readonly string[], cells: readonly string[]): boolean {
  if (header.length !== cells.length) return false;
  if (header.every((name, column) => normalise(name) === normalise(plainName(cells[column] ?? ''))))
    return true;
  const before = rolesByName(header, 'behaviours');
  const now = rolesByName(cells.map(plainName), 'behaviours');
  return before.every((role, column) => role === now[column]);
}
