import { sniffEncoding } from '../encoding.ts';
import type { ByteInput } from './byte-input.ts';

/** The encoding of JSON or XML: as its declaration says, where that is one, else as its first bytes tell. */
export function textEncodingOf(head: Buffer, whole: boolean, declared?: string): string {
  const told = sniffEncoding(head, whole).encoding;
  // A byte-order mark, or the zero bytes of UTF-16, are stronger than a declaration.
  return told.startsWith('utf-16') || declared === undefined || !isKnown(declared) ? told : declared;
}

function isKnown(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}

/** The text of an input in pieces, without its byte-order mark. What is no character becomes U+FFFD. */
export async function* textOf(input: ByteInput, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of input.chunks()) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}
