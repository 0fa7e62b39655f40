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
    'insight.export': async (question, { windowId }) => {
      const path = await dialogs.save(windowId, 'table', `${question.analysis}.csv`);
      if (path !== null) await context.engine().writeInsight(path, question);
      return path;
    },
  };
}
