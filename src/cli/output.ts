import type { ExportProgress } from '../core/engine/export-workspace.ts';
import type { SampleProgress } from '../core/sample/generate-sample.ts';
import { progressJson } from '../server/progress-json.ts';
import type { ExportReport } from '../shared/export.ts';
import type { InsightProgress } from '../shared/insight.ts';
import type { ImportSnapshot } from '../shared/import.ts';
import type { RunSnapshot } from '../shared/run.ts';
import type { Locale } from '../shared/settings.ts';
import type { FileTaskProgress, FileTaskStep } from '../shared/workspace.ts';
import { errorText } from './error-text.ts';
import { resultFields } from './result-fields.ts';
import type { ResultFigures } from './result-fields.ts';
import { fitLine } from './terminal-text.ts';
import { text } from './texts.ts';
import { visible } from './visible.ts';
import { waitText, WaitNotes } from './waiting.ts';

const BAR_CELLS = 24;
const MIN_INTERVAL_MS = 100;
const DEFAULT_COLUMNS = 80;
/** Progress in lines of their own: after so many percent, no faster than this, and not slower than that. */
const LINE_PERCENT = 10;
const MIN_LINE_INTERVAL_MS = 1_000;
const MAX_LINE_INTERVAL_MS = 10_000;

export interface OutputOptions {
  /** JSON snapshots on standard output instead of progress. */
  json?: boolean;
  /** Without a terminal, print a line of progress now and then. */
  progressLines?: boolean;
}

type ProgressKey =
  | 'unpacking'
  | 'reading'
  | 'running'
  | 'runningWaits'
  | 'generating'
  | 'exporting'
  | 'readingEvents'
  | 'answering'
  | 'undoing'
  | 'fileTask';

const STEP_TEXTS = {
  copying: 'stepCopying',
  reading: 'stepReading',
  checking: 'stepChecking',
  finishing: 'stepFinishing',
} as const satisfies Record<FileTaskStep, string>;

type ProgressParams = Record<string, string | number> & { percent: number };

/** What a command prints: notes and progress on standard error, results and JSON snapshots on standard output. */
export class Output {
  readonly locale: Locale;
  readonly #json: boolean;
  readonly #bar: boolean;
  readonly #lines: boolean;
  readonly #waits = new WaitNotes();
  #lastAt = 0;
  #lastStatus = '';
  #barShown = false;
  #lastLine = { key: '', percent: 0, at: 0 };

  constructor(locale: Locale, { json = false, progressLines = false }: OutputOptions = {}) {
    this.locale = locale;
    this.#json = json;
    this.#bar = !json && process.stderr.isTTY === true;
    this.#lines = !json && !this.#bar && progressLines;
  }

  /** A line for the reader, on stderr so that stdout contains data only. */
  note(line: string): void {
    this.#clearBar();
    process.stderr.write(`${visible(line)}\n`);
  }

  /** The outcome: on stdout, unless that carries JSON. */
  result(line: string): void {
    this.#clearBar();
    (this.#json ? process.stderr : process.stdout).write(`${visible(line)}\n`);
  }

  /** A usage error, and how to show the help. */
  usageProblem(detail: string): void {
    this.note(text(this.locale, 'usageProblem', { detail }));
    this.note(text(this.locale, 'seeHelp'));
  }

  importProgress(snapshot: ImportSnapshot): void {
    if (snapshot.status !== 'running' || !this.#due('import')) return;
    if (snapshot.work === 'undo')
      return this.#progress('undoing', { file: snapshot.fileName, percent: snapshot.progressPercent });
    if (snapshot.phase === 'unpacking')
      return this.unpackProgress(snapshot.fileName, snapshot.progressPercent);
    this.#progress('reading', {
      file: snapshot.fileName,
      percent: snapshot.progressPercent,
      rows: snapshot.rowsRead,
      pace: this.#pace(snapshot.pace),
    });
  }

  /** How much of a packed file is unpacked to a temporary one. */
  unpackProgress(file: string, percent: number): void {
    if (this.#due('unpacking')) this.#progress('unpacking', { file, percent });
  }

  generateProgress({ usersDone, users, rows }: SampleProgress): void {
    if (this.#due('generate')) this.#progress('generating', { percent: (usersDone / users) * 100, rows });
  }

  exportProgress({ done, total, rows, pace }: ExportProgress): void {
    if (!this.#due('export')) return;
    this.#progress('exporting', {
      percent: total === 0 ? 0 : (done / total) * 100,
      rows,
      pace: this.#pace(pace),
    });
  }

  /** Rows and megabytes a second; nothing while they are not known. */
  #pace(pace: ImportSnapshot['pace']): string {
    if (pace === null) return '';
    return text(this.locale, 'pace', { rows: pace.rows, size: (pace.bytes / 1e6).toFixed(1) });
  }

  /** How far a question about the events is; null once it has ended. Without a terminal nothing is printed. */
  insightProgress(progress: InsightProgress | null): void {
    if (progress === null) return this.#clearBar();
    if (!this.#due('insight')) return;
    const { phase, share } = progress;
    if (share === null) return this.#draw(text(this.locale, 'answeringSilently'));
    this.#progress(phase === 'loading' ? 'readingEvents' : 'answering', { percent: share * 100 });
  }

  /** How far a rescue or a restore is. Without a terminal only a share is printed. */
  fileTaskProgress({ step, share }: FileTaskProgress): void {
    if (!this.#due(step)) return;
    const what = text(this.locale, STEP_TEXTS[step]);
    if (share === null) return this.#draw(text(this.locale, 'fileTaskSilently', { what }));
    this.#progress('fileTask', { what, percent: share * 100 });
  }

  /** What came of an export, where JSON is wanted. */
  exportReport(report: ExportReport): void {
    if (this.#json) process.stdout.write(`${JSON.stringify(report)}\n`);
  }

  /** Shows a snapshot of a run. The engine tells no more than ten a second, and the last one may stand for long: none is left out. */
  runProgress(snapshot: RunSnapshot): void {
    const now = Date.now();
    const wait = this.#waits.next(this.locale, snapshot, now);
    if (wait !== null) this.note(wait);
    if (this.#json) {
      this.#writeJson(snapshot);
      return;
    }
    const seconds = snapshot.estimatedRemainingSeconds;
    const waits = waitText(this.locale, snapshot, now);
    this.#progress(waits === null ? 'running' : 'runningWaits', {
      percent: snapshot.progressPercent,
      processed: snapshot.processedUsers,
      total: snapshot.totalUsers,
      failed: snapshot.failedCount,
      remaining: seconds === null ? '…' : formatSeconds(seconds),
      waits: waits ?? '',
    });
  }

  /** The last snapshot, always printed; with what came of the command unless it was stopped. */
  finalSnapshot(snapshot: RunSnapshot, result?: ResultFigures): void {
    if (this.#json) this.#writeJson(snapshot, result);
  }

  /** What a run would take: as a line, or as JSON. */
  estimate(fields: Record<string, unknown>, line: string): void {
    if (this.#json) process.stdout.write(`${JSON.stringify({ estimate: fields })}\n`);
    else this.result(line);
  }

  #writeJson(snapshot: RunSnapshot, result?: ResultFigures): void {
    const progress = progressJson(snapshot, (error) => errorText(this.locale, error));
    const fields = { ...progress, ...(result ? resultFields(result) : {}) };
    process.stdout.write(`${JSON.stringify(fields)}\n`);
  }

  #due(status: string): boolean {
    const now = Date.now();
    if (status === this.#lastStatus && now - this.#lastAt < MIN_INTERVAL_MS) return false;
    this.#lastAt = now;
    this.#lastStatus = status;
    return true;
  }

  #progress(key: ProgressKey, params: ProgressParams): void {
    const filled = Math.round((params.percent / 100) * BAR_CELLS);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
    const line = visible(text(this.locale, key, { ...params, bar, percent: params.percent.toFixed(1) }));
    if (this.#bar) {
      this.#draw(line);
    } else if (this.#lines && this.#lineIsDue(key, params.percent)) {
      process.stderr.write(`${line}\n`);
    }
  }

  /** Puts a line in place of the last one, on a terminal only. */
  #draw(line: string): void {
    if (!this.#bar) return;
    // The last column stays free: some terminals wrap once it is written.
    const columns = (process.stderr.columns || DEFAULT_COLUMNS) - 1;
    process.stderr.write(`\r\u001b[2K${fitLine(line, columns)}`);
    this.#barShown = true;
  }

  #lineIsDue(key: string, percent: number): boolean {
    const now = Date.now();
    const last = this.#lastLine;
    const elapsed = now - last.at;
    const isDue =
      key !== last.key ||
      elapsed >= MAX_LINE_INTERVAL_MS ||
      (elapsed >= MIN_LINE_INTERVAL_MS && Math.abs(percent - last.percent) >= LINE_PERCENT);
    if (isDue) this.#lastLine = { key, percent, at: now };
    return isDue;
  }

  #clearBar(): void {
    if (this.#barShown) process.stderr.write('\r\u001b[2K');
    this.#barShown = false;
  }
}

function formatSeconds(seconds: number): string {
  const pad = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return seconds < 3600
    ? `${pad(seconds / 60)}:${pad(seconds % 60)}`
    : `${pad(seconds / 3600)}:${pad((seconds % 3600) / 60)}:${pad(seconds % 60)}`;
}
