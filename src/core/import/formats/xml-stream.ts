import { SaxesParser } from 'saxes';
import { brokenFile } from './broken-file.ts';
import type { TableFile } from './table.ts';

/** Hears what an XML document holds, in its order. Names are without their prefix. */
export interface XmlListener {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close(name: string): void;
  text?(text: string): void;
}

/**
 * Parses a document piece by piece, and returns to the caller after each. Entities that a document defines are not replaced,
 * so that a small one cannot grow. Throws `import.broken_file` where it is no XML, or one value of it is too long.
 */
export async function* parseXml(
  { path, limits }: Pick<TableFile, 'path' | 'limits'>,
  format: string,
  pieces: AsyncIterable<string>,
  listener: XmlListener,
): AsyncGenerator<void> {
  const parser = new SaxesParser();
  let tags = 0;
  let sinceTag = 0;
  parser.on('opentag', ({ name, attributes }) => {
    tags += 1;
    listener.open(local(name), attributes);
  });
  parser.on('closetag', ({ name }) => {
    tags += 1;
    listener.close(local(name));
  });
  if (listener.text) {
    parser.on('text', (text) => listener.text?.(text));
    parser.on('cdata', (text) => listener.text?.(text));
  }
  try {
    for await (const text of pieces) {
      const before = tags;
      parser.write(text);
      sinceTag = tags === before ? sinceTag + text.length : 0;
      if (sinceTag > limits.valueChars)
        throw new Error(`a value of more than ${limits.valueChars} characters`);
      yield;
    }
    parser.close();
  } catch (error) {
    throw brokenFile(error, path, format);
  }
}

function local(name: string): string {
  const at = name.indexOf(':');
  return at < 0 ? name : name.slice(at + 1);
}

/** The beginning of a document in lower case, without comments, instructions and declarations. */
export function firstTags(text: string): string {
  return text.replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!doctype[^>[]*\[[^\]]*\]\s*>/gi, '').toLowerCase();
}
