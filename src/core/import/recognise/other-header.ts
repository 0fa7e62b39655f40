import { isColumnName, normalise, rolesByName } from './role-names.ts';
import { plainName } from './table-layout.ts';

/** A header has at least so many cells that are known names of columns. */
const LEAST_NAMES = 2;

/** Whether a row in the middle of a file has names in its cells: those of the header in another order, or ones that are known, and no numbers. */
export function isHeaderAlike(header: readonly string[], cells: readonly string[]): boolean {
  const filled = cells.map(plainName).filter((cell) => cell !== '');
  if (filled.length < LEAST_NAMES || filled.some((cell) => /^[\d\s.,:/-]*\d[\d\s.,:/-]*$/.test(cell)))
    return false;
  const names = new Set(header.map((name) => normalise(name)));
  const own = filled.filter((cell) => names.has(normalise(cell))).length;
  const known = filled.filter((cell) => names.has(normalise(cell)) || isColumnName(cell)).length;
  return known >= LEAST_NAMES && (own === filled.length || known * 2 > filled.length);
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
