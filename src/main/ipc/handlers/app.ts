import type { DomainHandlers, ShellContext } from '../context.ts';

export function appHandlers(context: ShellContext): DomainHandlers<'app'> {
  return { 'app.info': () => context.appInfo() };
}
