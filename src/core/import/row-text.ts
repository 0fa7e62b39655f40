import type { ErrorInfo } from '../../shared/errors.ts';
import type { ColumnRole } from '../../shared/import.ts';
import { REPLACEMENT } from './encoding.ts';
import type { RowSource } from './ports.ts';

/** Columns in which a damaged value would be another user, or another time. */
const KEYS = new Set<ColumnRole>(['userId', 'anonymousId', 'time', 'clock']);
/** A text that a program cut to a number of bytes, in the middle of its last character. */
const CUT_TEXT = new RegExp(
  `^[^${REPLACEMENT}]*[^\\u0000-\\u007f${REPLACEMENT}]${REPLACEMENT}(?:\\.{3}|…)?$`,
  'u',
);

/** Tells whether the cells of a row are sound text; looked at only where the source met bytes that are none. */
export class RowText {
  readonly #source: Pick<RowSource, 'damaged' | 'hasNul'>;
  readonly #roles: readonly ColumnRole[];
  #cutTexts = 0;

  constructor(source: Pick<RowSource, 'damaged' | 'hasNul'>, roles: readonly ColumnRole[]) {
    this.#source = source;
    this.#roles = roles;
  }

  /** What was forgiven, with how often. */
  get notes(): ErrorInfo[] {
    if (this.#cutTexts === 0) return [];
    return [{ code: 'import.note.cut_texts', params: { count: this.#cutTexts } }];
  }

  /** Why a row cannot be used; null when it can, also with texts that end in the middle of a character. */
  problem(fields: readonly string[]): ErrorInfo | null {
    const { damaged, hasNul } = this.#source;
    if (hasNul && fields.some((field) => field.includes('\0'))) return { code: 'import.row.nul' };
    if (!damaged) return null;
    let isCut = false;
    for (const [column, field] of fields.entries()) {
      if (!field.includes(REPLACEMENT)) continue;
      const role = this.#roles[column] ?? 'ignore';
      if (KEYS.has(role) || !CUT_TEXT.test(field.trim())) return { code: 'import.row.bad_encoding' };
      isCut = true;
    }
    if (isCut) this.#cutTexts += 1;
    return null;
  }
}
