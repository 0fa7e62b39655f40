import type { ImportSnapshot } from '../../../shared/import.ts';
import { AppError } from '../../errors.ts';
import { removeForsaken } from '../../import/formats/unpack-file.ts';
import { previewInThread } from '../../import/import-job.ts';
import type { ImportProgress, PreviewJob } from '../../import/import-job.ts';
import { rejectedByImport } from '../../import/rejected-rows.ts';
import { saveBadRows } from '../../import/save-bad-rows.ts';
import { importDetails } from '../../store/import-details.ts';
import { knownErrors } from '../../store/known-errors.ts';
import type { EngineApi } from '../engine-api.ts';
import type { EngineContext, Session } from '../engine-context.ts';

const percentOf = ({ bytesRead, bytesTotal }: ImportProgress): number =>
  bytesTotal === 0 ? 0 : Math.floor((bytesRead / bytesTotal) * 1000) / 10;

/** Imports, and the previews of files. */
export function importCommands(engine: EngineContext) {
  /** Those that are being made, with the paths of their files. */
  const previews = new Map<PreviewJob, string>();
  // What a process left that was killed while it read a packed file.
  removeForsaken();

  /**
   * Begins an import once nothing else writes, no other program either: it keeps the workspace locked for as long as it takes.
   */
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
      const unlocked = session.imports.active ? null : session.unlocked(session.closed.signal);
      if (unlocked) {
        await unlocked;
        if (engine.session !== session) throw new AppError('workspace.none');
        checkIdle();
      }
      if (!session.imports.active) engine.revisions.reserveAhead();
      return begin(session);
    });
  }

  return {
    async previewImport(options) {
      const { clock, importWorkerUrl: workerUrl } = engine.options;
      const { path } = options;
      const job = previewInThread({
        options,
        workerUrl,
        now: clock.now(),
        onProgress: (progress) => engine.emit('unpacking', { path, percent: percentOf(progress) }),
      });
      previews.set(job, path);
      try {
        return await job.done;
      } finally {
        previews.delete(job);
      }
    },

    async cancelPreview(path) {
      for (const [job, of] of previews) if (of === path) job.cancel();
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

    async acceptRejects(place) {
      return beforeImport(({ imports }) => imports.acceptRejects(place));
    },

    async dismissImport() {
      return engine.within(({ imports }) => imports.dismiss());
    },

    async importSnapshot() {
      return engine.within(({ imports }) => imports.snapshot());
    },

    async saveBadRows(of, path, locale) {
      return engine.within(({ workspace, imports }) => {
        const files = of.map((one) =>
          'place' in one ? imports.rejected(one.place) : rejectedByImport(workspace.file, one.importId),
        );
        return saveBadRows(files, path, locale);
      });
    },

    async importDetails(importId) {
      return engine.within(({ workspace }) =>
        knownErrors(workspace.path, () => importDetails(workspace.file, importId)),
      );
    },
  } satisfies Partial<EngineApi>;
}
