import { clearMergeCache, countTokens as count, setMergeCacheSize } from 'gpt-tokenizer/encoding/o200k_base';

/** Special tokens of a model, e.g. `<|endoftext|>`, are plain text in a log. */
const PLAIN_TEXT = { disallowedSpecial: new Set<string>() };

/** Merging is quadratic in the length of a word: one without a break must not take minutes. */
const LONGEST_RUN = 256;

const CACHED_WORDS = 20_000;
/** A cached word can keep alive the whole text it was cut from (V8 slices strings lazily): so much text at the most. */
const CACHED_CHARS = 4_000_000;

setMergeCacheSize(CACHED_WORDS);
let charsSinceClear = 0;

/**
 * How many tokens a text has by the o200k encoding. Other models count differently: OutputModel learns by how much. Takes
 * any text in time linear to its length; words of more than 256 characters are counted in pieces.
 */
export function countTokens(text: string): number {
  charsSinceClear += text.length;
  if (charsSinceClear > CACHED_CHARS) {
    clearMergeCache();
    charsSinceClear = text.length;
  }
  if (text.length <= LONGEST_RUN) return count(text, PLAIN_TEXT);
  let tokens = 0;
  let from = 0;
  for (const end of runEnds(text)) {
    tokens += count(text.slice(from, end), PLAIN_TEXT);
    from = end;
  }
  return tokens + count(text.slice(from), PLAIN_TEXT);
}

/** Where to cut words, or blanks, that go on for too long. */
function runEnds(text: string): number[] {
  const ends: number[] = [];
  let start = 0;
  let blank = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 !== blank) {
      blank = !blank;
      start = at;
    } else if (at - start >= LONGEST_RUN && !isLowSurrogate(code)) {
      ends.push(at);
      start = at;
    }
  }
  return ends;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
