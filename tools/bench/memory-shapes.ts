import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ImportKind } from '../../src/shared/import.ts';

/** Text is written in pieces of about this many characters. */
const PIECE_CHARS = 1 << 20;
const MILLION = 1_000_000;
const HEADER = 'user_id,action,timestamp,item_id,app_id,media_id,poi_id,duration\n';
const START = Date.UTC(2025, 0, 1);

/** A file whose import once took several times the promised memory. */
export interface MemoryShape {
  name: string;
  kind: ImportKind;
  /** The text of the file, piece by piece. */
  text: () => Iterable<string>;
  /** The limit of behaviours of a user in the rules; the built-in limit when left out. */
  maxBehavioursPerUser?: number;
}

const timeOf = (second: number): string =>
  new Date(START + second * 1000).toISOString().slice(0, 19).replace('T', ' ');

function row(user: string, second: number, item = '大众_迈腾'): string {
  return `${user},browse,${timeOf(second)},${item},易车网App,易车网,,${second % 300}\n`;
}

function* repeat(text: string, chars: number): Generator<string> {
  const piece = text.repeat(Math.ceil(PIECE_CHARS / text.length));
  for (let left = chars; left > 0; left -= piece.length)
    yield left < piece.length ? piece.slice(0, left) : piece;
}

/** A good row, a piece of text of which nothing may be kept, and another good row. */
function* around(before: string, text: string, chars: number, after = ''): Generator<string> {
  yield HEADER + row('u1', 1) + before;
  yield* repeat(text, chars);
  yield `${after}\n${row('u3', 3)}`;
}

function* rows(count: number, make: (index: number) => string): Generator<string> {
  yield HEADER;
  for (let index = 0; index < count; index += 1) yield make(index);
}

function* texts(count: number, make: (index: number) => string): Generator<string> {
  yield 'user_id,timestamp,text\n';
  for (let index = 0; index < count; index += 1) yield make(index);
}

function* wide(columns: number, count: number): Generator<string> {
  yield `user_id,action,timestamp${Array.from({ length: columns }, (_, index) => `,c${index}`).join('')}\n`;
  for (let index = 0; index < count; index += 1) {
    yield `u${index},browse,2025-01-01 10:00:00${',1'.repeat(columns)}\n`;
  }
}

const LONG = '长'.repeat(900_000);

export const MEMORY_SHAPES: readonly MemoryShape[] = [
  {
    name: 'a line of 300 MB of quotes without an end',
    kind: 'behaviours',
    text: () => around('u2,"', 'x"', 300 * MILLION),
  },
  { name: 'a first line of 300 MB', kind: 'behaviours', text: () => repeat('name,', 300 * MILLION) },
  {
    name: 'a quoted field of 50 MB that is never closed',
    kind: 'behaviours',
    text: () => around('u2,"browse ', 'yes, no; perhaps\n', 50 * MILLION),
  },
  {
    name: 'a cell of 100 MB',
    kind: 'behaviours',
    text: () => around('u2,browse,2025-01-01 10:00:00,', '长', 35 * MILLION, ',,,,'),
  },
  { name: '100,000 columns', kind: 'behaviours', text: () => wide(100_000, 100) },
  {
    name: 'users with an id of 900,000 characters',
    kind: 'behaviours',
    text: () => rows(200, (index) => row(`${LONG}${index}`, index)),
  },
  {
    name: '3 users of 40 names of 900,000 characters each',
    kind: 'behaviours',
    text: () => rows(120, (index) => row(`u${index % 3}`, index, `${LONG}${index}`)),
  },
  {
    name: '3 users of 40 texts of 900,000 characters each',
    kind: 'behaviours',
    text: () => texts(120, (index) => `u${index % 3},${timeOf(index)},${LONG}${index}\n`),
  },
  {
    name: 'profiles of 900,000 characters',
    kind: 'profiles',
    text: () => rows(120, (index) => `u${index},${LONG},2025-01-01 10:00:00,,,,,\n`),
  },
  {
    name: '1,000,000 users of one behaviour',
    kind: 'behaviours',
    text: () => rows(MILLION, (index) => row(`user_${index}`, index)),
  },
  {
    name: 'one user of 200,000 behaviours that are an event each',
    kind: 'behaviours',
    text: () => rows(200_000, (index) => row('u1', index, `item ${index}`)),
  },
  {
    name: 'one user of 1,000,000 behaviours, where the rules allow it',
    kind: 'behaviours',
    text: () => rows(MILLION, (index) => row('u1', index)),
    maxBehavioursPerUser: 10 * MILLION,
  },
];

/** Writes the file of a shape, never holding more than a piece of it. */
export async function writeShape({ text }: MemoryShape, path: string): Promise<void> {
  await pipeline(Readable.from(inPieces(text())), createWriteStream(path));
}

function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
