/** What the records of a JSON file are: objects that name their values, or rows of values. */
export type JsonKind = 'objects' | 'arrays';

/** How the records of a JSON file follow each other. */
export type JsonLayout =
  /** One on each line. */
  | { kind: 'lines'; of: JsonKind }
  /** One after the other (depth 0), in an array (1), or in an array that is a member of an object (2 and more). */
  | { kind: 'nested'; of: JsonKind; depth: number };

/** The text of one value, and the line that it begins in; `broken`: why it is none. */
export interface JsonText {
  text: string;
  line: number;
  /** `stray`: something else stands where a record would. */
  broken: 'too_long' | 'unclosed' | 'stray' | null;
}

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const SPACE = 32;
const COMMA = 44;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
/** What stands before each record of a sequence of texts (RFC 7464). */
const RECORD_SEPARATOR = /^\x1e+/;
/** Of a value that is too long, what is kept to show it. */
const KEPT_CHARS = 500;
/** Of what stands between records. */
const STRAY_CHARS = 100;
/** Deeper arrays are not looked at for the records of a file that is one object. */
const DEEPEST_RECORDS = 4;

/** Cuts text that arrives in pieces into the JSON values that are its records. Memory is bounded by the longest value allowed. */
export interface JsonSplitter {
  push(text: string): JsonText[];
  end(): JsonText[];
}

export function createSplitter(layout: JsonLayout, maxChars: number): JsonSplitter {
  return layout.kind === 'lines' ? new LineSplitter(maxChars) : new NestedSplitter(layout, maxChars);
}

/** One value on each line; empty lines are none. A broken line costs nothing but itself. */
class LineSplitter implements JsonSplitter {
  readonly #maxChars: number;
  #rest = '';
  #line = 1;
  /** Whether the text ended with a carriage return, which may be half of a line break. */
  #hasReturn = false;
  /** Of a line that is too long, its beginning. */
  #dropped: string | null = null;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  push(piece: string): JsonText[] {
    const found: JsonText[] = [];
    const text = this.#withNewlines(piece);
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#take(text.slice(from, end), found);
      this.#line += 1;
      from = end + 1;
    }
    const rest = text.slice(from);
    if (this.#dropped !== null) return found;
    this.#rest += rest;
    if (this.#rest.length > this.#maxChars) {
      this.#dropped = this.#rest.slice(0, KEPT_CHARS);
      this.#rest = '';
    }
    return found;
  }

  end(): JsonText[] {
    const found: JsonText[] = [];
    this.#take('', found);
    return found;
  }

  /** Carriage returns that end lines by themselves, which no value of JSON can hold, as line feeds. */
  #withNewlines(piece: string): string {
    const isAlone = this.#hasReturn && !piece.startsWith('\n');
    this.#hasReturn = piece.endsWith('\r');
    const text = piece.includes('\r') ? piece.replace(/\r(?!\n|$)/g, '\n') : piece;
    return isAlone ? `\n${text}` : text;
  }

  #take(piece: string, found: JsonText[]): void {
    if (this.#dropped !== null) {
      found.push({ text: this.#dropped, line: this.#line, broken: 'too_long' });
      this.#dropped = null;
      return;
    }
    const text = (this.#rest + piece).replace(RECORD_SEPARATOR, '').trim();
    this.#rest = '';
    if (text === '') return;
    const tooLong = text.length > this.#maxChars;
    found.push({
      text: tooLong ? text.slice(0, KEPT_CHARS) : text,
      line: this.#line,
      broken: tooLong ? 'too_long' : null,
    });
  }
}

/** The records at one depth of nesting, wherever their lines break. What else stands between them is broken. */
class NestedSplitter implements JsonSplitter {
  readonly #target: number;
  readonly #opener: number;
  readonly #maxChars: number;
  #depth = 0;
  /** What the whole text is: an object or an array; 0 before it begins. */
  #root = 0;
  /** Whether the values at the depth of records are those of an array, or of the file. */
  #inList: boolean;
  /** Within something between records that was told. */
  #isStray = false;
  #inString = false;
  #escaped = false;
  #line = 1;
  /** The pieces of the value that is being read; null between values. */
  #pieces: string[] | null = null;
  #chars = 0;
  #startLine = 1;

  constructor({ of, depth }: JsonLayout & { kind: 'nested' }, maxChars: number) {
    this.#target = depth;
    this.#opener = of === 'objects' ? OPEN_OBJECT : OPEN_ARRAY;
    this.#inList = depth === 0;
    this.#maxChars = maxChars;
  }

  push(text: string): JsonText[] {
    const found: JsonText[] = [];
    let start = this.#pieces ? 0 : -1;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === NEWLINE) this.#line += 1;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code === QUOTE) this.#inString = false;
        continue;
      }
      switch (code) {
        case QUOTE:
          this.#inString = true;
          if (this.#isBetween()) this.#stray(text, at, found);
          break;
        case OPEN_OBJECT:
        case OPEN_ARRAY:
          if (this.#isBetween() && code === this.#opener) {
            [this.#pieces, this.#chars, this.#startLine] = [[], 0, this.#line];
            this.#isStray = false;
            start = at;
          } else if (this.#isBetween() || this.#isOtherRoot(code)) {
            this.#stray(text, at, found);
          }
          this.#depth += 1;
          if (this.#depth === this.#target) this.#inList = code === OPEN_ARRAY;
          break;
        case CLOSE_OBJECT:
        case CLOSE_ARRAY:
          this.#depth = Math.max(0, this.#depth - 1);
          if (this.#pieces && this.#depth === this.#target) {
            this.#keep(text.slice(start, at + 1));
            found.push(this.#value());
            start = -1;
          }
          break;
        case COMMA:
          if (this.#isBetween()) this.#isStray = false;
          break;
        default:
          // Of every character between strings: what stands between records is rare.
          if (code > SPACE && this.#depth === this.#target && this.#inList) this.#stray(text, at, found);
          break;
      }
    }
    if (start >= 0) this.#keep(text.slice(start));
    return found;
  }

  end(): JsonText[] {
    return this.#pieces || this.#depth > 0
      ? [{ ...this.#value(), line: this.#pieces ? this.#startLine : this.#line, broken: 'unclosed' }]
      : [];
  }

  #isBetween(): boolean {
    return this.#depth === this.#target && this.#inList;
  }

  /** Whether behind the array or object of the records another kind of value begins. */
  #isOtherRoot(code: number): boolean {
    if (this.#depth > 0 || this.#target === 0) return false;
    if (this.#root === 0) this.#root = code;
    return this.#root !== code;
  }

  #stray(text: string, at: number, found: JsonText[]): void {
    if (this.#isStray) return;
    this.#isStray = true;
    found.push({ text: text.slice(at, at + STRAY_CHARS), line: this.#line, broken: 'stray' });
  }

  #keep(piece: string): void {
    this.#chars += piece.length;
    // What is too long is counted to its end, and not kept.
    if (this.#chars <= this.#maxChars || this.#pieces?.length === 0) {
      this.#pieces?.push(this.#chars <= this.#maxChars ? piece : piece.slice(0, KEPT_CHARS));
    }
  }

  #value(): JsonText {
    const tooLong = this.#chars > this.#maxChars;
    const text = (this.#pieces ?? []).join('');
    this.#pieces = null;
    return {
      text: tooLong ? text.slice(0, KEPT_CHARS) : text,
      line: this.#startLine,
      broken: tooLong ? 'too_long' : null,
    };
  }
}

/** How the records of a file follow each other, from its beginning; null where it holds none. */
export function jsonLayoutOf(head: string, isWhole: boolean): JsonLayout | null {
  const start = head.replace(RECORD_SEPARATOR, '').trimStart();
  if (start.startsWith('[')) {
    const first = start.slice(1).trimStart();
    if (first.startsWith('{') || first.startsWith(']')) return { kind: 'nested', of: 'objects', depth: 1 };
    if (first.startsWith('[')) return { kind: 'nested', of: 'arrays', depth: 1 };
    return isRowOfValues(firstLine(start)) ? { kind: 'lines', of: 'arrays' } : null;
  }
  if (!start.startsWith('{')) return null;
  if (isObject(firstLine(start))) return { kind: 'lines', of: 'objects' };
  const whole = createSplitter({ kind: 'nested', of: 'objects', depth: 0 }, Infinity).push(start);
  if (whole.length > 0) return { kind: 'nested', of: 'objects', depth: 0 };
  // One object that goes on behind the head: what an array in it holds are the records.
  for (let depth = 2; !isWhole && depth <= DEEPEST_RECORDS; depth++) {
    const layout: JsonLayout = { kind: 'nested', of: 'objects', depth };
    if (textsOf(start, layout).some(({ text, broken }) => text !== '' && broken !== 'stray')) return layout;
  }
  return { kind: 'lines', of: 'objects' };
}

/** The records of the beginning of a file, the last of them perhaps unclosed. */
export function textsOf(start: string, layout: JsonLayout): JsonText[] {
  const splitter = createSplitter(layout, Infinity);
  return [...splitter.push(start), ...splitter.end()];
}

/** Whether a text is a row of values as JSON writes it: `["u1", 7, null]`. */
export function isRowOfValues(text: string): boolean {
  const value = parsed(text);
  return Array.isArray(value) && value.length > 1;
}

/** A name that an object of a JSON text has twice; null for none. Readers of JSON keep the last of such values. */
export function repeatedName(text: string): string | null {
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined && string !== undefined) {
      const names = open.at(-1);
      if (names?.has(string)) return string.slice(1, -1);
      names?.add(string);
    }
  }
  return null;
}

/** The names of the plain values with which an object begins, before its first list or object. */
export function valuesBefore(start: string): string[] {
  const members =
    /^\s*\{\s*((?:"[^"\\]*"\s*:\s*(?:"[^"\\]*(?:\\.[^"\\]*)*"|[\w.+-]+)\s*,\s*)*)/.exec(start)?.[1] ?? '';
  return Object.keys((parsed(`{${members.replace(/,\s*$/, '')}}`) ?? {}) as object);
}

function firstLine(text: string): string {
  const end = text.search(/[\r\n]/);
  return end < 0 ? text : text.slice(0, end);
}

function isObject(text: string): boolean {
  const value = parsed(text);
  return typeof value === 'object' && value !== null;
}

/** The value of a JSON text; undefined when it is none. What Python writes for numbers that are none (NaN, Infinity) is null. */
export function parsed(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    if (!NO_NUMBER.test(text)) return undefined;
  }
  try {
    return JSON.parse(
      text.replace(STRING_OR_NO_NUMBER, (found) => (found.startsWith('"') ? found : 'null')),
      reviver,
    );
  } catch {
    return undefined;
  }
}

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;
const NO_NUMBER = /\b(?:NaN|Infinity)\b/;
const STRING_OR_NO_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;
