import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { systemClock } from '../clock.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import { encodingSchema } from '../../shared/import.ts';
import type {
  ImportColumn,
  ImportKind,
  ImportOptions,
  ImportPreview,
  StoredRow,
} from '../../shared/import.ts';
import type { ProfileField } from '../../shared/users.ts';
import { BehaviourRow } from './behaviour-row.ts';
import { planColumns, ROWS_TRIED } from './column-plan.ts';
import type { ColumnPlan } from './column-plan.ts';
import { checkRoles, columnNames } from './columns.ts';
import { decode } from './encoding-guess.ts';
import type { FileFormat } from './file-format.ts';
import { FileSource } from './file-source.ts';
import { readFirst } from './first-rows.ts';
import type { OnUnpack } from './formats/unpack-file.ts';
import { openFile } from './open-file.ts';
import type { OpenedFile } from './open-file.ts';
import type { RowSource } from './ports.ts';
import { ProfileRow } from './profile-row.ts';
import { RowText } from './row-text.ts';
import { TableRows } from './table-rows.ts';
import { printable } from './text.ts';
import { repeatedHourNotes, systemTimeZone, TimeZone } from './times/time-zone.ts';

const PREVIEW_ROWS = 20;
const COLUMN_SAMPLES = 3;
/** More than ten thousand rows of almost any file, and read in a moment. */
const BYTES_TRIED = 32 << 20;
/** The longest time that the preview looks for the order of dates, in milliseconds; what was not found is asked. */
const SCAN_MS = 3000;
/** Cells are shown, not read: a long text is cut. */
const CELL_CHARS = 200;
/** Of a profile so many fields are shown. */
const PROFILE_FIELDS = 20;
const SAMPLE_CHARS = 80;

/**
 * Describes a file before anything is imported: its format, its columns with their roles, and its first rows. If it
 * cannot be imported with these roles, `problem` says why. Rejects as `openFile` does, and with `import.not_found`,
 * `import.unreadable`, `import.empty`, `import.bad_time_zone`, `import.header_too_long` and `import.too_many_columns`. `checkpoint`: called between
 * the steps of what may take seconds; may throw to stop.
 */
export async function previewImport(
  options: ImportOptions,
  now: number = systemClock.now(),
  onUnpack: OnUnpack = () => undefined,
  checkpoint: () => void = () => undefined,
): Promise<ImportPreview> {
  const timeZone = options.timeZone ?? systemTimeZone();
  new TimeZone(timeZone);
  const source = new FileSource(options.path);
  try {
    const file = await openFile(source, options, now, onUnpack, checkpoint);
    const plan = await planColumns(file.rows, options, now, { scanMs: SCAN_MS, checkpoint });
    const { header, isNamed, headerLine } = plan.layout;
    const rows = plan.rows.slice(0, PREVIEW_ROWS);
    const problem = checkRoles(header, options.roles ?? plan.roles, options.kind, plan.impliedAction);
    const { stored, zoneUsed, tried, notes } = problem
      ? { stored: [], zoneUsed: false, tried: { rows: 0, whole: false, refused: 0, reasons: [] }, notes: [] }
      : await tryRows(file.rows(header.length), plan, options, timeZone);
    return {
      path: options.path,
      fileName: basename(options.path),
      sizeBytes: source.sizeBytes,
      kind: options.kind,
      format: file.format,
      parts: [...file.parts],
      part: file.part,
      partIsOpen: file.partIsOpen,
      encoding: file.text.encoding,
      encodingAsked: file.text.guess?.certainty === 'open',
      encodingSamples: encodingSamples(file.text),
      delimiter: file.text.delimiter,
      timeZone,
      header: isNamed ? 'present' : 'absent',
      headerLine,
      columns: columnNames(header).map((name, column): ImportColumn => {
        const values = rows.map((row) => row[column]?.trim() ?? '').filter((value) => value !== '');
        return {
          name: header[column]?.trim() === '' ? '' : printable(name, CELL_CHARS),
          role: plan.roles[column] ?? 'ignore',
          samples: [...new Set(values)].slice(0, COLUMN_SAMPLES).map((value) => printable(value, CELL_CHARS)),
        };
      }),
      sampleRows: rows.map((row) => row.map((cell) => printable(cell, CELL_CHARS))),
      stored,
      zoneUsed,
      tried,
      dateOrders: plan.dateOrders,
      dateOrderRows: plan.dateOrderRows,
      dateOrder: plan.times.dateOrder,
      durationUnit: plan.durationUnit,
      impliedAction: plan.impliedAction,
      doubts: [...partDoubts(file), ...encodingDoubts(file.text), ...plan.doubts, ...notes],
      shape: shapeOf(options.kind, plan),
      problem,
    };
  } finally {
    source.close();
  }
}

/** What files have in common that are read in one way: the names of their columns, or what kind of values they have. */
function shapeOf(kind: ImportKind, { layout, rows }: ColumnPlan): string {
  const { isNamed, header } = layout;
  const columns = isNamed ? header : header.map((_, column) => kindsOf(rows, column));
  return createHash('sha256')
    .update(JSON.stringify([kind, isNamed, columns]))
    .digest('hex')
    .slice(0, 32);
}

/** Whether all values of a column without a name are numbers. */
function kindsOf(rows: readonly (readonly string[])[], column: number): 'number' | 'word' {
  return rows.every((row) => /^\s*-?[\d.]*\s*$/.test(row[column] ?? '')) ? 'number' : 'word';
}

/** What a line of the file looks like in each encoding, the most natural first. */
function encodingSamples({ foreignLine, guess }: FileFormat): ImportPreview['encodingSamples'] {
  if (!foreignLine) return [];
  const order = new Set([...(guess?.candidates ?? []), ...encodingSchema.options]);
  return [...order]
    .filter((encoding) => !encoding.startsWith('utf-16'))
    .map((encoding) => ({ encoding, sample: printable(decode(foreignLine, encoding).trim(), SAMPLE_CHARS) }));
}

function partDoubts({ part, partIsOpen }: OpenedFile): ErrorInfo[] {
  return partIsOpen ? [{ code: 'import.doubt.part_open', params: { part: part ?? '' } }] : [];
}

function encodingDoubts({ foreignLine, encoding, guess }: FileFormat): ErrorInfo[] {
  if (guess?.certainty !== 'likely' || !foreignLine) return [];
  const example = printable(decode(foreignLine, encoding).trim(), SAMPLE_CHARS);
  return [{ code: 'import.doubt.encoding_guessed', params: { encoding, example } }];
}

/** What would become of the rows of the beginning of a file. */
async function tryRows(
  source: RowSource,
  plan: ColumnPlan,
  { kind }: ImportOptions,
  timeZone: string,
): Promise<Pick<ImportPreview, 'stored' | 'zoneUsed' | 'tried'> & { notes: ErrorInfo[] }> {
  const { header } = plan.layout;
  const zone = new TimeZone(timeZone);
  const behaviour = new BehaviourRow(header, plan.roles, zone, plan);
  const profile = new ProfileRow(header, plan.roles, plan.ids);
  const text = new RowText(source, plan.roles, header);
  const stored: StoredRow[] = [];
  const reasons = new Map<string, { reason: ErrorInfo; rows: number }>();
  let refused = 0;
  let whole = true;
  const shown = (value: string): string => printable(value, CELL_CHARS);
  const storedBehaviour = (): StoredRow => {
    const { userId, time, action, text } = behaviour;
    return {
      userId: shown(userId),
      time,
      action: action && shown(action),
      text: text && shown(text),
      refused: null,
    };
  };
  const storedProfile = (): StoredRow => {
    const fields = (JSON.parse(profile.fields) as ProfileField[]).slice(0, PROFILE_FIELDS);
    return {
      userId: shown(profile.userId),
      fields: fields.map(({ name, value }) => [shown(name), shown(value)]),
      refused: null,
    };
  };
  const table = new TableRows(plan.layout, {
    row: (fields, line) => {
      const read = kind === 'behaviours' ? behaviour : profile;
      const reason = text.problem(fields) ?? read.read(fields);
      if (reason === null) text.keep(fields, line);
      if (stored.length < PREVIEW_ROWS) {
        const kept = kind === 'behaviours' ? storedBehaviour : storedProfile;
        stored.push(reason ? { refused: reason } : kept());
      }
      return reason;
    },
    refuse: (_line, reason) => {
      refused += 1;
      const same = reasons.get(reason.code);
      if (same) same.rows += 1;
      else reasons.set(reason.code, { reason, rows: 1 });
    },
  });
  await readFirst(source, table, (bytes) => {
    const isEnough = table.rowsRead >= ROWS_TRIED || bytes >= BYTES_TRIED;
    if (isEnough) whole = false;
    return isEnough;
  });
  return {
    stored,
    zoneUsed: zone.used,
    tried: { rows: table.rowsRead, whole, refused, reasons: [...reasons.values()] },
    notes: [...repeatedHourNotes(zone), ...text.notes],
  };
}
