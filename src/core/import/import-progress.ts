/** How far an import is. */
export interface ImportProgress {
  /** unpacking: to a temporary file, where that is needed. reading: rows stream in. finishing: duplicates, index, counters and commit; it cannot be told how long. */
  phase: 'unpacking' | 'reading' | 'finishing';
  bytesRead: number;
  bytesTotal: number;
  /** Data rows so far, rejected ones included. */
  rowsRead: number;
  badRowCount: number;
}
