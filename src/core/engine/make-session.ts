import type { ImportSnapshot } from '../../shared/import.ts';
import type { Question } from '../../shared/insight.ts';
import { rulesNow } from '../detail/abstraction-now.ts';
import { AppError } from '../errors.ts';
import { RequestFeed } from '../extract/llm/run/request-feed.ts';
import { InductionEngine } from '../induct/induction-engine.ts';
import { RunEngine } from '../run/run-engine.ts';
import { untilUnlocked } from '../run/while-locked.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';
import { CodebookService } from './codebook-service.ts';
import type { EngineContext, Session } from './engine-context.ts';
import { ExplainService } from './explain-service.ts';
import { ExportSession } from './export-session.ts';
import { ImportSession } from './import-session.ts';
import { InsightService } from './insight-service.ts';
import { MeasuredLog } from './measured-log.ts';
import { ModelDesk } from './model-desk.ts';
import { ReportService } from './report-service.ts';
import { inductionBasis } from './run-preparation.ts';
import { SavedInsightsService } from './saved-insights.ts';
import { ThemeService } from './theme-service.ts';
import { WordsService } from './words-service.ts';

/** Makes all that works on a workspace, joined to what the engine shares. `shown`: see ImportSession. */
export async function makeSession(
  engine: EngineContext,
  workspace: OpenWorkspace,
  shown?: ImportSnapshot,
): Promise<Session> {
  const { clock } = engine.options;
  const nextRevision = (): number => engine.revisions.next();
  const unlocked = (signal: AbortSignal): Promise<void> | null =>
    untilUnlocked(() => workspace.checkUnlocked(), engine.lockWait(workspace.path, signal));
  const closed = new AbortController();
  const log: MeasuredLog = new MeasuredLog({
    workspace,
    workerUrl: engine.options.measureWorkerUrl,
    clock,
    writable: () => !imports.active,
    untilUnlocked: () => unlocked(closed.signal),
    onChanged: () => engine.emit('rhythm', null),
    onTrouble: (error) => engine.noteDamage(workspace, error),
  });
  const themes = new ThemeService({ workspace, clock, log, rules: () => engine.rules.shown });
  const codebook = new CodebookService({ workspace, clock, rules: () => engine.rules.shown });
  const run = await RunEngine.open({
    workspace,
    clock,
    nextRevision,
    basis: (_id, detail, stored) => engine.preparation.basis({ workspace, themes }, detail, stored),
    extractor: (id, detail, basis) => {
      if (id !== 'llm') return engine.preparation.rulesExtractor(themes, detail, basis);
      const model = engine.loadedModel();
      model.checkKey();
      return model.extractor(workspace, engine.preparation.modelBasis({ themes, codebook }, detail, basis));
    },
    regrouping: (run, detail) => engine.preparation.regrouping({ workspace, themes, codebook }, run, detail),
    onSnapshot: (snapshot) => engine.emit('run', snapshot),
    onTrouble: (error) => engine.noteDamage(workspace, error),
  });
  const feed = new RequestFeed({
    clock,
    requests: () => workspace.requests,
    onRequests: (changed) => engine.emit('requests', changed),
    onRequest: (watched) => engine.emit('request', watched),
  });
  feed.watch(engine.watch);
  const induction = new InductionEngine({
    workspaceId: workspace.id,
    store: () => workspace.inductions,
    inductor: async (begins) => {
      const model = engine.loadedModel();
      model.checkKey();
      return model.inductor(workspace, await inductionBasis({ codebook, themes }, begins));
    },
    clock,
    untilUnlocked: unlocked,
    nextRevision,
    onSnapshot: (snapshot) => engine.emit('induction', snapshot),
    onTrouble: (error) => engine.noteDamage(workspace, error),
  });
  const imports: ImportSession = new ImportSession({
    workspacePath: workspace.path,
    workerUrl: engine.options.importWorkerUrl,
    clock,
    ...(shown ? { shown } : {}),
    nextRevision,
    untilUnlocked: unlocked,
    onSnapshot: (snapshot) => engine.emit('import', snapshot),
    onChanged: () => engine.emit('data', null),
    onEnded: (error) => {
      void run.writeDismissal();
      if (error) engine.noteDamage(workspace, error);
      log.begin();
    },
  });
  const saved = new SavedInsightsService({ workspace, clock });
  const insight = new InsightService({
    workspacePath: workspace.path,
    workerUrl: engine.options.insightWorkerUrl,
    codebook: () => codebook.view().codebook,
    onProgress: (progress) => engine.emit('insight', progress),
  });
  const desk = new ModelDesk({
    ...{ workspace, nextRevision, untilUnlocked: unlocked },
    onSnapshot: (snapshot) => engine.emit('asking', snapshot),
  });
  const asking = {
    ...{ workspace, desk },
    ask: (question: Question) => insight.ask(question),
    language: () => codebook.view().codebook.language,
    nameOf: (type: string) => codebook.nameOf(type),
    asker: () => {
      const model = engine.loadedModel();
      model.checkKey();
      return model.asker(workspace);
    },
  };
  const explain = new ExplainService(asking);
  const words = new WordsService({
    ...asking,
    clock,
    explanation: (question) => explain.preflight(question),
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
    workerUrl: engine.options.exportWorkerUrl,
    program: engine.options.program,
    basis: (computes) => {
      const view = codebook.view();
      // Events are computed by no other rules than the chosen ones.
      const rules = rulesNow(computes ? engine.rules.forRun : engine.rules.shown);
      return { codebook: view.codebook, codebookVersion: view.version, rules };
    },
    nextRevision,
    onSnapshot: (snapshot) => engine.emit('export', snapshot),
    onEnded: (error) => {
      if (error) engine.noteDamage(workspace, error);
    },
  });
  return {
    ...{ workspace, run, induction, imports, exports, feed, log, themes, codebook, insight, saved, report },
    ...{ explain, words, desk, unlocked, closed },
  };
}
