import type { ErrorInfo } from '../../../shared/errors.ts';
import type {
  FileEncoding,
  FileFormatName,
  ImportKind,
  PlaceUnit,
  TablePart,
} from '../../../shared/import.ts';
import type { FileSource } from '../file-source.ts';
import type { ByteInput } from './byte-input.ts';
import type { TextDecoding } from './decode-text.ts';
import type { FormatLimits } from './limits.ts';

/** A row of a table, or why there is none at its place. */
export type TableEntry = TableRow | { line: number; reason: ErrorInfo; raw: string };

/** A row: one cell for each column, empty where it has no value. */
export interface TableRow {
  /** Where it stands: the number of the line or of the row, as `Table.unit` says. */
  line: number;
  cells: string[];
}

/** One table of a file. */
export interface Table {
  /** The names of its columns; null where they stand in its first rows. */
  readonly names: readonly string[] | null;
  readonly unit: PlaceUnit;
  /** How much of `bytesTotal` the rows took up to now. */
  readonly bytesRead: number;
  readonly bytesTotal: number;
  /** What of it is read in another way than may be meant, or not at all, by the rows of the last call of `rows`. */
  readonly told: readonly ErrorInfo[];
  /** How its text is decoded; missing where a format says it itself. */
  readonly decoding?: TextDecoding | undefined;
  /** All rows in order, in small batches, from the beginning at every call. Throws import.… for a damaged file. */
  rows(): AsyncIterable<TableEntry[]>;
}

/** A file whose format is known. */
export interface TableFile {
  readonly path: string;
  readonly source: FileSource;
  /** What can be read at any place: `source`, or what it unpacks to. */
  readonly content: FileSource;
  /** Its content, unpacked where it was packed. */
  readonly bytes: ByteInput;
  readonly limits: FormatLimits;
  /** The encoding of its text, as the user says. */
  readonly encoding?: FileEncoding | undefined;
  /** Called between the pieces of a pass over the whole content; may throw to stop. */
  readonly checkpoint?: (() => void) | undefined;
}

/** A format whose files hold tables. How its files are told from others: by `magic`, `isText`, or `within` and `isMeant`. */
export interface TableFormat {
  /** With what its files begin, each byte as a character. */
  readonly magic?: string;
  /** Whether a text that begins so is of this format. */
  isText?(start: string): boolean;
  /** The more general format that a file of this one is recognised as by its first bytes. */
  readonly within?: FileFormatName;
  /** Whether a file of that format is one of this. */
  isMeant?(file: TableFile): Promise<boolean>;
  /** Whether it can be read only at any place of a file, not from the stream that a packed one becomes. */
  readonly needsFile: boolean;
  /** The parts of a file; empty for a format that has none. */
  parts(file: TableFile): Promise<TablePart[]>;
  /** Opens a table; `part` is one of `parts`, null for a format that has none. `kind`: what it is to be imported as. */
  open(file: TableFile, part: string | null, kind: ImportKind): Promise<Table>;
  /** The part that is meant where none is chosen; null where that is to be asked. Without this it is told from the columns of each. */
  likelyPart?(file: TableFile): Promise<string | null>;
}
