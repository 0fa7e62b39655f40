import type { DomainHandlers, ShellContext } from '../context.ts';

export function runHandlers(context: ShellContext): DomainHandlers<'run'> {
  const { runs, watches } = context;
  return {
    'run.attach': (_input, { windowId }) => {
      context.attach(windowId);
      return context.snapshots.run;
    },
    'run.preflight': (asked) => runs.preflight(asked),
    'run.previewDetails': ({ scope }) => context.engine().previewDetails(scope),
    'run.previewPilot': () => context.engine().previewPilot(),
    'run.start': (request) => runs.start(request),
    'run.pause': () => runs.pause(),
    'run.resume': (request) => runs.resume(request),
    'run.cancel': () => runs.cancel(),
    'run.dismiss': () => runs.dismiss(),
    'run.history': () => context.engine().runHistory(),
    'run.failures': ({ runId }) => context.engine().runFailures(runId),
    'run.outcome': ({ runId }) => context.engine().runOutcome(runId),
    'run.requests': async ({ limit }, { windowId }) => {
      // First the watch, then the list: what changes between the two is told.
      watches.showList(windowId);
      await context.engine().watchRequests(watches.all());
      return context.engine().listRequests(limit);
    },
    'run.watchRequest': async ({ id }, { windowId }) => {
      if (id === null) watches.forget(windowId);
      else watches.showRequest(windowId, id);
      await context.engine().watchRequests(watches.all());
      return id === null ? null : context.engine().getRequest(id);
    },
    'run.requestPrompt': ({ id }) => context.engine().requestPrompt(id),
  };
}
