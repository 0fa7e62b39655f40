const VALUE_CHARS = 500;
/** What is kept of the beginning of a long value; the rest of the room goes to its end. */
const HEAD_SHARE = 0.6;

/** Line breaks of every kind, control characters and blanks. */
const BLANKS = /[\s\p{Cc}]+/gu;
/** Local servers turn `<|im_start|>` in a message into the token that begins a message: a blank in it makes it text. */
const SPECIAL_TOKEN = /<\|/g;

/**
 * A value of a log as it may stand in a line of the prompt: one line, no control characters, valid Unicode, at most
 * `limit` characters. A longer one loses its middle.
 */
export function cleanValue(value: string, limit = VALUE_CHARS): string {
  const line = value.replace(BLANKS, ' ').trim().replace(SPECIAL_TOKEN, '< |').toWellFormed();
  return line.length <= limit ? line : shorten(line, limit);
}

/** The name of a field: what would end it early is replaced. */
export function cleanName(name: string): string {
  return cleanValue(name, 60).replace(/[ =:;]+/g, '_');
}

function shorten(line: string, limit: number): string {
  const characters = Array.from(line);
  if (characters.length <= limit) return line;
  const head = Math.floor((limit - 1) * HEAD_SHARE);
  const tail = limit - 1 - head;
  return `${characters.slice(0, head).join('')}…${characters.slice(-tail).join('')}`;
}
