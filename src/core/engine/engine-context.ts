import type { ErrorInfo } from '../../shared/errors.ts';
import type { RequestWatch } from '../../shared/model.ts';
import type { ExtractorId, RunSnapshot } from '../../shared/run.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { createModelClient } from '../extract/llm/client/create-client.ts';
import type { RequestFeed } from '../extract/llm/run/request-feed.ts';
import type { InductionEngine } from '../induct/induction-engine.ts';
import type { RunEngine } from '../run/run-engine.ts';
import { makeSnapshot } from '../run/snapshot.ts';
import type { WhileLockedOptions } from '../run/while-locked.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';
import { Revisions } from '../store/revisions.ts';
import type { CodebookService } from './codebook-service.ts';
import type { EngineListener, ModelConfig } from './engine-api.ts';
import type { ExplainService } from './explain-service.ts';
import type { ModelDesk } from './model-desk.ts';
import type { WordsService } from './words-service.ts';
import type { ExportSession } from './export-session.ts';
import type { ImportSession } from './import-session.ts';
import type { InsightService } from './insight-service.ts';
import type { MeasuredLog } from './measured-log.ts';
import type { ModelService } from './model-service.ts';
import type { ReportService } from './report-service.ts';
import { RulesInUse } from './rules-in-use.ts';
import { RunPreparation } from './run-preparation.ts';
import type { SavedInsightsService } from './saved-insights.ts';
import type { ThemeService } from './theme-service.ts';

export interface EngineOptions {
  clock: Clock;
  defaultRulesPath: string;
  promptsFolder: string;
  importWorkerUrl: URL;
  insightWorkerUrl: URL;
  exportWorkerUrl: URL;
  measureWorkerUrl: URL;
  fileTaskWorkerUrl: URL;
  /** The program with its version, as exported files name it. */
  program: string;
  /** Slow mode for tests: every batch of the rules extractor takes this long. */
  slowRulesMs: number;
  /** The client of a model for runs; left out: the one that speaks to the provider. */
  createModelClient?: typeof createModelClient;
}

/** The open workspace with all that works on it. */
export interface Session {
  workspace: OpenWorkspace;
  run: RunEngine;
  imports: ImportSession;
  exports: ExportSession;
  induction: InductionEngine;
  /** What windows see of requests to a model. */
  feed: RequestFeed;
  log: MeasuredLog;
  themes: ThemeService;
  codebook: CodebookService;
  insight: InsightService;
  explain: ExplainService;
  words: WordsService;
  /** Where explanations and questions in words are asked of a model. */
  desk: ModelDesk;
  saved: SavedInsightsService;
  report: ReportService;
  /** Waits until no other program keeps the workspace from being written to; null when none does. */
  unlocked: (signal: AbortSignal) => Promise<void> | null;
  /** Aborts when the session ends. */
  closed: AbortController;
}

/** What all commands of the engine share: the open workspace, the rules, the model, and who is told of changes. */
export class EngineContext {
  readonly options: EngineOptions;
  readonly emit: EngineListener;
  readonly revisions = new Revisions();
  readonly rules: RulesInUse;
  readonly preparation: RunPreparation;
  session: Session | null = null;
  modelConfig: ModelConfig | null = null;
  /** What windows show of requests, whatever workspace is open. */
  watch: RequestWatch = { list: false, ids: [] };
  modelService: ModelService | null = null;

  constructor(options: EngineOptions, listener: EngineListener) {
    this.options = options;
    this.rules = new RulesInUse(options.defaultRulesPath);
    const { clock, slowRulesMs } = options;
    this.preparation = new RunPreparation({ clock, slowRulesMs, rules: this.rules });
    this.emit = listener;
  }

  /** How a lock of another program on the workspace at `path` is waited for, and told; once a wait. */
  lockWait(path: string, signal: AbortSignal): WhileLockedOptions {
    const waiting = (waits: boolean): void => {
      if (waits) this.emit('locked', { path });
    };
    return { clock: this.options.clock, signal, waiting };
  }

  /** Does something with the open workspace; whatever is thrown becomes an AppError. */
  async within<T>(action: (session: Session) => T | Promise<T>): Promise<T> {
    const session = this.session;
    if (!session) throw new AppError('workspace.none');
    try {
      // An import has a connection of its own to the file: what it writes is put aside once it has ended.
      if (!session.imports.active) session.workspace.file.checkNotReplaced();
      return await action(session);
    } catch (error) {
      const known = session.workspace.errorOf(error);
      this.noteDamage(session.workspace, known.toInfo());
      throw known;
    }
  }

  /**
   * Does something that writes into the open workspace. A lock of another program is waited for first: SQLite would let this
   * thread, and with it every window, wait instead. An import has the lock itself; what that means is said by the action.
   */
  async writing<T>(action: (session: Session) => T | Promise<T>): Promise<T> {
    const session = this.session;
    if (session && !session.imports.active) {
      const unlocked = session.unlocked(session.closed.signal);
      if (unlocked) await unlocked;
      if (this.session !== session) throw new AppError('workspace.none');
    }
    return this.within(action);
  }

  /**
   * Reports trouble after which the workspace has to be closed: damage, which is remembered for the next opening (a large
   * file is not checked as a whole there), or another file in its place.
   */
  noteDamage(workspace: OpenWorkspace, error: ErrorInfo): void {
    if (error.code === 'workspace.damaged') workspace.file.markDamaged();
    else if (error.code !== 'workspace.replaced') return;
    this.emit('damaged', error);
  }

  /** Loads what a run with this extractor needs, so that it can be made at once: the rules as they are now, too. */
  async prepare(extractor: ExtractorId | null): Promise<void> {
    if (extractor === 'llm') await this.model();
    this.rules.reload();
  }

  /** The service of the model, loaded at its first use: the command line and a run of the rules do without. */
  async model(): Promise<ModelService> {
    const { ModelService: Service } = await import('./model-service.ts');
    this.modelService ??= new Service({
      clock: this.options.clock,
      rules: () => this.rules.shown,
      runRules: () => this.rules.forRun,
      promptsFolder: this.options.promptsFolder,
      config: () => this.modelConfig,
      feed: () => {
        if (!this.session) throw new AppError('workspace.none');
        return this.session.feed;
      },
      ...(this.options.createModelClient ? { createModelClient: this.options.createModelClient } : {}),
    });
    return this.modelService;
  }

  /** The service that `model` loaded before. */
  loadedModel(): ModelService {
    if (!this.modelService) throw new Error('the model was not prepared');
    return this.modelService;
  }

  /** What windows are told while no workspace is open. */
  noRun(): RunSnapshot {
    return makeSnapshot({
      revision: this.revisions.next(),
      workspaceId: '',
      run: null,
      inWork: [],
      estimatedRemainingSeconds: null,
      usersPerMinute: null,
      waitsForLock: false,
      resumable: false,
      resumedAutomatically: false,
      model: null,
    });
  }
}
