import { DEFAULT_DETAIL } from '../../../shared/abstraction.ts';
import { AppError } from '../../errors.ts';
import type { AnswerCache } from '../../extract/ports.ts';
import type { EngineApi } from '../engine-api.ts';
import type { EngineContext } from '../engine-context.ts';

/** The model, its prompt and its requests. */
export function modelCommands(engine: EngineContext) {
  /** The tests of the connection that are going on, by who asked. */
  const tests = new Map<number, AbortController>();
  const cancelTest = (asker: number): void => tests.get(asker)?.abort(new AppError('model.test_cancelled'));

  return {
    async useModel(config) {
      engine.modelConfig = config;
    },

    async tryModelNow() {
      engine.modelService?.tryNow();
    },

    async machineSlept(ms) {
      engine.session?.run.machineSlept(ms);
    },

    async testModel(asker = 0) {
      cancelTest(asker);
      const abort = new AbortController();
      tests.set(asker, abort);
      const answers = (): AnswerCache | null => {
        const session = engine.session;
        // A run that goes on knows better from its answers; an import keeps the file locked.
        if (!session || session.imports.active || session.run.active) return null;
        try {
          session.workspace.checkUnlocked();
          return session.workspace.answers;
        } catch {
          // What the test found is known until the end of the process all the same.
          return null;
        }
      };
      try {
        return await (await engine.model()).test(answers, abort.signal);
      } finally {
        if (tests.get(asker) === abort) tests.delete(asker);
      }
    },

    async cancelModelTest(asker = 0) {
      cancelTest(asker);
    },

    async listModels() {
      return (await engine.model()).list();
    },

    async promptView() {
      const model = await engine.model();
      engine.rules.reload();
      return model.promptView(
        await engine.preparation.modelBasisNow(
          engine.session,
          engine.session?.run.detailOf(undefined) ?? DEFAULT_DETAIL,
        ),
      );
    },

    async previewPrompt(template, users) {
      const model = await engine.model();
      engine.rules.reload();
      return engine.within(async ({ workspace, run }) =>
        model.preview(
          workspace,
          await engine.preparation.modelBasisNow(engine.session, run.detailOf(undefined)),
          template,
          users,
        ),
      );
    },

    async listRequests(limit) {
      return engine.within(({ feed }) => feed.latest(limit));
    },

    async getRequest(id) {
      return engine.within(({ feed }) => feed.get(id));
    },

    async requestPrompt(id) {
      return engine.within(({ workspace }) => workspace.requests.sentPrompt(id));
    },

    async watchRequests(watch) {
      engine.watch = watch;
      engine.session?.feed.watch(watch);
    },
  } satisfies Partial<EngineApi>;
}
