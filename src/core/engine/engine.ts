import { realpathSync } from 'node:fs';
import { DEFAULT_DETAIL } from '../../shared/abstraction.ts';
import type { Detail, DetailPreview } from '../../shared/abstraction.ts';
import type { CodebookChange, CodebookUse, CodebookView, InducedType } from '../../shared/codebook.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ExportBasis, ExportRequest, ExportSnapshot } from '../../shared/export.ts';
import type { ImportOptions, ImportPreview, ImportSnapshot, ImportUndo } from '../../shared/import.ts';
import { inducedLine, NO_INDUCTION } from '../../shared/induction.ts';
import type {
  InductionAccept,
  InductionPreflight,
  InductionRequest,
  InductionSnapshot,
} from '../../shared/induction.ts';
import type { InsightAnswer, InsightUsersPage, InsightUsersQuery, Question } from '../../shared/insight.ts';
import type {
  ModelTestReport,
  PromptPreview,
  PromptView,
  RequestDetail,
  RequestSummary,
  RequestWatch,
  SentPrompt,
} from '../../shared/model.ts';
import type {
  ExtractorId,
  ResultVersion,
  ResumeRequest,
  RunFailureGroup,
  RunPreflight,
  RunRecord,
  RunRequest,
  RunScope,
  RunSnapshot,
} from '../../shared/run.ts';
import type { Explanation, ExplainPreflight, ExplainRequest } from '../../shared/explanation.ts';
import type { InsightFormat, InsightWritten, PictureLook } from '../../shared/insight-formats.ts';
import { tableOf } from '../../shared/insight-table.ts';
import type { RhythmView } from '../../shared/rhythm.ts';
import type { Report, ReportChange } from '../../shared/report.ts';
import type { SavedChange, SavedInsights } from '../../shared/saved-insights.ts';
import type { Locale } from '../../shared/settings.ts';
import type {
  BehavioursPage,
  BehavioursQuery,
  EventsPage,
  EventsQuery,
  EvidenceQuery,
  UserDetail,
  UserIdsQuery,
  UsersPage,
  UsersQuery,
} from '../../shared/users.ts';
import type {
  ThemeChange,
  ThemesQuery,
  ThemesView,
  ThemeThingsPage,
  ThemeThingsQuery,
} from '../../shared/themes.ts';
import type {
  BackupFile,
  EventTypeCount,
  PackSuggestion,
  RescueReport,
  RulesChoice,
  RulesInfo,
  WorkspaceInfo,
} from '../../shared/workspace.ts';
import type { Clock } from '../clock.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { exportBasis } from '../export/export-basis.ts';
import { exportEvents } from '../export/export-events.ts';
import type { createModelClient } from '../extract/llm/client/create-client.ts';
import { NO_REQUESTS } from '../extract/ports.ts';
import { RequestFeed } from '../extract/llm/run/request-feed.ts';
import { previewImport } from '../import/preview.ts';
import { rejectedByImport } from '../import/rejected-rows.ts';
import { saveBadRows } from '../import/save-bad-rows.ts';
import { isDrawn, writeDrawn } from '../insight/files/draw-file.ts';
import { writeTable, writeTables } from '../insight/write-table.ts';
import { InductionEngine } from '../induct/induction-engine.ts';
import { modelFigures } from '../run/model-figures.ts';
import { behavioursIn } from '../run/plan.ts';
import { RunEngine } from '../run/run-engine.ts';
import { makeSnapshot } from '../run/snapshot.ts';
import { untilUnlocked } from '../run/while-locked.ts';
import { backUp, isBackupOf, listBackups, restoreBackup } from '../store/backup.ts';
import { allEvents } from '../store/event-store.ts';
import { rescueWorkspace } from '../store/rescue.ts';
import { Revisions } from '../store/revisions.ts';
import { OpenWorkspace } from '../store/open-workspace.ts';
import type { PastRun } from '../store/run-tables.ts';
import { Workspace } from '../store/workspace.ts';
import type {
  EngineApi,
  EngineListener,
  ExportOptions,
  ModelConfig,
  OpenedWorkspace,
  OpenWorkspaceOptions,
} from './engine-api.ts';
import { previewAnswered, previewDetails } from './detail-preview.ts';
import { ExplainService } from './explain-service.ts';
import { ExportSession } from './export-session.ts';
import { ImportSession } from './import-session.ts';
import { CodebookService } from './codebook-service.ts';
import { InsightService } from './insight-service.ts';
import { MeasuredLog } from './measured-log.ts';
import type { ModelService } from './model-service.ts';
import { ReportService } from './report-service.ts';
import { RulesInUse } from './rules-in-use.ts';
import { inductionBasis, RunPreparation } from './run-preparation.ts';
import { SavedInsightsService } from './saved-insights.ts';
import { ThemeService } from './theme-service.ts';
import { suggestPack } from './suggest-pack.ts';
import { grainOf } from './theme-grain.ts';

const HISTORY_LIMIT = 500;

export interface EngineOptions {
  clock: Clock;
  defaultRulesPath: string;
  promptsFolder: string;
  importWorkerUrl: URL;
  insightWorkerUrl: URL;
  exportWorkerUrl: URL;
  /** The program with its version, as exported files name it. */
  program: string;
  /** Slow mode for tests: every batch of the rules extractor takes this long. */
  slowRulesMs: number;
  /** The client of a model for runs; left out: the one that speaks to the provider. */
  createModelClient?: typeof createModelClient;
}

interface Session {
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
  saved: SavedInsightsService;
  report: ReportService;
  /** Waits until no other program keeps the workspace from being written to; null when none does. */
  unlocked: (signal: AbortSignal) => Promise<void> | null;
  /** Aborts when the session ends. */
  closed: AbortController;
}

/** The engine: one workspace, its one run and its one import. Runs in whatever thread makes it. */
export class Engine implements EngineApi {
  readonly #options: EngineOptions;
  readonly #emit: EngineListener;
  readonly #revisions = new Revisions();
  #session: Session | null = null;
  readonly #rules: RulesInUse;
  readonly #preparation: RunPreparation;
  #modelConfig: ModelConfig | null = null;
  /** What windows show of requests, whatever workspace is open. */
  #watch: RequestWatch = { list: false, ids: [] };
  #modelService: ModelService | null = null;

  constructor(options: EngineOptions, listener: EngineListener) {
    this.#options = options;
    this.#rules = new RulesInUse(options.defaultRulesPath);
    const { clock, slowRulesMs } = options;
    this.#preparation = new RunPreparation({ clock, slowRulesMs, rules: this.#rules });
    this.#emit = listener;
  }

  async openWorkspace(options: OpenWorkspaceOptions): Promise<OpenedWorkspace> {
    // The one that is open is left only for one that opens; by itself it would be found locked.
    if (this.#session && isSameFile(this.#session.workspace.path, options.path)) await this.closeWorkspace();
    const workspace = new OpenWorkspace(Workspace.open(options.path, options.create));
    try {
      await this.#prepare(workspace.runs.latest()?.extractor ?? null);
      if (isUnfinished(workspace)) await this.#model();
    } catch (error) {
      workspace.file.close();
      throw error;
    }
    // What cannot be left in order, e.g. because it is damaged, is let go all the same, and found again when it is opened.
    await this.closeWorkspace().catch(() => undefined);
    this.#revisions.attach(workspace.file);
    try {
      this.#session = await this.#makeSession(workspace);
    } catch (error) {
      this.#revisions.detach();
      workspace.file.close();
      throw error;
    }
    this.#session.imports.dismiss();
    this.#session.exports.dismiss();
    this.#session.log.begin();
    await this.#session.run.recover(options.resumePolicy);
    const { run, induction } = this.#session;
    await induction.recover(options.resumePolicy, run.active);
    this.#emit('data', null);
    this.#emit('rhythm', null);
    this.#emit('insights', null);
    const { rescued, formatBackup } = workspace.file;
    return { ...workspace.info(), rescued, formatBackup };
  }

  async closeWorkspace(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    this.#session = null;
    session.closed.abort();
    session.log.dispose(new AppError('workspace.none'));
    try {
      const unexplained = session.explain.cancel();
      await session.insight.dispose(new AppError('workspace.none'));
      await unexplained;
      await session.exports.cancel();
      await session.imports.cancel();
      await session.run.suspend();
      await session.induction.suspend();
    } finally {
      // A file that is too damaged to be left in order is let go all the same.
      this.#revisions.detach();
      session.workspace.file.close();
      this.#emit('run', this.#noRun());
      this.#emit('induction', { ...NO_INDUCTION, revision: this.#revisions.next() });
    }
  }

  async restoreWorkspace(): Promise<boolean> {
    return this.#within(({ workspace }) => workspace.restoreIfGone());
  }

  async rescueWorkspace(path: string): Promise<RescueReport> {
    await this.closeWorkspace();
    return rescueWorkspace(path, { now: this.#options.clock.now() });
  }

  async dismissRescue(): Promise<void> {
    // An import has the workspace to itself: the report is shown once more at the next start then.
    await this.#writing(({ workspace, imports }) => imports.active || workspace.file.dismissRescue());
  }

  async listBackups(path: string): Promise<BackupFile[]> {
    return listBackups(path);
  }

  async backUpWorkspace(keep: number): Promise<BackupFile> {
    return this.#within(({ workspace, imports }) => {
      if (imports.active) throw new AppError('workspace.busy');
      workspace.checkStillThere();
      return backUp(workspace.path, { now: this.#options.clock.now(), keep });
    });
  }

  async restoreBackup(path: string, backupPath: string): Promise<string | null> {
    const session = this.#session;
    const { run, imports, exports, induction, explain } = session ?? {};
    if ([run, imports, exports, induction, explain].some((part) => part?.active))
      throw new AppError('workspace.busy');
    if (!isBackupOf(path, backupPath)) throw new AppError('workspace.backup_unknown', { path: backupPath });
    await this.closeWorkspace();
    return restoreBackup(path, backupPath, { now: this.#options.clock.now() });
  }

  async workspaceInfo(): Promise<WorkspaceInfo> {
    return this.#within(({ workspace }) => workspace.info());
  }

  async clearWorkspace(what: 'events' | 'all'): Promise<WorkspaceInfo> {
    return this.#replacingData((workspace) => workspace.contents.clear(what));
  }

  async undoFigures(importId: number): Promise<ImportUndo> {
    return this.#within(({ workspace }) => workspace.contents.undoFigures(importId));
  }

  async undoImport(importId: number): Promise<WorkspaceInfo> {
    return this.#replacingData((workspace) => workspace.contents.undoImport(importId));
  }

  /** Changes what is in the workspace while nothing is going on in it, and begins anew with what there is then. */
  async #replacingData(change: (workspace: OpenWorkspace) => void): Promise<WorkspaceInfo> {
    return this.#writing(async (session) => {
      const checkIdle = (): void => {
        const { run, imports, exports, induction } = session;
        if ([run, imports, exports, induction].some(({ active }) => active))
          throw new AppError('workspace.busy');
        session.explain.checkIdle();
      };
      checkIdle();
      // Requests of a run that was just cancelled are still written down.
      await session.run.settled();
      await session.induction.settled();
      if (this.#session !== session) throw new AppError('workspace.none');
      checkIdle();
      change(session.workspace);
      session.run.dispose();
      session.closed.abort();
      session.log.dispose(new AppError('workspace.none'));
      session.induction.dispose();
      await session.insight.dispose(new AppError('workspace.none'));
      session.insight.forget();
      const fresh = await this.#makeSession(session.workspace);
      this.#session = fresh;
      fresh.log.begin();
      this.#emit('rhythm', null);
      this.#emit('run', await fresh.run.snapshot());
      this.#emit('import', fresh.imports.snapshot());
      this.#emit('export', fresh.exports.snapshot());
      this.#emit('induction', fresh.induction.snapshot());
      this.#emit('data', null);
      return session.workspace.info();
    });
  }

  async askInsight(question: Question): Promise<InsightAnswer> {
    this.#rules.reload();
    return this.#within(({ insight, saved }) => insight.ask(saved.resolved(question)));
  }

  async insightUsers(query: InsightUsersQuery): Promise<InsightUsersPage> {
    return this.#within(({ insight, saved }) => insight.users(saved.resolvedQuery(query)));
  }

  async preflightExplanation(question: Question): Promise<ExplainPreflight> {
    await this.#prepare('llm');
    return this.#within(({ explain, saved }) => explain.preflight(saved.resolved(question)));
  }

  async explainInsight({ question, ...caps }: ExplainRequest): Promise<Explanation> {
    await this.#prepare('llm');
    return this.#writing(({ explain, saved, run, induction, imports }) => {
      if (imports.active) throw new AppError('insight.explain_import_active');
      if (run.active) throw new AppError('insight.explain_run_active');
      if (induction.active) throw new AppError('insight.explain_induction_active');
      return explain.explain({ question: saved.resolved(question), ...caps });
    });
  }

  async cancelExplanation(): Promise<void> {
    await this.#within(({ explain }) => explain.cancel());
  }

  async writeInsight(
    path: string,
    question: Question,
    { format, ...look }: PictureLook & { format: InsightFormat },
  ): Promise<InsightWritten> {
    this.#rules.reload();
    return this.#within(async ({ insight, saved, codebook }) => {
      const asked = saved.resolved(question);
      const table = tableOf(await insight.ask(asked), asked, (type) => codebook.nameOf(type));
      const rows = table.rows.length;
      if (!isDrawn(format)) {
        await writeTable(table, path, format);
        return { rows, lacksChineseFont: false };
      }
      const { content, lacksChineseFont } = await insight.draw(asked, format, look);
      await writeDrawn(path, content);
      return { rows, lacksChineseFont };
    });
  }

  async savedInsights(): Promise<SavedInsights> {
    return this.#within(({ saved }) => saved.view());
  }

  async changeSavedInsights(change: SavedChange): Promise<SavedInsights> {
    return this.#withinSaved((saved) => saved.change(change));
  }

  async savedQuestion(name: string): Promise<Question> {
    return this.#within(({ saved }) => saved.question(name));
  }

  async report(): Promise<Report> {
    return this.#within(({ report }) => report.view());
  }

  async changeReport(change: ReportChange): Promise<Report> {
    const next = await this.#writing(({ report }) => report.change(change));
    this.#emit('insights', null);
    return next;
  }

  async computeReport(): Promise<Report> {
    this.#rules.reload();
    const next = await this.#writing(({ report }) => report.compute());
    this.#emit('insights', null);
    return next;
  }

  async writeReport(
    path: string,
    { format, locale }: { format: 'html' | 'xlsx'; locale: Locale },
  ): Promise<number> {
    this.#rules.reload();
    return this.#within(async ({ report, insight }) => {
      const tables = report.tables();
      if (format === 'html') await writeDrawn(path, await insight.reportHtml(report.view(), locale));
      else
        await writeTables(
          tables.flatMap(({ item, table }) =>
            table === null ? [] : [{ title: item.title || item.question.analysis, table }],
          ),
          path,
        );
      return tables.length;
    });
  }

  async readQuestionFile(path: string): Promise<string> {
    return this.#withinSaved((saved) => saved.read(path));
  }

  async writeQuestionFile(id: number, path: string): Promise<void> {
    await this.#within(({ saved }) => saved.write(id, path));
  }

  async cancelInsight(): Promise<void> {
    await this.#within(({ insight }) => insight.cancel());
  }

  async eventTypes(): Promise<EventTypeCount[]> {
    return this.#within(async ({ codebook }) => codebook.countTypes());
  }

  async codebook(): Promise<CodebookView> {
    this.#rules.reload();
    return this.#within(({ codebook }) => codebook.view());
  }

  async codebookUse(): Promise<CodebookUse> {
    return this.#within(({ codebook }) => codebook.use());
  }

  async changeCodebook(change: CodebookChange): Promise<CodebookView> {
    return this.#withinCodebook((codebook) => codebook.change(change));
  }

  async undoCodebook(): Promise<CodebookView> {
    return this.#withinCodebook((codebook) => codebook.undo());
  }

  async redoCodebook(): Promise<CodebookView> {
    return this.#withinCodebook((codebook) => codebook.redo());
  }

  async importCodebook(path: string): Promise<CodebookView> {
    return this.#withinCodebook((codebook) => codebook.read(path));
  }

  async exportCodebook(path: string): Promise<void> {
    await this.#within(({ codebook }) => codebook.write(path));
  }

  async themes(query: ThemesQuery): Promise<ThemesView> {
    // A file of the user may have been edited; the packs are what they were, and reading them all takes a quarter of a second.
    if (this.#rules.pack === null) this.#rules.reload();
    return this.#within(({ themes }) => themes.view(query));
  }

  async themeThings(query: ThemeThingsQuery): Promise<ThemeThingsPage> {
    return this.#within(({ themes }) => themes.things(query));
  }

  async changeThemes(change: ThemeChange): Promise<void> {
    await this.#withinThemes((themes) => themes.change(change));
  }

  async undoThemes(): Promise<void> {
    await this.#withinThemes((themes) => themes.undo());
  }

  async redoThemes(): Promise<void> {
    await this.#withinThemes((themes) => themes.redo());
  }

  async importThemes(path: string): Promise<void> {
    const { rules } = this.#rules.read(path);
    await this.#withinThemes((themes) => themes.take(rules, path));
  }

  async exportThemes(path: string): Promise<void> {
    this.#rules.reload();
    const { forRun, choice } = this.#rules;
    await this.#within(({ themes }) => themes.write(forRun, choice, path));
  }

  async preflightInduction(request: InductionRequest): Promise<InductionPreflight> {
    const model = await this.#model();
    this.#rules.reload();
    return this.#within(async (session) => {
      try {
        const inductor = model.inductor(session.workspace, await inductionBasis(session, request.kind));
        return { estimate: inductor.estimate(request), problem: null };
      } catch (error) {
        return { estimate: null, problem: toErrorInfo(error) };
      }
    });
  }

  async inductionSnapshot(): Promise<InductionSnapshot> {
    if (!this.#session) return { ...NO_INDUCTION, revision: this.#revisions.next() };
    return this.#within(({ induction }) => induction.snapshot());
  }

  async startInduction(request: InductionRequest): Promise<InductionSnapshot> {
    return this.#asking((induction) => induction.start(request));
  }

  async pauseInduction(): Promise<InductionSnapshot> {
    return this.#within(({ induction }) => induction.pause());
  }

  async resumeInduction(change?: ResumeRequest): Promise<InductionSnapshot> {
    return this.#asking((induction) => induction.resume(change));
  }

  async cancelInduction(): Promise<InductionSnapshot> {
    return this.#withinInduction((induction) => induction.cancel());
  }

  async acceptInduction(accept: InductionAccept): Promise<CodebookView> {
    await this.#withinInduction((induction, { codebook, themes }) =>
      induction.accept(accept.kind, async () => {
        switch (accept.kind) {
          case 'types':
            return void codebook.change({ kind: 'induced', lines: accept.lines });
          case 'words':
            return void codebook.change({ kind: 'settle', lines: accept.lines });
          case 'themes':
            return themes.change({ kind: 'assign', lines: accept.lines });
        }
      }),
    );
    this.#emit('data', null);
    return this.codebook();
  }

  async exportProposal(path: string): Promise<number> {
    return this.#within(({ induction, codebook }) =>
      codebook.writeWith(inducedLines(induction.snapshot()), path),
    );
  }

  async dismissInduction(): Promise<InductionSnapshot> {
    return this.#withinInduction((induction) => induction.dismiss());
  }

  async useRules(choice: RulesChoice): Promise<RulesInfo> {
    return this.#rules.choose(choice);
  }

  async suggestRules(): Promise<PackSuggestion | null> {
    const { pack } = this.#rules;
    if (pack === null) return null;
    return this.#within(({ workspace }) => suggestPack(workspace, pack, this.#rules.packs()));
  }

  async rulesInfo(): Promise<RulesInfo> {
    return this.#rules.reload();
  }

  async useModel(config: ModelConfig): Promise<void> {
    this.#modelConfig = config;
  }

  async tryModelNow(): Promise<void> {
    this.#modelService?.tryNow();
  }

  async machineSlept(ms: number): Promise<void> {
    this.#session?.run.machineSlept(ms);
  }

  async testModel(): Promise<ModelTestReport> {
    return (await this.#model()).test(() => {
      const session = this.#session;
      // A run that goes on knows better from its answers; an import keeps the file locked.
      if (!session || session.imports.active || session.run.active) return null;
      try {
        session.workspace.checkUnlocked();
        return session.workspace.answers;
      } catch {
        // What the test found is known until the end of the process all the same.
        return null;
      }
    });
  }

  async listModels(): Promise<string[]> {
    return (await this.#model()).list();
  }

  async promptView(): Promise<PromptView> {
    const model = await this.#model();
    this.#rules.reload();
    return model.promptView(
      await this.#preparation.modelBasisNow(
        this.#session,
        this.#session?.run.detailOf(undefined) ?? DEFAULT_DETAIL,
      ),
    );
  }

  async previewPrompt(template: string | null, users: number): Promise<PromptPreview> {
    const model = await this.#model();
    this.#rules.reload();
    return this.#within(async ({ workspace, run }) =>
      model.preview(
        workspace,
        await this.#preparation.modelBasisNow(this.#session, run.detailOf(undefined)),
        template,
        users,
      ),
    );
  }

  async previewImport(options: ImportOptions): Promise<ImportPreview> {
    return previewImport(options, this.#options.clock.now());
  }

  async startImport(options: ImportOptions): Promise<ImportSnapshot> {
    return this.#beforeImport(({ imports }) => imports.start(options));
  }

  async startImports(files: readonly ImportOptions[]): Promise<ImportSnapshot> {
    return this.#beforeImport(({ imports }) => imports.startAll(files));
  }

  async startSampleImport(): Promise<ImportSnapshot> {
    return this.#beforeImport(({ imports }) => imports.startSample());
  }

  async cancelImport(): Promise<ImportSnapshot> {
    return this.#within(({ imports }) => imports.cancel());
  }

  async acceptRejects(): Promise<ImportSnapshot> {
    return this.#beforeImport(({ imports }) => imports.acceptRejects());
  }

  async dismissImport(): Promise<ImportSnapshot> {
    return this.#within(({ imports }) => imports.dismiss());
  }

  async importSnapshot(): Promise<ImportSnapshot> {
    return this.#within(({ imports }) => imports.snapshot());
  }

  async saveBadRows(importIds: readonly (number | null)[], path: string, locale: Locale): Promise<number> {
    return this.#within(({ workspace, imports }) => {
      const files = importIds.map((id) =>
        id === null ? imports.rejected() : rejectedByImport(workspace.file, id),
      );
      return saveBadRows(files, path, locale);
    });
  }

  async listUsers(query: UsersQuery): Promise<UsersPage> {
    return this.#within(({ workspace }) => workspace.users.list(query));
  }

  async userIds(query: UserIdsQuery): Promise<string[]> {
    return this.#within(({ workspace }) => workspace.users.ids(query));
  }

  async getUser(userId: string): Promise<UserDetail> {
    return this.#within(({ workspace, codebook }) => {
      const detail = workspace.users.get(userId);
      return { ...detail, events: codebook.resolve(detail.events) };
    });
  }

  async listEvents(query: EventsQuery): Promise<EventsPage> {
    return this.#within(({ workspace, codebook }) => {
      const page = workspace.users.events(query);
      return { ...page, events: codebook.resolve(page.events) };
    });
  }

  async listBehaviours(query: BehavioursQuery): Promise<BehavioursPage> {
    return this.#within(({ workspace }) => workspace.users.behaviours(query));
  }

  async listEvidence(query: EvidenceQuery): Promise<BehavioursPage> {
    return this.#within(({ workspace }) => workspace.users.evidence(query));
  }

  async runSnapshot(): Promise<RunSnapshot> {
    return this.#session ? this.#session.run.snapshot() : this.#noRun();
  }

  async preflightRun(
    scope: RunScope,
    extractor?: ExtractorId,
    fresh = false,
    detail?: Detail,
  ): Promise<RunPreflight> {
    const model = extractor === 'llm' ? await this.#model() : null;
    const { version, builtIn, error } = this.#rules.reload();
    return this.#within(async ({ run, workspace }) => {
      const covered = await run.preflight(scope);
      const estimate = async (service: ModelService): Promise<Pick<RunPreflight, 'estimate' | 'problem'>> =>
        service.estimate(
          workspace,
          scope,
          fresh,
          await this.#preparation.modelBasisNow(this.#session, run.detailOf(detail)),
        );
      return {
        extractor: extractor ?? 'rules',
        ...covered,
        rules: error ? null : { version, builtIn },
        ...(model && !error ? await estimate(model) : { estimate: null, problem: error }),
      };
    });
  }

  async previewDetails(scope: RunScope): Promise<DetailPreview> {
    this.#rules.reload();
    return this.#within(async ({ workspace, themes, codebook }) => {
      const rules = this.#rules.forRun;
      const now = await themes.now(rules);
      const grain = await grainOf(workspace, rules, now, themes.areDecided(rules));
      return previewDetails(workspace, scope, rules, {
        log: { ...now, grain },
        resolve: (events) => codebook.resolve(events),
      });
    });
  }

  async previewPilot(): Promise<DetailPreview> {
    this.#rules.reload();
    return this.#within(async ({ workspace, codebook, themes }) => {
      const run = workspace.runs.latest();
      const pilotUsers = run?.model?.pilotUsers ?? null;
      if (!run || pilotUsers === null || run.processedUsers < Math.min(pilotUsers, run.totalUsers))
        throw new AppError('run.no_pilot');
      return previewAnswered(workspace, run, pilotUsers, {
        at: (detail) => this.#preparation.regrouping({ workspace, codebook, themes }, run, detail),
        resolve: (events) => codebook.resolve(events),
      });
    });
  }

  async rhythm(): Promise<RhythmView> {
    return this.#within(({ log }) => log.view());
  }

  async measureRhythm(): Promise<RhythmView> {
    return this.#within(({ log }) => {
      log.begin();
      return log.view();
    });
  }

  async setSessionGap(gapMinutes: number | null): Promise<RhythmView> {
    return this.#writing(({ log, imports }) => {
      if (imports.active) throw new AppError('workspace.busy');
      return log.setGap(gapMinutes);
    });
  }

  async startRun({ scope, ...options }: RunRequest): Promise<RunSnapshot> {
    await this.#prepare(options.extractor ?? null);
    return this.#startingRun((run) => run.start(scope, options));
  }

  async continueRun({ scope, ...options }: RunRequest): Promise<RunSnapshot> {
    await this.#prepare(options.extractor ?? null);
    return this.#startingRun((run) => run.continue(scope, options));
  }

  async pauseRun(): Promise<RunSnapshot> {
    return this.#withinRun((run) => run.pause());
  }

  async resumeRun(request?: ResumeRequest): Promise<RunSnapshot> {
    await this.#prepare(this.#session?.workspace.runs.latest()?.extractor ?? null);
    return this.#startingRun((run) => run.resume(request));
  }

  async cancelRun(): Promise<RunSnapshot> {
    return this.#withinRun((run) => run.cancel());
  }

  async dismissRun(): Promise<RunSnapshot> {
    // Putting a notice away is no reason to wait for an import.
    return this.#writing(({ run, imports }) => run.dismiss(!imports.active));
  }

  async runHistory(): Promise<RunRecord[]> {
    return this.#within(({ workspace, run }) => {
      const rows = workspace.runs.history(HISTORY_LIMIT);
      const totals = workspace.requests.totalsOf(rows.map(({ id }) => id));
      return rows.map((row, index) => ({
        ...toRunRecord(row, index === 0 && run.resumable),
        model: modelFigures(row, totals.get(row.id) ?? NO_REQUESTS, null),
      }));
    });
  }

  async resultVersions(): Promise<ResultVersion[]> {
    return this.#within(({ workspace }) => workspace.runs.resultVersions());
  }

  async runFailures(runId: number): Promise<RunFailureGroup[]> {
    return this.#within(({ workspace }) => workspace.runs.failures(runId));
  }

  async listRequests(limit: number): Promise<RequestSummary[]> {
    return this.#within(({ feed }) => feed.latest(limit));
  }

  async getRequest(id: number): Promise<RequestDetail | null> {
    return this.#within(({ feed }) => feed.get(id));
  }

  async requestPrompt(id: number): Promise<SentPrompt | null> {
    return this.#within(({ workspace }) => workspace.requests.sentPrompt(id));
  }

  async watchRequests(watch: RequestWatch): Promise<void> {
    this.#watch = watch;
    this.#session?.feed.watch(watch);
  }

  async exportBasis(): Promise<ExportBasis> {
    return this.#within(({ workspace }) => exportBasis(workspace.file));
  }

  async startExport(request: ExportRequest): Promise<ExportSnapshot> {
    this.#rules.reload();
    return this.#within(({ workspace, exports }) => {
      workspace.checkStillThere();
      return exports.start(request);
    });
  }

  async cancelExport(): Promise<ExportSnapshot> {
    return this.#within(({ exports }) => exports.cancel());
  }

  async dismissExport(): Promise<ExportSnapshot> {
    return this.#within(({ exports }) => exports.dismiss());
  }

  async exportSnapshot(): Promise<ExportSnapshot> {
    return this.#within(({ exports }) => exports.snapshot());
  }

  async exportEvents(path: string, { userIds, stages }: ExportOptions = {}): Promise<number> {
    const { agent } = this.#rules.shown.rules;
    return this.#within(({ workspace, codebook }) =>
      exportEvents(codebook.named(allEvents(workspace.file, userIds ?? null)), path, {
        agent,
        stages: stages ?? false,
      }),
    );
  }

  async #makeSession(workspace: OpenWorkspace): Promise<Session> {
    const { clock } = this.#options;
    const nextRevision = (): number => this.#revisions.next();
    const unlocked = (signal: AbortSignal): Promise<void> | null =>
      untilUnlocked(() => workspace.checkUnlocked(), {
        clock,
        signal,
        waiting: (waits) => {
          if (waits) this.#emit('locked', { path: workspace.path });
        },
      });
    const closed = new AbortController();
    const log: MeasuredLog = new MeasuredLog({
      workspace,
      clock,
      writable: () => !imports.active,
      untilUnlocked: () => unlocked(closed.signal),
      onChanged: () => this.#emit('rhythm', null),
      onTrouble: (error) => this.#noteDamage(workspace, error),
    });
    const themes = new ThemeService({ workspace, clock, log, rules: () => this.#rules.shown });
    const codebook = new CodebookService({ workspace, clock, rules: () => this.#rules.shown });
    const run = await RunEngine.open({
      workspace,
      clock,
      nextRevision,
      basis: (_id, detail, stored) => this.#preparation.basis({ workspace, themes }, detail, stored),
      extractor: (id, detail, basis) => {
        if (id !== 'llm') return this.#preparation.rulesExtractor(themes, detail, basis);
        const model = this.#loadedModel();
        model.checkKey();
        return model.extractor(workspace, this.#preparation.modelBasis({ themes, codebook }, detail, basis));
      },
      regrouping: (run, detail) => this.#preparation.regrouping({ workspace, themes, codebook }, run, detail),
      onSnapshot: (snapshot) => this.#emit('run', snapshot),
      onTrouble: (error) => this.#noteDamage(workspace, error),
    });
    const feed = new RequestFeed({
      clock,
      requests: () => workspace.requests,
      onRequests: (changed) => this.#emit('requests', changed),
      onRequest: (watched) => this.#emit('request', watched),
    });
    feed.watch(this.#watch);
    const induction = new InductionEngine({
      workspaceId: workspace.id,
      store: () => workspace.inductions,
      inductor: async (begins) => {
        const model = this.#loadedModel();
        model.checkKey();
        return model.inductor(workspace, await inductionBasis({ codebook, themes }, begins));
      },
      clock,
      untilUnlocked: unlocked,
      nextRevision,
      onSnapshot: (snapshot) => this.#emit('induction', snapshot),
      onTrouble: (error) => this.#noteDamage(workspace, error),
    });
    const imports: ImportSession = new ImportSession({
      workspacePath: workspace.path,
      workerUrl: this.#options.importWorkerUrl,
      clock,
      nextRevision,
      onSnapshot: (snapshot) => this.#emit('import', snapshot),
      onChanged: () => this.#emit('data', null),
      onEnded: (error) => {
        void run.writeDismissal();
        if (error) this.#noteDamage(workspace, error);
        log.begin();
      },
    });
    const saved = new SavedInsightsService({ workspace, clock });
    const insight = new InsightService({
      workspacePath: workspace.path,
      workerUrl: this.#options.insightWorkerUrl,
      codebook: () => codebook.view().codebook,
      onProgress: (progress) => this.#emit('insight', progress),
    });
    const explain = new ExplainService({
      workspace,
      ask: (question) => insight.ask(question),
      language: () => codebook.view().codebook.language,
      nameOf: (type) => codebook.nameOf(type),
      asker: () => {
        const model = this.#loadedModel();
        model.checkKey();
        return model.asker(workspace);
      },
      untilUnlocked: unlocked,
    });
    const report = new ReportService({
      workspace,
      clock,
      ask: (question) => insight.ask(saved.resolved(question)),
      nameOf: (type) => codebook.nameOf(type),
      checkWritable: () => {
        if (imports.active) throw new AppError('workspace.busy');
      },
    });
    const exports = new ExportSession({
      workspacePath: workspace.path,
      workerUrl: this.#options.exportWorkerUrl,
      program: this.#options.program,
      basis: () => {
        const view = codebook.view();
        const agent = this.#rules.shown.rules.agent;
        return { codebook: view.codebook, codebookVersion: view.version, agent };
      },
      nextRevision,
      onSnapshot: (snapshot) => this.#emit('export', snapshot),
      onEnded: (error) => {
        if (error) this.#noteDamage(workspace, error);
      },
    });
    return {
      ...{ workspace, run, induction, imports, exports, feed, log, themes, codebook, insight, saved, report },
      ...{ explain, unlocked, closed },
    };
  }

  /** Loads what a run with this extractor needs, so that it can be made at once: the rules as they are now, too. */
  async #prepare(extractor: ExtractorId | null): Promise<void> {
    if (extractor === 'llm') await this.#model();
    this.#rules.reload();
  }

  async #model(): Promise<ModelService> {
    const { ModelService: Service } = await import('./model-service.ts');
    this.#modelService ??= new Service({
      clock: this.#options.clock,
      rules: () => this.#rules.shown,
      runRules: () => this.#rules.forRun,
      promptsFolder: this.#options.promptsFolder,
      config: () => this.#modelConfig,
      feed: () => {
        if (!this.#session) throw new AppError('workspace.none');
        return this.#session.feed;
      },
      ...(this.#options.createModelClient ? { createModelClient: this.#options.createModelClient } : {}),
    });
    return this.#modelService;
  }

  #loadedModel(): ModelService {
    if (!this.#modelService) throw new Error('the model was not prepared');
    return this.#modelService;
  }

  /** Begins an import once nothing else writes: it keeps the workspace locked for as long as it takes. */
  #beforeImport(begin: (session: Session) => ImportSnapshot): Promise<ImportSnapshot> {
    return this.#within(async (session) => {
      const checkIdle = (): void => {
        if (session.run.active) throw new AppError('import.run_active');
        if (session.induction.active) throw new AppError('import.induction_active');
        session.explain.checkIdle();
      };
      checkIdle();
      await session.run.settled();
      await session.induction.settled();
      if (this.#session !== session) throw new AppError('workspace.none');
      checkIdle();
      if (!session.imports.active) this.#revisions.reserveAhead();
      return begin(session);
    });
  }

  /**
   * Changes the run. Refused at once during an import: SQLite would let this thread, and with it every window, wait for
   * the import's lock, and give up with an error that blames another program.
   */
  #withinRun(change: (run: RunEngine) => Promise<RunSnapshot>): Promise<RunSnapshot> {
    return this.#writing(({ run, imports }) => {
      if (imports.active) throw new AppError('run.import_active');
      return change(run);
    });
  }

  /** Makes a run active. */
  #startingRun(change: (run: RunEngine) => Promise<RunSnapshot>): Promise<RunSnapshot> {
    return this.#withinRun((run) => {
      if (this.#session?.induction.active) throw new AppError('run.induction_active');
      this.#session?.explain.checkIdle();
      return change(run);
    });
  }

  /** Makes an induction active. One thing at a time asks a model, and an import has the workspace to itself. */
  async #asking(
    change: (induction: InductionEngine) => Promise<InductionSnapshot>,
  ): Promise<InductionSnapshot> {
    await this.#prepare('llm');
    return this.#withinInduction((induction, { run, explain }) => {
      if (run.active) throw new AppError('induction.run_active');
      explain.checkIdle();
      return change(induction);
    });
  }

  #withinInduction<T>(change: (induction: InductionEngine, session: Session) => Promise<T>): Promise<T> {
    return this.#writing((session) => {
      if (session.imports.active) throw new AppError('induction.import_active');
      return change(session.induction, session);
    });
  }

  /** Changes the event types; what windows show of events follows. */
  async #withinCodebook(change: (codebook: CodebookService) => CodebookView): Promise<CodebookView> {
    const view = await this.#writing(({ codebook, imports }) => {
      if (imports.active) throw new AppError('codebook.import_active');
      return change(codebook);
    });
    this.#emit('data', null);
    return view;
  }

  async #withinSaved<T>(change: (saved: SavedInsightsService) => T): Promise<T> {
    const result = await this.#writing(({ saved, imports }) => {
      if (imports.active) throw new AppError('workspace.busy');
      return change(saved);
    });
    this.#emit('insights', null);
    return result;
  }

  async #withinThemes(change: (themes: ThemeService) => void | Promise<void>): Promise<void> {
    await this.#writing(({ themes, imports }) => {
      if (imports.active) throw new AppError('themes.import_active');
      return change(themes);
    });
    this.#emit('data', null);
  }

  #noRun(): RunSnapshot {
    return makeSnapshot({
      revision: this.#revisions.next(),
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

  /**
   * Does something that writes into the open workspace. A lock of another program is waited for first: SQLite would let this
   * thread, and with it every window, wait instead. An import has the lock itself; what that means is said by the action.
   */
  async #writing<T>(action: (session: Session) => T | Promise<T>): Promise<T> {
    const session = this.#session;
    if (session && !session.imports.active) {
      const unlocked = session.unlocked(session.closed.signal);
      if (unlocked) await unlocked;
      if (this.#session !== session) throw new AppError('workspace.none');
    }
    return this.#within(action);
  }

  /** Does something with the open workspace; whatever is thrown becomes an AppError. */
  async #within<T>(action: (session: Session) => T | Promise<T>): Promise<T> {
    const session = this.#session;
    if (!session) throw new AppError('workspace.none');
    try {
      // An import has a connection of its own to the file: what it writes is put aside once it has ended.
      if (!session.imports.active) session.workspace.file.checkNotReplaced();
      return await action(session);
    } catch (error) {
      const known = session.workspace.errorOf(error);
      this.#noteDamage(session.workspace, known.toInfo());
      throw known;
    }
  }

  /**
   * Reports trouble after which the workspace has to be closed: damage, which is remembered for the next opening (a large
   * file is not checked as a whole there), or another file in its place.
   */
  #noteDamage(workspace: OpenWorkspace, error: ErrorInfo): void {
    if (error.code === 'workspace.damaged') workspace.file.markDamaged();
    else if (error.code !== 'workspace.replaced') return;
    this.#emit('damaged', error);
  }
}

/** All lines of a proposal, as they are taken over. Throws induction.no_proposal. */
function inducedLines({ proposal }: InductionSnapshot): InducedType[] {
  if (!proposal) throw new AppError('induction.no_proposal');
  return proposal.filter(({ kind }) => kind !== 'kept').map(inducedLine);
}

/** Whether an induction is to be gone on with, for which the model has to be there. */
function isUnfinished(workspace: OpenWorkspace): boolean {
  const status = workspace.inductions.latest()?.status;
  return status === 'running' || status === 'interrupted';
}

function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

function toRunRecord(row: PastRun, resumable: boolean): Omit<RunRecord, 'model'> {
  return {
    runId: row.id,
    status: row.status,
    extractor: row.extractor,
    extractorVersion: row.extractorVersion,
    detail: row.detail,
    scope: row.scope,
    totalUsers: row.totalUsers,
    processedUsers: row.processedUsers,
    successCount: row.successCount,
    failedCount: row.failedCount,
    eventCount: row.eventCount,
    behaviourCount: behavioursIn(row.totalWeight, row.totalUsers),
    startTime: row.startTime,
    endTime: row.endTime,
    activeMs: row.activeMs,
    interruptions: row.deaths.length,
    error: row.error,
    resumable,
  };
}
