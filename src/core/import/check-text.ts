import { AppError } from '../errors.ts';
import type { FileEncoding } from '../../shared/import.ts';

/** How workbooks begin: XLSX and ODS are ZIP archives, XLS is an OLE2 compound file. */
const WORKBOOKS = [Buffer.from('PK\x03\x04', 'latin1'), Buffer.from([0xd0, 0xcf, 0x11, 0xe0])];

/**
 * Throws `import.spreadsheet` or `import.not_text` for a file that only looks like text by its name, judged by its first
 * bytes. Read as text it would be rows of rubbish, some of which import.
 */
export function checkIsText(head: Buffer, encoding: FileEncoding, path: string): void {
  if (WORKBOOKS.some((start) => head.subarray(0, start.length).equals(start))) {
    throw new AppError('import.spreadsheet', { path });
  }
  // Every ASCII character of UTF-16 has a zero byte.
  if (!encoding.startsWith('utf-16') && head.includes(0)) throw new AppError('import.not_text', { path });
}
