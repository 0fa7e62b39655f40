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
  };
}
