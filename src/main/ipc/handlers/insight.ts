import type { DomainHandlers, ShellContext } from '../context.ts';

export function insightHandlers(context: ShellContext): DomainHandlers<'insight'> {
  const { dialogs } = context;
  return {
    'insight.ask': (question) => context.engine().askInsight(question),
    'insight.users': (query) => context.engine().insightUsers(query),
    'insight.cancel': async () => {
      await context.engine().cancelInsight();
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
