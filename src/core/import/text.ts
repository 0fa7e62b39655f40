/**
 * A copy that shares no memory with its source. V8 makes a substring a view of the string it was cut from, so one kept
 * id would keep the whole decoded chunk (megabytes) alive.
 */
export function ownCopy(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

const CONTROL = /\p{Cc}+/gu;

/** Text of a file for a message: at most `limit` characters in one line, without control characters. */
export function printable(text: string, limit: number): string {
  return cut(text.replace(CONTROL, ' '), limit);
}

/** At most `limit` characters, in memory of its own. */
export function cut(text: string, limit: number): string {
  return ownCopy(text.length > limit ? text.slice(0, limit) : text);
}
