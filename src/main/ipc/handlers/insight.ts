import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../core/errors.ts';
import { writeFileWhole } from '../../../core/export/write-whole.ts';
import type { Locale } from '../../../shared/settings.ts';
import type { DomainHandlers, ShellContext } from '../context.ts';

export function insightHandlers(context: ShellContext): DomainHandlers<'insight'> {
  const { dialogs, model, snapshots } = context;
  /** The PDF files that windows wait for. */
  const printing = new Map<number, AbortController>();
  return {
    'insight.attach': (_input, { windowId }) => {
      context.attach(windowId);
      return { asking: snapshots.asking, progress: snapshots.progress };
    },
    'insight.ask': (question) => context.engine().askInsight(question),
    'insight.users': (query) => context.engine().insightUsers(query),
    'insight.cancel': async () => {
      await context.engine().cancelInsight();
      return null;
    },
    // What reads the model waits for the changes of it that are still under way.
    'insight.explainPreflight': ({ question }) =>
      model.ask((engine) => engine.preflightExplanation(question)),
    'insight.explain': (request) => model.askProvider((engine) => engine.explainInsight(request)),
    'insight.wordsPreflight': ({ words }) => model.ask((engine) => engine.preflightWords(words)),
    'insight.words': (request) => model.askProvider((engine) => engine.understandWords(request)),
    'insight.askedWords': () => context.engine().askedWords(),
    'insight.forgetWords': ({ words }) => context.engine().forgetWords(words),
    'insight.cancelExplanation': async () => {
      await context.engine().cancelExplanation();
      return null;
    },
    'insight.dismissAsking': async () => {
      await context.engine().dismissAsking();
      return null;
    },
    'insight.export': async ({ question, format, theme }, { windowId }) => {
      const path = await dialogs.save(windowId, format, `${question.analysis}.${format}`);
      if (path === null) return null;
      const { locale } = context.settings.view();
      const { lacksChineseFont } = await context
        .engine()
        .writeInsight(path, question, { format, locale, theme });
      return { path, lacksChineseFont };
    },
    'insight.saved': () => context.engine().savedInsights(),
    'insight.changeSaved': (change) => context.engine().changeSavedInsights(change),
    'insight.report': () => context.engine().report(),
    'insight.changeReport': (change) => context.engine().changeReport(change),
    'insight.computeReport': () => context.engine().computeReport(),
    'insight.exportReport': async ({ format }, { windowId }) => {
      const { title, items } = await context.engine().report();
      if (items.length === 0) throw new AppError('insight.report_empty');
      const name = title === '' ? 'report' : fileNameOf(title);
      const path = await dialogs.save(windowId, format, `${name}.${format}`);
      if (path === null) return null;
      const { locale } = context.settings.view();
      if (format !== 'pdf') await context.engine().writeReport(path, { format, locale });
      else {
        const abort = new AbortController();
        printing.get(windowId)?.abort();
        printing.set(windowId, abort);
        try {
          await writePdf(context, path, locale, abort.signal);
        } catch (error) {
          if (abort.signal.aborted) return null;
          throw error;
        } finally {
          if (printing.get(windowId) === abort) printing.delete(windowId);
        }
      }
      return path;
    },
    'insight.cancelPdf': (_input, { windowId }) => {
      const abort = printing.get(windowId);
      abort?.abort();
      return abort !== undefined;
    },
    'insight.importQuestion': async (_input, { windowId }) => {
      const path = await dialogs.open(windowId, 'question');
      return path === null ? null : context.engine().readQuestionFile(path);
    },
    'insight.exportQuestion': async ({ id }, { windowId }) => {
      const { questions } = await context.engine().savedInsights();
      const name = questions.find((each) => each.id === id)?.name ?? 'question';
      const path = await dialogs.save(windowId, 'question', `${fileNameOf(name)}.yaml`);
      if (path !== null) await context.engine().writeQuestionFile(id, path);
      return path;
    },
  };
}

/** A name as a file may have it on every system. */
function fileNameOf(name: string): string {
  return name.replace(/[<>:"/\\|?*]/g, '_').replace(/^\.+/, '_');
}

/** Prints the report from a page that is kept until then only. Rejects with the reason of the signal, and leaves no file then. */
async function writePdf(
  { engine, printPdf }: ShellContext,
  path: string,
  locale: Locale,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'eventloom-report-'));
  try {
    const page = join(folder, 'report.html');
    await engine().writeReport(page, { format: 'html', locale });
    const bytes = await printPdf(page, signal);
    signal.throwIfAborted();
    await writeFileWhole(path, 'export.unwritable', (partial) => writeFile(partial, bytes));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
