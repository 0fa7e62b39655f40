const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** Characters that no text of a log holds: bytes with them are no text. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/** Bytes without a type: the text that they are in UTF-8, else their digits (hexadecimal), so that two ids stay two. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    const text = UTF8.decode(bytes);
    if (!CONTROL.test(text)) return text;
  } catch {
    // No text.
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
