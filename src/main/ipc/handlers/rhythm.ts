import type { DomainHandlers, ShellContext } from '../context.ts';

export function rhythmHandlers(context: ShellContext): DomainHandlers<'rhythm'> {
  return {
    'rhythm.get': () => context.engine().rhythm(),
    'rhythm.measure': () => context.engine().measureRhythm(),
    'rhythm.setGap': ({ gapMinutes }) => context.engine().setSessionGap(gapMinutes),
  };
}
