/**
 * `node tools/chromium-host/main.ts <application folder> [arguments]`: runs a built Electron application in this Node and a Chromium.
 * With a control channel (the process was forked by a test) its windows are headless unless EVENTLOOM_HOST_SHOWN is set; without one
 * they are on the display, for a user. EVENTLOOM_HOST_BROWSER is the DevTools WebSocket of a headless browser to use instead of a new one.
 */
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from './api/app.ts';
import { dialog, presentDialogs } from './api/dialog.ts';
import { Chromium } from './browser/chromium.ts';
import { openControl } from './control.ts';
import { presentDialog } from './dialog-window.ts';
import { host } from './host.ts';

const [, , folder = '.', ...rest] = process.argv;
host.appPath = resolve(folder);
host.forPerson = process.send === undefined;
host.shown = host.forPerson || process.env['EVENTLOOM_HOST_SHOWN'] === '1';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: new URL('./electron.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
dressProcess();

const control = openControl();
if (host.forPerson) presentDialogs((record) => presentDialog(record, app.getLocale()));
// While the application is loaded: each takes most of a second.
const shared = process.env['EVENTLOOM_HOST_BROWSER'];
const starting =
  shared === undefined || shared === '' || host.shown
    ? Chromium.start({ shown: host.shown, devToolsPort: !host.forPerson, language: app.getLocale() })
    : Chromium.join(shared);
starting.catch(() => undefined);
app.onEnd = async (exitCode) => {
  await (await starting.catch(() => undefined))?.stop();
  await control.closed(exitCode);
  process.exit(exitCode);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) app.quit();
  });
}
process.on('uncaughtException', (error) => {
  if (process.listenerCount('uncaughtException') > 1) return;
  dialog.showErrorBox('A JavaScript error occurred in the main process', error.stack ?? String(error));
});
process.on('unhandledRejection', (reason) => {
  if (process.listenerCount('unhandledRejection') > 1) return;
  const text = reason instanceof Error ? reason.stack : String(reason);
  process.stderr.write(`UnhandledPromiseRejectionWarning: ${text}\n`);
});

const { main } = JSON.parse(readFileSync(join(host.appPath, 'package.json'), 'utf8')) as { main: string };
// As in Electron, `ready` waits until the entry has been evaluated, with its top-level awaits.
await import(pathToFileURL(join(host.appPath, main)).href).catch((error: unknown) => {
  host.report(`the application could not be loaded: ${error instanceof Error ? error.stack : String(error)}`);
  process.exit(1);
});
if (!app.isEnded()) {
  const chromium = await starting;
  host.chromium = chromium;
  void chromium.connection.closed.then(() => {
    if (app.isEnded()) return;
    host.report('the browser has ended');
    app.exit(1);
  });
  await control.ready(chromium);
  app.becomeReady();
}

/** What Electron adds to `process`. The build metadata of the version shows that this is not Electron. */
function dressProcess(): void {
  const { version } = createRequire(import.meta.url)('electron/package.json') as { version: string };
  const versions = { ...process.versions, electron: `${version}+chromium-host` };
  Object.defineProperty(process, 'versions', { value: Object.freeze(versions), enumerable: true });
  Object.defineProperty(process, 'type', { value: 'browser', enumerable: true });
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  Object.defineProperty(process, 'resourcesPath', {
    value: join(host.appPath, 'resources'),
    enumerable: true,
  });
  process.argv = [process.execPath, host.appPath, ...rest];
}
