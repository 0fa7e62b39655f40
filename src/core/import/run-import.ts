import { basename } from 'node:path';
import { transaction } from '../store/database.ts';
import { ImportStore, writeBackLog } from '../store/import-store.ts';
import { knownErrors } from '../store/known-errors.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportReport } from '../../shared/import.ts';
import { AppError } from '../errors.ts';
import { BehaviourSink } from './behaviour-sink.ts';
import { planColumns } from './column-plan.ts';
import type { ColumnPlan } from './column-plan.ts';
import { CsvRows } from './csv-rows.ts';
import { recogniseFormat } from './file-format.ts';
import type { FileFormat } from './file-format.ts';
import { FileSource } from './file-source.ts';
import { throwIfCancelled } from './import-context.ts';
import type { ImportContext } from './import-context.ts';
import type { ImportProgress } from './import-progress.ts';
import { findKnownFile } from './known-file.ts';
import { ProfileSink } from './profile-sink.ts';
import type { RowSink, RowSource, SourceFacts, SourceProgress } from './ports.ts';
import { styleOf } from './reading.ts';
import { RowIntake } from './row-intake.ts';
import { TableRows } from './table-rows.ts';
import { TimeZone } from './times/time-zone.ts';

/**
 * Imports a file in one transaction: it is in the workspace as a whole, or not at all. Blocks until done (it is meant for
 * a worker thread). Throws AppError: `import.*` for the file, `import.cancelled`, `workspace.*` when writing fails.
 */
export function runImport(context: ImportContext): ImportReport {
  const { path, timeZone } = context.options;
  // A zone that does not exist is told even when the file is known and needs none.
  if (timeZone !== undefined) new TimeZone(timeZone);
  return knownErrors(context.workspacePath, () => importFile(context, new FileSource(path)));
}

function importFile(context: ImportContext, source: FileSource): ImportReport {
  try {
    const format = recogniseFormat(source, context.options);
    const plan = planColumns(source, format, context.options, context.now());
    const known = findKnownFile(context, source, format, plan);
    if (known) return known;
    checkDecided(format, plan);
    const report = transaction(context.db, () => importRows(context, source, format, plan));
    writeBackLog(context.db);
    return report;
  } finally {
    source.close();
  }
}

/**
 * Throws `import.undecided_encoding` and `import.undecided_dates` where the file can be read in several ways, and the options
 * do not say which is meant.
 */
function checkDecided({ guess }: FileFormat, { dateOrders: [first, second] }: ColumnPlan): void {
  if (guess?.certainty === 'open') {
    throw new AppError('import.undecided_encoding', { candidates: guess.candidates.slice(0, 5).join(', ') });
  }
  if (!first || !second) return;
  const shown = (time: number): string => new Date(time).toISOString().slice(0, 10);
  throw new AppError('import.undecided_dates', {
    example: first.example,
    first: shown(first.readAs),
    second: shown(second.readAs),
  });
}

function importRows(
  context: ImportContext,
  source: FileSource,
  format: FileFormat,
  plan: ColumnPlan,
): ImportReport {
  const { options, isCancelled } = context;
  const store = new ImportStore(context.db);
  const { importId, sink, intake, table, sha256, encoding } = readInto(context, source, format, plan);
  intake.checkUsable(options, table.rowsRead);
  const counts = sink.finish(() => throwIfCancelled(isCancelled));
  // What the first part of the file was taken for is told before; here it turned out to be something else.
  const changed: ErrorInfo[] =
    encoding === format.encoding ? [] : [{ code: 'import.note.encoding_changed', params: { encoding } }];
  const warnings = [...changed, ...table.notes, ...intake.notes, ...(sink.warning ? [sink.warning] : [])];
  store.finishImport(importId, {
    sha256,
    reading: {
      encoding,
      delimiter: format.delimiter,
      roles: sink.roles,
      ...(sink.themeColumn === null ? {} : { themeColumn: sink.themeColumn }),
      timeZone: sink.timeZone,
      ...styleOf(plan),
    },
    rowsRead: table.rowsRead,
    rowsAdded: counts.added,
    rowsKnown: counts.known,
    badRows: intake.badRowCount,
    warnings,
    importedAt: context.now(),
  });
  source.checkUnchanged();
  throwIfCancelled(isCancelled);
  return {
    importId,
    kind: options.kind,
    fileName: basename(options.path),
    rowsRead: table.rowsRead,
    rowsAdded: counts.added,
    rowsKnown: counts.known,
    badRowCount: intake.badRowCount,
    badRows: intake.firstBadRows,
    usersAdded: counts.usersAdded,
    warnings,
    sameFile: false,
  };
}

/** A file that was read to its end, before anything is made of it. */
interface FileRead extends SourceFacts {
  importId: number;
  sink: RowSink;
  intake: RowIntake;
  table: TableRows;
}

/** What reading a file needs of a context. */
type ReadingContext = Pick<ImportContext, 'db' | 'options' | 'onProgress' | 'isCancelled'>;

/** Reads a file into the database under a new record of an import, which is still to be finished. */
export function readInto(
  context: ReadingContext,
  file: FileSource,
  format: FileFormat,
  plan: ColumnPlan,
): FileRead {
  const { db, options, onProgress, isCancelled } = context;
  const store = new ImportStore(db);
  const behaviours = options.kind === 'behaviours';
  const baseId = behaviours ? store.nextBaseId() : 0;
  const importId = store.beginImport(options.kind, basename(options.path), file.sizeBytes, baseId);
  const sink = behaviours ? new BehaviourSink(store, options, plan, baseId) : new ProfileSink(store, plan);
  const { header } = plan.layout;
  const source: RowSource = new CsvRows(file, format, header.length);
  sink.header(header);
  const intake = new RowIntake(store, importId, source, sink);
  const table = new TableRows(plan.layout, intake);
  const report = (phase: ImportProgress['phase'], progress: SourceProgress): void => {
    const { badRowCount } = intake;
    onProgress({ phase, ...progress, rowsRead: table.rowsRead, badRowCount });
  };
  const facts = source.read(table, (progress) => {
    throwIfCancelled(isCancelled);
    report('reading', progress);
  });
  report('finishing', { bytesRead: file.sizeBytes, bytesTotal: file.sizeBytes });
  return { importId, sink, intake, table, ...facts };
}
