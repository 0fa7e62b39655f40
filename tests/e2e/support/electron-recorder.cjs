/* eslint-disable @typescript-eslint/no-require-imports -- `electron -r` loads CommonJS */
/*
 * Loaded into the main process of real Electron before the application (`electron -r`): records what the desktop would show and
 * answers the questions of tools/chromium-host/control-protocol.ts, so that the same specs run in both runtimes.
 * Only methods of objects and prototypes can be replaced: the exports of the module `electron` themselves are read-only. Therefore
 * the icon that a Tray is constructed with stays unknown until the first `setImage`.
 */
const { readFileSync, readdirSync } = require('node:fs');
const { basename, join } = require('node:path');
const electron = require('electron');

const {
  BrowserWindow,
  Menu,
  Notification,
  Tray,
  app,
  dialog,
  nativeImage,
  nativeTheme,
  powerMonitor,
  powerSaveBlocker,
  shell,
} = electron;

const trays = new Map();
const sources = new WeakMap();
const notifications = [];
const dialogs = [];
const shellCalls = [];
const blockers = new Map();
const progress = new WeakMap();
const overlays = new WeakMap();
let badge = 0;
const queued = [];
const waiting = [];

/** Replaces a method by one that also does something; `after` gets the object, the arguments and the result. */
function watch(object, name, after) {
  const original = object[name];
  object[name] = function (...args) {
    const result = original.apply(this, args);
    after(this, args, result);
    return result;
  };
}

const trayOf = (tray) => {
  if (!trays.has(tray)) trays.set(tray, { image: '', tooltip: '', title: '', menu: null });
  return trays.get(tray);
};
watch(nativeImage, 'createFromPath', (_self, [path], image) => sources.set(image, basename(path)));
watch(Tray.prototype, 'setToolTip', (tray, [text]) => (trayOf(tray).tooltip = text));
watch(Tray.prototype, 'setTitle', (tray, [text]) => (trayOf(tray).title = text));
watch(Tray.prototype, 'setContextMenu', (tray, [menu]) => (trayOf(tray).menu = menu));
watch(Tray.prototype, 'setImage', (tray, [image]) => {
  trayOf(tray).image = typeof image === 'string' ? basename(image) : (sources.get(image) ?? '');
});
watch(Tray.prototype, 'destroy', (tray) => trays.delete(tray));
watch(BrowserWindow.prototype, 'setProgressBar', (window, [value, options]) =>
  progress.set(window, { value, mode: value < 0 ? 'none' : (options?.mode ?? 'normal') }),
);
watch(BrowserWindow.prototype, 'setOverlayIcon', (window, [image, text]) =>
  overlays.set(window, image === null ? '' : text),
);
watch(app, 'setBadgeCount', (_self, [count = 0]) => (badge = count));
watch(powerSaveBlocker, 'start', (_self, [type], id) => blockers.set(id, type));
watch(powerSaveBlocker, 'stop', (_self, [id]) => blockers.delete(id));
const showNotification = Notification.prototype.show;
Notification.prototype.show = function () {
  notifications.push(this);
};
for (const call of ['openExternal', 'openPath', 'showItemInFolder']) {
  shell[call] = (target) => {
    shellCalls.push({ call, target });
    return call === 'showItemInFolder' ? undefined : Promise.resolve('');
  };
}

function ask(kind, args) {
  const record = { kind, options: JSON.parse(JSON.stringify(args.at(-1))), answered: false };
  dialogs.push(record);
  const at = queued.findIndex((entry) => entry.kind === kind);
  const ready = at < 0 ? undefined : queued.splice(at, 1)[0];
  const answer = ready
    ? Promise.resolve(ready.answer)
    : new Promise((resolve) => waiting.push({ record, resolve }));
  return answer.then((value) => {
    record.answered = true;
    return value;
  });
}

dialog.showMessageBox = async (...args) => {
  const answer = await ask('messageBox', args);
  const { buttons = ['OK'], cancelId = 0, checkboxChecked = false } = args.at(-1);
  const response = answer === null ? cancelId : typeof answer === 'number' ? answer : buttons.indexOf(answer);
  if (response < 0) throw new Error(`the message box has no button "${answer}", only: ${buttons.join(', ')}`);
  return { response, checkboxChecked };
};
dialog.showOpenDialog = async (...args) => {
  const answer = await ask('openDialog', args);
  return { canceled: answer === null, filePaths: answer === null ? [] : [answer].flat() };
};
dialog.showSaveDialog = async (...args) => {
  const answer = await ask('saveDialog', args);
  return { canceled: answer === null, filePath: answer ?? '' };
};
dialog.showErrorBox = (title, content) => {
  process.stderr.write(`${title}\n${content}\n`);
  dialogs.push({ kind: 'errorBox', options: { title, content }, answered: true });
};

function entriesOf(menu) {
  return (menu?.items ?? [])
    .filter((item) => item.visible)
    .map(({ label, type, enabled, checked, submenu }) => ({
      label,
      type,
      enabled,
      checked,
      submenu: submenu ? entriesOf(submenu) : [],
    }));
}

function clickIn(menu, path) {
  let items = menu?.items ?? [];
  let found;
  for (const label of path) {
    const visible = items.filter((item) => item.visible);
    found =
      visible.find((item) => item.label === label) ?? visible.find((item) => item.label.startsWith(label));
    if (!found)
      throw new Error(
        `there is no menu entry "${label}", only: ${visible.map((item) => item.label).join(' | ')}`,
      );
    items = found.submenu?.items ?? [];
  }
  if (!found.enabled) throw new Error(`the menu entry "${path.join(' > ')}" is disabled`);
  const window = BrowserWindow.getFocusedWindow() ?? undefined;
  found.click(undefined, window, window?.webContents);
}

const stateOf = (window) => ({
  id: window.id,
  targetId: window.webContents.getOrCreateDevToolsTargetId(),
  url: window.webContents.getURL(),
  title: window.getTitle(),
  visible: window.isVisible(),
  minimized: window.isMinimized(),
  crashed: window.webContents.isCrashed(),
  loading: window.webContents.isLoading(),
  focused: window.isFocused(),
  bounds: window.getBounds(),
  progress: progress.get(window)?.value ?? -1,
  progressMode: progress.get(window)?.mode ?? 'none',
  overlay: overlays.get(window) ?? '',
  backgroundColor: window.getBackgroundColor(),
});

const actions = {
  close: (window) => window.close(),
  crash: (window) => window.webContents.forcefullyCrashRenderer(),
  hang: (window) => void window.emit('unresponsive'),
  minimize: (window) => window.minimize(),
  restore: (window) => window.restore(),
  hide: (window) => window.hide(),
  show: (window) => window.show(),
  focus: (window) => window.focus(),
  blur: (window) => window.blur(),
};

/** What the system does with a notification that is really shown. */
function reallyShown() {
  const notification = new Notification({ title: 'EventLoom', body: 'test' });
  return new Promise((resolve) => {
    notification.once('show', () => resolve('show'));
    notification.once('failed', () => resolve('failed'));
    setTimeout(() => resolve('silence'), 5000);
    showNotification.call(notification);
  }).finally(() => notification.close());
}

/** See NativeState in tools/chromium-host/control-protocol.ts. */
async function nativeState() {
  const { safeStorage } = electron;
  const secret = 'sk-test 密钥';
  let encrypted = null;
  if (await safeStorage.isAsyncEncryptionAvailable()) {
    const data = await safeStorage.encryptStringAsync(secret);
    const { result } = await safeStorage.decryptStringAsync(data);
    encrypted = { hidesText: !data.includes(secret), readBack: result };
  }
  const folder = join(app.getAppPath(), 'resources', 'tray');
  const [tray] = trays.keys();
  const notificationsSupported = Notification.isSupported();
  return {
    encrypted,
    notificationsSupported,
    notification: notificationsSupported ? await reallyShown() : 'silence',
    tray: tray ? { destroyed: tray.isDestroyed() } : null,
    images: readdirSync(folder)
      .filter((name) => !name.includes('@'))
      .map((name) => {
        const image = nativeImage.createFromPath(join(folder, name));
        return {
          name,
          size: image.getSize(),
          scales: image.getScaleFactors(),
          template: image.isTemplateImage(),
        };
      }),
    powerEvents: ['suspend', 'resume', 'shutdown'].filter((event) => powerMonitor.listenerCount(event) > 0),
    idleState: powerMonitor.getSystemIdleState(60),
    blockers: [...blockers.keys()].map((id) => powerSaveBlocker.isStarted(id)),
    badge: app.getBadgeCount(),
  };
}

function answer(request) {
  const [tray] = trays.keys();
  const state = tray && trays.get(tray);
  switch (request.method) {
    case 'windows':
      // In the order of opening; Electron's own order is not documented.
      return BrowserWindow.getAllWindows()
        .sort((a, b) => a.id - b.id)
        .map(stateOf);
    case 'window':
      return actions[request.action](BrowserWindow.fromId(request.id));
    case 'setBounds':
      return BrowserWindow.fromId(request.id).setBounds(request.bounds);
    case 'tray':
      return state ? { ...state, menu: entriesOf(state.menu) } : null;
    case 'clickTray':
      if (!tray) throw new Error('there is no tray');
      return request.path.length === 0 ? void tray.emit('click', {}) : clickIn(state.menu, request.path);
    case 'menu':
      return entriesOf(Menu.getApplicationMenu());
    case 'clickMenu':
      return clickIn(Menu.getApplicationMenu(), request.path);
    case 'notifications':
      return notifications.map(({ title, body }) => ({ title, body }));
    case 'clickNotification':
      return void notifications.at(request.index)?.emit('click', {});
    case 'dialogs':
      return dialogs;
    case 'answerDialog': {
      const at = waiting.findIndex(({ record }) => record.kind === request.kind);
      if (at < 0) return void queued.push({ kind: request.kind, answer: request.answer });
      return waiting.splice(at, 1)[0].resolve(request.answer);
    }
    case 'shellCalls':
      return shellCalls;
    case 'powerBlockers':
      return [...blockers.values()];
    case 'powerEvent':
      return void powerMonitor.emit(request.event, { preventDefault: () => undefined });
    case 'native':
      return nativeState();
    case 'badge':
      return badge;
    case 'online':
      electron.net.isOnline = () => request.online;
      return undefined;
    case 'systemDark':
      // The operating system's theme cannot be changed from here: the application sees what it would see after a change.
      Object.defineProperty(nativeTheme, 'shouldUseDarkColors', {
        configurable: true,
        get: () =>
          nativeTheme.themeSource === 'dark' || (nativeTheme.themeSource === 'system' && request.dark),
      });
      return void nativeTheme.emit('updated');
    case 'quit':
      // Later, so that the answer still gets out.
      return void setImmediate(() => app.quit());
    default:
      throw new Error(`unknown request ${request.method}`);
  }
}

globalThis.eventloomRecorder = {
  answer,
  /** Electron notes the port of `--remote-debugging-port=0` where Chromium does. */
  get port() {
    return readFileSync(join(app.getPath('sessionData'), 'DevToolsActivePort'), 'utf8').split('\n')[0];
  },
};
