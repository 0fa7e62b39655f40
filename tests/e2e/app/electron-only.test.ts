import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { chooseRuntime } from '../support/runtime.ts';
import { disposeAll } from '../support/launch.ts';
import { ask, card, fill, openDesk, processed, sampleLog, startRun } from './desk.ts';

afterEach(disposeAll);

/** Keyring, pictures, notifications and power are the system's: the host has none, and would only repeat what it was told. */
const isElectron = chooseRuntime() === 'electron';
const WHY = isElectron ? '' : ' [not run: needs real Electron]';

describe.skipIf(!isElectron)(`what only real Electron shows${WHY}`, () => {
  test('safeStorage keeps a key so that it is not in its file, and the window says how keys are kept', async () => {
    const { app, page, userData } = await openDesk();
    const { encrypted } = await app.native();
    const { canEncrypt } = await ask(page, 'model.get');
    // A system without a keyring, or with the one whose key is public: the application says so.
    if (encrypted === null) expect(canEncrypt).toBe(false);
    else expect(encrypted.readBack).toBe('sk-test 密钥');
    if (!canEncrypt) return;
    await ask(page, 'model.setKey', { key: 'sk-very-secret', keep: 'stored' });
    expect((await ask(page, 'model.get')).key).toBe('encrypted');
    const files = readdirSync(userData, { recursive: true, encoding: 'utf8' }).map((name) =>
      join(userData, name),
    );
    const having = files.filter(
      (name) => statSync(name).isFile() && readFileSync(name).includes('sk-very-secret'),
    );
    expect(having).toEqual([]);
  });

  test('the tray is there, and Electron finds its pictures at each scale', async () => {
    const { app } = await openDesk();
    const { tray, images } = await app.native();
    expect(tray).toEqual({ destroyed: false });
    expect(images.length).toBeGreaterThan(50);
    for (const { name, size, scales, template } of images) {
      // By its name Electron takes a picture for a template, on macOS alone.
      const isTemplate = name.endsWith('Template.png');
      expect([name, template]).toEqual([name, isTemplate && process.platform === 'darwin']);
      // ICO is for Windows, and read there alone.
      if (name.endsWith('.ico') && process.platform !== 'win32') continue;
      expect([name, size.width]).toEqual([name, size.height]);
      expect([name, size.width > 0]).toEqual([name, true]);
      if (isTemplate) expect([name, scales]).toEqual([name, expect.arrayContaining([1, 2])]);
    }
  });

  // A desktop of Linux may have no service for them, and macOS asks its user first.
  test.skipIf(process.platform !== 'win32')('a notification is shown by the system', async () => {
    const { app } = await openDesk();
    expect(await app.native()).toMatchObject({ notificationsSupported: true, notification: 'show' });
  });

  test('the power monitor is listened to, and the blocker of a run is on while it runs only', async () => {
    const { app, page } = await openDesk({ slowMs: 250 });
    expect((await app.native()).blockers).toEqual([]);
    await fill(page, await sampleLog(100));
    await startRun(page);
    await processed(page, 5);
    const running = await app.native();
    expect(running.powerEvents).toEqual(['suspend', 'resume', 'shutdown']);
    expect(running.blockers).toEqual([true]);
    expect(['active', 'idle', 'locked', 'unknown']).toContain(running.idleState);
    await page.getByTestId('pause').click();
    await card(page, 'paused').waitFor();
    await expect.poll(async () => (await app.native()).blockers).toEqual([]);
  });
});
