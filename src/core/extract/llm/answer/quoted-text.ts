/** Where in a list or object a string stands: what may follow its end depends on it. */
export type StringPlace = 'key' | 'member' | 'element';

export interface QuotedText {
  /** What the string says. */
  value: string;
  /** Offset of what follows the string. */
  end: number;
  /** True when its end had to be guessed: a quote or a line break in it was not escaped, or its closing quote is missing. */
  guessed: boolean;
}

/** Closing quotes by opening quote; models mix the typographic ones. */
const CLOSING: Record<string, string> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”“"',
  '”': '”“"',
  '‘': "’‘'",
  '’': "’‘'",
};
const STOPS: Record<string, RegExp> = Object.fromEntries(
  Object.entries(CLOSING).map(([open, close]) => [open, new RegExp(`[${close}\\\\\\n]`, 'g')]),
);
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

const SPACE = /\s*/y;
/** What an element of a list, or the end of the list, begins with. */
const ELEMENT = /\s*(?:["'`“”‘’{[\]}｛［］｝\-+\d#/.…,，]|true|false|null|none|$)/iy;
/** What a member of an object, or the end of the object, begins with. */
const MEMBER = /\s*(?:["'`“”‘’{}\]｝］/#.…,，]|[A-Za-z_$][\w$]{0,40}\s*[:：]|$)/y;
const COMMENT = /\/\/|\/\*|#\s/y;
const QUOTE = /["'`“”‘’]/;
const AFTER_STRING = /[,:，：\]}］｝]/;

export function isQuote(char: string): boolean {
  return char in CLOSING;
}

/**
 * Reads the string that begins with the quote at `start`. Its end is the first closing quote with something behind it
 * that may follow a string there, so that quotes that were not escaped stay in the text. Null when the text ends first.
 */
export function readQuoted(text: string, start: number, place: StringPlace): QuotedText | null {
  const open = text.charAt(start);
  const stops = STOPS[open] ?? /["\\\n]/g;
  let guessed = false;
  let at = start + 1;
  for (;;) {
    stops.lastIndex = at;
    const stop = stops.exec(text);
    if (!stop) return null;
    const { index } = stop;
    if (stop[0] === '\\') {
      if (index + 1 >= text.length) return null;
      at = index + 2;
    } else if (stop[0] === '\n') {
      const next = skipSpace(text, index);
      if (goesOn(text, next)) {
        // The comma behind the missing quote looks like part of the string.
        const said = text
          .slice(start + 1, index)
          .trimEnd()
          .replace(/[,，]$/, '');
        return { value: unescape(said), end: index, guessed: true };
      }
      at = next;
    } else if (mayEnd(text, index + 1, place)) {
      return { value: unescape(text.slice(start + 1, index)), end: index + 1, guessed };
    } else {
      guessed = true;
      at = index + 1;
    }
  }
}

/** Whether what stands at `at` may follow a string. */
function mayEnd(text: string, at: number, place: StringPlace): boolean {
  const next = skipSpace(text, at);
  const char = text.charAt(next);
  if (char === '') return true;
  if (place === 'key' && (char === ':' || char === '：' || char === '=')) return true;
  if (char === ']' || char === '}' || char === '］' || char === '｝') return true;
  if (char === ',' || char === '，') return holds(place === 'element' ? ELEMENT : MEMBER, text, next + 1);
  if (holds(COMMENT, text, next)) return true;
  // A comma was forgotten: the quote begins a string, it does not end one.
  return next > at && isQuote(char) && !AFTER_STRING.test(charAfterSpace(text, next + 1));
}

/** Whether a line that begins at `next` goes on with the structure, so that the string before it lacks its closing quote. */
function goesOn(text: string, next: number): boolean {
  const char = text.charAt(next);
  if (char === ']' || char === '}') return true;
  return QUOTE.test(char) && next + 1 < text.length && !AFTER_STRING.test(charAfterSpace(text, next + 1));
}

function charAfterSpace(text: string, at: number): string {
  return text.charAt(skipSpace(text, at));
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

function holds(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function unescape(said: string): string {
  if (!said.includes('\\')) return said;
  return said.replace(/\\(u[0-9a-fA-F]{4}|[^])/g, (_whole, code: string) =>
    code.length === 5 ? String.fromCharCode(parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code),
  );
}
