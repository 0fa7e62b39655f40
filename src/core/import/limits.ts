import { MOST_USER_ID_CHARS } from '../../shared/users.ts';

/** What a file to import may have at the most. What exceeds a limit is refused with a reason; the rest goes on. */
export interface ImportLimits {
  /** Characters of a row. A longer one is most likely a quotation mark that was never closed; it is rejected. */
  rowChars: number;
  /** Characters of the header. A file with a longer first line has no header. */
  headerChars: number;
  /** Columns of a file. */
  columns: number;
  /** Characters of a user id. A row with a longer one is rejected. */
  userIdChars: number;
}

/** The limits in force. With them an import takes less than 400 MB of memory for any file (docs/limits.md). */
export const IMPORT_LIMITS: ImportLimits = {
  rowChars: 1_000_000,
  headerChars: 256 * 1024,
  columns: 5000,
  userIdChars: MOST_USER_ID_CHARS,
};
