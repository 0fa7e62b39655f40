import { closeSync, fstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { identityOf } from './file-system.ts';
import { SUFFIX } from './workspace-files.ts';

const recordSchema = z.object({
  /** The identity of this record's own file: a record that was copied with its folder says nothing of the copies. */
  self: z.string(),
  opened: z.string().nullable(),
  recovered: z.string().nullable(),
});

/** What a process notes beside the workspace that it has open, for the next one in case it dies. */
export interface SessionRecord {
  /** The identity of the workspace file that it opened (see identityOf); null when it has let go of it. */
  opened: string | null;
  /** Where the data of the workspace was put because another file took its place, as long as the user was not told. */
  recovered: string | null;
}

const NOTHING: SessionRecord = { opened: null, recovered: null };

/**
 * Reads the record beside a workspace. After a crash it tells whether the log that lies there belongs to the file that
 * lies there: a log does not name its file, and SQLite would apply it to any. A record that does not read, or that was
 * copied with its folder, says nothing.
 */
export function readSession(file: string): SessionRecord {
  const path = file + SUFFIX.session;
  const self = identityOf(path);
  if (self === null) return NOTHING;
  try {
    const record = recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return record.self === self ? record : NOTHING;
  } catch {
    return NOTHING;
  }
}

/** Writes the record. A disk that does not take it costs only the protection that it gives. */
export function writeSession(file: string, record: SessionRecord): void {
  try {
    const handle = openSync(file + SUFFIX.session, 'w');
    try {
      const { dev, ino } = fstatSync(handle, { bigint: true });
      writeSync(handle, JSON.stringify({ self: `${dev}:${ino}`, ...record }));
    } finally {
      closeSync(handle);
    }
  } catch {
    // Said above.
  }
}
