import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disposeAll } from '../support/launch.ts';
import { run, startFixture } from './fixture.ts';
import type { Fixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(disposeAll);

describe('app:// pages', () => {
  test('have the content policy of the header: an inline script does not run', async () => {
    expect(await fixture.page.evaluate(() => [typeof window.inlineRan, typeof window.seen])).toEqual([
      'undefined',
      'object',
    ]);
  });

  test('can fetch from their origin; a handler that fails is a failed request', async () => {
    const [text, failed] = await fixture.page.evaluate(async () => [
      await (await fetch('/index.html')).text(),
      await fetch('/broken').then(
        () => 'answered',
        () => 'failed',
      ),
    ]);
    expect(text).toContain('<title>Fixture</title>');
    expect(failed).toBe('failed');
    expect(fixture.app.log()).toContain('the handler failed');
  });

  test('cannot navigate away or open windows when the application forbids it', async () => {
    const { app, page, event } = fixture;
    await page.click('#away');
    await event('will-navigate https://example.invalid/away');
    await page.click('#blank');
    await event('window.open https://example.invalid/blank');
    expect(await app.windows()).toHaveLength(1);
    expect(await run(page, 'echo', 'still here')).toBe('still here');
  });

  test('reload with the bridge in place, without a will-navigate', async () => {
    const { page, events } = fixture;
    const before = events().filter((line) => line.startsWith('will-navigate')).length;
    await page.reload();
    expect(await run(page, 'echo', 'reloaded')).toBe('reloaded');
    expect(events().filter((line) => line.startsWith('will-navigate'))).toHaveLength(before);
  });
});

describe('what the desktop would show', () => {
  test('tray: image, tooltip, menu, click', async () => {
    const { app } = fixture;
    const tray = await app.tray();
    expect(tray).toMatchObject({ image: 'icon.png', tooltip: 'idle' });
    expect(tray?.menu.map(({ label, type, enabled }) => [label, type, enabled])).toEqual([
      ['Open', 'normal', true],
      ['', 'separator', true],
      ['Disabled', 'normal', false],
      ['Quit', 'normal', true],
    ]);
    await app.clickTray();
    expect((await app.tray())?.tooltip).toBe('clicked');
    await expect(app.clickTray('Disabled')).rejects.toThrow('disabled');
    await expect(app.clickTray('Nothing')).rejects.toThrow('there is no menu entry "Nothing"');
  });

  test('message boxes wait for an answer, or find it waiting', async () => {
    const { app, page } = fixture;
    const box = { message: 'Really?', buttons: ['Yes', 'No'], cancelId: 1 };
    const asked = run(page, 'ask', box);
    expect((await app.openDialog('messageBox')).options).toMatchObject(box);
    await app.answerDialog('messageBox', 'Yes');
    expect(await asked).toEqual({ response: 0, checkboxChecked: false });
    await app.answerDialog('messageBox', null);
    expect(await run(page, 'ask', box)).toEqual({ response: 1, checkboxChecked: false });
    expect((await app.dialogs()).map(({ answered }) => answered)).toEqual([true, true]);
  });

  test('file dialogs give the paths of the answer', async () => {
    const { app, page } = fixture;
    await app.answerDialog('openDialog', ['/a.csv', '/b.csv']);
    expect(await run(page, 'open')).toEqual({ canceled: false, filePaths: ['/a.csv', '/b.csv'] });
    await app.answerDialog('openDialog', null);
    expect(await run(page, 'open')).toEqual({ canceled: true, filePaths: [] });
  });

  test('notifications are recorded and can be clicked', async () => {
    const { app, page, event } = fixture;
    await run(page, 'notify');
    expect(await app.notifications()).toEqual([{ title: 'Done', body: '3 of 3' }]);
    await app.clickNotification();
    await event('notification click');
  });

  test('power blockers, power events and external links', async () => {
    const { app, page, event } = fixture;
    await run(page, 'block');
    expect(await app.powerBlockers()).toEqual(['prevent-app-suspension']);
    await app.powerEvent('shutdown');
    await event('shutdown');
    await run(page, 'external', 'https://example.invalid/');
    expect(await app.shellCalls()).toEqual([{ call: 'openExternal', target: 'https://example.invalid/' }]);
  });

  test('pages follow the theme of the system and of the application', async () => {
    const { app, page, event } = fixture;
    const isDark = (dark: boolean): Promise<unknown> =>
      page.waitForFunction((wanted) => matchMedia('(prefers-color-scheme: dark)').matches === wanted, dark);
    await isDark(false);
    await app.systemDark(true);
    await event('theme dark');
    await isDark(true);
    await app.systemDark(false);
    await event('theme light');
    await isDark(false);
    await run(page, 'dark');
    await isDark(true);
  });
});
