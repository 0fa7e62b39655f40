import type { EngineApi } from '../core/engine/engine-api.ts';
import { AppError, toErrorInfo } from '../core/errors.ts';
import { HAS_ENCODING } from '../shared/import.ts';
import type {
  ImportKind,
  ImportOptions,
  ImportPreview,
  ImportReport,
  ImportSnapshot,
  RejectedOf,
} from '../shared/import.ts';
import type { ExtractArguments } from './arguments.ts';
import { errorText, ofProfiles } from './error-text.ts';
import { howRead } from './how-read.ts';
import type { Output } from './output.ts';
import { importOptionsOf, mapOfColumns, rolesOfMap, withProfilesOptions } from './reading-arguments.ts';
import type { FileReading } from './reading-arguments.ts';
import { text } from './texts.ts';

const BAD_ROWS_SHOWN = 20;

/** Throws `import.which_part` where it is not clear which sheet or table is meant: the command line cannot ask. */
function checkPart({ path, parts, partIsOpen }: ImportPreview): void {
  if (!partIsOpen) return;
  throw new AppError('import.which_part', { path, found: parts.map(({ name }) => name).join(', ') });
}

/** The options of a command that say nothing of a file of this format; empty for none. */
function unusedOptions({ format }: ImportPreview, { encoding, delimiter }: FileReading): string {
  return [
    encoding !== undefined && !HAS_ENCODING[format] ? '--encoding' : null,
    delimiter !== undefined && format !== 'csv' ? '--delimiter' : null,
  ]
    .filter((option) => option !== null)
    .join(', ');
}

/** Imports the files of a command; reports their rejected rows and saves them if a file for them is given. */
export class ImportStep {
  readonly #engine: EngineApi;
  readonly #args: ExtractArguments;
  readonly #output: Output;
  /** The imports whose rejected rows are to be saved; the last may have failed. */
  readonly #done: RejectedOf[] = [];
  #cancelled = false;
  #onSnapshot: (snapshot: ImportSnapshot) => void = () => undefined;

  constructor(engine: EngineApi, args: ExtractArguments, output: Output) {
    this.#engine = engine;
    this.#args = args;
    this.#output = output;
  }

  /** Takes a snapshot of the import from the engine. */
  accept(snapshot: ImportSnapshot): void {
    this.#onSnapshot(snapshot);
  }

  /** Stops the import; the workspace stays as it was. */
  cancel(): void {
    this.#cancelled = true;
    // Rejects when the workspace is closed already; then there is nothing to stop.
    this.#engine.cancelImport().catch(() => undefined);
    const { input, profiles } = this.#args;
    for (const path of [input, profiles]) if (path !== null) void this.#engine.cancelPreview(path);
  }

  /** Imports all files; returns early when cancelled. Rejects with the reason why one cannot be imported. */
  async run(): Promise<void> {
    const { input, profiles } = this.#args;
    try {
      if (input === null) await this.#importSample();
      else await this.#importFile(input, 'behaviours');
      if (profiles !== null) await this.#importFile(profiles, 'profiles');
    } catch (error) {
      if (this.#cancelled && error instanceof AppError && error.code === 'import.cancelled') return;
      // Save the rejected rows of a failed import too: they show what to correct in the file.
      if (error instanceof AppError && error.code.startsWith('import.')) await this.#save();
      throw error;
    }
    if (!this.#cancelled) await this.#save();
  }

  async #importFile(path: string, kind: ImportKind): Promise<void> {
    const { timeZone, reading: ofLog, profilesReading } = this.#args;
    const reading = kind === 'profiles' ? profilesReading : ofLog;
    const options: ImportOptions = {
      path,
      kind,
      ...(timeZone === null ? {} : { timeZone }),
      ...importOptionsOf(reading),
    };
    try {
      const mapped = await this.#withRoles(options, reading);
      await this.#import(() => this.#engine.startImport(mapped));
    } catch (error) {
      if (kind === 'behaviours' || !(error instanceof AppError)) throw error;
      const { code, params } = ofProfiles(toErrorInfo(error));
      throw new AppError(code, params);
    }
  }

  /** Tells how a file is read, and what of that may be wrong; the roles that the command names are added. */
  async #withRoles(options: ImportOptions, reading: FileReading): Promise<ImportOptions> {
    const { map } = reading;
    const { locale } = this.#output;
    let preview = await this.#engine.previewImport(options);
    checkPart(preview);
    const mapped = map ? { ...options, roles: rolesOfMap(map, preview, locale) } : options;
    if (map) preview = await this.#engine.previewImport(mapped);
    const { fileName: file, timeZone: zone, kind } = preview;
    const read = { file, how: howRead(preview, locale), columns: mapOfColumns(preview) };
    this.#output.note(
      kind === 'profiles'
        ? text(locale, 'howProfilesRead', read)
        : text(locale, 'howRead', { ...read, zone }),
    );
    const unused = unusedOptions(preview, reading);
    if (unused !== '') {
      const line = text(locale, 'optionsUnused', { file, options: unused });
      this.#output.note(kind === 'profiles' ? withProfilesOptions(line) : line);
    }
    for (const doubt of preview.doubts)
      this.#output.note(errorText(locale, kind === 'profiles' ? ofProfiles(doubt) : doubt));
    return mapped;
  }

  /** The log and the profiles that the window offers for a first try. */
  #importSample(): Promise<void> {
    return this.#import(() => this.#engine.startSampleImport());
  }

  async #import(start: () => Promise<unknown>): Promise<void> {
    if (this.#cancelled) return;
    const { report, error, status } = await this.#toEnd(start);
    if (status === 'cancelled') return;
    if (report) {
      if (!error) this.#tell(report);
      this.#tellBadRows(report);
      this.#done.push(report.importId === null ? { place: 0 } : { importId: report.importId });
    }
    if (error) throw new AppError(error.code, error.params);
  }

  async #toEnd(start: () => Promise<unknown>): Promise<ImportSnapshot> {
    const ended = new Promise<ImportSnapshot>((resolve) => {
      this.#onSnapshot = (snapshot) => {
        this.#output.importProgress(snapshot);
        if (snapshot.status !== 'running') resolve(snapshot);
      };
    });
    await start();
    // The import may have been cancelled while it was starting.
    if (this.#cancelled) this.cancel();
    return ended;
  }

  #tell(report: ImportReport): void {
    const { locale } = this.#output;
    const figures = {
      file: report.fileName,
      added: report.rowsAdded,
      known: report.rowsKnown,
      bad: report.badRowCount,
    };
    this.#output.note(text(locale, report.sameFile ? 'sameFile' : 'imported', figures));
    for (const warning of report.warnings) this.#output.note(errorText(locale, warning));
  }

  #tellBadRows(report: ImportReport): void {
    const { locale } = this.#output;
    for (const { line, reason } of report.badRows.slice(0, BAD_ROWS_SHOWN)) {
      const place = { line, reason: errorText(locale, reason) };
      this.#output.note(
        report.unit === 'line'
          ? text(locale, 'badRow', place)
          : text(locale, 'badTableRow', { ...place, part: report.part === null ? '' : ` (${report.part})` }),
      );
    }
    if (report.badRowCount > BAD_ROWS_SHOWN) {
      this.#output.note(text(locale, 'moreBadRows', { count: report.badRowCount }));
    }
  }

  async #save(): Promise<void> {
    const { badRows: path } = this.#args;
    if (path === null || this.#done.length === 0) return;
    const { locale } = this.#output;
    const count = await this.#engine.saveBadRows(this.#done, path, locale);
    this.#output.note(text(locale, 'badRowsSaved', { count, path }));
  }
}
