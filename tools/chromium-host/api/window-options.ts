import { refuseUnknown } from '../loud.ts';

const OPTIONS = [
  'width',
  'height',
  'x',
  'y',
  'minWidth',
  'minHeight',
  'show',
  'title',
  'icon',
  'backgroundColor',
  'autoHideMenuBar',
  'center',
  'resizable',
  'minimizable',
  'maximizable',
  'closable',
  'fullscreenable',
  'titleBarStyle',
  'useContentSize',
  'webPreferences',
  'paintWhenInitiallyHidden',
  'darkTheme',
  'skipTaskbar',
] as const;
const WEB_PREFERENCES = [
  'preload',
  'sandbox',
  'contextIsolation',
  'nodeIntegration',
  'nodeIntegrationInWorker',
  'nodeIntegrationInSubFrames',
  'webviewTag',
  'webSecurity',
  'javascript',
  'spellcheck',
  'devTools',
  'navigateOnDragDrop',
  'safeDialogs',
  'backgroundThrottling',
  'disableBlinkFeatures',
  'allowRunningInsecureContent',
  'experimentalFeatures',
  'enableWebSQL',
  'defaultEncoding',
  'autoplayPolicy',
] as const;

/** Pages of the host are always isolated and sandboxed: options that turn this off are refused. */
function checkWebPreferences(preferences: Electron.WebPreferences): void {
  refuseUnknown('webPreferences', preferences, WEB_PREFERENCES);
  const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = preferences;
  if (
    sandbox === false ||
    contextIsolation === false ||
    webSecurity === false ||
    nodeIntegration === true ||
    webviewTag === true
  ) {
    throw new Error(
      'chromium-host: webPreferences: only sandboxed, isolated windows without Node are provided',
    );
  }
}

/** Throws for options that have no effect here, with their names. */
export function checkOptions(options: Electron.BrowserWindowConstructorOptions): void {
  refuseUnknown('BrowserWindow', options, OPTIONS);
  checkWebPreferences(options.webPreferences ?? {});
}
