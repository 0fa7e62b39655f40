import type { ErrorInfo } from '../../shared/errors.ts';
import type { ColumnRole } from '../../shared/import.ts';
import { cellValue } from './cell.ts';
import { columnNames } from './columns.ts';
import { REPLACEMENT } from './encoding.ts';
import type { RowSource } from './ports.ts';
import { printable } from './text.ts';

/** Columns in which a damaged value would be another user, or another time. */
const KEYS = new Set<ColumnRole>(['userId', 'anonymousId', 'time', 'clock']);
/** A text that a program cut to a number of bytes, in the middle of its last character. */
const CUT_TEXT = new RegExp(
  `^[^${REPLACEMENT}]*[^\\u0000-\\u007f${REPLACEMENT}]${REPLACEMENT}(?:\\.{3}|…)?$`,
  'u',
);
const REPLACED = new RegExp(REPLACEMENT, 'gu');
const FOREIGN = /[^\u0000-\u007f]/gu;
const LETTERS = /[A-Za-z]/g;
/** Of words in Latin letters, a quarter may be lost, and they can still be read. */
const LETTERS_PER_LOSS = 3;
/** Characters of a value in a message at the most. */
const SHOWN_CHARS = 80;

/** A damaged cell of a row. */
interface Mark {
  column: number;
  isCut: boolean;
}

/** Tells whether the cells of a row are sound text; looked at only where the source met bytes that are none. */
export class RowText {
  readonly #source: Pick<RowSource, 'damaged' | 'hasNul'>;
  readonly #roles: readonly ColumnRole[];
  readonly #names: readonly string[];
  #cutTexts = 0;
  #damaged = 0;
  #first: Record<string, string | number> = {};
  /** The damaged cells of the row that was looked at last, where it can be used all the same. */
  #marks: Mark[] = [];

  /** `roles` and `header`: one for each column. */
  constructor(
    source: Pick<RowSource, 'damaged' | 'hasNul'>,
    roles: readonly ColumnRole[],
    header: readonly string[],
  ) {
    this.#source = source;
    this.#roles = roles;
    this.#names = columnNames(header);
  }

  /** What was forgiven, with how often. */
  get notes(): ErrorInfo[] {
    const notes: ErrorInfo[] = [];
    if (this.#cutTexts > 0) notes.push({ code: 'import.note.cut_texts', params: { count: this.#cutTexts } });
    if (this.#damaged > 0)
      notes.push({ code: 'import.note.damaged_cells', params: { ...this.#first, count: this.#damaged } });
    return notes;
  }

  /**
   * Why a row cannot be used: a key of it is damaged, or nothing can be read of what was done. Null when it can, also with other cells that
   * hold U+FFFD, which `keep` counts.
   */
  problem(fields: readonly string[]): ErrorInfo | null {
    if (this.#marks.length > 0) this.#marks = [];
    const { damaged, hasNul } = this.#source;
    if (hasNul && fields.some((field, column) => field.includes('\0') && this.#isRead(column)))
      return { code: 'import.row.nul' };
    if (!damaged) return null;
    for (const [column, field] of fields.entries()) {
      if (!field.includes(REPLACEMENT) || !this.#isRead(column)) continue;
      const isCut = CUT_TEXT.test(field.trim());
      const role = this.#roles[column] ?? 'ignore';
      if (KEYS.has(role) || (!isCut && isUnreadable(field) && this.#isContent(role, fields)))
        return { code: 'import.row.bad_encoding' };
      this.#marks.push({ column, isCut });
    }
    return null;
  }

  /** Counts the damaged cells of the row that was looked at last, which was taken. */
  keep(fields: readonly string[], line: number): void {
    if (this.#marks.length === 0) return;
    if (this.#marks.every(({ isCut }) => isCut)) this.#cutTexts += 1;
    for (const { column, isCut } of this.#marks) {
      if (isCut) continue;
      this.#damaged += 1;
      if (this.#damaged > 1) continue;
      const example = printable((fields[column] ?? '').trim(), SHOWN_CHARS);
      this.#first = { line, column: printable(this.#names[column] ?? '', SHOWN_CHARS), example };
    }
  }

  #isRead(column: number): boolean {
    return (this.#roles[column] ?? 'ignore') !== 'ignore';
  }

  /** Whether a column says what was done, and nothing else of the row does. */
  #isContent(role: ColumnRole, fields: readonly string[]): boolean {
    return role === 'action' || (role === 'text' && !cellValue(fields[this.#roles.indexOf('action')]));
  }
}

/** Whether hardly anything of a damaged cell is left: it is of another encoding, more likely than damaged. */
function isUnreadable(cell: string): boolean {
  const count = (pattern: RegExp): number => cell.match(pattern)?.length ?? 0;
  const lost = count(REPLACED);
  return lost * 2 >= count(FOREIGN) && lost * LETTERS_PER_LOSS > count(LETTERS);
}
