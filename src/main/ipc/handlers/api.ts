import type { DomainHandlers, ShellContext } from '../context.ts';

export function apiHandlers({ api }: ShellContext): DomainHandlers<'api'> {
  return {
    'api.get': () => api.view(),
    'api.set': (patch) => api.update(patch),
    'api.renewToken': () => api.renewToken(),
  };
}
