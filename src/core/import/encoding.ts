import { isAscii, isUtf8 } from 'node:buffer';
import type { FileEncoding } from '../../shared/import.ts';
import { decode, ONE_BYTE_ENCODINGS, rankEncodings } from './encoding-guess.ts';
import type { RankedEncoding } from './encoding-guess.ts';

/** How much of a file is looked at to tell its encoding. */
export const SNIFF_BYTES = 1 << 20;
/** How much of the lines that are not ASCII is read in all encodings. */
const GUESS_BYTES = 32 * 1024;
/** How many bytes from the first one beyond ASCII on are looked at where that is further on in a file. */
const BYTES_TO_TELL = 256;
/** A text in UTF-16 has zero bytes at one of two places in its digits, signs and line ends. */
const ZEROS_OF_UTF16 = 0.1;
/** Above this, a text is what its encoding is meant for. */
const NATURAL = 0.85;
const PASSABLE = 0.6;
/** How far the best encoding must be ahead. */
const CLEAR_LEAD = 0.25;
const SMALL_LEAD = 0.1;

/** Longer lines are not looked at as a whole. */
const LONGEST_LINE = 1 << 20;
const EAST_ASIAN = new Set<FileEncoding>(['big5', 'shift_jis', 'euc-jp', 'euc-kr']);
const CENTRAL = new Set<FileEncoding>(['windows-1250', 'iso-8859-2', 'windows-1257']);

/** How ISO-2022-JP, all of whose bytes are ASCII, changes to Japanese. */
const TO_JAPANESE = Buffer.from([0x1b, 0x24, 0x42]);

const BOMS: [FileEncoding, number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  ['gb18030', [0x84, 0x31, 0x95, 0x33]],
];

/** How many bytes of byte-order marks of this encoding a file begins with: some programs write it twice. */
export function bomLength(head: Uint8Array, encoding: FileEncoding): number {
  const bom = BOMS.find(([name]) => name === encoding)?.[1] ?? [];
  let length = 0;
  while (bom.length > 0 && bom.every((byte, index) => head[length + index] === byte)) length += bom.length;
  return length;
}

/** What the bytes of a file say of its encoding. */
export interface EncodingGuess {
  encoding: FileEncoding;
  /** `marked` by its first bytes; `sure`: it can hardly be another; `likely`: to be told; `open`: to be asked. */
  certainty: 'marked' | 'sure' | 'likely' | 'open';
  /** The best encodings, where it is not sure. */
  candidates: FileEncoding[];
}

const sure = (encoding: FileEncoding): EncodingGuess => ({ encoding, certainty: 'sure', candidates: [] });

/**
 * Tells the encoding of a file from its first bytes: byte-order mark, zero bytes of UTF-16, strict UTF-8, UTF-8 with damage;
 * else the encoding in which the text is most natural. `head` may end in the middle of a character unless it is the `whole` file.
 */
export function sniffEncoding(head: Uint8Array, whole: boolean): EncodingGuess {
  for (const [encoding] of BOMS) {
    if (bomLength(head, encoding) > 0) return { encoding, certainty: 'marked', candidates: [] };
  }
  const utf16 = utf16Of(head);
  if (utf16) return sure(utf16);
  const complete = whole ? head : head.subarray(0, completeUtf8Length(head));
  if (
    isAscii(complete) &&
    Buffer.from(complete.buffer, complete.byteOffset, complete.length).includes(TO_JAPANESE)
  )
    return sure('iso-2022-jp');
  if (isUtf8(complete)) return sure('utf-8');
  const foreign = foreignLines(complete);
  if (foreign.areUtf8) return sure('utf-8');
  return mostNatural(foreign.bytes);
}

function mostNatural(bytes: Uint8Array): EncodingGuess {
  const ranked = rankEncodings(bytes);
  const [best] = ranked;
  if (!best || best.score === 0) return { encoding: 'gb18030', certainty: 'open', candidates: [] };
  const { encoding, score } = best;
  // Two encodings that make the same text of these bytes are no doubt.
  const text = decode(bytes, encoding);
  const second = ranked.find((other) => decode(bytes, other.encoding) !== text);
  const lead = score - (second?.score ?? 0);
  if (score >= NATURAL && lead >= CLEAR_LEAD) return sure(encoding);
  const candidates = ranked.filter((other) => other.score > 0).map((other) => other.encoding);
  const isUsual = score >= NATURAL && usualAmong(encoding, ranked);
  const isLikely = score >= PASSABLE && (lead >= SMALL_LEAD || isUsual);
  return { encoding, certainty: isLikely ? 'likely' : 'open', candidates };
}

/** Whether an encoding is much more frequent than the others in which the text is as natural. */
function usualAmong(encoding: FileEncoding, ranked: readonly RankedEncoding[]): boolean {
  const [best] = ranked;
  const equals = ranked.filter(({ score }) => score === best?.score).map((other) => other.encoding);
  if (encoding === 'gb18030') return !equals.some((other) => EAST_ASIAN.has(other));
  return encoding === 'windows-1252' && equals.every((other) => other === encoding || CENTRAL.has(other));
}

/** UTF-16 without its mark: zero bytes in every other place, and hardly any in the others. */
export function utf16Of(bytes: Uint8Array): FileEncoding | null {
  // Rows of UTF-16 in the middle of another text do not make it that.
  const firstLine = bytes.subarray(0, bytes.indexOf(0x0a) + 1 || bytes.length);
  if (!firstLine.includes(0)) return null;
  const zeros = [0, 0];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const most = Math.max(even, odd);
  if (most < (bytes.length / 2) * ZEROS_OF_UTF16 || Math.min(even, odd) > most / 50) return null;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/** What is shown of a line before its first byte beyond ASCII, and behind it. */
const SHOWN_BEFORE = 24;
const SHOWN_BEHIND = 50;

/** The first line of a file that is not ASCII, to show what it would be in several encodings; null where all is ASCII, or UTF-16. */
export function foreignLine(head: Uint8Array, encoding: FileEncoding): Uint8Array | null {
  if (encoding.startsWith('utf-16') || isAscii(head)) return null;
  const bom = bomLength(head, encoding);
  const at = head.findIndex((byte, index) => byte >= 0x80 && index >= bom);
  if (at < 0) return null;
  const start = Math.max(head.lastIndexOf(0x0a, at) + 1, bom, at - SHOWN_BEFORE);
  // Up to a sign that is part of no character of two bytes.
  const end = head.findIndex(
    (byte, index) => index > at && (byte === 0x0a || (index > at + SHOWN_BEHIND && byte < 0x40)),
  );
  return head.subarray(start, end < 0 ? head.length : end);
}

/** The first lines beyond ASCII, and whether they are UTF-8 in spite of some damage. */
function foreignLines(bytes: Uint8Array): { bytes: Uint8Array; areUtf8: boolean } {
  const lines: Uint8Array[] = [];
  let length = 0;
  let utf8 = 0;
  let others = 0;
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    const next = end < 0 ? bytes.length : end + 1;
    const line = bytes.subarray(start, next);
    start = next;
    if (isAscii(line)) continue;
    if (isLikeUtf8(line)) utf8 += 1;
    else others += 1;
    if (length >= GUESS_BYTES) continue;
    const kept = line.length <= GUESS_BYTES ? line : startingForeign(line);
    lines.push(kept);
    length += kept.length;
  }
  return { bytes: Buffer.concat(lines), areUtf8: utf8 > 0 && utf8 * 4 >= others };
}

/** Of a line that is longer than a guess needs: from a little before its first byte beyond ASCII. */
function startingForeign(line: Uint8Array): Uint8Array {
  const start = Math.max(0, line.findIndex((byte) => byte >= 0x80) - SHOWN_BEFORE);
  return line.subarray(start, start + GUESS_BYTES);
}

/** Whether a line is UTF-8, perhaps with characters that a program cut in the middle: other encodings are not by chance. */
function isLikeUtf8(line: Uint8Array, isOneByte = false): boolean {
  // In encodings of one byte a character even one letter of UTF-8 would be two signs that never stand together.
  if (isOneByte) return isUtf8(line);
  const text = decode(line, 'utf-8');
  const wide = (text.match(/[\u0800-\uffef]|[\ud800-\udbff]/g) ?? []).length;
  const narrow = (text.match(/[\u0080-\u07ff]/g) ?? []).length;
  const broken = (text.match(/\ufffd/g) ?? []).length;
  return wide >= 2 ? broken * 2 <= wide + 1 : broken === 0 && narrow >= 3;
}

/** Length without the character that the bytes end in the middle of. */
function completeUtf8Length(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** What stands for bytes that are no character of the encoding. */
export const REPLACEMENT = '\uFFFD';

/**
 * Decodes a file chunk by chunk. A file that was only taken for UTF-8 and turns out not to be is read in the encoding that
 * its bytes tell from there on, when everything before was ASCII (the same in all); otherwise it is UTF-8 with damaged
 * bytes, which become U+FFFD. The byte-order mark must have been taken off.
 */
export class StreamDecoder {
  #encoding: FileEncoding;
  readonly #mayChange: boolean;
  #decoder: TextDecoder | null;
  #carry: Uint8Array = new Uint8Array(0);
  #asciiOnly = true;
  #damaged = false;
  #hasNul = false;

  /** `certain`: the encoding was chosen by the user or a byte-order mark, not guessed. */
  constructor(encoding: FileEncoding, certain: boolean) {
    this.#encoding = encoding;
    this.#mayChange = !certain;
    this.#decoder = encoding === 'utf-8' ? null : new TextDecoder(encoding, { ignoreBOM: true });
  }

  /** The encoding in use, which may have changed since the start. */
  get encoding(): FileEncoding {
    return this.#encoding;
  }

  /** Whether bytes came that are no character of the encoding: their rows hold U+FFFD. */
  get damaged(): boolean {
    return this.#damaged;
  }

  /** Whether zero bytes came, which no text has: damage, or something else than text further on in the file. */
  get hasNul(): boolean {
    return this.#hasNul;
  }

  /** The text of the next bytes; a character that is cut at their end comes with the next call. */
  decode(bytes: Uint8Array): string {
    const text = this.#decoder
      ? this.#decodeOther(this.#decoder, bytes, false)
      : this.#decodeUtf8(this.#withCarry(bytes), false);
    if (!this.#hasNul) this.#hasNul = text.includes('\0');
    return text;
  }

  /** What is left when the file has ended. */
  end(): string {
    if (this.#decoder) return this.#decodeOther(this.#decoder, new Uint8Array(0), true);
    return this.#decodeUtf8(this.#withCarry(new Uint8Array(0)), true);
  }

  #withCarry(bytes: Uint8Array): Uint8Array {
    if (this.#carry.length === 0) return bytes;
    const joined = Buffer.concat([this.#carry, bytes]);
    this.#carry = new Uint8Array(0);
    return joined;
  }

  #decodeOther(decoder: TextDecoder, bytes: Uint8Array, atEnd: boolean): string {
    const isGuess = this.#mayChange && !this.#encoding.startsWith('utf-16');
    const text = isGuess
      ? this.#decodeLines(decoder, bytes, atEnd)
      : decoder.decode(bytes, { stream: !atEnd });
    return this.#checked(text);
  }

  /**
   * Decodes whole lines. Those that are UTF-8 would be a text in the encoding of the others, but a wrong one: their characters
   * become U+FFFD, so that what was done cannot be read in their rows, and they are refused, as in a file that was joined of two.
   */
  #decodeLines(decoder: TextDecoder, bytes: Uint8Array, atEnd: boolean): string {
    const all = this.#withCarry(bytes);
    const lastLine = all.lastIndexOf(0x0a) + 1;
    const end = atEnd || all.length - lastLine > LONGEST_LINE ? all.length : lastLine;
    this.#carry = Uint8Array.from(all.subarray(end));
    const isOneByte = ONE_BYTE_ENCODINGS.has(this.#encoding);
    let text = '';
    let done = 0;
    for (let start = 0; start < end;) {
      const next = Math.min(all.indexOf(0x0a, start) + 1 || end, end);
      const line = all.subarray(start, next);
      if (!isAscii(line) && isUtf8(line) && isLikeUtf8(line, isOneByte)) {
        text += decoder.decode(all.subarray(done, start), { stream: true }) + withoutCharacters(line);
        done = next;
      }
      start = next;
    }
    return text + decoder.decode(all.subarray(done, end), { stream: !atEnd });
  }

  #checked(text: string): string {
    if (!this.#damaged) this.#damaged = text.includes(REPLACEMENT);
    return text;
  }

  #decodeUtf8(bytes: Uint8Array, atEnd: boolean): string {
    const length = atEnd ? bytes.length : completeUtf8Length(bytes);
    const complete = bytes.subarray(0, length);
    const valid = isUtf8(complete);
    if (!valid && this.#mayChange && this.#asciiOnly) {
      const first = bytes.findIndex((byte) => byte >= 0x80);
      // A few bytes more tell more.
      if (!atEnd && bytes.length - first < BYTES_TO_TELL) {
        this.#carry = Uint8Array.from(bytes.subarray(first));
        return Buffer.from(bytes.subarray(0, first)).toString('latin1');
      }
      const { encoding, certainty } = sniffEncoding(bytes, atEnd);
      if (encoding !== 'utf-8' && certainty !== 'open') {
        this.#encoding = encoding;
        this.#decoder = new TextDecoder(encoding, { ignoreBOM: true });
        return this.#decodeOther(this.#decoder, bytes, atEnd);
      }
    }
    if (!valid) this.#damaged = true;
    if (this.#asciiOnly) this.#asciiOnly = isAscii(complete);
    // A copy: the caller reads the next bytes into the same buffer.
    this.#carry = Uint8Array.from(bytes.subarray(length));
    return Buffer.from(complete.buffer, complete.byteOffset, complete.length).toString('utf8');
  }
}

/** A line with U+FFFD in place of each byte that is not ASCII. */
function withoutCharacters(line: Uint8Array): string {
  return Buffer.from(line)
    .toString('latin1')
    .replace(/[\u0080-\u00ff]/g, REPLACEMENT);
}
