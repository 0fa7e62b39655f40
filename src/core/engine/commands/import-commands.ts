import type { ImportSnapshot } from '../../../shared/import.ts';
import { AppError } from '../../errors.ts';
import { previewInThread } from '../../import/import-job.ts';
import { rejectedByImport } from '../../import/rejected-rows.ts';
import { saveBadRows } from '../../import/save-bad-rows.ts';
import type { EngineApi } from '../engine-api.ts';
import type { EngineContext, Session } from '../engine-context.ts';

/** Imports, and the previews of files. */
export function importCommands(engine: EngineContext) {
  /** Begins an import once nothing else writes: it keeps the workspace locked for as long as it takes. */
  function beforeImport(begin: (session: Session) => ImportSnapshot): Promise<ImportSnapshot> {
    return engine.within(async (session) => {
      const checkIdle = (): void => {
        if (session.run.active) throw new AppError('import.run_active');
        if (session.induction.active) throw new AppError('import.induction_active');
        session.desk.checkIdle();
      };
      checkIdle();
      await session.run.settled();
      await session.induction.settled();
      if (engine.session !== session) throw new AppError('workspace.none');
      checkIdle();
      if (!session.imports.active) engine.revisions.reserveAhead();
      return begin(session);
    });
  }

  return {
    async previewImport(options) {
      const { clock, importWorkerUrl } = engine.options;
      return previewInThread(options, clock.now(), importWorkerUrl);
    },

    async startImport(options) {
      return beforeImport(({ imports }) => imports.start(options));
    },

    async startImports(files) {
      return beforeImport(({ imports }) => imports.startAll(files));
    },

    async startSampleImport() {
      return beforeImport(({ imports }) => imports.startSample());
    },

    async cancelImport() {
      return engine.within(({ imports }) => imports.cancel());
    },

    async acceptRejects() {
      return beforeImport(({ imports }) => imports.acceptRejects());
    },

    async dismissImport() {
      return engine.within(({ imports }) => imports.dismiss());
    },

    async importSnapshot() {
      return engine.within(({ imports }) => imports.snapshot());
    },

    async saveBadRows(importIds, path, locale) {
      return engine.within(({ workspace, imports }) => {
        const files = importIds.map((id) =>
          id === null ? imports.rejected() : rejectedByImport(workspace.file, id),
        );
        return saveBadRows(files, path, locale);
      });
    },
  } satisfies Partial<EngineApi>;
}
