import type { InductionSnapshot } from '../../../shared/induction.ts';
import type { DomainHandlers, ShellContext } from '../context.ts';

export function inductionHandlers(context: ShellContext): DomainHandlers<'induction'> {
  const { model, snapshots } = context;
  const newest = async (answer: Promise<InductionSnapshot>): Promise<InductionSnapshot> =>
    snapshots.acceptInduction(await answer);
  return {
    'induction.attach': (_input, { windowId }) => {
      context.attach(windowId);
      return snapshots.induction;
    },
    // What reads the model waits for the changes of it that are still under way.
    'induction.preflight': (request) => model.ask((engine) => engine.preflightInduction(request)),
    'induction.start': (request) => newest(model.askProvider((engine) => engine.startInduction(request))),
    'induction.resume': (change) => newest(model.askProvider((engine) => engine.resumeInduction(change))),
    'induction.pause': () => newest(context.engine().pauseInduction()),
    'induction.cancel': () => newest(context.engine().cancelInduction()),
    'induction.accept': async (accept) => {
      const view = await context.engine().acceptInduction(accept);
      snapshots.acceptInduction(await context.engine().inductionSnapshot());
      return view;
    },
    'induction.dismiss': () => newest(context.engine().dismissInduction()),
  };
}
