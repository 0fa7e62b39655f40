import { AppError } from '../../../core/errors.ts';
import type { DomainHandlers, ShellContext } from '../context.ts';

export function modelHandlers(context: ShellContext): DomainHandlers<'model'> & DomainHandlers<'prompt'> {
  const { model } = context;
  /** The tests of the connection that windows wait for; a question about the key may come before each. */
  const tests = new Map<number, AbortController>();
  return {
    'model.get': () => model.view(),
    'model.set': (patch) => model.update(patch),
    'model.setKey': ({ key, keep }) => model.setKey(key, keep),
    'model.clearKey': () => model.clearKey(),
    'model.test': async (_input, { windowId }) => {
      const abort = new AbortController();
      tests.set(windowId, abort);
      try {
        return await model.askProvider((engine) => {
          abort.signal.throwIfAborted();
          // Without an engine there is no test either.
          const cancel = (): void => void engine.cancelModelTest(windowId).catch(() => undefined);
          abort.signal.addEventListener('abort', cancel);
          return engine.testModel(windowId);
        });
      } finally {
        if (tests.get(windowId) === abort) tests.delete(windowId);
      }
    },
    'model.cancelTest': (_input, { windowId }) => {
      tests.get(windowId)?.abort(new AppError('model.test_cancelled'));
      return null;
    },
    'model.list': () => model.askProvider((engine) => engine.listModels()),
    'prompt.get': () => model.ask((engine) => engine.promptView()),
    'prompt.set': ({ template }) => model.setPrompt(template),
    'prompt.preview': ({ template, users }) => model.ask((engine) => engine.previewPrompt(template, users)),
  };
}
