/** Characters in a piece of a long text: a few screens, which the browser lays out in a few milliseconds. */
const PIECE_CHARS = 6_000;
/** A line longer than this is broken up: some models answer in a single line. */
const LINE_CHARS = 20_000;

/**
 * Cuts a text into pieces at line breaks, so that the browser can skip the layout of the pieces that are out of sight.
 * Joined, the pieces are the text again.
 */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const wanted = text.indexOf('\n', Math.min(start + PIECE_CHARS, text.length));
    const end = wanted < 0 ? text.length : wanted + 1;
    const cut = Math.min(end, start + LINE_CHARS);
    pieces.push(text.slice(start, cut));
    start = cut;
  }
  return pieces;
}
