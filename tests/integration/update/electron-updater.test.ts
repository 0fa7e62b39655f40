import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import http, { createServer } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions, Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AppImageUpdater } from 'electron-updater';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ElectronUpdater, writeUpdateConfig } from '../../../src/main/update/electron-updater.ts';
import { updaterConfig } from '../../../src/main/update/update-config.ts';
import { UpdateService } from '../../../src/main/update/update-service.ts';
import { ManualScheduler, RecordingLog } from '../../unit/main/fakes.ts';
import { tempFolder } from '../../support/temp.ts';

/** The HTTP client that electron-updater has for Node; the one it uses in Electron needs Electron's network. */
const updaterRequire = createRequire(createRequire(import.meta.url).resolve('electron-updater'));
const runtime = updaterRequire('builder-util-runtime') as {
  HttpExecutor: new () => object;
  configureRequestUrl: (url: URL, options: RequestOptions) => void;
};

interface Download {
  cancellationToken: { createPromise: (run: (...args: unknown[]) => void) => Promise<unknown> };
  headers?: Record<string, string>;
}
interface Executor {
  doDownload(options: RequestOptions, task: object, redirects: number): void;
}
class NodeExecutor extends runtime.HttpExecutor {
  createRequest(options: RequestOptions, callback: (response: IncomingMessage) => void): ClientRequest {
    return http.request(options, callback);
  }

  download(url: URL, destination: string, options: Download): Promise<unknown> {
    return options.cancellationToken.createPromise((resolve, reject, onCancel) => {
      const request: RequestOptions = { headers: options.headers ?? {} };
      runtime.configureRequestUrl(url, request);
      const callback = (error?: Error | null): void =>
        error ? (reject as (e: Error) => void)(error) : (resolve as (value: string) => void)(destination);
      const task = { destination, options, onCancel, callback, responseHandler: null };
      (this as unknown as Executor).doDownload(request, task, 0);
    });
  }
}

const INSTALLED = '#!/bin/sh\nexit 0\n# version 1\n';
const PUBLISHED = '#!/bin/sh\nexit 0\n# version 2\n';

/** electron-updater itself against a server of updates, as an AppImage: the kind that replaces one file. */
describe.runIf(process.platform === 'linux')('an update that is downloaded and installed', () => {
  let folder: string;
  let appImage: string;
  let server: Server;
  /** What the server gives for the file that it announces. */
  let served: string;
  let version: string;
  let left: number;
  const before = process.env['APPIMAGE'];

  beforeEach(async () => {
    folder = tempFolder();
    appImage = join(folder, 'EventLoom.AppImage');
    writeFileSync(appImage, INSTALLED);
    chmodSync(appImage, 0o755);
    process.env['APPIMAGE'] = appImage;
    [served, version, left] = [PUBLISHED, '2.0.0', 0];
    const sha512 = createHash('sha512').update(PUBLISHED).digest('base64');
    server = createServer((request, response) => {
      const path = request.url?.split('?')[0] ?? '';
      if (path === '/latest-linux.yml') {
        const file = { url: 'EventLoom-2.0.0.AppImage', sha512, size: PUBLISHED.length };
        response.end(
          JSON.stringify({ version, files: [file], path: file.url, sha512, releaseNotes: '<b>更快</b>' }),
        );
      } else if (path === '/EventLoom-2.0.0.AppImage') response.end(served);
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    if (before === undefined) delete process.env['APPIMAGE'];
    else process.env['APPIMAGE'] = before;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function makeService(): UpdateService {
    const environment = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const config = join(folder, 'app-update.json');
    writeUpdateConfig(config, updaterConfig(environment, null));
    const updater = new AppImageUpdater(null, {
      version: '1.0.0',
      name: 'event-loom',
      isPackaged: true,
      appUpdateConfigPath: config,
      userDataPath: folder,
      baseCachePath: join(folder, 'cache'),
      whenReady: () => Promise.resolve(),
      relaunch: () => undefined,
      quit: () => undefined,
      onQuit: () => undefined,
    });
    Object.assign(updater, { httpExecutor: new NodeExecutor(), disableDifferentialDownload: true });
    const log = new RecordingLog();
    return new UpdateService({
      version: '1.0.0',
      off: null,
      loadUpdater: () => Promise.resolve(new ElectronUpdater(updater, log)),
      automatic: () => false,
      isWorking: () => false,
      remember: () => undefined,
      leave: () => (left += 1),
      onChanged: () => undefined,
      scheduler: new ManualScheduler(),
      now: () => Date.now(),
      log,
    });
  }

  const downloads = (): string[] => {
    const cache = join(folder, 'cache', 'event-loom-updater', 'pending');
    return existsSync(cache) ? readdirSync(cache) : [];
  };

  test('replaces the installed file in the last step, and not before', async () => {
    const service = makeService();
    expect(await service.check()).toMatchObject({
      status: 'available',
      // Shown as text, whatever it looks like.
      offered: { version: '2.0.0', notes: '<b>更快</b>' },
    });
    expect(await service.download()).toMatchObject({ status: 'ready', error: null });
    service.setAtQuit(true);
    expect(readFileSync(appImage, 'utf8')).toBe(INSTALLED);
    expect(service.installLast()).toBe('leaves');
    expect(readFileSync(appImage, 'utf8')).toBe(PUBLISHED);
  });

  test.each([
    ['another content of the same length', PUBLISHED.replace('exit 0', 'exit 1')],
    ['a part of it', PUBLISHED.slice(0, 20)],
    ['nothing', ''],
  ])('that is %s is deleted and not installed', async (_what, content) => {
    served = content;
    const service = makeService();
    await service.check();
    expect(await service.download()).toMatchObject({ status: 'failed', error: { code: 'update.forged' } });
    expect(() => service.installAndRestart(true)).toThrow('update.not_ready');
    expect([service.installLast(), left]).toEqual([null, 0]);
    expect(readFileSync(appImage, 'utf8')).toBe(INSTALLED);
    expect(downloads()).toEqual([]);
    served = PUBLISHED;
    expect((await service.download()).status).toBe('ready');
  });

  test('is none when the server has the same or an older version, or no version at all', async () => {
    for (const other of ['1.0.0', '0.9.0']) {
      version = other;
      expect((await makeService().check()).status).toBe('current');
    }
    version = '../../etc/passwd';
    expect(await makeService().check()).toMatchObject({
      status: 'failed',
      error: { code: 'update.check_failed' },
    });
  });

  test('is told to have failed when nobody answers', async () => {
    const service = makeService();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const { status, error } = await service.check();
    expect([status, error?.code]).toEqual(['failed', 'update.check_failed']);
    server.listen(0, '127.0.0.1');
  });
});
