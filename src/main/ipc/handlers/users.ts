import type { DomainHandlers, ShellContext } from '../context.ts';

export function usersHandlers(context: ShellContext): DomainHandlers<'users'> {
  return {
    'users.list': (query) => context.engine().listUsers(query),
    'users.ids': (query) => context.engine().userIds(query),
    'users.get': ({ userId }) => context.engine().getUser(userId),
    'users.events': (query) => context.engine().listEvents(query),
    'users.behaviours': (query) => context.engine().listBehaviours(query),
    'users.evidence': (query) => context.engine().listEvidence(query),
  };
}
