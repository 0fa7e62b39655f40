import type { DomainHandlers, ShellContext } from '../context.ts';

export function modelHandlers(context: ShellContext): DomainHandlers<'model'> & DomainHandlers<'prompt'> {
  const { model } = context;
  return {
    'model.get': () => model.view(),
    'model.set': (patch) => model.update(patch),
    'model.setKey': ({ key, keep }) => model.setKey(key, keep),
    'model.clearKey': () => model.clearKey(),
    'model.test': () => model.askProvider((engine) => engine.testModel()),
    'model.list': () => model.askProvider((engine) => engine.listModels()),
    'prompt.get': () => model.ask((engine) => engine.promptView()),
    'prompt.set': ({ template }) => model.setPrompt(template),
    'prompt.preview': ({ template, users }) => model.ask((engine) => engine.previewPrompt(template, users)),
  };
}
