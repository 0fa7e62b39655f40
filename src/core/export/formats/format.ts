import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ErrorInfo } from '../../../shared/errors.ts';
import type { ExportCell, ExportColumn, ExportTable } from '../export-table.ts';
import type { WallClock } from '../wall-clock.ts';

/** Where a format writes to: a temporary file, which gets its name when it is whole. */
export interface FormatTarget {
  path: string;
  /** Whether the file is compressed; only for formats that are text. */
  gzip: boolean;
  /** The program, as files name it. */
  program: string;
}

export interface Written {
  rows: number;
  /** What did not fit as it was. */
  notes: ErrorInfo[];
}

/** One format of an export. To add one: a file here, and a line in `index.ts`. */
export interface Format {
  /** How often it reads all lines. */
  passes: number;
  /** Whether it is text, which can be compressed. */
  isText: boolean;
  write: (table: ExportTable, target: FormatTarget) => Promise<Written>;
}

/** Text is written in pieces of about this many characters. */
const CHUNK_CHARS = 256 * 1024;

/** Writes texts one after another, as UTF-8. */
export async function writeText({ path, gzip }: FormatTarget, texts: Iterable<string>): Promise<void> {
  const source = Readable.from(chunks(texts));
  const file = createWriteStream(path);
  await (gzip ? pipeline(source, createGzip(), file) : pipeline(source, file));
}

function* chunks(texts: Iterable<string>): Generator<string> {
  let pending = '';
  for (const text of texts) {
    pending += text;
    if (pending.length < CHUNK_CHARS) continue;
    yield pending;
    pending = '';
  }
  if (pending !== '') yield pending;
}

/** The columns of a line that a format has no place of its own for: all but the user, the activity and the time. */
export function otherColumns(table: ExportTable): { column: ExportColumn; index: number }[] {
  const apart = ['user_id', table.startColumn, table.activityColumn];
  return table.columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => !apart.includes(column.name));
}

/** A cell as a value of JSON, as text. Times have their offset. */
export function jsonCell({ type }: ExportColumn, cell: ExportCell, clock: WallClock): string {
  if (cell === null) return 'null';
  switch (type) {
    case 'time':
      return `"${clock.iso(Number(cell))}"`;
    case 'json':
      return String(cell);
    case 'ids':
      return `[${String(cell).replaceAll(';', ',')}]`;
    case 'text':
    case 'integer':
    case 'number':
    case 'boolean':
      return JSON.stringify(cell);
  }
}

/** Cells of a line as members of a JSON object, as text; those that are empty are left out where `sparse`. */
export function jsonMembers(
  columns: readonly { column: ExportColumn; index: number }[],
  cells: readonly ExportCell[],
  { clock, sparse }: { clock: WallClock; sparse: boolean },
): string {
  return columns
    .flatMap(({ column, index }) => {
      const cell = cells[index] ?? null;
      if (sparse && cell === null) return [];
      return [`${JSON.stringify(column.name)}:${jsonCell(column, cell, clock)}`];
    })
    .join(',');
}
