import { tablesOf } from '../../../shared/insight-tables.ts';
import { AppError } from '../../errors.ts';
import { isDrawn, writeDrawn } from '../../insight/files/draw-file.ts';
import { tableNamed, writeAnswerTables, writeReportTables, writeTable } from '../../insight/write-table.ts';
import type { EngineApi } from '../engine-api.ts';
import type { EngineContext, Session } from '../engine-context.ts';
import type { SavedInsightsService } from '../saved-insights.ts';

/** Questions about the events, what is saved of them, the report, and explanations by a model. */
export function insightCommands(engine: EngineContext) {
  async function withinSaved<T>(change: (saved: SavedInsightsService) => T): Promise<T> {
    const result = await engine.writing(({ saved, imports }) => {
      if (imports.active) throw new AppError('workspace.busy');
      return change(saved);
    });
    engine.emit('insights', null);
    return result;
  }

  return {
    async askInsight(question) {
      engine.rules.reload();
      return engine.within(({ insight, saved }) => insight.ask(saved.resolved(question)));
    },

    async insightUsers(query) {
      return engine.within(({ insight, saved }) => insight.users(saved.resolvedQuery(query)));
    },

    async writeInsight(path, question, { format, table: wanted, ...look }) {
      engine.rules.reload();
      return engine.within(async ({ insight, saved, codebook }) => {
        const asked = saved.resolved(question);
        const tables = tablesOf(await insight.ask(asked), asked, (type) => codebook.nameOf(type));
        const { table } = tableNamed(tables, wanted);
        const rows = table.rows.length;
        if (!isDrawn(format)) {
          if (format === 'xlsx' && wanted === undefined) await writeAnswerTables(tables, path);
          else await writeTable(table, path, format);
          return { rows, lacksChineseFont: false };
        }
        const { content, lacksChineseFont } = await insight.draw(asked, format, look);
        await writeDrawn(path, content);
        return { rows, lacksChineseFont };
      });
    },

    async cancelInsight() {
      await engine.within(({ insight }) => insight.cancel());
    },

    async savedInsights() {
      return engine.within(({ saved }) => saved.view());
    },

    async changeSavedInsights(change) {
      return withinSaved((saved) => saved.change(change));
    },

    async savedQuestion(name) {
      return engine.within(({ saved }) => saved.question(name));
    },

    async readQuestionFile(path) {
      return withinSaved((saved) => saved.read(path));
    },

    async writeQuestionFile(id, path) {
      await engine.within(({ saved }) => saved.write(id, path));
    },

    async report() {
      return engine.within(({ report }) => report.view());
    },

    async changeReport(change) {
      const next = await engine.writing(({ report }) => report.change(change));
      engine.emit('insights', null);
      return next;
    },

    async computeReport() {
      engine.rules.reload();
      const next = await engine.writing(({ report }) => report.compute());
      engine.emit('insights', null);
      return next;
    },

    async writeReport(path, { format, locale }) {
      engine.rules.reload();
      return engine.within(async ({ report, insight }) => {
        const items = report.tables();
        if (format === 'html') await writeDrawn(path, await insight.reportHtml(report.view(), locale));
        else
          await writeReportTables(
            items.map(({ item, tables }) => ({ title: item.title || item.question.analysis, tables })),
            path,
          );
        return items.length;
      });
    },

    async preflightExplanation(question) {
      await engine.prepare('llm');
      return engine.within(({ explain, saved }) => explain.preflight(saved.resolved(question)));
    },

    async explainInsight({ question, ...caps }) {
      await engine.prepare('llm');
      return engine.writing((session) => {
        checkFree(session);
        const { explain, saved } = session;
        return explain.explain({ question: saved.resolved(question), ...caps }, question);
      });
    },

    async cancelExplanation() {
      await engine.within(({ desk }) => desk.cancel());
    },

    async dismissAsking() {
      await engine.within(({ desk }) => desk.dismiss());
    },

    async preflightWords(words) {
      await engine.prepare('llm');
      return engine.within((session) => session.words.preflight(words));
    },

    async understandWords(request) {
      await engine.prepare('llm');
      engine.rules.reload();
      const understood = await engine.writing((session) => {
        checkFree(session);
        return session.words.understand(request);
      });
      engine.emit('insights', null);
      return understood;
    },

    async askedWords() {
      return engine.within(({ words }) => words.asked());
    },

    async forgetWords(asked) {
      const left = await engine.writing(({ words, imports }) => {
        if (imports.active) throw new AppError('workspace.busy');
        return words.forget(asked);
      });
      engine.emit('insights', null);
      return left;
    },
  } satisfies Partial<EngineApi>;
}

/** Throws insight.explain_… while something else asks a model or writes. */
function checkFree({ imports, run, induction }: Session): void {
  if (imports.active) throw new AppError('insight.explain_import_active');
  if (run.active) throw new AppError('insight.explain_run_active');
  if (induction.active) throw new AppError('insight.explain_induction_active');
}
