import type { ErrorInfo } from '../../../shared/errors.ts';
import { printable } from '../text.ts';

const VALUE_CHARS = 100;

/** What of a sheet has no value in the file, or is not shown by the program that wrote it: counted, with the first place. */
export class SheetNotes {
  #formulas = { count: 0, place: '' };
  #errors = { count: 0, place: '', example: '' };
  #hidden = { count: 0, line: 0 };
  #merged = { count: 0, place: '' };

  /** A formula whose result is not stored. */
  formula(line: number, column: number): void {
    if (this.#formulas.count++ === 0) this.#formulas.place = placeOf(line, column);
  }

  /** A cell with an error such as `#REF!`. */
  error(line: number, column: number, value: string): void {
    if (this.#errors.count++ > 0) return;
    this.#errors.place = placeOf(line, column);
    this.#errors.example = printable(value, VALUE_CHARS);
  }

  /** A row with values that is hidden, by a filter or by hand. */
  hidden(line: number): void {
    if (this.#hidden.count++ === 0) this.#hidden.line = line;
  }

  /** A row in which a cell has the value of the one above that it is merged with. */
  merged(line: number, column: number): void {
    if (this.#merged.count++ === 0) this.#merged.place = placeOf(line, column);
  }

  notes(): ErrorInfo[] {
    const notes: ErrorInfo[] = [];
    if (this.#formulas.count > 0) notes.push({ code: 'import.note.formulas', params: { ...this.#formulas } });
    if (this.#errors.count > 0) notes.push({ code: 'import.note.error_cells', params: { ...this.#errors } });
    if (this.#hidden.count > 0) notes.push({ code: 'import.note.hidden_rows', params: { ...this.#hidden } });
    if (this.#merged.count > 0) notes.push({ code: 'import.note.merged_cells', params: { ...this.#merged } });
    return notes;
  }
}

/** The name of a cell: `C5` for line 5, column 2 from 0. */
function placeOf(line: number, column: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return `${letters}${line}`;
}
