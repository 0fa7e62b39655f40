import { encodingSchema } from '../../../shared/import.ts';
import type { FileEncoding } from '../../../shared/import.ts';
import { bomLength, foreignLine, sniffEncoding, StreamDecoder } from '../encoding.ts';
import type { TextReading } from '../file-format.ts';
import type { ByteInput } from './byte-input.ts';

/** What tells the encoding of JSON or XML, the strongest first, before the bytes themselves. */
export interface EncodingHints {
  /** What the user says. */
  chosen?: FileEncoding | undefined;
  /** What the declaration of an XML document says. */
  declared?: string | undefined;
}

/** How the bytes of JSON or XML become text: as the user says, a byte-order mark, a declaration, or as is most natural. */
export class TextDecoding {
  readonly reading: TextReading;
  /** A declared encoding that no file is offered in. */
  readonly #rare: string | null;
  #encoding: FileEncoding;

  /** `head`: the beginning, which is the `whole` text or not. */
  constructor(head: Buffer, whole: boolean, { chosen, declared }: EncodingHints = {}) {
    const guess = chosen ? null : sniffEncoding(head, whole);
    // The mark of the bytes, or their zero bytes, are stronger than a declaration; so is text that cannot be the UTF-8 which it declares.
    const isTold = guess?.certainty === 'marked' || guess?.encoding.startsWith('utf-16');
    const label = guess && !isTold ? knownEncoding(declared) : null;
    const named = label !== null && label !== 'utf-8' ? label : null;
    const offered = encodingSchema.options.find((encoding) => encoding === named);
    this.#rare = named !== null && offered === undefined ? named : null;
    const encoding = chosen ?? offered ?? (this.#rare === null ? (guess?.encoding ?? 'utf-8') : 'utf-8');
    const bomBytes = bomLength(head, encoding);
    this.reading = {
      encoding,
      certain: chosen !== undefined || named !== null || bomBytes > 0,
      guess: named === null ? guess : null,
      foreignLine: this.#rare === null ? foreignLine(head, encoding) : null,
      bomBytes,
    };
    this.#encoding = encoding;
  }

  /** The encoding at the end of what was decoded last: a guess at UTF-8 may prove wrong anywhere in a text. */
  get encoding(): FileEncoding {
    return this.#encoding;
  }

  /** The text of a beginning. */
  decodeHead(head: Buffer): string {
    return this.#decoder().decode(head.subarray(this.reading.bomBytes));
  }

  /** The text of an input in pieces, without its byte-order mark. What is no character becomes U+FFFD. */
  async *textOf(input: ByteInput): AsyncGenerator<string> {
    const decoder = this.#decoder();
    let isFirst = true;
    for await (const chunk of input.chunks()) {
      const text = decoder.decode(isFirst ? chunk.subarray(this.reading.bomBytes) : chunk);
      isFirst = false;
      if (text !== '') yield text;
    }
    const rest = decoder.end();
    if (decoder instanceof StreamDecoder) this.#encoding = decoder.encoding;
    if (rest !== '') yield rest;
  }

  #decoder(): Pick<StreamDecoder, 'decode' | 'end'> {
    if (this.#rare === null) return new StreamDecoder(this.reading.encoding, this.reading.certain);
    const decoder = new TextDecoder(this.#rare, { ignoreBOM: true });
    return { decode: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
  }
}

/** The name that the WHATWG encoding standard has for a label; null for none that it knows. GBK is read as what includes it. */
function knownEncoding(label: string | undefined): string | null {
  if (label === undefined) return null;
  try {
    const { encoding } = new TextDecoder(label);
    return encoding === 'gbk' ? 'gb18030' : encoding;
  } catch {
    return null;
  }
}

/** The text of an input in UTF-8, in pieces, without its byte-order mark. */
export async function* utf8Of(input: ByteInput): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of input.chunks()) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}
