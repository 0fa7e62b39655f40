import { beforeEach, describe, expect, test } from 'vitest';
import { ShellState } from '../../../src/main/settings/shell-state.ts';
import { isUpdateAddress, updaterConfig, updatesOff } from '../../../src/main/update/update-config.ts';
import {
  CHECK_EVERY_MS,
  FIRST_CHECK_MS,
  UpdateService,
  updateNotice,
} from '../../../src/main/update/update-service.ts';
import type { UpdateServiceOptions } from '../../../src/main/update/update-service.ts';
import type { InstallStart, Updater } from '../../../src/main/update/updater-port.ts';
import type { OfferedUpdate } from '../../../src/shared/update.ts';
import { ManualScheduler, MemoryStore, RecordingLog } from './fakes.ts';

class FakeUpdater implements Updater {
  checks = 0;
  offered: OfferedUpdate | null = { version: '2.0.0', notes: '更快' };
  problem: Error | null = null;
  start: InstallStart | Error = 'leaves';
  readonly installed: boolean[] = [];

  async check(): Promise<OfferedUpdate | null> {
    this.checks += 1;
    if (this.problem) throw this.problem;
    return this.offered;
  }

  async download(onPercent: (percent: number) => void): Promise<void> {
    onPercent(41.7);
    if (this.problem) throw this.problem;
  }

  install(relaunch: boolean): InstallStart {
    this.installed.push(relaunch);
    if (this.start instanceof Error) throw this.start;
    return this.start;
  }
}

function forged(code: string): Error {
  return Object.assign(new Error('sha512 checksum mismatch'), { code });
}

describe('the update service', () => {
  let updater: FakeUpdater;
  let told: string[];
  let did: unknown[];
  let working: boolean;
  let automatic: boolean;
  let scheduler: ManualScheduler;
  let log: RecordingLog;

  const make = (more: Partial<UpdateServiceOptions> = {}): UpdateService =>
    new UpdateService({
      version: '1.0.0',
      off: null,
      loadUpdater: () => Promise.resolve(updater),
      automatic: () => automatic,
      isWorking: () => working,
      remember: (update) => did.push(update),
      leave: () => did.push('leave'),
      onChanged: ({ status, percent }) =>
        told.push(status === 'downloading' ? `${status} ${percent}` : status),
      scheduler,
      now: () => 1234,
      log,
      ...more,
    });

  beforeEach(() => {
    updater = new FakeUpdater();
    scheduler = new ManualScheduler();
    log = new RecordingLog();
    [told, did, working, automatic] = [[], [], false, false];
  });

  async function ready(): Promise<UpdateService> {
    const service = make();
    await service.check();
    await service.download();
    return service;
  }

  test('looks, offers, downloads, and installs with a restart', async () => {
    const service = await ready();
    expect(told).toEqual(['checking', 'available', 'downloading 0', 'downloading 41', 'ready']);
    expect(service.view()).toMatchObject({
      version: '1.0.0',
      offered: { version: '2.0.0', notes: '更快' },
      checkedAt: 1234,
      error: null,
    });
    expect(service.installAndRestart(false).status).toBe('installing');
    expect(did).toEqual(['leave']);
    expect(service.installLast()).toBe('leaves');
    expect(did).toEqual(['leave', { version: '2.0.0', resume: true }]);
    expect(updater.installed).toEqual([true]);
  });

  test('says that there is nothing newer', async () => {
    updater.offered = null;
    expect(await make().check()).toMatchObject({ status: 'current', offered: null, checkedAt: 1234 });
  });

  test('installs nothing while work goes on, unless the user says so', async () => {
    const service = await ready();
    working = true;
    expect(() => service.installAndRestart(false)).toThrow('update.work_active');
    expect([service.view().status, did]).toEqual(['ready', []]);
    expect(service.installLast()).toBeNull();
    expect(service.installAndRestart(true).status).toBe('installing');
    expect(did).toEqual(['leave']);
  });

  test('installs at quit only where that was chosen, and starts nothing again then', async () => {
    const service = await ready();
    expect(service.installLast()).toBeNull();
    service.setAtQuit(true);
    service.setAtQuit(false);
    expect(service.installLast()).toBeNull();
    service.setAtQuit(true);
    expect(service.installLast()).toBe('leaves');
    expect(updater.installed).toEqual([false]);
    expect(did).toEqual([{ version: '2.0.0', resume: false }]);
  });

  test.each(['ERR_CHECKSUM_MISMATCH', 'ERR_UPDATER_INVALID_SIGNATURE'])(
    'installs nothing that is forged (%s), and can try again',
    async (code) => {
      const service = make();
      await service.check();
      updater.problem = forged(code);
      expect(await service.download()).toMatchObject({ status: 'failed', error: { code: 'update.forged' } });
      expect(() => service.installAndRestart(true)).toThrow('update.not_ready');
      expect(() => service.setAtQuit(true)).toThrow('update.not_ready');
      expect([service.installLast(), updater.installed]).toEqual([null, []]);
      updater.problem = null;
      expect((await service.download()).status).toBe('ready');
    },
  );

  test('a server that does not answer is told in one line, and keeps nothing from being tried again', async () => {
    const service = make();
    updater.problem = new Error('net::ERR_NAME_NOT_RESOLVED\nHeaders: …\n   at x');
    expect(await service.check()).toMatchObject({
      status: 'failed',
      error: { code: 'update.check_failed', params: { detail: 'net::ERR_NAME_NOT_RESOLVED' } },
    });
    await expect(service.download()).rejects.toThrow('update.not_ready');
    updater.problem = null;
    expect((await service.check()).status).toBe('available');
  });

  test('an updater that cannot be loaded is tried again', async () => {
    let loads = 0;
    const service = make({
      loadUpdater: () => {
        loads += 1;
        return loads === 1 ? Promise.reject(new Error('no module')) : Promise.resolve(updater);
      },
    });
    expect((await service.check()).status).toBe('failed');
    expect((await service.check()).status).toBe('available');
  });

  test('an installer that does not start leaves the installed version to go on with', async () => {
    for (const start of ['failed', new Error('EACCES')] as const) {
      updater.start = start;
      const now = await ready();
      now.installAndRestart(false);
      expect(now.installLast()).toBe('failed');
      const atQuit = await ready();
      atQuit.setAtQuit(true);
      expect(atQuit.installLast()).toBeNull();
    }
  });

  test('checks by itself only where the user wants that: soon after the start, then once a day', async () => {
    const service = make();
    service.start();
    scheduler.advance(FIRST_CHECK_MS);
    expect(updater.checks).toBe(0);
    automatic = true;
    scheduler.advance(CHECK_EVERY_MS);
    await expect.poll(() => service.view().status).toBe('available');
    scheduler.advance(CHECK_EVERY_MS);
    await expect.poll(() => updater.checks).toBe(2);
  });

  test('what is off asks nobody', async () => {
    const service = make({ off: 'no-address', automatic: () => true });
    service.start();
    scheduler.advance(10 * CHECK_EVERY_MS);
    await expect(service.check()).rejects.toThrow('update.off');
    expect([updater.checks, service.view().status, scheduler.waiting]).toEqual([0, 'off', 0]);
  });

  test('endless notes are cut', async () => {
    updater.offered = { version: '2.0.0', notes: 'x'.repeat(1_000_000) };
    expect((await make().check()).offered?.notes.length).toBe(20_001);
  });
});

describe('where updates come from', () => {
  const packaged = {
    provider: 'generic',
    url: 'https://example.com/eventloom',
    publisherName: ['EventLoom'],
  };

  test.each([
    ['https://example.com/updates', true],
    ['http://127.0.0.1:8080/', true],
    ['http://localhost/x', true],
    ['http://example.com/updates', false],
    ['http://127.0.0.1.example.com/', false],
    ['https://user:secret@example.com/', false],
    ['file:///tmp/updates', false],
    ['javascript:alert(1)', false],
    ['', false],
  ])('%s may be asked: %s', (address, expected) => {
    expect(isUpdateAddress(address)).toBe(expected);
  });

  test('nowhere in development, nor for a portable program, nor without an address', () => {
    const [environment, isPackaged, isPortable] = ['https://example.com', true, false];
    expect(updatesOff({ isPackaged: false, environment, hasPackaged: true, isPortable })).toBe('development');
    expect(updatesOff({ isPackaged, environment: undefined, hasPackaged: false, isPortable })).toBe(
      'no-address',
    );
    expect(updatesOff({ isPackaged, environment: 'http://a.com', hasPackaged: true, isPortable })).toBe(
      'no-address',
    );
    expect(updatesOff({ isPackaged, environment: ' ', hasPackaged: true, isPortable })).toBeNull();
    expect(updatesOff({ isPackaged, environment, hasPackaged: false, isPortable })).toBeNull();
    expect(updatesOff({ isPackaged, environment, hasPackaged: true, isPortable: true })).toBe('portable');
    for (const nothing of [null, { provider: 'github' }, { provider: 'generic', url: 'http://a.com' }]) {
      expect(() => updaterConfig(undefined, nothing)).toThrow('update.off');
    }
  });

  test('the environment replaces the address and keeps the publisher', () => {
    expect(updaterConfig(undefined, packaged)).toEqual(packaged);
    const url = 'https://mirror.example/';
    expect(updaterConfig(url, packaged)).toEqual({ ...packaged, url });
    expect(updaterConfig(url, null)).toMatchObject({ provider: 'generic', url });
  });
});

test('the start after an installation tells what came of it, once, and goes on with the run', () => {
  expect(updateNotice(null, '1.0.0')).toBeNull();
  expect(updateNotice('2.0.0', '2.0.0')).toEqual({ code: 'update.installed', params: { version: '2.0.0' } });
  expect(updateNotice('2.0.0', '1.0.0')).toMatchObject({ code: 'update.not_installed' });
  const store = new MemoryStore();
  new ShellState(store, new RecordingLog()).updateStarted('2.0.0', true);
  const next = new ShellState(store, new RecordingLog());
  expect([next.takeUpdateTried(), next.takeUpdateTried()]).toEqual(['2.0.0', null]);
  expect([next.takeResumeOnce(), next.takeResumeOnce()]).toEqual([true, false]);
});
