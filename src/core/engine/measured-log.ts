import { setImmediate } from 'node:timers/promises';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { RhythmView } from '../../shared/rhythm.ts';
import {
  joinFiguresOf,
  measuredContent,
  measureOf,
  sessionsOf,
  themeLookup,
  themesOfThings,
} from '../abstraction/measure.ts';
import type { LogFigures, LoggedThing, ThemeLookup } from '../abstraction/measure.ts';
import { SILENCE_STEPS, silenceOf } from '../abstraction/rhythm.ts';
import type { SessionLimits } from '../abstraction/sessions.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { RunBasis } from '../run/ports.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';
import { countInThreads } from './count-log.ts';

/** Windows are told of progress no more often than this. */
const TELL_EVERY_MS = 250;
const MINUTE_MS = 60_000;

export interface MeasuredLogOptions {
  workspace: OpenWorkspace;
  /** The file of the second thread that measures a long log. */
  workerUrl: URL;
  clock: Clock;
  /** Whether the workspace can be written to: an import keeps it locked, and a write would wait for it. */
  writable: () => boolean;
  /** Waits until no other program keeps the workspace from being written to; null when none does. */
  untilUnlocked: () => Promise<void> | null;
  /** Called when `view` would answer something else. */
  onChanged: () => void;
  /** Called when the log could not be measured, with the reason. */
  onTrouble: (error: ErrorInfo) => void;
}

/** The measure of one content of the log. */
export interface Measured {
  content: string;
  /** Null while it is not stored. */
  id: number | null;
  figures: LogFigures;
  /** Null once they are in the workspace. */
  things: LoggedThing[] | null;
}

/** What a run takes from the log. */
export type LogBasis = Omit<RunBasis, 'themeVersion' | 'grain'>;

interface Measuring {
  content: string;
  abort: AbortController;
  share: number;
  done: Promise<Measured>;
}

/** The log of a workspace, measured once for each content, and stored. */
export class MeasuredLog {
  readonly #options: MeasuredLogOptions;
  #latest: Measured | null = null;
  #measuring: Measuring | null = null;
  #failure: { content: string; error: ErrorInfo } | null = null;
  /** Settles when nothing is being stored. */
  #stored: Promise<unknown> = Promise.resolve();
  #toldAt = -Infinity;
  #disposed = false;
  #themes: { measureId: number; lookup: ThemeLookup } | null = null;

  constructor(options: MeasuredLogOptions) {
    this.#options = options;
  }

  /** The state now. What is not measured yet begins to be; nothing is waited for. */
  view(): RhythmView {
    if (this.#options.workspace.log.isEmpty()) return { status: 'empty' };
    const content = this.#content();
    const measured = this.#find(content);
    if (measured) return this.#viewOf(measured);
    if (this.#failure?.content === content) return { status: 'failed', error: this.#failure.error };
    if (this.#measuring?.content !== content) this.begin();
    return { status: 'measuring', share: this.#measuring?.share ?? 0 };
  }

  /** Measures what is in the workspace now, unless that was done, without being waited for. */
  begin(): void {
    try {
      if (this.#disposed || this.#options.workspace.log.isEmpty()) return;
      this.measure().catch(() => undefined);
    } catch (error) {
      this.#options.onTrouble(this.#options.workspace.errorOf(error).toInfo());
    }
  }

  /** The measure of what is in the workspace now. Takes a second or two for a million behaviours, the first time. */
  measure(): Promise<Measured> {
    const content = this.#content();
    const known = this.#find(content);
    if (known) return Promise.resolve(known);
    if (this.#measuring?.content === content) return this.#measuring.done;
    // Whoever waits for the measure of before is given this one.
    this.#measuring?.abort.abort();
    const abort = new AbortController();
    const measuring: Measuring = { content, abort, share: 0, done: this.#measure(content, abort.signal) };
    this.#measuring = measuring;
    this.#failure = null;
    this.#tell();
    return measuring.done;
  }

  /** What a run that begins now takes from the log: it stays the same until the end of the run. */
  async basis(): Promise<LogBasis> {
    const measured = await this.measure();
    const measureId = measured.id ?? (await this.#store(measured));
    if (measureId === null) throw new AppError(this.#disposed ? 'workspace.none' : 'run.import_active');
    return { ...this.#sessionsOf(measured), ...joinFiguresOf(measured.figures), measureId };
  }

  /** How the sessions of the log are told apart: as the analyst has set it, else as the log proposes it. */
  async sessions(): Promise<SessionLimits> {
    return this.#sessionsOf(await this.measure());
  }

  /** What the log says now, of a measure that need not be stored. */
  async now(): Promise<Omit<LogBasis, 'measureId'> & { themeOf: ThemeLookup }> {
    const measured = await this.measure();
    const { things, id, figures } = measured;
    const themeOf = things ? themeLookup(themesOfThings(things)) : this.themesOf(id ?? 0);
    return { ...this.#sessionsOf(measured), ...joinFiguresOf(figures), themeOf };
  }

  /** The things of a measure, read between other work of this thread. */
  async thingsOf({ things, id }: Measured): Promise<LoggedThing[]> {
    if (things) return things;
    const all: LoggedThing[] = [];
    for (const portion of this.#options.workspace.measures.things(id ?? 0)) {
      for (const thing of portion) all.push(thing);
      await setImmediate();
      if (this.#disposed) throw new AppError('workspace.none');
    }
    return all;
  }

  /** The themes of a stored measure. */
  themesOf(measureId: number): ThemeLookup {
    if (this.#themes?.measureId !== measureId) {
      const lookup = themeLookup(this.#options.workspace.measures.themes(measureId));
      this.#themes = { measureId, lookup };
    }
    return this.#themes.lookup;
  }

  /** Sets the analyst's own session gap, in minutes; null goes back to the proposal. For runs from now on. */
  setGap(gapMinutes: number | null): RhythmView {
    this.#options.workspace.measures.setSessionGapMs(gapMinutes === null ? null : gapMinutes * MINUTE_MS);
    this.#options.onChanged();
    return this.view();
  }

  /** Stops measuring; whoever waits for a measure is told why by `reason`. */
  dispose(reason: Error): void {
    this.#disposed = true;
    this.#measuring?.abort.abort(reason);
  }

  #content(): string {
    return measuredContent(this.#options.workspace.log);
  }

  #find(content: string): Measured | null {
    if (this.#latest?.content === content) return this.#latest;
    const stored = this.#options.workspace.measures.find(content);
    if (stored) this.#latest = { content, ...stored, things: null };
    return stored ? this.#latest : null;
  }

  async #measure(content: string, signal: AbortSignal): Promise<Measured> {
    const { workspace, workerUrl, onTrouble } = this.#options;
    try {
      const counts = await countInThreads(workspace.log, {
        workspacePath: workspace.path,
        workerUrl,
        signal,
        onProgress: (share) => this.#progress(content, share),
      });
      const { figures, things } = await measureOf(counts, signal);
      // An import may have been committed between two portions.
      if (this.#content() !== content) return await this.measure();
      const measured: Measured = { content, id: null, figures, things };
      await this.#store(measured).catch((error: unknown) => {
        // It holds all the same, and a run that needs it on disk stores it, or meets the same error.
        if (!this.#disposed) onTrouble(workspace.errorOf(error).toInfo());
      });
      this.#latest = measured;
      return measured;
    } catch (error) {
      if (this.#disposed) throw signal.aborted ? signal.reason : error;
      if (signal.aborted) return this.measure();
      const known = workspace.errorOf(error);
      this.#failure = { content, error: known.toInfo() };
      onTrouble(known.toInfo());
      throw known;
    } finally {
      if (this.#measuring?.content === content) this.#measuring = null;
      if (!this.#disposed) this.#tell();
    }
  }

  /**
   * Stores a measure, between other work of this thread, and removes those of before. Returns its id; null when the
   * workspace takes no writes.
   */
  #store(measured: Measured): Promise<number | null> {
    const stored = this.#stored.then(async () => measured.id ?? (await this.#storeNow(measured)));
    this.#stored = stored.catch(() => undefined);
    return stored;
  }

  async #storeNow(measured: Measured): Promise<number | null> {
    const { workspace, clock } = this.#options;
    const { content, figures, things } = measured;
    if (!things) throw new Error('a measure without its things is stored already');
    const id = await this.#inSteps(workspace.measures.put(content, figures, things, clock.now()));
    if (id === null) return null;
    measured.id = id;
    measured.things = null;
    await this.#inSteps(workspace.measures.removeOthers(id));
    return id;
  }

  /** Null when the workspace takes no writes (any more). */
  async #inSteps<T>(steps: Generator<undefined, T>): Promise<T | null> {
    while (!this.#disposed && this.#options.writable()) {
      const unlocked = this.#options.untilUnlocked();
      if (unlocked) {
        await unlocked;
        continue;
      }
      const step = steps.next();
      if (step.done) return step.value;
      await setImmediate();
    }
    return null;
  }

  #sessionsOf({ figures }: Measured): SessionLimits {
    return sessionsOf(figures, this.#options.workspace.measures.sessionGapMs());
  }

  #viewOf({ figures }: Measured): RhythmView {
    const own = this.#options.workspace.measures.sessionGapMs();
    return {
      status: 'measured',
      rhythm: figures.rhythm,
      silenceStarts: Array.from({ length: SILENCE_STEPS }, (_, step) => silenceOf(step)),
      proposal: figures.sessions,
      gapMinutes: own === null ? null : own / MINUTE_MS,
      themeGapMs: figures.themeGapMs,
      actions: figures.actions,
      things: figures.fields,
    };
  }

  #progress(content: string, share: number): void {
    if (this.#measuring?.content !== content) return;
    this.#measuring.share = share;
    if (this.#options.clock.now() - this.#toldAt >= TELL_EVERY_MS) this.#tell();
  }

  #tell(): void {
    this.#toldAt = this.#options.clock.now();
    this.#options.onChanged();
  }
}
