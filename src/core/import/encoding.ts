import { isAscii, isUtf8 } from 'node:buffer';
import type { FileEncoding } from '../../shared/import.ts';

/** How much of a file is looked at to tell its encoding. */
export const SNIFF_BYTES = 1 << 20;
/** GB18030 read as UTF-8 is broken at every other character, not at every fiftieth. */
const MAX_BROKEN_SHARE = 0.02;

const BOMS: [FileEncoding, number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  ['gb18030', [0x84, 0x31, 0x95, 0x33]],
];

/** How many bytes of byte-order mark of this encoding a file begins with. */
export function bomLength(head: Uint8Array, encoding: FileEncoding): number {
  const bom = BOMS.find(([name]) => name === encoding)?.[1] ?? [];
  return bom.length > 0 && bom.every((byte, index) => head[index] === byte) ? bom.length : 0;
}

/**
 * Tells the encoding of a file from its first bytes: by the byte-order mark, else UTF-8 when they are strictly that,
 * else GB18030 (what a Chinese Excel writes). `head` may end in the middle of a character unless it is the `whole` file.
 */
export function sniffEncoding(head: Uint8Array, whole: boolean): FileEncoding {
  for (const [encoding] of BOMS) if (bomLength(head, encoding) > 0) return encoding;
  const complete = whole ? head : head.subarray(0, completeUtf8Length(head));
  return isUtf8(complete) || isDamagedUtf8(complete) ? 'utf-8' : 'gb18030';
}

/** Whether hardly any of the non-ASCII characters are broken: text that some program cut in the middle of a character. */
function isDamagedUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes);
  let foreign = 0;
  let broken = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 0x80) foreign++;
    if (code === 0xfffd) broken++;
  }
  return broken <= foreign * MAX_BROKEN_SHARE;
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
 * Decodes a file chunk by chunk. A file that was only taken for UTF-8 and turns out not to be is read as GB18030 from
 * there on when everything before was ASCII (the same in both); otherwise it is UTF-8 with damaged bytes, which become
 * U+FFFD. The byte-order mark must have been taken off.
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
      ? this.#checked(this.#decoder.decode(bytes, { stream: true }))
      : this.#decodeUtf8(this.#withCarry(bytes), false);
    if (!this.#hasNul) this.#hasNul = text.includes('\0');
    return text;
  }

  /** What is left when the file has ended. */
  end(): string {
    if (this.#decoder) return this.#checked(this.#decoder.decode());
    return this.#decodeUtf8(this.#withCarry(new Uint8Array(0)), true);
  }

  #withCarry(bytes: Uint8Array): Uint8Array {
    if (this.#carry.length === 0) return bytes;
    const joined = Buffer.concat([this.#carry, bytes]);
    this.#carry = new Uint8Array(0);
    return joined;
  }

  #checked(text: string): string {
    if (!this.#damaged) this.#damaged = text.includes(REPLACEMENT);
    return text;
  }

  #decodeUtf8(bytes: Uint8Array, atEnd: boolean): string {
    const length = atEnd ? bytes.length : completeUtf8Length(bytes);
    const complete = bytes.subarray(0, length);
    const valid = isUtf8(complete);
    if (!valid && this.#mayChange && this.#asciiOnly && isAsciiBeforeDamage(complete)) {
      this.#encoding = 'gb18030';
      this.#decoder = new TextDecoder('gb18030', { ignoreBOM: true });
      return this.#checked(this.#decoder.decode(bytes, { stream: !atEnd }));
    }
    if (!valid) this.#damaged = true;
    if (this.#asciiOnly) this.#asciiOnly = isAscii(complete);
    // A copy: the caller reads the next bytes into the same buffer.
    this.#carry = Uint8Array.from(bytes.subarray(length));
    return Buffer.from(complete.buffer, complete.byteOffset, complete.length).toString('utf8');
  }
}

/** Whether no valid multi-byte UTF-8 character comes before the first byte that is not UTF-8. */
function isAsciiBeforeDamage(bytes: Uint8Array): boolean {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  if (first < 0) return true;
  const lead = bytes[first] ?? 0;
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  return !isUtf8(bytes.subarray(first, first + needed));
}
