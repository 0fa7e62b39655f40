import type { DomainHandlers, ShellContext } from '../context.ts';

export function updateHandlers({ updates }: ShellContext): DomainHandlers<'update'> {
  return {
    'update.get': () => updates.view(),
    'update.check': () => updates.check(),
    'update.download': () => updates.download(),
    'update.setAtQuit': ({ atQuit }) => updates.setAtQuit(atQuit),
    'update.install': ({ evenWhileWorking }) => updates.installAndRestart(evenWhileWorking),
  };
}
