import type { ConversionCount } from '../../../shared/users.ts';
import type { ConversionWord } from '../../abstraction/conversion-types.ts';
import type { CodebookService } from '../codebook-service.ts';
import type { EngineApi } from '../engine-api.ts';
import type { EngineContext } from '../engine-context.ts';

/** A user with the types of the conversions. */
const typed = <T extends { conversions: ConversionWord[] }>(
  codebook: CodebookService,
  user: T,
): Omit<T, 'conversions'> & { conversions: ConversionCount[] } => ({
  ...user,
  conversions: codebook.conversionsOf(user.conversions),
});

/** Users, their events and their behaviours, as windows page through them. */
export function userCommands(engine: EngineContext) {
  return {
    async listUsers(query) {
      return engine.within(({ workspace, codebook }) => {
        const page = workspace.users.list(query);
        return { ...page, rows: page.rows.map((row) => typed(codebook, row)) };
      });
    },

    async userIds(query) {
      return engine.within(({ workspace }) => workspace.users.ids(query));
    },

    async getUser(userId) {
      return engine.within(({ workspace, codebook }) => {
        const detail = workspace.users.get(userId);
        return {
          ...detail,
          user: typed(codebook, detail.user),
          events: codebook.resolve(detail.events),
        };
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
