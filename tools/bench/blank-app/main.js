/* What any application with a window and Vue takes at the least: the yardstick of the start (tools/bench/start.ts). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BrowserWindow, app, protocol } from 'electron';

app.setPath('userData', process.env['EVENTLOOM_USER_DATA']);
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
const FILES = {
  '/index.html': [join(import.meta.dirname, 'index.html'), 'text/html'],
  '/vue.js': [process.env['BLANK_APP_VUE'], 'text/javascript'],
};
app.whenReady().then(() => {
  protocol.handle('app', async (request) => {
    const [file, type] = FILES[new URL(request.url).pathname] ?? [];
    if (file === undefined) return new Response(null, { status: 404 });
    return new Response(await readFile(file), { headers: { 'Content-Type': type } });
  });
  const window = new BrowserWindow({
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true },
  });
  window.once('ready-to-show', () => window.show());
  void window.loadURL('app://blank/index.html');
});
app.on('window-all-closed', () => app.quit());
