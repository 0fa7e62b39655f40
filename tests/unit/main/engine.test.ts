import { beforeEach, describe, expect, test } from 'vitest';
import type { RulesChoice } from '../../../src/shared/workspace.ts';
import type { EngineApi, OpenWorkspaceOptions } from '../../../src/core/engine/engine-api.ts';
import { AppError } from '../../../src/core/errors.ts';
import { EngineSupervisor } from '../../../src/main/engine/engine-supervisor.ts';
import { LatestSnapshots } from '../../../src/main/engine/latest-snapshots.ts';
import { NO_INDUCTION } from '../../../src/shared/induction.ts';
import { NO_RUN } from '../../../src/shared/run.ts';
import { WorkspaceService } from '../../../src/main/engine/workspace-service.ts';
import { CrashLimiter } from '../../../src/main/lifecycle/crash-limiter.ts';
import { parseSettings } from '../../../src/main/settings/settings-service.ts';
import { ShellState } from '../../../src/main/settings/shell-state.ts';
import type { ErrorInfo } from '../../../src/shared/errors.ts';
import type { FileTask, RescueReport, WorkspaceState } from '../../../src/shared/workspace.ts';
import { MemoryStore, RecordingLog } from './fakes.ts';

describe('the supervisor of the engine', () => {
  let exits: ((error: ErrorInfo) => void)[];
  let disposed: number;
  let told: string[];
  let supervisor: EngineSupervisor;

  beforeEach(() => {
    exits = [];
    disposed = 0;
    told = [];
    supervisor = new EngineSupervisor({
      startEngine: (_listener, onExit) => {
        exits.push(onExit);
        const dispose = (): Promise<void> => {
          disposed += 1;
          return Promise.resolve();
        };
        return { api: { generation: exits.length } as unknown as EngineApi, dispose };
      },
      limiter: new CrashLimiter(3, 60_000, () => 0),
      log: new RecordingLog(),
      onEvent: () => undefined,
      onRestarted: () => told.push('restarted'),
      onGivenUp: ({ code }) => told.push(`given up ${code}`),
    });
  });

  const crash = (): void => exits.at(-1)?.({ code: 'app.internal', params: { detail: 'killed' } });

  test('starts it when it is first asked for, and again when it dies', () => {
    expect(exits).toEqual([]);
    expect(supervisor.api).toEqual({ generation: 1 });
    crash();
    expect(supervisor.api).toEqual({ generation: 2 });
    expect(told).toEqual(['restarted']);
  });

  test('gives up when it keeps dying, until the user asks', () => {
    expect(supervisor.api).toEqual({ generation: 1 });
    for (let n = 0; n < 4; n += 1) crash();
    expect(told).toEqual(['restarted', 'restarted', 'restarted', 'given up app.internal']);
    expect(() => supervisor.api).toThrow(AppError);
    expect(supervisor.revive()).toBe(true);
    expect(supervisor.revive()).toBe(false);
    expect(supervisor.api).toEqual({ generation: 5 });
  });

  test('an engine that was let go is not started again', async () => {
    expect(supervisor.api).toEqual({ generation: 1 });
    await supervisor.dispose();
    crash();
    expect([disposed, exits.length, told]).toEqual([1, 1, []]);
    expect(() => supervisor.api).toThrow(AppError);
  });
});

describe('the workspace', () => {
  let opened: OpenWorkspaceOptions[];
  let calls: string[];
  let refuse: AppError | null;
  /** The rescue that an opening tells of. */
  let rescued: RescueReport | null;
  let states: WorkspaceState[];
  let progress: WorkspaceState['fileTask'][];
  let notices: ErrorInfo[];
  /** A backup, or a restore, that is going on. */
  let asked: PromiseWithResolvers<never>;
  /** Whether the engine has closed what the service takes for open. */
  let isLetGo: boolean;
  let snapshots: LatestSnapshots;
  let store: MemoryStore;

  const engine = {
    useRules: (choice: RulesChoice) =>
      Promise.resolve(calls.push(`rules ${'path' in choice ? choice.path : choice.pack}`)),
    openWorkspace: (options: OpenWorkspaceOptions) => {
      calls.push(`open ${options.path}`);
      if (refuse) return Promise.reject(refuse);
      opened.push(options);
      return Promise.resolve({ rescued });
    },
    runSnapshot: () =>
      Promise.resolve({ ...NO_RUN, workspaceId: isLetGo ? '' : 'w', revision: 10 + calls.length }),
    importSnapshot: () => Promise.resolve({ ...new LatestSnapshots().import, revision: 1 }),
    exportSnapshot: () => Promise.resolve({ ...new LatestSnapshots().export, revision: 1 }),
    inductionSnapshot: () => Promise.resolve({ ...NO_INDUCTION, workspaceId: 'w', revision: 1 }),
    rescueWorkspace: (path: string) => {
      calls.push(`rescue ${path}`);
      refuse = null;
      return Promise.resolve({ backupPath: `${path}.damaged` });
    },
    dismissRescue: () => Promise.resolve(void calls.push('dismiss')),
    closeWorkspace: () => Promise.resolve(void calls.push('close')),
    backUpWorkspace: () => asked.promise,
    restoreBackup: () => asked.promise,
    cancelFileTask: (task: FileTask) => {
      calls.push(`cancel ${task}`);
      asked.reject(new AppError(`workspace.${task}_cancelled`, { path: '/default.db' }));
      return Promise.resolve();
    },
  } as unknown as EngineApi;

  const service = (): WorkspaceService =>
    new WorkspaceService({
      engine: () => engine,
      reviveEngine: () => calls.push('revive'),
      settings: () => parseSettings({ rulesPath: '/rules.yaml', resumePolicy: 'ask' }),
      configureEngine: () => Promise.resolve(void calls.push('model')),
      state: new ShellState(store, new RecordingLog()),
      snapshots,
      defaultPath: '/default.db',
      log: new RecordingLog(),
      onChanged: (state) => states.push(state),
      onProgress: (state) => progress.push(state.fileTask),
      onCancelled: (notice) => notices.push(notice),
      onOpened: () => undefined,
    });

  beforeEach(() => {
    opened = [];
    calls = [];
    refuse = null;
    rescued = null;
    states = [];
    progress = [];
    notices = [];
    asked = Promise.withResolvers<never>();
    isLetGo = false;
    snapshots = new LatestSnapshots();
    store = new MemoryStore();
  });

  test('is made on the first start, after the rules and the model were chosen', async () => {
    const state = await service().openLast();
    expect(calls).toEqual(['rules /rules.yaml', 'model', 'open /default.db']);
    expect(opened).toEqual([{ path: '/default.db', create: true, resumePolicy: 'ask' }]);
    expect(state).toEqual({
      path: '/default.db',
      open: true,
      error: null,
      recent: ['/default.db'],
      rescued: null,
      fileTask: null,
    });
    expect(states).toEqual([state]);
    expect(snapshots.run.workspaceId).toBe('w');
  });

  test('is the last one on the next start, and never made anew when it is gone', async () => {
    await service().openLast();
    await service().openLast();
    expect(opened[1]).toMatchObject({ path: '/default.db', create: false });
  });

  test.each(['workspace.damaged', 'workspace.too_new', 'workspace.in_use', 'workspace.not_found'] as const)(
    'that is %s is a state, and can be tried again',
    async (code) => {
      store.value = { workspacePath: '/w.db', recent: ['/w.db'] };
      refuse = new AppError(code, { path: '/w.db' });
      const workspace = service();
      const state = await workspace.openLast();
      expect(state).toMatchObject({ path: '/w.db', open: false, error: { code }, recent: ['/w.db'] });
      refuse = null;
      expect(await workspace.retry()).toMatchObject({ path: '/w.db', open: true, error: null });
      expect(opened).toHaveLength(1);
    },
  );

  test('that failed to open is not the one of the next start', async () => {
    const workspace = service();
    await workspace.openLast();
    refuse = new AppError('workspace.not_a_workspace', { path: '/x.db' });
    await expect(workspace.open('/x.db', false)).rejects.toBe(refuse);
    expect(workspace.state()).toMatchObject({ path: '/default.db', open: true, error: null });
    expect(snapshots.run.workspaceId).toBe('w');
    expect(store.value).toMatchObject({ workspacePath: '/default.db' });
  });

  test('that cannot be opened, where there is none to stay in, is a state with its reason', async () => {
    const workspace = service();
    refuse = new AppError('workspace.damaged', { path: '/default.db' });
    await workspace.openLast();
    refuse = new AppError('workspace.not_a_workspace', { path: '/x.db' });
    expect(await workspace.open('/x.db', false)).toMatchObject({
      path: '/x.db',
      open: false,
      error: { code: 'workspace.not_a_workspace' },
    });
    expect(snapshots.run).toEqual(NO_RUN);
  });

  test('is not left while a run is going on in it', async () => {
    const workspace = service();
    await workspace.openLast();
    snapshots.acceptRun({ ...snapshots.run, revision: 999, status: 'running' });
    await expect(workspace.open('/other.db', true)).rejects.toMatchObject({ code: 'workspace.busy' });
    expect(workspace.state()).toMatchObject({ path: '/default.db', open: true });
  });

  test('is not left while the model is asked something that may be paid for', async () => {
    const workspace = service();
    await workspace.openLast();
    const asking = { revision: 5, asked: { kind: 'words', words: 'how many?' }, wait: null } as const;
    snapshots.acceptAsking({ ...asking, answer: null });
    await expect(workspace.open('/other.db', true)).rejects.toMatchObject({ code: 'workspace.busy' });
    snapshots.acceptAsking({
      ...asking,
      revision: 6,
      answer: { kind: 'failed', error: { code: 'model.quota' } },
    });
    await workspace.open('/other.db', true);
    expect(workspace.state()).toMatchObject({ path: '/other.db', open: true });
  });

  test.each(['workspace.damaged', 'workspace.rescue_interrupted'] as const)(
    'that is closed with %s is open after it was rescued',
    async (code) => {
      store.value = { workspacePath: '/w.db' };
      refuse = new AppError(code, { path: '/w.db' });
      const workspace = service();
      await workspace.openLast();
      const rescuing = workspace.rescue();
      await expect
        .poll(() => workspace.state().fileTask)
        .toEqual({
          task: 'rescue',
          step: 'copying',
          share: null,
          cancelling: false,
        });
      expect(await rescuing).toMatchObject({ backupPath: '/w.db.damaged' });
      expect(workspace.state().fileTask).toBeNull();
      expect(workspace.state()).toMatchObject({ open: true, error: null });
    },
  );

  test('is backed up where every window sees how far it is, and can stop it', async () => {
    const workspace = service();
    await workspace.openLast();
    const backup = workspace.backUp(2);
    // The engine tells of its other tasks, too.
    workspace.fileTaskProgress({ task: 'restore', step: 'copying', share: 0.9 });
    workspace.fileTaskProgress({ task: 'backup', step: 'copying', share: 0.4 });
    // It would end with the workspace.
    await expect(workspace.open('/other.db', false)).rejects.toMatchObject({ code: 'workspace.busy' });
    await expect(workspace.restore('/default.backup.db')).rejects.toMatchObject({ code: 'workspace.busy' });
    await workspace.cancelFileTask('restore');
    await workspace.cancelFileTask('backup');
    await expect(backup).rejects.toMatchObject({ code: 'workspace.backup_cancelled' });
    expect(progress).toEqual([{ task: 'backup', step: 'copying', share: 0.4, cancelling: false }]);
    expect(states.slice(1).map(({ fileTask }) => fileTask && [fileTask.share, fileTask.cancelling])).toEqual([
      [null, false],
      [0.4, true],
      null,
    ]);
    expect(calls.filter((call) => call.startsWith('cancel'))).toEqual(['cancel backup']);
    expect(notices).toEqual([{ code: 'workspace.backup_cancelled', params: { path: '/default.db' } }]);
  });

  test('shows no backup that was made by the clock', async () => {
    const workspace = service();
    await workspace.openLast();
    workspace.fileTaskProgress({ task: 'backup', step: 'copying', share: 0.4 });
    expect([workspace.state().fileTask, progress]).toEqual([null, []]);
  });

  test.each([
    ['workspace.restore_cancelled', 2],
    ['workspace.backup_unusable', 2],
    ['workspace.none', 1],
  ] as const)(
    'that the engine closed for a restore which ended with %s was opened %i times',
    async (code, times) => {
      const workspace = service();
      await workspace.openLast();
      isLetGo = true;
      const restoring = workspace.restore('/default.backup.db');
      asked.reject(new AppError(code));
      await expect(restoring).rejects.toMatchObject({ code });
      // An application that quits ends the restore with workspace.none, and closes the workspace itself.
      expect(opened).toHaveLength(times);
    },
  );

  test('is open again after a restore was stopped', async () => {
    const workspace = service();
    await workspace.openLast();
    const restoring = workspace.restore('/default.backup.db');
    await expect.poll(() => workspace.state().fileTask?.task).toBe('restore');
    await expect(workspace.backUp(1)).rejects.toMatchObject({ code: 'workspace.busy' });
    await workspace.cancelFileTask('restore');
    await expect(restoring).rejects.toMatchObject({ code: 'workspace.restore_cancelled' });
    expect(workspace.state()).toMatchObject({ open: true, fileTask: null });
    expect(notices.map(({ code }) => code)).toEqual(['workspace.restore_cancelled']);
  });

  describe('is not rescued, and no file is touched,', () => {
    async function expectRefused(workspace: WorkspaceService): Promise<void> {
      const before = workspace.state();
      await expect(workspace.rescue()).rejects.toMatchObject({ code: 'workspace.not_damaged' });
      expect(calls.filter((call) => call.startsWith('rescue') || call === 'close')).toEqual([]);
      expect(workspace.state()).toEqual(before);
    }

    test('before anything was opened', () => expectRefused(service()));

    test('while it is open', async () => {
      const workspace = service();
      await workspace.openLast();
      await expectRefused(workspace);
    });

    test.each([
      'workspace.not_a_workspace',
      'workspace.in_use',
      'workspace.io',
      'workspace.not_found',
    ] as const)('while it is closed for another reason (%s)', async (code) => {
      store.value = { workspacePath: '/w.db' };
      refuse = new AppError(code, { path: '/w.db' });
      const workspace = service();
      await workspace.openLast();
      await expectRefused(workspace);
    });

    test('while another path than that of the damage would be rescued', async () => {
      store.value = { workspacePath: '/w.db' };
      refuse = new AppError('workspace.damaged', { path: '/other.db' });
      const workspace = service();
      await workspace.openLast();
      await expectRefused(workspace);
    });

    test('a second time', async () => {
      refuse = new AppError('workspace.damaged', { path: '/default.db' });
      const workspace = service();
      await workspace.openLast();
      const [first, second] = await Promise.allSettled([workspace.rescue(), workspace.rescue()]);
      expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
      expect(calls.filter((call) => call.startsWith('rescue'))).toEqual(['rescue /default.db']);
    });
  });

  test('tells of a rescue that was finished when it was opened, until that is dismissed', async () => {
    rescued = { backupPath: '/w.damaged.db', interrupted: true } as RescueReport;
    const workspace = service();
    expect(await workspace.openLast()).toMatchObject({ rescued });
    await workspace.dismissRescue();
    expect(workspace.state().rescued).toBeNull();
    expect(states.at(-1)?.rescued).toBeNull();
    expect(calls).toContain('dismiss');
    await workspace.dismissRescue();
    expect(calls.filter((call) => call === 'dismiss')).toHaveLength(1);
  });

  test('that is found damaged in use is closed with that reason; what is told of another one counts for nothing', async () => {
    const workspace = service();
    await workspace.openLast();
    const damaged = (path: string): ErrorInfo => ({
      code: 'workspace.damaged',
      params: { path, detail: '' },
    });
    workspace.damaged(damaged('/other.db'));
    workspace.damaged(damaged('/default.db'));
    workspace.damaged(damaged('/default.db'));
    await workspace.rescue();
    expect(states.at(-2)).toMatchObject({ open: false, error: { code: 'workspace.damaged' } });
    expect(calls.filter((call) => call === 'close')).toHaveLength(1);
    expect(workspace.state()).toMatchObject({ open: true, error: null });
  });

  test('that is replaced by another file in use is closed with both paths, and either can be opened', async () => {
    const workspace = service();
    await workspace.openLast();
    const params = { path: '/default.db', recovered: '/default.recovered.db' };
    workspace.damaged({ code: 'workspace.replaced', params });
    const opening = workspace.open('/default.recovered.db', false);
    await opening;
    expect(states.at(-2)).toMatchObject({ open: false, error: { code: 'workspace.replaced', params } });
    expect(states.at(-2)?.recent).toEqual(['/default.recovered.db', '/default.db']);
    expect(workspace.state()).toMatchObject({ path: '/default.recovered.db', open: true });
  });

  test('that was replaced while nothing could tell is not opened at first, and the copy is among the recent ones', async () => {
    const params = { path: '/default.db', recovered: '/default.recovered.db' };
    refuse = new AppError('workspace.replaced', params);
    const workspace = service();
    expect(await workspace.openLast()).toMatchObject({
      open: false,
      error: { code: 'workspace.replaced', params },
      recent: ['/default.recovered.db'],
    });
    refuse = null;
    expect(await workspace.retry()).toMatchObject({ open: true, path: '/default.db' });
  });

  test('comes back after the engine was started anew, with a snapshot for the windows', async () => {
    const workspace = service();
    await workspace.openLast();
    const before = snapshots.run.revision;
    workspace.engineRestarted();
    await workspace.retry();
    expect(opened).toHaveLength(2);
    expect(opened[1]).toMatchObject({ create: false });
    expect(snapshots.run.revision).toBeGreaterThan(before);
  });

  test('is closed with a reason when the engine was given up, and opens on a retry', async () => {
    const workspace = service();
    await workspace.openLast();
    workspace.engineGivenUp();
    expect(workspace.state()).toMatchObject({ open: false, error: { code: 'app.engine_given_up' } });
    expect(snapshots.run).toEqual(NO_RUN);
    expect(await workspace.retry()).toMatchObject({ open: true });
    expect(calls).toContain('revive');
  });

  test('that killed the engine once too often says so, not that the engine is being restarted', async () => {
    const workspace = service();
    refuse = new AppError('app.engine_stopped');
    const opening = workspace.openLast();
    workspace.engineGivenUp();
    expect(await opening).toMatchObject({ open: false, error: { code: 'app.engine_given_up' } });
  });

  test('opens one after the other, in order of asking', async () => {
    const workspace = service();
    await Promise.all([workspace.openLast(), workspace.open('/a.db', true), workspace.open('/b.db', true)]);
    expect(opened.map(({ path }) => path)).toEqual(['/default.db', '/a.db', '/b.db']);
    expect(workspace.state()).toMatchObject({ path: '/b.db', open: true });
  });
});
