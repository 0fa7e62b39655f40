import type { StringPlace } from './quoted-text.ts';

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

type Kind = Outline['kind'];

const OPENER = { object: '{', list: '[' } as const;
const CLOSER = { object: '}', list: ']' } as const;

/** Takes the pieces of a damaged text one after the other, and gives the text mended and the outline of what is in it. */
export class OutlineBuilder {
  readonly roots: Outline[] = [];
  /** Set once what follows rests on a guess, whatever it is. */
  doubtful = false;
  readonly #out: string[] = [];
  #nodes = 0;
  #length = 0;
  readonly #open: Outline[] = [];
  readonly #openOf = { object: 0, list: 0 };
  /** Of the member being read, per open list or object: null where a member's name should come. */
  readonly #member: (string | null)[] = [];
  /** The last string or word: the name of a member when a colon follows. */
  #last = '';
  /** True right behind a quoted name of a member, before its colon. */
  #named = false;
  #afterComma = false;

  /** How many lists and objects there are so far. */
  get nodes(): number {
    return this.#nodes;
  }

  /** How many lists and objects are open. */
  get depth(): number {
    return this.#open.length;
  }

  /** Where in the innermost list or object the next value stands. */
  get place(): StringPlace {
    if (this.#open.at(-1)?.kind === 'list') return 'element';
    return this.#member.at(-1) === null ? 'key' : 'member';
  }

  /** The mended text so far. */
  text(): string {
    return this.#out.join('');
  }

  space(): void {
    this.#emit(' ');
  }

  string(value: string): void {
    const isName = this.place === 'key';
    if (this.#named) this.#forgottenColon();
    this.#value(JSON.stringify(value), value);
    this.#named = isName;
  }

  /** Anything that is neither string nor structure: a number, a name without quotes. */
  word(word: string): void {
    if (this.#named && /^(?:=>?|->)$/.test(word)) this.colon();
    else this.#value(word, word);
  }

  comma(): void {
    this.#named = false;
    if (this.#afterComma) return;
    this.#setMember(null);
    this.#emit(',');
    this.#afterComma = true;
  }

  colon(): void {
    const top = this.#open.at(-1);
    if (top?.kind === 'object') {
      top.keys.add(this.#last);
      this.#setMember(this.#last);
    } else {
      this.guess();
    }
    this.#emit(':');
    this.#named = false;
  }

  enter(kind: Kind): void {
    if (this.#named && kind === 'list') this.#forgottenColon();
    // An object where a member's name should be: the objects around it were not closed.
    while (kind === 'object' && this.#open.at(-1)?.kind === 'object' && this.place === 'key') {
      this.guess();
      this.#leave(false);
    }
    const parent = this.#open.at(-1);
    if (parent && (this.#out.at(-1) === '}' || this.#out.at(-1) === ']')) this.#emit(',');
    const node: Outline = {
      kind,
      key: this.#member.at(-1) ?? null,
      keys: new Set(),
      start: this.#length,
      end: 0,
      closed: false,
      guessed: this.doubtful,
      children: [],
    };
    this.#nodes += 1;
    (parent ? parent.children : this.roots).push(node);
    this.#open.push(node);
    this.#openOf[kind] += 1;
    this.#member.push(null);
    this.#emit(OPENER[kind]);
    this.#afterComma = false;
  }

  /** A closing bracket closes the nearest list or object of its kind, and all that was not closed in it. */
  close(kind: Kind): void {
    if (this.#openOf[kind] === 0) {
      this.guess();
      return;
    }
    while (this.#open.at(-1)?.kind !== kind) {
      this.guess();
      this.#leave(false);
    }
    this.#leave(true);
  }

  /** The text is over: what is open stays unclosed in the outline, though not in the mended text. */
  end(): void {
    while (this.#open.length > 0) this.#leave(false);
  }

  /** Something about the innermost list or object had to be guessed. */
  guess(): void {
    const top = this.#open.at(-1);
    if (top) top.guessed = true;
  }

  #leave(closed: boolean): void {
    const node = this.#open.pop();
    this.#member.pop();
    if (!node) return;
    this.#openOf[node.kind] -= 1;
    this.#value(CLOSER[node.kind], '');
    node.closed = closed;
    node.end = this.#length;
    const parent = this.#open.at(-1);
    if (parent && node.guessed) parent.guessed = true;
  }

  #forgottenColon(): void {
    this.guess();
    this.colon();
  }

  #value(mended: string, said: string): void {
    this.#emit(mended);
    this.#last = said;
    this.#afterComma = false;
    this.#named = false;
    this.#setMember(null);
  }

  #setMember(name: string | null): void {
    if (this.#member.length > 0) this.#member[this.#member.length - 1] = name;
  }

  #emit(piece: string): void {
    this.#out.push(piece);
    this.#length += piece.length;
  }
}
