import type { ErrorCode, ErrorInfo } from '../../../shared/errors.ts';
import { ownCopy, printable } from '../text.ts';
import { NAME_CHARS } from './sample-table.ts';
import { isLongNumber, isScientific, plainIdOf, TELLING_ZEROS, zerosOfRounding } from './user-ids.ts';

/** How many ids that may have another spelling are kept, and characters of them (about 30 MB). */
const VARIANTS = { ids: 200_000, chars: 4_000_000 };
/** No shorter id is a number that a spreadsheet has cut. */
const SHORT = 15;
const PLUS = 0x2b;
const COMMA = 0x2c;
const DASH = 0x2d;
const POINT = 0x2e;
const BRACE = 0x7b;
/** 138-0000-0000. */
const MOBILE_CHARS = 13;
const ZERO = 0x30;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const LAST_ASCII = 0x7e;

/** Whether an id is its own plain spelling, and not in scientific notation: nearly all are, and are told from the others by their characters alone. */
function isPlain(id: string): boolean {
  for (let at = 0; at < id.length; at += 1) {
    const code = id.charCodeAt(at);
    if (code > LAST_ASCII || code === PLUS || code === COMMA || (code >= UPPER_A && code <= UPPER_Z))
      return false;
  }
  const first = id.charCodeAt(0);
  if (first === ZERO || first === BRACE) return false;
  if (id.length === MOBILE_CHARS && id.charCodeAt(3) === DASH) return false;
  return id.charCodeAt(id.length - 2) !== POINT && id.charCodeAt(id.length - 3) !== POINT;
}

/** How often something was met, and where first. */
class Finding {
  count = 0;
  params: Record<string, string | number> = {};

  add(line: number, example: () => Record<string, string>): void {
    this.count += 1;
    if (this.count === 1) this.params = { ...example(), line };
  }

  note(code: ErrorCode, column: string): ErrorInfo[] {
    return this.count === 0 ? [] : [{ code, params: { ...this.params, column, count: this.count } }];
  }
}

/** Counts, over all ids of an import, those that a spreadsheet has damaged and those that may be another spelling of one before. */
export class IdWatch {
  readonly #column: string;
  readonly #scientific = new Finding();
  readonly #rounded = new Finding();
  readonly #twice = new Finding();
  /** A long number with all its digits was met: no spreadsheet has cut them. */
  #areExact = false;
  /** Zeros where a spreadsheet would have written them, of all long numbers. */
  #zeros = 0;
  /** Ids that are not written plainly, by their plain spelling. */
  readonly #variants = new Map<string, string>();
  #variantChars = 0;

  /** `column`: the name of the column of ids. */
  constructor(column: string) {
    this.#column = printable(column, NAME_CHARS);
  }

  /** Takes an id that the import has not had before, as far as that is known. `isKnown`: whether it has had another one. */
  see(id: string, line: number, isKnown: (other: string) => boolean): void {
    const plain = isPlain(id);
    if (plain && id.length <= SHORT && this.#variants.size === 0) return;
    if (isScientific(id)) this.#scientific.add(line, () => ({ example: shown(id) }));
    else if (!this.#areExact && isLongNumber(id)) {
      const zeros = zerosOfRounding(id);
      this.#zeros += zeros;
      if (zeros > 0) this.#rounded.add(line, () => ({ example: shown(id) }));
      else this.#areExact = true;
    }
    const other = plain ? this.#variants.get(id) : this.#otherSpelling(id, isKnown);
    if (other !== undefined) this.#twice.add(line, () => ({ first: shown(other), second: shown(id) }));
  }

  /** What is to be told, with how many ids it is true of and the line of the first. */
  get notes(): ErrorInfo[] {
    return [
      ...this.#scientific.note('import.note.ids_scientific', this.#column),
      ...(this.#areExact || this.#zeros < TELLING_ZEROS
        ? []
        : this.#rounded.note('import.note.ids_rounded', this.#column)),
      ...this.#twice.note('import.note.ids_spelled_twice', this.#column),
    ];
  }

  #otherSpelling(id: string, isKnown: (other: string) => boolean): string | undefined {
    const variants = this.#variants;
    const plain = plainIdOf(id);
    if (plain !== id && isKnown(plain)) return plain;
    const other = variants.get(plain);
    if (other !== undefined) return other === id ? undefined : other;
    if (plain !== id && variants.size < VARIANTS.ids && this.#variantChars < VARIANTS.chars) {
      variants.set(ownCopy(plain), ownCopy(id));
      this.#variantChars += 2 * id.length;
    }
    return undefined;
  }
}

const shown = (id: string): string => printable(id, NAME_CHARS);
