import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileSource } from '../../../../src/core/import/file-source.ts';
import { TABLE_FORMATS } from '../../../../src/core/import/formats/index.ts';
import { FORMAT_LIMITS } from '../../../../src/core/import/formats/limits.ts';
import type { FormatLimits } from '../../../../src/core/import/formats/limits.ts';
import { recogniseFile } from '../../../../src/core/import/formats/recognise-file.ts';
import type { TableEntry } from '../../../../src/core/import/formats/table.ts';
import type { FileFormatName, TablePart } from '../../../../src/shared/import.ts';
import { tempFolder } from '../../../support/temp.ts';

export interface ReadTable {
  format: FileFormatName;
  parts: TablePart[];
  names: readonly string[] | null;
  unit: string;
  rows: string[][];
  entries: TableEntry[];
}

/** Writes a file and returns its path. */
export function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** Reads a table of a file to its end, the first part of it where none is named. */
export async function readTable(
  path: string,
  part: string | null = null,
  limits: Partial<FormatLimits> = {},
): Promise<ReadTable> {
  const source = new FileSource(path);
  try {
    const all = { ...FORMAT_LIMITS, ...limits };
    const { format, bytes, content } = await recogniseFile(source, all);
    if (format === 'csv') return { format, parts: [], names: null, unit: 'line', rows: [], entries: [] };
    const file = { path, source, content, bytes, limits: all };
    const parts = await TABLE_FORMATS[format].parts(file);
    const table = await TABLE_FORMATS[format].open(file, part ?? parts[0]?.name ?? null);
    const entries: TableEntry[] = [];
    for await (const batch of table.rows()) entries.push(...batch);
    const rows = entries.flatMap((entry) => ('cells' in entry ? [entry.cells] : []));
    return { format, parts, names: table.names, unit: table.unit, rows, entries };
  } finally {
    source.close();
  }
}
