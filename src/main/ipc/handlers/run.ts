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
    'run.preflight': (scope) => context.engine().preflightRun(scope),
    'run.start': (scope) => newest(context.engine().startRun(scope)),
    'run.pause': () => newest(context.engine().pauseRun()),
    'run.resume': () => newest(context.engine().resumeRun()),
    'run.cancel': () => newest(context.engine().cancelRun()),
    'run.dismiss': () => newest(context.engine().dismissRun()),
    'run.history': () => context.engine().runHistory(),
    'run.failures': ({ runId }) => context.engine().runFailures(runId),
  };
}
