import type { FileFormatName, ImportKind, ImportOptions, TablePart } from '../../shared/import.ts';
import { AppError } from '../errors.ts';
import { planColumns } from './column-plan.ts';
import { checkRoles } from './columns.ts';
import { CsvRows } from './csv-rows.ts';
import { SNIFF_BYTES } from './encoding.ts';
import { recogniseFormat } from './file-format.ts';
import type { FileFormat } from './file-format.ts';
import type { FileSource } from './file-source.ts';
import { readHead } from './formats/byte-input.ts';
import type { ByteInput } from './formats/byte-input.ts';
import { checkHasColumns, FormatRows } from './formats/format-rows.ts';
import { formatOf, TABLE_FORMATS } from './formats/index.ts';
import { FORMAT_LIMITS } from './formats/limits.ts';
import { recogniseFile } from './formats/recognise-file.ts';
import type { Table, TableFile, TableFormat } from './formats/table.ts';
import type { OnUnpack } from './formats/unpack-file.ts';
import type { RowSource } from './ports.ts';

/** A file of which it is known how its rows are read. */
export interface OpenedFile {
  readonly format: FileFormatName;
  /** How the text of delimited rows is read; for other formats it says nothing. */
  readonly text: FileFormat;
  /** Its sheets or tables; empty where the format has none. */
  readonly parts: readonly TablePart[];
  /** The one that is read; null where there are none. */
  readonly part: string | null;
  /** Whether others could be meant as well. */
  readonly partIsOpen: boolean;
  /** The content of the file, unpacked. */
  readonly bytes: ByteInput;
  /** The rows from the beginning. `columns`: how many cells a row has, where that is known. */
  readonly rows: (columns?: number) => RowSource;
}

/** Rows by which it is judged whether a sheet or table could be meant. */
const ROWS_JUDGED = 200;
/** Names of the tables of logs that are known, for each kind of import. */
const KNOWN_PARTS: Record<ImportKind, string> = { behaviours: 'behavior_data', profiles: 'user_profiles' };
/** What is said of text where there is none. */
const NO_TEXT: FileFormat = {
  encoding: 'utf-8',
  certain: true,
  guess: null,
  foreignLine: null,
  bomBytes: 0,
  delimiter: ',',
  columns: null,
  quote: '"',
  hasEscapes: false,
  hasBlanks: false,
};

/**
 * Recognises what a file is, and which of its sheets or tables is meant. Throws import.… for what cannot be read, and
 * `import.no_such_part` for a part that the options name and the file lacks. `onUnpack`: called while it is unpacked to a temporary file; `checkpoint`: between the steps
 * of what goes through the whole file. Both may throw to stop.
 */
export async function openFile(
  source: FileSource,
  options: ImportOptions,
  now: number,
  onUnpack: OnUnpack = () => undefined,
  checkpoint: () => void = () => undefined,
): Promise<OpenedFile> {
  const { format: found, bytes, content } = await recogniseFile(source, FORMAT_LIMITS, onUnpack);
  if (found === 'csv') return openText(source, bytes, options);
  const file: TableFile = {
    path: source.path,
    source,
    content,
    bytes,
    limits: FORMAT_LIMITS,
    encoding: options.encoding,
    checkpoint,
  };
  const format = await formatOf(file, found);
  const reader = TABLE_FORMATS[format];
  const parts = await reader.parts(file);
  const { part, table, isOpen } = await chooseTable(file, reader, parts, options, now);
  checkHasColumns(table, source.path);
  return {
    format,
    text: { ...NO_TEXT, ...table.decoding?.reading },
    parts,
    part,
    partIsOpen: isOpen,
    bytes,
    rows: () => new FormatRows(file, table),
  };
}

async function openText(source: FileSource, bytes: ByteInput, options: ImportOptions): Promise<OpenedFile> {
  const { head, whole } = await readHead(bytes, SNIFF_BYTES);
  const text = recogniseFormat({ path: source.path, head, whole }, options);
  return {
    format: 'csv',
    text,
    parts: [],
    part: null,
    partIsOpen: false,
    bytes,
    rows: (columns) => new CsvRows(source, bytes, text, columns),
  };
}

interface ChosenTable {
  part: string | null;
  table: Table;
  isOpen: boolean;
}

/** The table that the options name, else the one whose columns are those of such an import. */
async function chooseTable(
  file: TableFile,
  reader: TableFormat,
  parts: readonly TablePart[],
  options: ImportOptions,
  now: number,
): Promise<ChosenTable> {
  const names = parts.map(({ name }) => name);
  const opened = async (part: string | null, isOpen = false): Promise<ChosenTable> => ({
    part,
    table: await reader.open(file, part, options.kind),
    isOpen,
  });
  const [first] = names;
  const { part, kind } = options;
  if (part !== undefined) {
    if (names.includes(part)) return opened(part);
    throw new AppError('import.no_such_part', { path: file.path, part, found: names.join(', ') });
  }
  // A format without parts has one table; one with parts may have none.
  if (first === undefined || names.length === 1) return opened(first ?? null);
  if (reader.likelyPart) {
    const likely = await reader.likelyPart(file);
    return opened(likely ?? first, likely === null);
  }
  if (names.includes(KNOWN_PARTS[kind])) return opened(KNOWN_PARTS[kind]);
  const fitting: ChosenTable[] = [];
  for (const name of names.slice(0, file.limits.partsTried)) {
    const candidate = await opened(name);
    if (await fits(file, candidate.table, options, now)) fitting.push(candidate);
    if (fitting.length > 1) break;
  }
  const [chosen, another] = fitting;
  if (chosen) return { ...chosen, isOpen: another !== undefined };
  const filled = parts.find(({ rows }) => rows !== 0);
  return opened(filled?.name ?? first);
}

async function fits(file: TableFile, table: Table, options: ImportOptions, now: number): Promise<boolean> {
  try {
    const { kind } = options;
    const { layout, roles, impliedAction } = await planColumns(
      () => new FormatRows(file, table),
      { path: file.path, kind },
      now,
      { rowsTried: ROWS_JUDGED, scanMs: 0 },
    );
    return checkRoles(layout.header, roles, kind, impliedAction) === null;
  } catch (error) {
    // A sheet without rows, or with what is no table.
    if (error instanceof AppError && error.code === 'import.empty') return false;
    throw error;
  }
}
