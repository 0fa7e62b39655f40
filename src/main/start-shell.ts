import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { app, nativeImage, nativeTheme, shell } from 'electron';
import { startEngine } from '../core/engine/engine-client.ts';
import type { EngineApi, EngineEvents } from '../core/engine/engine-api.ts';
import { toErrorInfo } from '../core/errors.ts';
import { programName } from '../core/program-name.ts';
import type { AskingSnapshot } from '../shared/asking.ts';
import type { ErrorInfo } from '../shared/errors.ts';
import type { ExportSnapshot } from '../shared/export.ts';
import type { ImportSnapshot, UnpackProgress } from '../shared/import.ts';
import type { InductionSnapshot } from '../shared/induction.ts';
import type { InsightProgress } from '../shared/insight.ts';
import type { RequestDetail, RequestSummary } from '../shared/model.ts';
import type { RunSnapshot } from '../shared/run.ts';
import type { Locale } from '../shared/settings.ts';
import type { WorkspaceState } from '../shared/workspace.ts';
import { createLocalApi } from './api/create-local-api.ts';
import { BackupSchedule } from './backup/backup-schedule.ts';
import { EngineSupervisor } from './engine/engine-supervisor.ts';
import { LatestSnapshots } from './engine/latest-snapshots.ts';
import { RunCommands } from './engine/run-commands.ts';
import { WorkspaceService } from './engine/workspace-service.ts';
import { collectDiagnostics, writeDiagnostics } from './diagnostics/export-diagnostics.ts';
import { readLicences } from './diagnostics/licences.ts';
import { ChosenPaths } from './files/chosen-paths.ts';
import type { ShellContext } from './ipc/context.ts';
import { createDispatcher } from './ipc/dispatcher.ts';
import { createHandlers } from './ipc/handlers/index.ts';
import { registerDrops, registerRequests } from './ipc/register.ts';
import { connectLifecycle } from './lifecycle/connect-lifecycle.ts';
import type { Lifecycle } from './lifecycle/connect-lifecycle.ts';
import { CrashLimiter } from './lifecycle/crash-limiter.ts';
import type { LaunchArguments } from './lifecycle/launch-arguments.ts';
import { askToResume } from './lifecycle/resume-question.ts';
import type { Log } from './log/rotating-log.ts';
import { createModel } from './model/create-model.ts';
import { askToSendKey } from './model/key-question.ts';
import type { OpenRequests } from './open/open-requests.ts';
import type { AppPaths } from './paths.ts';
import { connectPower } from './power/connect-power.ts';
import { APP_INDEX, isOwnUrl } from './protocol/app-url.ts';
import { serveRenderer } from './protocol/scheme.ts';
import { PushHub } from './push/push-hub.ts';
import { RequestWatches } from './push/request-watches.ts';
import { systemScheduler } from './push/snapshot-channel.ts';
import { SettingsService } from './settings/settings-service.ts';
import { ReadingMemory } from './settings/reading-memory.ts';
import { ShellState } from './settings/shell-state.ts';
import { systemPreferences } from './settings/system-preferences.ts';
import { openValueStore } from './settings/value-store.ts';
import { connectStatus } from './status/connect-status.ts';
import { conversionsOf } from './status/run-conversions.ts';
import { createTray } from './status/create-tray.ts';
import { Indicators } from './status/indicators.ts';
import { Notifier } from './status/notifier.ts';
import { activeWork } from './status/shell-status.ts';
import type { ActiveWork } from './status/shell-status.ts';
import type { TrayActions } from './status/tray.ts';
import { createUpdates } from './update/create-updates.ts';
import { updateNotice } from './update/update-service.ts';
import type { UpdateService } from './update/update-service.ts';
import { printPdf } from './windows/print-pdf.ts';
import { createFileDialogs } from './windows/file-dialogs.ts';
import { denyPermissions } from './windows/harden.ts';
import { setAppMenu } from './windows/menu.ts';
import type { MenuActions } from './windows/menu.ts';
import { setShortcutMenus } from './windows/shortcut-menus.ts';
import { WindowManager, backgroundOf } from './windows/window-manager.ts';

/** A window that asks for nothing keeps the workspace closed no longer than this. */
const LATEST_ENGINE_MS = 3000;
/** So long a window that has asked for its page needs the cores for its files, and then asks the engine for something. */
const PAGE_LOADS_MS = 150;

export interface Shell {
  /** Tells the windows of something, or the next one that opens; opens none for it. */
  notify(notice: ErrorInfo): void;
  /** What a second start of the application asks for. */
  started(launch: LaunchArguments): void;
}

/** Makes everything the application consists of, connects it, and opens the first window. After `ready`. */
export function startShell(
  paths: AppPaths,
  log: Log,
  launch: LaunchArguments,
  requests: OpenRequests,
): Shell {
  const devServer = app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null);
  const isOwn = (url: string): boolean => isOwnUrl(url, devServer);

  /** What the first window is to say, whenever it opens. */
  const startNotices: ErrorInfo[] = [];

  // What is known: settings, the shell's own memory, the newest snapshots.
  const state = new ShellState(openValueStore(paths.userData, 'state', log), log);
  const snapshots = new LatestSnapshots();
  const watches = new RequestWatches();
  // An engine that is down, or without a workspace, watches nothing; it is told when a workspace is open.
  const tellWatches = (): void =>
    void model.ask((api) => api.watchRequests(watches.all())).catch(() => undefined);
  const hub = new PushHub(
    systemScheduler,
    () => snapshots,
    (windowId) => {
      if (watches.forget(windowId)) tellWatches();
    },
  );
  snapshots.listen({
    run: (snapshot) => hub.run(snapshot),
    import: (snapshot) => hub.import(snapshot),
    export: (snapshot) => hub.export(snapshot),
    induction: (snapshot) => hub.induction(snapshot),
    asking: (snapshot) => hub.asking(snapshot),
  });
  const settings = new SettingsService(
    openValueStore(paths.userData, 'settings', log, 0o666, (path) =>
      startNotices.push({ code: 'app.settings_set_aside', params: { path } }),
    ),
    systemPreferences,
    (view) => {
      hub.broadcast('settings.changed', view);
      for (const window of windows.all()) window.setBackgroundColor(backgroundOf(view.dark));
      setMenus();
      refreshStatus();
    },
  );
  const locale = (): Locale => settings.view().locale;
  nativeTheme.on('updated', () => {
    settings.refresh();
    refreshStatus();
  });

  // The engine, in a thread of its own, and the workspace open in it.
  const supervisor = new EngineSupervisor({
    startEngine: (listener, onExit) =>
      startEngine(
        {
          workerUrl: paths.engineWorker,
          importWorkerUrl: paths.importWorker,
          insightWorkerUrl: paths.insightWorker,
          exportWorkerUrl: paths.exportWorker,
          measureWorkerUrl: paths.measureWorker,
          fileTaskWorkerUrl: paths.fileTaskWorker,
          program: programName(app.getVersion()),
          defaultRulesPath: join(paths.resources, 'rules', 'default.yaml'),
          promptsFolder: join(paths.resources, 'prompts'),
          slowRulesMs: slowRulesMs(),
        },
        listener,
        onExit,
      ),
    limiter: new CrashLimiter(3, 60_000, () => Date.now()),
    log,
    onEvent: (event, payload) => {
      // The type of EngineListener pairs event and payload; inside, TypeScript cannot narrow one by the other.
      if (event === 'run') {
        snapshots.acceptRun(payload as RunSnapshot);
      } else if (event === 'import') snapshots.acceptImport(payload as ImportSnapshot);
      else if (event === 'export') snapshots.acceptExport(payload as ExportSnapshot);
      else if (event === 'induction') snapshots.acceptInduction(payload as InductionSnapshot);
      else if (event === 'requests') hub.requests(payload as RequestSummary[], watches.listWindows());
      else if (event === 'request') {
        const request = payload as RequestDetail;
        hub.request(request, watches.windowsOf(request.id));
      } else if (event === 'damaged') workspace.damaged(payload as ErrorInfo);
      else if (event === 'fileTask') workspace.fileTaskProgress(payload as EngineEvents['fileTask']);
      else if (event === 'unpacking') hub.broadcast('import.unpacking', payload as UnpackProgress);
      else if (event === 'insight') {
        snapshots.progress = payload as InsightProgress | null;
        hub.broadcast('insight.progress', snapshots.progress);
      } else if (event === 'asking') snapshots.acceptAsking(payload as AskingSnapshot);
      else if (event === 'insights') hub.broadcast('insight.savedChanged', null);
      else if (event === 'locked') {
        hub.passingNotice({ code: 'workspace.waits_for_lock', params: payload as EngineEvents['locked'] });
      } else hub.broadcast(event === 'rhythm' ? 'rhythm.changed' : 'data.changed', null);
    },
    onRestarted: () => workspace.engineRestarted(),
    onGivenUp: () => workspace.engineGivenUp(),
  });
  const engine = (): EngineApi => supervisor.api;
  const model = createModel({
    userData: paths.userData,
    engine,
    confirmKey: (question) => askToSendKey(question, windows, locale()),
    log,
    onChanged: (view) => {
      hub.broadcast('model.changed', view);
      refreshStatus();
    },
  });
  const runs = new RunCommands({
    engine,
    afterModelChanges: (ask) => model.ask(ask),
    askProvider: (ask) => model.askProvider(ask),
    snapshots,
    defaultExtractor: () => settings.current.extractor,
  });
  const workspace = new WorkspaceService({
    engine,
    reviveEngine: () => supervisor.revive(),
    settings: () => settings.current,
    configureEngine: (api) => model.configure(api),
    state,
    snapshots,
    defaultPath: paths.defaultWorkspace,
    log,
    onChanged: (now: WorkspaceState) => {
      hub.broadcast('workspace.state', now);
      setMenus();
      refreshStatus();
    },
    onProgress: (now) => hub.broadcast('workspace.state', now),
    onCancelled: (notice) => hub.passingNotice(notice),
    onOpened: (formatBackup) => {
      tellWatches();
      backups.opened();
      if (formatBackup !== null) {
        hub.notice({ code: 'workspace.upgraded', params: { path: formatBackup } });
      }
      void askToResume({ windows, runs, snapshots, settings, log });
    },
  });

  // For other programs on this machine.
  const api = createLocalApi({
    userData: paths.userData,
    engine,
    snapshots,
    runs,
    locale,
    log,
    onChanged: (view) => hub.broadcast('api.changed', view),
  });

  const backupsChanged = (): void => hub.broadcast('backups.changed', null);
  const backups = new BackupSchedule({
    keep: () => settings.current.backupsKept,
    list: async () => {
      const { open, path } = workspace.state();
      if (!open || (await engine().workspaceInfo()).users === 0) return null;
      return engine().listBackups(path);
    },
    make: async (keep) => {
      await engine().backUpWorkspace(keep);
      backupsChanged();
    },
    scheduler: systemScheduler,
    now: () => Date.now(),
    log,
  });

  // What a person sees: windows, tray, taskbar, notifications, menu.
  const indicators = new Indicators({
    windows: () => windows.all(),
    badge: nativeImage.createFromPath(join(paths.resources, 'tray', 'badge.png')),
    keepAwake: () => settings.current.keepAwake,
  });
  const windows: WindowManager = new WindowManager({
    preload: paths.preload,
    startUrl: devServer ?? APP_INDEX,
    isOwnUrl: isOwn,
    icon: join(paths.resources, 'icons', 'icon-256.png'),
    state,
    settings: () => settings.view(),
    hub,
    log,
    mayClose: (isLast) => lifecycle.mayClose(isLast),
    onOpened: (window) => {
      lifecycle.windowOpened(window);
      indicators.showOn(window);
    },
    onSessionEnd: () => lifecycle.endSession(),
  });
  const notifier = new Notifier(locale, (page) => windows.showPage({ page }));
  const command = async (action: Promise<RunSnapshot>): Promise<void> => {
    try {
      await action;
    } catch (error) {
      windows.showNotice(toErrorInfo(error));
    }
  };
  const trayActions: TrayActions = {
    open: () => void windows.show(),
    pause: () => void command(runs.pause()),
    resume: () => void command(runs.resume()),
    settings: (section) => windows.showPage({ page: 'settings', section }),
    quit: () => lifecycle.quit(),
  };
  const tray = createTray(join(paths.resources, 'tray'), trayActions, log);
  const work = (): ActiveWork | null => activeWork(snapshots, workspace.state().fileTask?.task ?? null);
  const lifecycle: Lifecycle = connectLifecycle({
    windows,
    engine,
    activeWork: work,
    settings,
    state,
    notifier,
    stopServing: () => api.stop(),
    tray: tray !== null,
    installUpdate: () => updates.installLast(),
    log,
  });
  const updates: UpdateService = createUpdates({
    userData: paths.userData,
    settings,
    state,
    isWorking: () => work() !== null,
    leave: () => lifecycle.leaveForUpdate(),
    onChanged: (view) => hub.broadcast('update.changed', view),
    log,
  });
  // The window loads while the rest is made: nothing that it asks is answered before this function has ended.
  const asked = Promise.withResolvers<null>();
  if (!devServer) serveRenderer(paths.renderer, () => asked.resolve(null));
  denyPermissions(isOwn);
  openFirstWindow();

  const refreshStatus = connectStatus({
    snapshots,
    workspace,
    modelChangedAt: () => model.changedAt,
    locale,
    settings: () => settings.current,
    tray,
    indicators,
    notifier,
    conversionsOf: (runId, language) => conversionsOf(engine(), runId, language),
  });
  const newWindow = (): void => void windows.open();
  const menuActions: MenuActions = {
    newWindow,
    command: (command) => windows.command(command),
    showPage: (page) => windows.showPage(page),
    openLogs: () => void shell.openPath(paths.logs),
    quit: () => lifecycle.quit(),
  };
  const setMenus = (): void => {
    const { recent } = state;
    setAppMenu({ locale: locale(), recent }, menuActions);
    setShortcutMenus({ locale: locale(), recent, newWindow });
  };
  setMenus();
  connectPower({ engine, snapshots, networkChanged: () => model.networkChanged(), log });

  // What windows may ask.
  const chosenPaths = new ChosenPaths();
  const context: ShellContext = {
    engine,
    workspace,
    snapshots,
    runs,
    settings,
    readings: new ReadingMemory(openValueStore(paths.userData, 'readings', log), log),
    model,
    api,
    watches,
    dialogs: createFileDialogs(windows, locale, (path) => chosenPaths.add(path)),
    chosenPaths,
    exportChoice: { get: () => state.exportChoice, set: (choice) => state.saveExportChoice(choice) },
    updates,
    appInfo: () => ({
      version: app.getVersion(),
      platform: process.platform,
      packaged: app.isPackaged,
      electron: process.versions['electron'] ?? '',
      node: process.versions.node,
      userDataPath: paths.userData,
    }),
    licences: () =>
      readLicences([dirname(fileURLToPath(paths.engineWorker)), dirname(paths.preload), paths.renderer]),
    backupsChanged,
    writeDiagnostics: async (path) =>
      writeDiagnostics(path, await collectDiagnostics(context, paths.logs, Date.now())),
    printPdf,
    reveal: (path) => shell.showItemInFolder(path),
    attach: (windowId) => hub.attach(windowId),
  };
  const handlers = createHandlers(context);
  const dispatch = createDispatcher({
    handlers,
    isOwnUrl: isOwn,
    isQuitting: () => lifecycle.isQuitting(),
    log,
  });
  const isWindow = (id: number): boolean => windows.get(id) !== undefined;
  registerRequests(dispatch, isWindow);
  registerDrops((path) => chosenPaths.add(path), isWindow, isOwn);

  updates.start();
  // The browser makes a window, and loads its page, with every core that there is; the engine works beside what follows.
  const isPageComing = windows.all().length > 0 && !devServer;
  const pageAsked = Promise.race([asked.promise, wait(LATEST_ENGINE_MS)]).then(() => wait(PAGE_LOADS_MS));
  void (isPageComing ? pageAsked : Promise.resolve()).then(() =>
    requests.connect({
      state: () => workspace.state(),
      open: (path) => workspace.open(path, false),
      openLast: () => workspace.openLast(),
      show: () => void windows.show(),
      notice: (problem) => windows.showNotice(problem),
    }),
  );
  return {
    notify: (notice) => hub.notice(notice),
    started: ({ newWindow: another, workspace: path }) => {
      // A window that opens while the workspace is being closed would find none.
      if (lifecycle.isQuitting()) return;
      if (path !== null && state.recent.includes(path)) windows.command({ do: 'open-recent', path });
      else if (another) windows.open();
      else windows.show();
    },
  };

  /** A start at login shows no window where the tray shows that it runs. */
  function openFirstWindow(): void {
    const updated = updateNotice(state.takeUpdateTried(), app.getVersion());
    for (const notice of [...(updated ? [updated] : []), ...startNotices]) hub.notice(notice);
    if (launch.hidden) {
      void lifecycle.lookForTray().then((hasTray) => {
        if (!hasTray && windows.all().length === 0) windows.open({ minimised: true });
      });
      return;
    }
    windows.open();
  }
}

/** A test aid: EVENTLOOM_SLOW_RULES_MS makes every batch of the rules extractor take so many milliseconds. */
function slowRulesMs(): number {
  const value = Number(process.env['EVENTLOOM_SLOW_RULES_MS'] ?? 0);
  return Number.isFinite(value) && value > 0 ? value : 0;
}
