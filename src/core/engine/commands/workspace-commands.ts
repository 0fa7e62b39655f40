import { NOTHING_ASKED } from '../../../shared/asking.ts';
import { NO_INDUCTION } from '../../../shared/induction.ts';
import type { ImportSnapshot } from '../../../shared/import.ts';
import { AppError } from '../../errors.ts';
import { undoFiguresInThread } from '../../import/undo-job.ts';
import { isBackupOf, listBackups } from '../../store/backup.ts';
import { untilUnlocked, whileLocked } from '../../run/while-locked.ts';
import { identityOf } from '../../store/file-system.ts';
import { OpenWorkspace } from '../../store/open-workspace.ts';
import { realPath } from '../../store/workspace-files.ts';
import { Workspace } from '../../store/workspace.ts';
import type { EngineApi, OpenWorkspaceOptions } from '../engine-api.ts';
import type { EngineContext, Session } from '../engine-context.ts';
import { FileTasks } from '../file-tasks.ts';
import { makeSession } from '../make-session.ts';

/** The workspace: opening, closing, backups, what is in it. */
export function workspaceCommands(engine: EngineContext) {
  /** Ends the waiting for the lock of a workspace that is being opened. */
  let opening: AbortController | null = null;

  /** Opens the file once no other program keeps it locked: what comes next writes into it. */
  async function openFile({ path, create }: OpenWorkspaceOptions): Promise<OpenWorkspace> {
    const abort = new AbortController();
    opening?.abort();
    opening = abort;
    const waits = engine.lockWait(path, abort.signal);
    let workspace: OpenWorkspace | null = null;
    try {
      workspace = new OpenWorkspace(await whileLocked(() => Workspace.open(path, create), waits));
      const unlocked = untilUnlocked(workspace.checkUnlocked.bind(workspace), waits);
      if (unlocked) await unlocked;
      if (abort.signal.aborted) throw new AppError('workspace.none');
      return workspace;
    } catch (error) {
      workspace?.file.close();
      throw error;
    } finally {
      if (opening === abort) opening = null;
    }
  }

  const fileTasks = new FileTasks({
    clock: engine.options.clock,
    workerUrl: engine.options.fileTaskWorkerUrl,
    onProgress: (progress) => engine.emit('fileTask', progress),
  });

  async function closeWorkspace(): Promise<void> {
    opening?.abort();
    await fileTasks.end();
    await closeSession();
  }

  async function closeSession(): Promise<void> {
    const session = engine.session;
    if (!session) return;
    engine.session = null;
    session.closed.abort();
    session.log.dispose(new AppError('workspace.none'));
    try {
      const unexplained = session.desk.cancel();
      await session.insight.dispose(new AppError('workspace.none'));
      await unexplained;
      await session.exports.cancel();
      await session.imports.cancel();
      await session.run.suspend();
      await session.induction.suspend();
    } finally {
      // A file that is too damaged to be left in order is let go all the same.
      engine.revisions.detach();
      session.workspace.file.close();
      engine.emit('run', engine.noRun());
      engine.emit('induction', { ...NO_INDUCTION, revision: engine.revisions.next() });
      engine.emit('asking', { ...NOTHING_ASKED, revision: engine.revisions.next() });
    }
  }

  /** Does something to the data of the workspace while nothing else is going on in it. Rejects with workspace.busy. */
  async function whileIdle<T>(change: (session: Session) => T | Promise<T>): Promise<T> {
    return engine.writing(async (session) => {
      const checkIdle = (): void => {
        const { run, imports, exports, induction } = session;
        if ([run, imports, exports, induction].some(({ active }) => active))
          throw new AppError('workspace.busy');
        session.desk.checkIdle();
      };
      checkIdle();
      // Requests of a run that was just cancelled are still written down.
      await session.run.settled();
      await session.induction.settled();
      if (engine.session !== session) throw new AppError('workspace.none');
      checkIdle();
      return change(session);
    });
  }

  /**
   * Makes all that works on the workspace anew, with what is in it now; windows see `imported`, if it is given, as the state of its
   * import. A workspace that was closed meanwhile is left alone.
   */
  async function beginAnew(session: Session, imported?: ImportSnapshot): Promise<void> {
    // What was put off while the thread of an undo had the workspace.
    await session.run.writeDismissal();
    const fresh = await makeSession(engine, session.workspace, imported);
    if (engine.session !== session) return fresh.closed.abort();
    engine.session = fresh;
    const reason = new AppError('workspace.none');
    session.run.dispose();
    session.closed.abort();
    session.log.dispose(reason);
    session.induction.dispose();
    await session.insight.dispose(reason);
    session.insight.forget();
    if (engine.session !== fresh) return;
    fresh.log.begin();
    engine.emit('rhythm', null);
    engine.emit('run', await fresh.run.snapshot());
    engine.emit('import', fresh.imports.snapshot());
    engine.emit('export', fresh.exports.snapshot());
    engine.emit('induction', fresh.induction.snapshot());
    engine.emit('asking', { ...NOTHING_ASKED, revision: engine.revisions.next() });
    engine.emit('data', null);
  }

  return {
    async openWorkspace(options) {
      // The one that is open is left only for one that opens; by itself it would be found locked.
      if (engine.session && isSameFile(engine.session.workspace.path, options.path)) await closeWorkspace();
      const workspace = await openFile(options);
      try {
        await engine.prepare(workspace.runs.latest()?.extractor ?? null);
        if (isUnfinished(workspace)) await engine.model();
      } catch (error) {
        workspace.file.close();
        throw error;
      }
      // What cannot be left in order, e.g. because it is damaged, is let go all the same, and found again when it is opened.
      await closeWorkspace().catch(() => undefined);
      engine.revisions.attach(workspace.file);
      try {
        engine.session = await makeSession(engine, workspace);
      } catch (error) {
        engine.revisions.detach();
        workspace.file.close();
        throw error;
      }
      engine.session.imports.dismiss();
      engine.session.exports.dismiss();
      engine.session.log.begin();
      await engine.session.run.recover(options.resumePolicy);
      const { run, induction } = engine.session;
      await induction.recover(options.resumePolicy, run.active);
      engine.emit('data', null);
      engine.emit('rhythm', null);
      engine.emit('insights', null);
      const { rescued, formatBackup } = workspace.file;
      return { ...workspace.info(), rescued, formatBackup };
    },

    closeWorkspace,

    async restoreWorkspace() {
      return engine.within(({ workspace }) => workspace.restoreIfGone());
    },

    async rescueWorkspace(path) {
      return fileTasks.rescue(path, closeSession);
    },

    async dismissRescue() {
      // An import has the workspace to itself: the report is shown once more at the next start then.
      await engine.writing(({ workspace, imports }) => imports.active || workspace.file.dismissRescue());
    },

    async listBackups(path) {
      return listBackups(path);
    },

    async backUpWorkspace(keep) {
      return engine.within(({ workspace, imports }) => {
        if (imports.active) throw new AppError('workspace.busy');
        workspace.checkStillThere();
        return fileTasks.backUp(workspace.path, keep);
      });
    },

    async restoreBackup(path, backupPath) {
      const session = engine.session;
      const { run, imports, exports, induction, desk } = session ?? {};
      if ([run, imports, exports, induction, desk].some((part) => part?.active))
        throw new AppError('workspace.busy');
      if (!isBackupOf(path, backupPath)) throw new AppError('workspace.backup_unknown', { path: backupPath });
      return fileTasks.restore(path, backupPath, closeSession);
    },

    async cancelFileTask(task) {
      fileTasks.cancel(task);
    },

    async workspaceInfo() {
      return engine.within(({ workspace }) => workspace.info());
    },

    async clearWorkspace(what) {
      return whileIdle(async (session) => {
        session.workspace.contents.clear(what);
        await beginAnew(session);
        return session.workspace.info();
      });
    },

    async undoFigures(importId) {
      return engine.within(({ workspace }) =>
        undoFiguresInThread({
          workspacePath: workspace.path,
          importId,
          workerUrl: engine.options.importWorkerUrl,
        }),
      );
    },

    async startUndo(importId) {
      return whileIdle((session) => {
        const undone = session.workspace.contents.undoable(importId);
        engine.revisions.reserveAhead();
        return session.imports.startUndo(undone, (ended) => beginAnew(session, ended));
      });
    },
  } satisfies Partial<EngineApi>;
}

/** Whether an induction is to be gone on with, for which the model has to be there. */
function isUnfinished(workspace: OpenWorkspace): boolean {
  const status = workspace.inductions.latest()?.status;
  return status === 'running' || status === 'interrupted';
}

/** Whether two paths lead to one file, by a link or in letters of another case. */
function isSameFile(one: string, other: string): boolean {
  try {
    const identity = identityOf(one);
    return identity === null ? realPath(one) === realPath(other) : identity === identityOf(other);
  } catch {
    return false;
  }
}
