import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ZipFile } from 'yazl';
import { FileSource } from '../../../../src/core/import/file-source.ts';
import { formatOf, TABLE_FORMATS } from '../../../../src/core/import/formats/index.ts';
import { FORMAT_LIMITS } from '../../../../src/core/import/formats/limits.ts';
import type { FormatLimits } from '../../../../src/core/import/formats/limits.ts';
import { recogniseFile } from '../../../../src/core/import/formats/recognise-file.ts';
import type { TableEntry } from '../../../../src/core/import/formats/table.ts';
import type { FileFormatName, ImportKind, TablePart } from '../../../../src/shared/import.ts';
import { tempFolder } from '../../../support/temp.ts';

export interface ReadTable {
  format: FileFormatName;
  parts: TablePart[];
  names: readonly string[] | null;
  unit: string;
  rows: string[][];
  entries: TableEntry[];
  /** The codes of what is told of it, with their parameters. */
  told: string[];
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
  kind: ImportKind = 'behaviours',
): Promise<ReadTable> {
  const source = new FileSource(path);
  try {
    const all = { ...FORMAT_LIMITS, ...limits };
    const { format: found, bytes, content } = await recogniseFile(source, all);
    if (found === 'csv')
      return { format: found, parts: [], names: null, unit: 'line', rows: [], entries: [], told: [] };
    const file = { path, source, content, bytes, limits: all };
    const format = await formatOf(file, found);
    const parts = await TABLE_FORMATS[format].parts(file);
    const table = await TABLE_FORMATS[format].open(file, part ?? parts[0]?.name ?? null, kind);
    const entries: TableEntry[] = [];
    for await (const batch of table.rows()) entries.push(...batch);
    const rows = entries.flatMap((entry) => ('cells' in entry ? [entry.cells] : []));
    const told = table.told.map(({ code, params = {} }) => [code, ...Object.values(params)].join(' '));
    return { format, parts, names: table.names, unit: table.unit, rows, entries, told };
  } finally {
    source.close();
  }
}

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook written by hand: parts by name. */
export async function zipOf(parts: Record<string, string>, compress = true): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(text), name, { compress });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(Buffer.from(piece as Uint8Array));
  return Buffer.concat(pieces);
}

/** The parts of a workbook with one sheet. */
export function workbookOf(
  sheet: string,
  more: Record<string, string> = {},
  workbookPr = '',
): Record<string, string> {
  return {
    '[Content_Types].xml': '<Types/>',
    'xl/workbook.xml': `<x:workbook xmlns:x="m" xmlns:r="${RELATIONS}">${workbookPr}<x:sheets><x:sheet name="S" sheetId="1" r:id="a"/></x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>
      <Relationship Id="a" Type="${RELATIONS}/worksheet" Target="/xl/worksheets/any.xml"/>
      <Relationship Id="b" Type="${RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>
      <Relationship Id="c" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`,
    'xl/worksheets/any.xml': sheet,
    ...more,
  };
}
