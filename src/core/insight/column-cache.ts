import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { z } from 'zod';
import type { EventSnapshot } from '../store/event-columns.ts';

/** The first bytes of a cache file; another version is read as none. */
const MAGIC = 'EVLMCOL2';
const HEAD_BYTES = 16;

const ARRAYS = [
  'userNo',
  'first',
  'word',
  'subject',
  'behaviours',
  'start',
  'end',
  'writtenAt',
  'runId',
] as const;
type ArrayName = (typeof ARRAYS)[number];

const KINDS: Record<ArrayName, 'ints' | 'floats'> = {
  userNo: 'ints',
  first: 'ints',
  word: 'ints',
  subject: 'ints',
  behaviours: 'ints',
  start: 'floats',
  end: 'floats',
  writtenAt: 'floats',
  runId: 'ints',
};

const headerSchema = z.object({
  content: z.string(),
  users: z.number().int().min(0),
  events: z.number().int().min(0),
  words: z.array(
    z.object({ word: z.string(), category: z.enum(['conversion', 'engagement']), byModel: z.boolean() }),
  ),
  subjects: z.array(z.array(z.string())),
});

const BYTES = { ints: Int32Array.BYTES_PER_ELEMENT, floats: Float64Array.BYTES_PER_ELEMENT };

function lengthOf(name: ArrayName, users: number, events: number): number {
  if (name === 'userNo' || name === 'writtenAt' || name === 'runId') return users;
  return name === 'first' ? users + 1 : events;
}

/** The memory that the columns of so many users and events take, in bytes; words and subjects, of which there are few, left out. */
export function snapshotBytes(users: number, events: number): number {
  return ARRAYS.reduce((sum, name) => sum + lengthOf(name, users, events) * BYTES[KINDS[name]], 0);
}

/**
 * Writes columns into a file that can be read back much faster than the events themselves. `content` says of which state of the workspace
 * they are. What cannot be written is no error: it is read anew the next time. The numbers are those of this machine's byte order.
 */
export function writeColumnCache(path: string, content: string, snapshot: EventSnapshot): void {
  const partial = `${path}.part`;
  try {
    const file = openSync(partial, 'w', 0o600);
    try {
      const { columns, writtenAt, runId } = snapshot;
      const { words, subjects, userNo, word } = columns;
      const arrays = { ...columns, writtenAt, runId };
      const header = Buffer.from(
        JSON.stringify({ content, users: userNo.length, events: word.length, words, subjects }),
      );
      const head = Buffer.alloc(HEAD_BYTES);
      head.write(MAGIC);
      head.writeUInt32LE(header.length, MAGIC.length);
      writeAll(file, head);
      writeAll(file, header);
      for (const name of ARRAYS) {
        const { buffer, byteOffset, byteLength } = arrays[name];
        writeAll(file, Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength));
      }
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch {
    rmSync(partial, { force: true });
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

/**
 * What a cache file holds, and of which state of the workspace; null when there is none, when it is damaged, and when it takes more than so
 * many bytes of memory.
 */
export function readColumnCache(
  path: string,
  limit: number,
): { content: string; snapshot: EventSnapshot } | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    readAll(file, head);
    if (head.subarray(0, MAGIC.length).toString() !== MAGIC) return null;
    const text = Buffer.alloc(head.readUInt32LE(MAGIC.length));
    readAll(file, text);
    const { content, users, events, words, subjects } = headerSchema.parse(JSON.parse(text.toString()));
    if (snapshotBytes(users, events) > limit) return null;
    const read = (name: ArrayName): SharedArrayBuffer => {
      const bytes = new SharedArrayBuffer(lengthOf(name, users, events) * BYTES[KINDS[name]]);
      readAll(file, new Uint8Array(bytes));
      return bytes;
    };
    const columns = {
      userNo: new Int32Array(read('userNo')),
      first: new Int32Array(read('first')),
      word: new Int32Array(read('word')),
      subject: new Int32Array(read('subject')),
      behaviours: new Int32Array(read('behaviours')),
      start: new Float64Array(read('start')),
      end: new Float64Array(read('end')),
      words,
      subjects,
    };
    const writtenAt = new Float64Array(read('writtenAt'));
    const runId = new Int32Array(read('runId'));
    const isWhole =
      columns.first[0] === 0 &&
      columns.first[users] === events &&
      fits(columns.word, words.length) &&
      fits(columns.subject, subjects.length);
    return isWhole ? { content, snapshot: { columns, writtenAt, runId } } : null;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

/** Whether all numbers are from 0 up to below `count`. */
function fits(indexes: Int32Array, count: number): boolean {
  for (let at = 0; at < indexes.length; at += 1) {
    const index = indexes[at] as number;
    if (index < 0 || index >= count) return false;
  }
  return true;
}

function readAll(file: number, bytes: Uint8Array): void {
  for (let filled = 0; filled < bytes.length;) {
    const length = readSync(file, bytes, filled, bytes.length - filled, null);
    if (length === 0) throw new Error('the file ends early');
    filled += length;
  }
}
