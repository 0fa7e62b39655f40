import { AppError } from '../errors.ts';
import type { FileEncoding } from '../../shared/import.ts';

/**
 * Throws `import.not_text` for a file that only looks like text by its name, judged by its first bytes. Read as text it would
 * be rows of rubbish, some of which import.
 */
export function checkIsText(head: Buffer, encoding: FileEncoding, path: string): void {
  // Every ASCII character of UTF-16 has a zero byte. A damaged line of another text may have one, and is refused later.
  if (!encoding.startsWith('utf-16') && head.includes(0) && isBinary(head)) {
    throw new AppError('import.not_text', { path });
  }
}

/** Whether the first line or half of all lines have a zero byte. */
function isBinary(head: Buffer): boolean {
  let lines = 0;
  let withZero = 0;
  for (let start = 0; start < head.length;) {
    const end = head.indexOf(0x0a, start);
    const line = head.subarray(start, end < 0 ? head.length : end);
    start = end < 0 ? head.length : end + 1;
    const hasZero = line.includes(0);
    if (hasZero && lines === 0) return true;
    lines += 1;
    if (hasZero) withZero += 1;
  }
  return withZero * 2 >= lines;
}

/** Texts that are no table of cells with delimiters, by how they begin. */
const NO_TABLES = [
  { code: 'import.server_log', start: /^#(?:Software|Version|Fields): / },
  { code: 'import.server_log', start: /^\S+ \S+ \S+ \[\d{1,2}\/\w{3}\/\d{4}:/ },
  { code: 'import.box_drawing', start: /^\s*[+┌╔][-=+─═┬╦]{3,}/ },
  { code: 'import.web_page', start: /^\s*<(?:!doctype html|html|head|body|table)\b/i },
] as const;

/** Throws the reason why a text is no table: logs of web servers, boxes of database tools, web pages. */
export function checkIsTable(text: string, path: string): void {
  const found = NO_TABLES.find(({ start }) => start.test(text));
  if (found) throw new AppError(found.code, { path });
}
