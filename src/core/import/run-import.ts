import { basename } from 'node:path';
import { storeError } from '../store/database.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportReport, PlaceUnit } from '../../shared/import.ts';
import { AppError } from '../errors.ts';
import { sameNames } from './columns.ts';
import { BehaviourSink } from './behaviour-sink.ts';
import { planColumns } from './column-plan.ts';
import type { ColumnPlan } from './column-plan.ts';
import type { FileFormat } from './file-format.ts';
import { FileSource } from './file-source.ts';
import { inTransaction, throwIfCancelled } from './import-context.ts';
import type { ImportContext } from './import-context.ts';
import type { ImportProgress } from './import-progress.ts';
import { findKnownFile } from './known-file.ts';
import { ProfileSink } from './profile-sink.ts';
import { openFile } from './open-file.ts';
import type { OpenedFile } from './open-file.ts';
import type { RowSink, SourceFacts, SourceProgress } from './ports.ts';
import { placeOf, styleOf } from './reading.ts';
import { RowIntake } from './row-intake.ts';
import { TableRows } from './table-rows.ts';
import { TimeZone } from './times/time-zone.ts';

/**
 * Imports a file in one transaction: it is in the workspace as a whole, or not at all (it is meant for a worker thread). Throws AppError: `import.*` for the file, `import.cancelled`, `workspace.*` when writing fails.
 */
export async function runImport(context: ImportContext): Promise<ImportReport> {
  const { path, timeZone } = context.options;
  // A zone that does not exist is told even when the file is known and needs none.
  if (timeZone !== undefined) new TimeZone(timeZone);
  try {
    return await importFile(context, new FileSource(path));
  } catch (error) {
    throw storeError(error, context.workspacePath);
  }
}

async function importFile(context: ImportContext, source: FileSource): Promise<ImportReport> {
  const checkpoint = (): void => throwIfCancelled(context.isCancelled);
  try {
    const file = await openFile(
      source,
      context.options,
      context.now(),
      (progress) => {
        throwIfCancelled(context.isCancelled);
        context.onProgress({ phase: 'unpacking', ...progress, rowsRead: 0, badRowCount: 0 });
      },
      checkpoint,
    );
    const plan = await planColumns(file.rows, context.options, context.now(), { checkpoint });
    const known = await findKnownFile(context, source, file, plan);
    if (known) return known;
    checkDecided(file.text, plan);
    try {
      return await inTransaction(context.store, () => importRows(context, source, file, plan));
    } finally {
      // What did not fit on the disk would go on filling it.
      context.store.writeBackLog();
    }
  } finally {
    source.close();
  }
}

/**
 * Throws `import.undecided_encoding` and `import.undecided_dates` where the file can be read in several ways, and the options
 * do not say which is meant.
 */
function checkDecided(
  { guess }: FileFormat,
  { dateOrders: [first, ...others], dateOrderRows }: ColumnPlan,
): void {
  if (guess?.certainty === 'open') {
    throw new AppError('import.undecided_encoding', { candidates: guess.candidates.slice(0, 5).join(', ') });
  }
  // Two of three orders may read a date alike.
  const second = others.find(({ readAs }) => readAs !== first?.readAs);
  if (!first || !second) return;
  const shown = (time: number): string => new Date(time).toISOString().slice(0, 10);
  throw new AppError('import.undecided_dates', {
    example: first.example,
    first: shown(first.readAs),
    second: shown(second.readAs),
    rows: dateOrderRows ?? '',
  });
}

async function importRows(
  context: ImportContext,
  source: FileSource,
  file: OpenedFile,
  plan: ColumnPlan,
): Promise<ImportReport> {
  const { store, options, isCancelled } = context;
  const { importId, sink, intake, table, unit, told, sha256, encoding } = await readInto(
    context,
    source,
    file,
    plan,
  );
  intake.checkUsable(options, { rowsRead: table.rowsRead, part: file.part, unit });
  const counts = sink.finish(() => throwIfCancelled(isCancelled));
  // What the first part of the file was taken for is told before; here it turned out to be something else.
  const changed: ErrorInfo[] =
    encoding === file.text.encoding ? [] : [{ code: 'import.note.encoding_changed', params: { encoding } }];
  const warnings = [
    ...changed,
    ...told,
    ...table.notes,
    ...intake.notes,
    ...(sink.warning ? [sink.warning] : []),
  ];
  store.finishImport(importId, {
    sha256,
    reading: {
      encoding,
      delimiter: file.text.delimiter,
      roles: sink.roles,
      ...(sink.themeColumn === null ? {} : { themeColumn: sink.themeColumn }),
      timeZone: sink.timeZone,
      ...placeOf(file),
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
    part: file.part,
    unit,
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
  unit: PlaceUnit;
  /** What is read in another way than may be meant, or not at all. */
  told: ErrorInfo[];
}

/** What reading a file needs of a context. */
type ReadingContext = Pick<ImportContext, 'store' | 'options' | 'onProgress' | 'isCancelled' | 'now'>;

/** Reads a file into the database under a new record of an import, which is still to be finished. */
export async function readInto(
  context: ReadingContext,
  file: FileSource,
  opened: OpenedFile,
  plan: ColumnPlan,
): Promise<FileRead> {
  const { store, options, onProgress, isCancelled } = context;
  const behaviours = options.kind === 'behaviours';
  const baseId = behaviours ? store.nextBaseId() : 0;
  const importId = store.beginImport(options.kind, basename(options.path), file.sizeBytes, baseId);
  const sink = behaviours
    ? new BehaviourSink(store, options, plan, baseId, context.now())
    : new ProfileSink(store, plan, importId);
  const { header } = plan.layout;
  const source = opened.rows(header.length);
  sink.header(header);
  const intake = new RowIntake(store, importId, source, sink, header);
  const table = new TableRows(plan.layout, intake, source.delimiter !== null);
  const report = (phase: ImportProgress['phase'], progress: SourceProgress): void => {
    const { badRowCount } = intake;
    onProgress({ phase, ...progress, rowsRead: table.rowsRead, badRowCount });
  };
  const facts = await source.read(table, (progress) => {
    throwIfCancelled(isCancelled);
    report('reading', progress);
  });
  report('finishing', { bytesRead: file.sizeBytes, bytesTotal: file.sizeBytes });
  const told = [...source.told, ...sameNames(header, sink.roles)];
  return { importId, sink, intake, table, unit: source.unit, told, ...facts };
}
