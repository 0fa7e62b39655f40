import type { FileEncoding, ImportOptions } from '../../shared/import.ts';
import { checkIsText, checkIsTable } from './check-text.ts';
import { sniffDialect } from './csv-dialect.ts';
import type { CsvDialect } from './csv-dialect.ts';
import { bomLength, foreignLine, sniffEncoding, StreamDecoder } from './encoding.ts';
import type { EncodingGuess } from './encoding.ts';
import { IMPORT_LIMITS } from './limits.ts';

/** How the bytes of a text become characters: as the user chose, else as recognised. */
export interface TextReading {
  encoding: FileEncoding;
  /** Whether the encoding is known (from the user or a byte-order mark), not guessed. */
  certain: boolean;
  /** What the bytes say of it; null where the user has said it. */
  guess: EncodingGuess | null;
  /** A line in which encodings differ; null where there is none. */
  foreignLine: Uint8Array | null;
  bomBytes: number;
}

/** How the bytes of delimited text become rows. */
export interface FileFormat extends TextReading, CsvDialect {}

/** The beginning of a text, unpacked. */
export interface TextHead {
  path: string;
  head: Buffer;
  /** Whether it is all of the text. */
  whole: boolean;
}

/** Recognises how a text is to be read from its beginning. Throws what checkIsText and checkIsTable throw. */
export function recogniseFormat({ path, head, whole }: TextHead, options: ImportOptions): FileFormat {
  const guess = options.encoding ? null : sniffEncoding(head, whole);
  const encoding = options.encoding ?? guess?.encoding ?? 'utf-8';
  checkIsText(head, encoding, path);
  const bomBytes = bomLength(head, encoding);
  const certain = options.encoding !== undefined || bomBytes > 0;
  const headText = new StreamDecoder(encoding, certain).decode(head.subarray(bomBytes));
  const text = headText.slice(0, IMPORT_LIMITS.headerChars);
  checkIsTable(text, path);
  return {
    encoding,
    certain,
    guess,
    foreignLine: foreignLine(head, encoding),
    bomBytes,
    ...sniffDialect(text, options.delimiter),
  };
}
