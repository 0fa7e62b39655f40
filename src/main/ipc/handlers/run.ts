import type { RunSnapshot } from '../../../shared/run.ts';
import type { DomainHandlers, ShellContext } from '../context.ts';

export function runHandlers(context: ShellContext): DomainHandlers<'run'> {
  const newest = async (answer: Promise<RunSnapshot>): Promise<RunSnapshot> =>
    context.snapshots.acceptRun(await answer);
  return {
    'run.attach': (_input, { windowId }) => {
      context.attach(windowId);
      return context.snapshots.run;
    },
    'run.preflight': ({ scope, extractor, fresh }) =>
      context.engine().preflightRun(scope, extractor ?? context.settings.current.extractor, fresh),
    'run.start': (request) =>
      newest(
        context
          .engine()
          .startRun({ ...request, extractor: request.extractor ?? context.settings.current.extractor }),
      ),
    'run.pause': () => newest(context.engine().pauseRun()),
    'run.resume': (request) => newest(context.engine().resumeRun(request)),
    'run.cancel': () => newest(context.engine().cancelRun()),
    'run.dismiss': () => newest(context.engine().dismissRun()),
    'run.history': () => context.engine().runHistory(),
    'run.failures': ({ runId }) => context.engine().runFailures(runId),
    'run.requests': ({ limit }) => context.engine().listRequests(limit),
    'run.watchRequest': async ({ id }, { windowId }) => {
      const watched = context.watches.watch(windowId, id);
      await context.engine().watchRequests(watched);
      return id === null ? null : context.engine().getRequest(id);
    },
    'run.requestPrompt': ({ id }) => context.engine().requestPrompt(id),
  };
}
