import { AppError } from '../../errors.ts';
import type { EngineApi } from '../engine-api.ts';
import type { EngineContext } from '../engine-context.ts';
import { suggestPack } from '../suggest-pack.ts';
import type { ThemeService } from '../theme-service.ts';

/** The rules that apply to the log, its rhythm and its themes. */
export function logCommands(engine: EngineContext) {
  async function withinThemes(change: (themes: ThemeService) => void | Promise<void>): Promise<void> {
    await engine.writing(({ themes, imports }) => {
      if (imports.active) throw new AppError('themes.import_active');
      return change(themes);
    });
    engine.emit('data', null);
  }

  return {
    async useRules(choice) {
      return engine.rules.choose(choice);
    },

    async suggestRules() {
      const { pack } = engine.rules;
      if (pack === null) return null;
      return engine.within(({ workspace }) => suggestPack(workspace, pack, engine.rules.packs()));
    },

    async rulesInfo() {
      return engine.rules.info();
    },

    async rhythm() {
      return engine.within(({ log }) => log.view());
    },

    async measureRhythm() {
      return engine.within(({ log }) => {
        log.begin();
        return log.view();
      });
    },

    async setSessionGap(gapMinutes) {
      return engine.writing(({ log, imports }) => {
        if (imports.active) throw new AppError('workspace.busy');
        return log.setGap(gapMinutes);
      });
    },

    async themes(query) {
      // A file of the user may have been edited; the packs are what they were, and reading them all takes a quarter of a second.
      if (engine.rules.pack === null) engine.rules.reload();
      return engine.within(({ themes }) => themes.view(query));
    },

    async themeThings(query) {
      return engine.within(({ themes }) => themes.things(query));
    },

    async changeThemes(change) {
      await withinThemes((themes) => themes.change(change));
    },

    async undoThemes() {
      await withinThemes((themes) => themes.undo());
    },

    async redoThemes() {
      await withinThemes((themes) => themes.redo());
    },

    async importThemes(path) {
      const { rules } = engine.rules.read(path);
      await withinThemes((themes) => themes.take(rules, path));
    },

    async exportThemes(path) {
      engine.rules.reload();
      const { forRun, choice } = engine.rules;
      await engine.within(({ themes }) => themes.write(forRun, choice, path));
    },
  } satisfies Partial<EngineApi>;
}
