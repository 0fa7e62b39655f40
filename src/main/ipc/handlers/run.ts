import type { DomainHandlers, ShellContext } from '../context.ts';

export function runHandlers(context: ShellContext): DomainHandlers<'run'> {
  const { runs } = context;
  return {
    'run.attach': (_input, { windowId }) => {
      context.attach(windowId);
      return context.snapshots.run;
    },
    'run.preflight': ({ scope, extractor, fresh }) => runs.preflight(scope, extractor, fresh),
    'run.start': (request) => runs.start(request),
    'run.pause': () => runs.pause(),
    'run.resume': (request) => runs.resume(request),
    'run.cancel': () => runs.cancel(),
    'run.dismiss': () => runs.dismiss(),
    'run.history': () => context.engine().runHistory(),
    'run.failures': ({ runId }) => context.engine().runFailures(runId),
    'run.requests': ({ limit }) => context.engine().listRequests(limit),
    'run.watchRequest': async ({ id }, { windowId }) => {
      const watched = context.watches.watch(windowId, id);
      await context.engine().watchRequests(watched);
      return id === null ? null : context.engine().getRequest(id);
    },
  };
}
