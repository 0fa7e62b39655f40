import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ErrorCode, ErrorInfo } from '../../shared/errors.ts';
import { NO_IMPORT } from '../../shared/import.ts';
import type {
  ImportedFile,
  ImportKind,
  ImportOptions,
  ImportReport,
  ImportSnapshot,
  ImportUndo,
} from '../../shared/import.ts';
import type { Clock } from '../clock.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { startImportJob } from '../import/import-job.ts';
import type { ImportJob, ImportProgress } from '../import/import-job.ts';
import { startUndoJob } from '../import/undo-job.ts';
import { NoUsableRows } from '../import/no-usable-rows.ts';
import { rejectedOfFile } from '../import/rejected-rows.ts';
import type { RejectedRows } from '../import/rejected-rows.ts';
import { generateSample } from '../sample/generate-sample.ts';

/** The sample is small enough for a first result at once, and large enough to see a run work. */
const SAMPLE_USERS = 300;
const SAMPLE_SEED = 1;
/** Ends that the user wanted. */
const CANCELLED: ErrorCode[] = ['import.cancelled', 'sample.cancelled', 'import.undo_cancelled'];
/** What is left of a share is told from so much on, and after so many seconds. */
const TOLD_FROM = { share: 0.02, seconds: 1 };
/** How many rejected rows of each of several files a snapshot carries, which travels ten times a second. */
const BAD_ROWS_OF_SEVERAL = 20;

export interface ImportSessionOptions {
  workspacePath: string;
  workerUrl: URL;
  clock: Clock;
  nextRevision: () => number;
  /** Waits until no other program keeps the workspace from being written to; null when none does. */
  untilUnlocked: (signal: AbortSignal) => Promise<void> | null;
  onSnapshot: (snapshot: ImportSnapshot) => void;
  /** Called when an import changed the workspace. */
  onChanged: () => void;
  /** Called when an import has let go of the workspace, whatever came of it; `error`: why it failed. */
  onEnded: (error: ErrorInfo | null) => void;
  /** What is shown at first: how an import was undone, after which everything of the workspace is made anew. */
  shown?: ImportSnapshot;
}

/** When a phase of an import began: what is left is told from its pace. */
interface PhaseStart {
  phase: ImportProgress['phase'] | null;
  at: number;
}

/** What an import of files begins with. */
interface SeveralFiles {
  files?: readonly ImportOptions[];
  /** What is shown of each, where they are several. */
  shown?: readonly ImportedFile[];
  unusable?: ReadonlySet<number>;
}

const shortened = (report: ImportReport): ImportReport => ({
  ...report,
  badRows: report.badRows.slice(0, BAD_ROWS_OF_SEVERAL),
});

const COMPLETED = { status: 'completed', progressPercent: 100, estimatedRemainingSeconds: 0 } as const;

/** The last hundredth is for duplicates, index and commit. */
const percentOf = (share: number): number => Math.floor(Math.min(share * 99, 99) * 10) / 10;

/** `elapsed`: seconds. Null while it cannot be told. */
const remainingSeconds = (share: number, elapsed: number): number | null =>
  share < TOLD_FROM.share || elapsed < TOLD_FROM.seconds ? null : Math.ceil((elapsed / share) * (1 - share));

/** The one import of an open workspace, or the undoing of one: its state as windows see it, and the job that does it. */
export class ImportSession {
  readonly #options: ImportSessionOptions;
  #state: ImportSnapshot;
  #abort: AbortController | null = null;
  /** The files that the snapshot is about. */
  #files: readonly ImportOptions[] = [];
  /** The places of those among them that were not imported because of their rows. */
  #unusable: ReadonlySet<number> = new Set();
  #done: Promise<void> = Promise.resolve();

  constructor(options: ImportSessionOptions) {
    this.#options = options;
    this.#state = options.shown ?? NO_IMPORT;
  }

  get active(): boolean {
    return this.#abort !== null;
  }

  snapshot(): ImportSnapshot {
    return { ...this.#state, revision: this.#options.nextRevision() };
  }

  /** Starts to import a file. Throws import.already_active. */
  start(options: ImportOptions): ImportSnapshot {
    return this.#begin(options.kind, basename(options.path), (signal) => this.#importFile(options, signal), {
      files: [options],
    });
  }

  /**
   * Starts to import files one after the other, each in a transaction of its own: one that fails does not stop the others. It
   * has failed when all have. Throws import.already_active.
   */
  startAll(files: readonly ImportOptions[]): ImportSnapshot {
    const [first] = files;
    if (!first || files.length === 1) return first ? this.start(first) : this.snapshot();
    const shown = files.map(({ path, kind }): ImportedFile => ({
      fileName: basename(path),
      kind,
      status: 'waiting',
      report: null,
      error: null,
    }));
    return this.#begin(
      first.kind,
      basename(first.path),
      (signal) => this.#importAll([...files.keys()], signal),
      {
        files,
        shown,
      },
    );
  }

  /**
   * Starts a file of the notice again that was not imported because of its rows, without those that cannot be used. `place`: its place
   * among the files, from 0. Throws `import.bad_rows_gone` when the notice has no such file.
   */
  acceptRejects(place: number): ImportSnapshot {
    const options = { ...this.#refused(place), mostRefused: 1 };
    if (this.#files.length === 1) return this.start(options);
    const files = this.#files.map((file, at) => (at === place ? options : file));
    return this.#begin(options.kind, basename(options.path), (signal) => this.#importAll([place], signal), {
      files,
      shown: this.#state.files,
      unusable: this.#unusable,
    });
  }

  /** Starts to make and import the sample log and its profiles. Throws import.already_active. */
  startSample(): ImportSnapshot {
    return this.#begin('behaviours', 'sample-behaviors.csv', async (signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'eventloom-sample-'));
      try {
        const behaviorsPath = join(folder, 'sample-behaviors.csv');
        const profilesPath = join(folder, 'sample-profiles.csv');
        await generateSample({ users: SAMPLE_USERS, seed: SAMPLE_SEED, behaviorsPath, profilesPath, signal });
        const report = await this.#importFile({ path: behaviorsPath, kind: 'behaviours' }, signal);
        await this.#importSampleProfiles(profilesPath, report, signal);
        return report;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }

  /**
   * Starts to undo an import. `whenUndone` makes everything of the workspace anew, which then shows the snapshot that it is given;
   * this session stays active until that is done. Throws import.already_active.
   */
  startUndo(
    { importId, kind, fileName }: Pick<ImportUndo, 'importId' | 'kind' | 'fileName'>,
    whenUndone: (ended: ImportSnapshot) => Promise<void>,
  ): ImportSnapshot {
    const signal = this.#take({ work: 'undo', phase: 'removing', kind, fileName });
    const begunAt = this.#options.clock.now();
    const { workspacePath, workerUrl } = this.#options;
    const job = startUndoJob({ workspacePath, importId, workerUrl }, (share) =>
      this.#undoing(share, begunAt),
    );
    signal.addEventListener('abort', () => job.cancel(), { once: true });
    this.#done = job.done.then(
      () => this.#undone(whenUndone),
      (error: unknown) => this.#fail(error),
    );
    return this.#publish();
  }

  async #undone(whenUndone: (ended: ImportSnapshot) => Promise<void>): Promise<void> {
    // Who asks to cancel from here on is told that it is done.
    this.#state = { ...this.#state, ...COMPLETED };
    try {
      await whenUndone(this.#state);
      this.#abort = null;
    } catch (error) {
      this.#end({ ...COMPLETED, error: toErrorInfo(error) });
    }
  }

  #undoing(share: number | null, begunAt: number): void {
    this.#state =
      share === null
        ? { ...this.#state, phase: 'finishing', estimatedRemainingSeconds: null }
        : {
            ...this.#state,
            progressPercent: percentOf(share),
            estimatedRemainingSeconds: remainingSeconds(share, (this.#options.clock.now() - begunAt) / 1000),
          };
    this.#publish();
  }

  /** Stops what is under way; the workspace stays as it was. Resolves when that is so. */
  async cancel(): Promise<ImportSnapshot> {
    this.#abort?.abort();
    await this.#done;
    return this.snapshot();
  }

  /** Puts the notice of an ended import away. */
  dismiss(): ImportSnapshot {
    if (!this.active) {
      this.#state = NO_IMPORT;
      [this.#files, this.#unusable] = [[], new Set()];
    }
    return this.#publish();
  }

  /** The rejected rows of a file of the notice that was not imported because of them. Throws as `acceptRejects`. */
  rejected(place: number): RejectedRows {
    return rejectedOfFile(this.#refused(place));
  }

  #refused(place: number): ImportOptions {
    const options = this.#unusable.has(place) ? this.#files[place] : undefined;
    if (!options) throw new AppError('import.bad_rows_gone');
    return options;
  }

  #begin(
    kind: ImportKind,
    fileName: string,
    work: (signal: AbortSignal) => Promise<ImportReport | null>,
    { files = [], shown = [], unusable = new Set() }: SeveralFiles = {},
  ): ImportSnapshot {
    const signal = this.#take({ kind, fileName, files: [...shown] });
    [this.#files, this.#unusable] = [files, unusable];
    this.#done = work(signal).then(
      (report) => this.#end({ ...COMPLETED, report }),
      (error: unknown) => this.#fail(error),
    );
    return this.#publish();
  }

  /** Becomes active, with nothing of what was shown before; the signal aborts when it is to stop. Throws import.already_active. */
  #take(state: Partial<ImportSnapshot>): AbortSignal {
    if (this.active) throw new AppError('import.already_active');
    this.#abort = new AbortController();
    [this.#files, this.#unusable] = [[], new Set()];
    this.#state = { ...NO_IMPORT, ...state, status: 'running' };
    return this.#abort.signal;
  }

  #fail(error: unknown): void {
    const info = toErrorInfo(error);
    const status = CANCELLED.includes(info.code) ? 'cancelled' : 'failed';
    this.#end({ status, error: info, report: error instanceof NoUsableRows ? error.report : null });
  }

  /** Imports the files at some places. Null: each file has a report of its own. */
  async #importAll(places: readonly number[], signal: AbortSignal): Promise<null> {
    let failure: unknown = null;
    for (const at of places) {
      const [options, before] = [this.#files[at], this.#state.files[at]];
      if (!options || !before) continue;
      this.#fileIs(at, { status: 'running', report: null, error: null });
      try {
        const report = await this.#importFile(options, signal, at);
        this.#unusable = new Set([...this.#unusable].filter((place) => place !== at));
        this.#fileIs(at, { status: 'completed', report: shortened(report) });
        this.#options.onChanged();
      } catch (error) {
        if (signal.aborted) {
          this.#fileIs(at, before);
          throw error;
        }
        failure = error;
        const report = error instanceof NoUsableRows ? shortened(error.report) : null;
        this.#fileIs(at, { status: 'failed', report, error: toErrorInfo(error) });
      }
    }
    if (this.#state.files.every(({ status }) => status !== 'completed')) throw failure;
    return null;
  }

  #fileIs(at: number, change: Partial<ImportedFile>): void {
    const files = this.#state.files.map((file, index) => (index === at ? { ...file, ...change } : file));
    const { kind, fileName } = files[at] ?? this.#state;
    this.#state = { ...NO_IMPORT, status: 'running', files, kind, fileName };
    this.#publish();
  }

  /** The behaviours are committed by now, whatever becomes of their profiles. */
  async #importSampleProfiles(path: string, { rowsAdded }: ImportReport, signal: AbortSignal): Promise<void> {
    try {
      await this.#importFile({ path, kind: 'profiles' }, signal);
    } catch (error) {
      this.#options.onChanged();
      const cancelled = error instanceof AppError && error.code === 'import.cancelled';
      throw cancelled ? new AppError('sample.cancelled', { count: rowsAdded }) : error;
    }
  }

  async #importFile(options: ImportOptions, signal: AbortSignal, place = 0): Promise<ImportReport> {
    // Here and not in the thread of the import, which could neither tell of it nor be cancelled.
    const unlocked = this.#options.untilUnlocked(signal);
    try {
      if (unlocked) await unlocked;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (signal.aborted) throw new AppError('import.cancelled');
    const since: PhaseStart = { phase: null, at: this.#options.clock.now() };
    const job: ImportJob = startImportJob({
      workspacePath: this.#options.workspacePath,
      options,
      workerUrl: this.#options.workerUrl,
      onProgress: (progress) => this.#progress(options, progress, since),
    });
    const cancel = (): void => job.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await job.done;
    } catch (error) {
      if (error instanceof NoUsableRows) this.#unusable = new Set([...this.#unusable, place]);
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  #progress(options: ImportOptions, progress: ImportProgress, since: PhaseStart): void {
    const now = this.#options.clock.now();
    if (since.phase !== progress.phase) [since.phase, since.at] = [progress.phase, now];
    const share = progress.bytesTotal === 0 ? 0 : progress.bytesRead / progress.bytesTotal;
    const elapsed = (now - since.at) / 1000;
    this.#state = {
      ...this.#state,
      kind: options.kind,
      fileName: basename(options.path),
      phase: progress.phase,
      progressPercent: percentOf(share),
      rowsRead: progress.rowsRead,
      badRowCount: progress.badRowCount,
      estimatedRemainingSeconds: remainingSeconds(share, elapsed),
      pace:
        elapsed < 1 || progress.phase === 'finishing'
          ? null
          : {
              rows: Math.round(progress.rowsRead / elapsed),
              bytes: Math.round(progress.bytesRead / elapsed),
            },
    };
    this.#publish();
  }

  #end(end: Partial<ImportSnapshot>): void {
    this.#abort = null;
    this.#state = { ...this.#state, ...end };
    this.#options.onEnded(end.error ?? null);
    if (end.status === 'completed') this.#options.onChanged();
    this.#publish();
  }

  #publish(): ImportSnapshot {
    const snapshot = this.snapshot();
    this.#options.onSnapshot(snapshot);
    return snapshot;
  }
}
