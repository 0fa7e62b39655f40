import { exportBasis } from '../../export/export-basis.ts';
import { exportEvents } from '../../export/export-events.ts';
import { allEvents } from '../../store/event-store.ts';
import type { EngineApi } from '../engine-api.ts';
import type { EngineContext } from '../engine-context.ts';

/** Exports of what is stored. */
export function exportCommands(engine: EngineContext) {
  return {
    async exportBasis() {
      return engine.within(({ workspace }) => exportBasis(workspace.file));
    },

    async startExport(request) {
      engine.rules.reload();
      return engine.within(({ workspace, exports }) => {
        workspace.checkStillThere();
        return exports.start(request);
      });
    },

    async cancelExport() {
      return engine.within(({ exports }) => exports.cancel());
    },

    async dismissExport() {
      return engine.within(({ exports }) => exports.dismiss());
    },

    async exportSnapshot() {
      return engine.within(({ exports }) => exports.snapshot());
    },

    async exportEvents(path, { userIds, stages } = {}) {
      const { agent } = engine.rules.shown.rules;
      return engine.within(({ workspace, codebook }) =>
        exportEvents(codebook.named(allEvents(workspace.file, userIds ?? null)), path, {
          agent,
          stages: stages ?? false,
        }),
      );
    },
  } satisfies Partial<EngineApi>;
}
