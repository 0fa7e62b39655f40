import type { CodebookView } from '../../../shared/codebook.ts';
import { AppError } from '../../errors.ts';
import type { CodebookService } from '../codebook-service.ts';
import type { EngineApi } from '../engine-api.ts';
import type { EngineContext } from '../engine-context.ts';

/** The event types of the workspace. */
export function codebookCommands(engine: EngineContext) {
  /** Changes the event types; what windows show of events follows. */
  async function withinCodebook(change: (codebook: CodebookService) => CodebookView): Promise<CodebookView> {
    const view = await engine.writing(({ codebook, imports }) => {
      if (imports.active) throw new AppError('codebook.import_active');
      return change(codebook);
    });
    engine.emit('data', null);
    return view;
  }

  return {
    async eventTypes() {
      return engine.within(async ({ codebook }) => codebook.countTypes());
    },

    async codebook() {
      engine.rules.reload();
      return engine.within(({ codebook }) => codebook.view());
    },

    async codebookUse() {
      return engine.within(({ codebook }) => codebook.use());
    },

    async changeCodebook(change) {
      return withinCodebook((codebook) => codebook.change(change));
    },

    async undoCodebook() {
      return withinCodebook((codebook) => codebook.undo());
    },

    async redoCodebook() {
      return withinCodebook((codebook) => codebook.redo());
    },

    async importCodebook(path) {
      return withinCodebook((codebook) => codebook.read(path));
    },

    async exportCodebook(path) {
      await engine.within(({ codebook }) => codebook.write(path));
    },
  } satisfies Partial<EngineApi>;
}
