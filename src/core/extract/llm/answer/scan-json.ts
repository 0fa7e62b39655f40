import { OutlineBuilder } from './outline-builder.ts';
import type { Outline } from './outline-builder.ts';
import { isQuote, readQuoted } from './quoted-text.ts';
import type { QuotedText } from './quoted-text.ts';

/** No answer is nested deeper. A model that repeats an opening bracket is, and parsing it takes a hundred bytes a level. */
export const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The value of a JSON text; undefined when it is not JSON, or nested deeper than MAX_DEPTH. Never throws. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) depth += 1;
    else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Offset of the closing quote of the string that begins at `start`; of the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

export interface ScannedText {
  /** The lists and objects of the text with strings properly quoted and brackets balanced; all else as it was. */
  text: string;
  roots: Outline[];
  /** True when the text ends inside a list or object. */
  cut: boolean;
  /** True when words follow a top-level list or object. */
  goesOn: boolean;
}

const STRUCTURE: Record<string, string> = {
  '｛': '{',
  '｝': '}',
  '［': '[',
  '］': ']',
  '，': ',',
  '：': ':',
  '\u00a0': ' ',
  '\u3000': ' ',
};
const OPENING = /[{[｛［]/g;
/** A bracket followed by the beginning of data, as opposed to a bracket in prose. */
const DATA_BEGINS =
  /[{｛]\s*(?:["'`“”‘’}｝\\{[/#]|[A-Za-z_$@][\w$]*\s*[:：])|[[［]\s*(?:["'`“”‘’{[\]｛［］\\/#]|-?\d)/y;
/** The marks around a code block, with its language. */
const FENCE = /```\w*/g;
const SPACE = /\s+/y;
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\/|\/\*[^]*$|#(?!\d)[^\n]*/y;
const WORD = /(?:[^\s,:，：{}[\]｛｝［］"“”/]|\/(?![/*]))+/y;
/** The beginning of the next user, where a string that was not closed must end. */
const NEXT_USER = /["'”’]?\s{0,20}[\]}][\s\]},，]{0,40}\{\s{0,20}["'“”]?user_?id["'“”]?\s{0,20}[:：]/gi;
/** Strings that may be ended at the next user: each requires a search in the rest of the text. */
const MAX_RESUMED = 50;
/** No answer has as many lists and objects. A model that repeats a bracket has, and each takes some hundred bytes. */
const MAX_NODES = 100_000;
const LEFT_OUT = /^(?:\.{2,}|…+)/;

/**
 * Finds the lists and objects in any text, in one pass, and mends what a parser stumbles over first: quotes that were
 * not escaped, typographic quotes and brackets, brackets that are missing or too many, comments, prose around the data.
 */
export function scanJson(text: string, maxNodes = MAX_NODES): ScannedText {
  return new Scanner(text, maxNodes).scan();
}

class Scanner {
  readonly #text: string;
  readonly #maxNodes: number;
  readonly #builder = new OutlineBuilder();
  #at = 0;
  /** End of the last word. */
  #wordEnd = -1;
  /** True while the last value is text without quotes that may not be complete. */
  #endsInText = false;
  /** Number of strings that were ended because a user begins in them. */
  #resumed = 0;
  /** Position of the next user found last; out of date unless it is after `#at`. */
  #nextUser = -1;
  #goesOn = false;

  constructor(text: string, maxNodes: number) {
    this.#text = text;
    this.#maxNodes = maxNodes;
  }

  scan(): ScannedText {
    let unfinished = false;
    while (this.#at < this.#text.length && !unfinished) {
      if (this.#builder.depth === 0) this.#skipProse();
      else unfinished = !this.#step();
    }
    const cut = this.#builder.depth > 0;
    if (cut && this.#endsInText) this.#builder.guess();
    this.#builder.end();
    return { text: this.#builder.text(), roots: this.#builder.roots, cut, goesOn: this.#goesOn };
  }

  #skipProse(): void {
    OPENING.lastIndex = this.#at;
    const found = OPENING.exec(this.#text);
    if (this.#builder.roots.length > 0 && !this.#goesOn) {
      const prose = this.#text.slice(this.#at, found?.index).replace(FENCE, '');
      this.#goesOn = /\p{L}/u.test(prose);
    }
    if (!found) {
      this.#at = this.#text.length;
      return;
    }
    this.#at = found.index + 1;
    DATA_BEGINS.lastIndex = found.index;
    if (DATA_BEGINS.test(this.#text)) this.#builder.enter(asStructure(found[0]) === '{' ? 'object' : 'list');
  }

  /** Returns false when the text ends inside a string, or cannot be read any further. */
  #step(): boolean {
    const char = asStructure(this.#text.charAt(this.#at));
    if (isQuote(char)) {
      this.#endsInText = false;
      return this.#string();
    }
    if (this.#skip(SPACE)) {
      this.#builder.space();
      return true;
    }
    if (this.#skip(COMMENT)) return true;
    this.#endsInText = false;
    switch (char) {
      case '{':
      case '[':
        if (this.#builder.depth >= MAX_DEPTH || this.#builder.nodes >= this.#maxNodes) return false;
        this.#at += 1;
        this.#builder.enter(char === '{' ? 'object' : 'list');
        return true;
      case '}':
      case ']':
        this.#at += 1;
        this.#builder.close(char === '}' ? 'object' : 'list');
        return true;
      case ',':
        this.#at += 1;
        this.#builder.comma();
        return true;
      case ':':
        this.#at += 1;
        this.#builder.colon();
        return true;
      default:
        this.#word();
        return true;
    }
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #string(): boolean {
    if (this.#at === this.#wordEnd) {
      // The word is a string without an opening quote.
      this.#at += 1;
      this.#builder.guess();
      return true;
    }
    const read = readQuoted(this.#text, this.#at, this.#builder.place);
    const quoted = read && !read.guessed ? read : (this.#upToNextUser(read?.end) ?? read);
    if (!quoted) return false;
    if (quoted.guessed) this.#builder.guess();
    this.#at = quoted.end;
    this.#builder.string(quoted.value);
    return true;
  }

  /** The string at the current position up to the next user, if one begins before `end`. */
  #upToNextUser(end = this.#text.length): QuotedText | null {
    if (this.#resumed >= MAX_RESUMED) return null;
    if (this.#nextUser <= this.#at) {
      NEXT_USER.lastIndex = this.#at + 1;
      this.#nextUser = NEXT_USER.exec(this.#text)?.index ?? Infinity;
    }
    const next = this.#nextUser;
    if (next >= end) return null;
    this.#resumed += 1;
    this.#builder.doubtful = true;
    const value = this.#text.slice(this.#at + 1, next);
    return { value, end: next + (isQuote(this.#text.charAt(next)) ? 1 : 0), guessed: true };
  }

  #word(): void {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0] ?? this.#text.charAt(this.#at);
    this.#at += word.length;
    if (LEFT_OUT.test(word)) {
      this.#builder.guess();
      return;
    }
    this.#wordEnd = this.#at;
    this.#endsInText = !/^-?\d/.test(word);
    this.#builder.word(word.replace(/^#(?=\d)/, ''));
  }
}

function asStructure(char: string): string {
  return STRUCTURE[char] ?? char;
}
