/** How the records of a JSON file follow each other. */
export type JsonLayout =
  /** One on each line. */
  | { kind: 'lines' }
  /** Objects: one after the other (depth 0), in an array (1), or in an array that is a member of the one object (2). */
  | { kind: 'objects'; depth: number };

/** The text of one value, and the line that it begins in; `broken`: why it is none. */
export interface JsonText {
  text: string;
  line: number;
  broken: 'too_long' | 'unclosed' | null;
}

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
/** Of a value that is too long, what is kept to show it. */
const KEPT_CHARS = 500;

/** Cuts text that arrives in pieces into the JSON values that are its records. Memory is bounded by the longest value allowed. */
export interface JsonSplitter {
  push(text: string): JsonText[];
  end(): JsonText[];
}

export function createSplitter(layout: JsonLayout, maxChars: number): JsonSplitter {
  return layout.kind === 'lines' ? new LineSplitter(maxChars) : new ObjectSplitter(layout.depth, maxChars);
}

/** One value on each line; empty lines are none. A broken line costs nothing but itself. */
class LineSplitter implements JsonSplitter {
  readonly #maxChars: number;
  #rest = '';
  #line = 1;
  /** Of a line that is too long, its beginning. */
  #dropped: string | null = null;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  push(text: string): JsonText[] {
    const found: JsonText[] = [];
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

  #take(piece: string, found: JsonText[]): void {
    if (this.#dropped !== null) {
      found.push({ text: this.#dropped, line: this.#line, broken: 'too_long' });
      this.#dropped = null;
      return;
    }
    const text = (this.#rest + piece).trim();
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

/** The objects at one depth of nesting, wherever their lines break. */
class ObjectSplitter implements JsonSplitter {
  readonly #target: number;
  readonly #maxChars: number;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #line = 1;
  /** The pieces of the value that is being read; null between values. */
  #pieces: string[] | null = null;
  #chars = 0;
  #startLine = 1;

  constructor(target: number, maxChars: number) {
    this.#target = target;
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
          break;
        case OPEN_OBJECT:
        case OPEN_ARRAY:
          if (code === OPEN_OBJECT && this.#depth === this.#target) {
            [this.#pieces, this.#chars, this.#startLine] = [[], 0, this.#line];
            start = at;
          }
          this.#depth += 1;
          break;
        case CLOSE_OBJECT:
        case CLOSE_ARRAY:
          this.#depth -= 1;
          if (this.#pieces && this.#depth === this.#target) {
            this.#keep(text.slice(start, at + 1));
            found.push(this.#value());
            start = -1;
          }
          break;
        default:
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

/** How the records of a file follow each other, from its beginning; null where it holds no objects. */
export function jsonLayoutOf(head: string, isWhole: boolean): JsonLayout | null {
  const start = head.trimStart();
  if (start.startsWith('[')) {
    const first = start.slice(1).trimStart();
    return first.startsWith('{') || first.startsWith(']') ? { kind: 'objects', depth: 1 } : null;
  }
  if (!start.startsWith('{')) return null;
  const end = start.search(/[\r\n]/);
  if (isObject(end < 0 ? start : start.slice(0, end))) return { kind: 'lines' };
  const whole = createSplitter({ kind: 'objects', depth: 0 }, Infinity).push(start);
  if (whole.length > 0) return { kind: 'objects', depth: 0 };
  // One object that goes on behind the head: what its array holds are the records.
  if (!isWhole && createSplitter({ kind: 'objects', depth: 2 }, Infinity).push(start).length > 0) {
    return { kind: 'objects', depth: 2 };
  }
  return { kind: 'lines' };
}

function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
