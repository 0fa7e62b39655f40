import type { ImportSnapshot } from '../shared/import.ts';
import type { RunSnapshot } from '../shared/run.ts';
import type { Locale } from '../shared/settings.ts';
import { seedSnapshot } from './seed-snapshot.ts';
import { text } from './texts.ts';
import { visible } from './visible.ts';

const BAR_CELLS = 24;
const MIN_INTERVAL_MS = 100;

/** What the command prints: notes and a progress bar on stderr, JSON snapshots on stdout. */
export class Output {
  readonly locale: Locale;
  readonly #json: boolean;
  readonly #bar: boolean;
  #lastAt = 0;
  #lastStatus = '';
  #barShown = false;

  constructor(locale: Locale, json: boolean) {
    this.locale = locale;
    this.#json = json;
    this.#bar = !json && process.stderr.isTTY === true;
  }

  /** A line for a person, on stderr so that stdout stays data. */
  note(line: string): void {
    this.#clearBar();
    process.stderr.write(`${visible(line)}\n`);
  }

  /** The outcome: on stdout, unless that carries JSON. */
  result(line: string): void {
    this.#clearBar();
    (this.#json ? process.stderr : process.stdout).write(`${visible(line)}\n`);
  }

  /** A mistake in how the command was called, and where to read how it is called. */
  usageProblem(detail: string): void {
    this.note(text(this.locale, 'usageProblem', { detail }));
    this.note(text(this.locale, 'seeHelp'));
  }

  importProgress(snapshot: ImportSnapshot): void {
    if (!this.#bar || snapshot.status !== 'running' || !this.#due('import')) return;
    this.#drawBar('reading', {
      file: snapshot.fileName,
      percent: snapshot.progressPercent,
      rows: snapshot.rowsRead,
    });
  }

  /** Shows a snapshot of a run: at most ten a second, a change of state always. */
  runProgress(snapshot: RunSnapshot): void {
    if (!this.#due(snapshot.status)) return;
    if (this.#json) {
      this.#writeJson(snapshot);
    } else if (this.#bar) {
      const seconds = snapshot.estimatedRemainingSeconds;
      this.#drawBar('running', {
        percent: snapshot.progressPercent,
        processed: snapshot.processedUsers,
        total: snapshot.totalUsers,
        failed: snapshot.failedCount,
        remaining: seconds === null ? '…' : formatSeconds(seconds),
      });
    }
  }

  /** The last snapshot, always printed. */
  finalSnapshot(snapshot: RunSnapshot): void {
    if (this.#json) this.#writeJson(snapshot);
  }

  #writeJson(snapshot: RunSnapshot): void {
    process.stdout.write(`${JSON.stringify(seedSnapshot(snapshot, this.locale))}\n`);
  }

  #due(status: string): boolean {
    const now = Date.now();
    if (status === this.#lastStatus && now - this.#lastAt < MIN_INTERVAL_MS) return false;
    this.#lastAt = now;
    this.#lastStatus = status;
    return true;
  }

  #drawBar(key: 'reading' | 'running', params: Record<string, string | number> & { percent: number }): void {
    const filled = Math.round((params.percent / 100) * BAR_CELLS);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled);
    const line = text(this.locale, key, { ...params, bar, percent: params.percent.toFixed(1) });
    process.stderr.write(`\r\u001b[2K${visible(line)}`);
    this.#barShown = true;
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
