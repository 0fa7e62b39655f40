import type { EngineApi } from '../engine-api.ts';
import type { EngineContext } from '../engine-context.ts';

/** Users, their events and their behaviours, as windows page through them. */
export function userCommands(engine: EngineContext) {
  return {
    async listUsers(query) {
      return engine.within(({ workspace }) => workspace.users.list(query));
    },

    async userIds(query) {
      return engine.within(({ workspace }) => workspace.users.ids(query));
    },

    async getUser(userId) {
      return engine.within(({ workspace, codebook }) => {
        const detail = workspace.users.get(userId);
        return { ...detail, events: codebook.resolve(detail.events) };
      });
    },

    async listEvents(query) {
      return engine.within(({ workspace, codebook }) => {
        const page = workspace.users.events(query);
        return { ...page, events: codebook.resolve(page.events) };
      });
    },

    async listBehaviours(query) {
      return engine.within(({ workspace }) => workspace.users.behaviours(query));
    },

    async listEvidence(query) {
      return engine.within(({ workspace }) => workspace.users.evidence(query));
    },
  } satisfies Partial<EngineApi>;
}
