import { isQuote, readQuoted } from './quoted-text.ts';
import type { QuotedText, StringPlace } from './quoted-text.ts';

/** A list or object in a damaged text. Offsets are those of the mended text. */
export interface Outline {
  kind: 'object' | 'list';
  /** Its name in the object around it; null in a list and at the top. */
  key: string | null;
  /** Names of its members, in an object. */
  keys: Set<string>;
  start: number;
  /** Behind its last character. */
  end: number;
  /** True when its own closing bracket was there. */
  closed: boolean;
  /** True when what belongs to it had to be guessed, here or further in: brackets, quotes, or parts left out (…). */
  guessed: boolean;
  children: Outline[];
}

export interface ScannedText {
  /** The lists and objects of the text with strings properly quoted and brackets balanced; all else as it was. */
  text: string;
  roots: Outline[];
  /** True when the text ends inside a list or object. */
  cut: boolean;
}

const CLOSER = { object: '}', list: ']' } as const;
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
/** Prose has brackets too; these begin like data. */
const DATA_BEGINS =
  /[{｛]\s*(?:["'`“”‘’}｝\\{[/#]|[A-Za-z_$@][\w$]*\s*[:：])|[[［]\s*(?:["'`“”‘’{[\]｛［］\\/#]|-?\d)/y;
const SPACE = /\s+/y;
const COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\/|\/\*[^]*$|#(?!\d)[^\n]*/y;
const WORD = /(?:[^\s,:，：{}[\]｛｝［］"“”/]|\/(?![/*]))+/y;
/** Where the next user begins: what a string that was never closed must not swallow. */
const NEXT_USER = /["'”’]?\s{0,20}[\]}][\s\]},，]{0,40}\{\s{0,20}["'“”]?user_?id["'“”]?\s{0,20}[:：]/gi;
/** Each costs a look at the rest of the text. */
const MAX_RESUMED = 50;
/** No answer is so deep; a model that repeats an opening bracket for ever is. */
const MAX_DEPTH = 64;
const LEFT_OUT = /^(?:\.{2,}|…+)/;

/**
 * Finds the lists and objects in any text, in one pass, and mends what a parser stumbles over first: quotes that were
 * not escaped, typographic quotes and brackets, brackets that are missing or too many, comments, prose around the data.
 */
export function scanJson(text: string): ScannedText {
  return new Scanner(text).scan();
}

class Scanner {
  readonly #text: string;
  readonly #out: string[] = [];
  #length = 0;
  #at = 0;
  readonly #open: Outline[] = [];
  readonly #roots: Outline[] = [];
  readonly #openOf = { object: 0, list: 0 };
  /** Of the member being read, per open list or object: null where a member's name should come. */
  readonly #member: (string | null)[] = [];
  /** The last string or word: the name of a member when a colon follows. */
  #last = '';
  /** True right behind a quoted name of a member, before its colon. */
  #named = false;
  /** Where the last word ended. */
  #wordEnd = -1;
  /** How often a string was ended because a user began in it: what follows rests on a guess. */
  #resumed = 0;
  /** Where the next user begins, as far as it was looked for: behind `#at`, or out of date. */
  #nextUser = -1;
  #afterComma = false;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): ScannedText {
    let unfinished = false;
    while (this.#at < this.#text.length && !unfinished) {
      if (this.#open.length === 0) this.#skipProse();
      else unfinished = !this.#step();
    }
    const cut = this.#open.length > 0;
    while (this.#open.length > 0) this.#leave(false);
    return { text: this.#out.join(''), roots: this.#roots, cut };
  }

  #skipProse(): void {
    OPENING.lastIndex = this.#at;
    const found = OPENING.exec(this.#text);
    if (!found) {
      this.#at = this.#text.length;
      return;
    }
    this.#at = found.index + 1;
    DATA_BEGINS.lastIndex = found.index;
    if (DATA_BEGINS.test(this.#text)) this.#enter(asStructure(found[0]) === '{' ? 'object' : 'list');
  }

  /** False when the text ends inside a string, or makes no sense any more. */
  #step(): boolean {
    const char = asStructure(this.#text.charAt(this.#at));
    if (isQuote(char)) return this.#string();
    if (this.#skip(SPACE)) {
      this.#emit(' ');
      return true;
    }
    if (this.#skip(COMMENT)) return true;
    switch (char) {
      case '{':
      case '[':
        if (this.#open.length >= MAX_DEPTH) return false;
        this.#at += 1;
        this.#enter(char === '{' ? 'object' : 'list');
        return true;
      case '}':
      case ']':
        this.#at += 1;
        this.#close(char === '}' ? 'object' : 'list');
        return true;
      case ',':
        this.#at += 1;
        this.#comma();
        return true;
      case ':':
        this.#at += 1;
        this.#colon();
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
      // The word was a string that lacks its opening quote.
      this.#at += 1;
      this.#guess();
      return true;
    }
    const place = this.#place();
    const read = readQuoted(this.#text, this.#at, place);
    const quoted = read && !read.guessed ? read : (this.#upToNextUser(read?.end) ?? read);
    if (!quoted) return false;
    if (quoted.guessed) this.#guess();
    this.#at = quoted.end;
    if (this.#named) this.#forgottenColon();
    this.#last = quoted.value;
    this.#value(JSON.stringify(quoted.value));
    this.#named = place === 'key';
    return true;
  }

  /** The string at hand as far as the next user, when he begins before `end`. */
  #upToNextUser(end = this.#text.length): QuotedText | null {
    if (this.#resumed >= MAX_RESUMED) return null;
    if (this.#nextUser <= this.#at) {
      NEXT_USER.lastIndex = this.#at + 1;
      this.#nextUser = NEXT_USER.exec(this.#text)?.index ?? Infinity;
    }
    const next = this.#nextUser;
    if (next >= end) return null;
    this.#resumed += 1;
    const value = this.#text.slice(this.#at + 1, next);
    return { value, end: next + (isQuote(this.#text.charAt(next)) ? 1 : 0), guessed: true };
  }

  #place(): StringPlace {
    if (this.#top()?.kind === 'list') return 'element';
    return this.#member.at(-1) === null ? 'key' : 'member';
  }

  #word(): void {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0] ?? this.#text.charAt(this.#at);
    this.#at += word.length;
    if (LEFT_OUT.test(word)) {
      this.#guess();
      return;
    }
    this.#wordEnd = this.#at;
    if (this.#named && /^(?:=>?|->)$/.test(word)) {
      this.#colon();
      return;
    }
    this.#last = word.replace(/^#(?=\d)/, '');
    this.#value(this.#last);
  }

  #comma(): void {
    this.#named = false;
    if (this.#afterComma) return;
    this.#setMember(null);
    this.#emit(',');
    this.#afterComma = true;
  }

  #colon(): void {
    const top = this.#top();
    if (top?.kind === 'object') {
      top.keys.add(this.#last);
      this.#setMember(this.#last);
    } else {
      this.#guess();
    }
    this.#emit(':');
    this.#named = false;
  }

  #forgottenColon(): void {
    this.#guess();
    this.#colon();
  }

  #enter(kind: Outline['kind']): void {
    if (this.#named && kind === 'list') this.#forgottenColon();
    // An object where a member's name should be: the objects around it were not closed.
    while (kind === 'object' && this.#top()?.kind === 'object' && this.#member.at(-1) === null) {
      this.#guess();
      this.#leave(false);
    }
    const parent = this.#top();
    if (parent && this.#out.at(-1) !== ',' && this.#afterValue()) this.#emit(',');
    const node: Outline = {
      kind,
      key: this.#member.at(-1) ?? null,
      keys: new Set(),
      start: this.#length,
      end: 0,
      closed: false,
      guessed: this.#resumed > 0,
      children: [],
    };
    (parent ? parent.children : this.#roots).push(node);
    this.#open.push(node);
    this.#openOf[kind] += 1;
    this.#member.push(null);
    this.#emit(kind === 'object' ? '{' : '[');
    this.#afterComma = false;
  }

  #afterValue(): boolean {
    const last = this.#out.at(-1);
    return last === '}' || last === ']';
  }

  /** A closing bracket closes the nearest list or object of its kind, and all that was not closed in it. */
  #close(kind: Outline['kind']): void {
    if (this.#openOf[kind] === 0) {
      this.#guess();
      return;
    }
    while (this.#top()?.kind !== kind) {
      this.#guess();
      this.#leave(false);
    }
    this.#leave(true);
  }

  #leave(closed: boolean): void {
    const node = this.#open.pop();
    this.#member.pop();
    if (!node) return;
    this.#openOf[node.kind] -= 1;
    this.#value(CLOSER[node.kind]);
    node.closed = closed;
    node.end = this.#length;
    const parent = this.#top();
    if (parent && node.guessed) parent.guessed = true;
  }

  #guess(): void {
    const top = this.#top();
    if (top) top.guessed = true;
  }

  #top(): Outline | undefined {
    return this.#open.at(-1);
  }

  #setMember(name: string | null): void {
    if (this.#member.length > 0) this.#member[this.#member.length - 1] = name;
  }

  #value(mended: string): void {
    this.#emit(mended);
    this.#afterComma = false;
    this.#setMember(null);
    this.#named = false;
  }

  #emit(piece: string): void {
    this.#out.push(piece);
    this.#length += piece.length;
  }
}

function asStructure(char: string): string {
  return STRUCTURE[char] ?? char;
}
