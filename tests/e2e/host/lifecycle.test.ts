import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { disposeAll } from '../support/launch.ts';
import { until } from '../support/app-under-test.ts';
import { run, startFixture } from './fixture.ts';

afterEach(disposeAll);

/** The process and everything it started, as "pid start-time"; Linux only. */
function processTree(root: number): string[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const fields = processFields(pid);
      return fields ? [{ pid: Number(pid), parent: Number(fields[1]), started: fields[19] }] : [];
    });
  const tree = [root];
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map((child) => child.pid));
  return all.filter(({ pid }) => tree.includes(pid)).map(({ pid, started }) => `${pid} ${started}`);
}

/** The fields of /proc/<pid>/stat from the state on; undefined for a process that is gone. */
function processFields(pid: string): string[] | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields;
  } catch {
    return undefined;
  }
}

function isAlive(process: string): boolean {
  const [pid = '', started] = process.split(' ');
  return processFields(pid)?.[19] === started;
}

describe('the end of the application', () => {
  test('the last window ends it, in the documented order', async () => {
    const { app, page, events } = await startFixture();
    await app.closeWindow(page);
    expect(await app.exited).toBe(0);
    const order = events().filter((line) => /app|clos/.test(line));
    expect(order).toEqual([
      'app ready',
      'window close',
      'window closed',
      'app window-all-closed',
      'app before-quit',
      'app will-quit',
      'app quit',
    ]);
  });

  test('quit closes the windows, and does not say that all are closed', async () => {
    const { app, events } = await startFixture();
    await app.quit();
    expect(await app.exited).toBe(0);
    const order = events().filter((line) => /app|clos/.test(line));
    expect(order).toEqual([
      'app ready',
      'app before-quit',
      'window close',
      'window closed',
      'app will-quit',
      'app quit',
    ]);
  });

  test('a prevented before-quit, and a window that refuses to close, keep it running', async () => {
    const { app, page, event, events } = await startFixture();
    await run(page, 'vetoQuit');
    await app.quit();
    await event('app before-quit');
    expect(events()).not.toContain('window close');
    await run(page, 'vetoClose', true);
    await app.quit();
    await event('window close');
    expect(await run(page, 'echo', 'still here')).toBe('still here');
    await run(page, 'vetoClose', false);
    await app.quit();
    expect(await app.exited).toBe(0);
  });

  test('without windows it lives on when it wants to, and a second start reaches it', async () => {
    const { app, page, event } = await startFixture({ FIXTURE_STAYS: '1' });
    await app.closeWindow(page);
    await event('app window-all-closed');
    expect(await app.windows()).toEqual([]);
    const again = await app.newWindow(() => app.clickTray('Open'));
    expect(await run(again, 'echo', 1)).toBe(1);
    expect(await app.secondStart('--hello')).toBe(0);
    await event('second-instance --hello');
  });
});

describe('windows', () => {
  test('close can be prevented', async () => {
    const { app, page, event } = await startFixture();
    await run(page, 'vetoClose', true);
    await app.closeWindow(page);
    await event('window close');
    expect(await app.windows()).toHaveLength(1);
    await run(page, 'vetoClose', false);
    await app.closeWindow(page);
    expect(await app.exited).toBe(0);
  });

  test('a window that refuses to close gets the page back that the user closed', async () => {
    const { app, page } = await startFixture();
    await run(page, 'vetoClose', true);
    await page.close();
    // Until the host has heard of it, the window's page is still the one that was closed.
    const again = await until('another page', async () =>
      (await app.windows()).find((window) => window !== page),
    );
    await again.waitForFunction(() => typeof window.fixture === 'object');
    expect(await run(again, 'sender')).toMatchObject({ url: 'app://fixture/index.html', windows: 1 });
  });

  test('a destroyed window answers only that it is destroyed', async () => {
    const { page } = await startFixture();
    expect(await run(page, 'afterDestroy')).toBe('true Object has been destroyed');
  });

  test('are shown when ready, sized, minimised and focused', async () => {
    const { app, page, event } = await startFixture();
    await event('window focus');
    expect(await app.windowState(page)).toMatchObject({ visible: true, focused: true, title: 'Fixture' });
    expect(await page.evaluate(() => [window.innerWidth, window.innerHeight])).toEqual([900, 700]);
    await app.setBounds(page, { width: 640, height: 480 });
    await event('window resize');
    await page.waitForFunction(() => window.innerWidth === 640 && window.innerHeight === 480);
    await app.act(page, 'minimize');
    await event('window blur');
    expect(await app.windowState(page)).toMatchObject({ minimized: true, focused: false });
    await run(page, 'progress', 0.5);
    expect(await app.windowState(page)).toMatchObject({ progress: 0.5 });
  });

  test('two of them have pages of their own', async () => {
    const { app, page } = await startFixture();
    const second = await app.newWindow(() => app.clickMenu('File', 'New window'));
    expect(await app.windows()).toEqual([page, second]);
    await second.evaluate(() => window.fixture.on((value) => (document.title = String(value))));
    await run(second, 'push', 'for the second');
    await second.waitForFunction(() => document.title === 'for the second');
    expect(await page.title()).toBe('Fixture');
    await app.closeWindow(second);
    await until('one window', async () => ((await app.windows()).length === 1 ? true : undefined));
  });

  test('a crash of the renderer is told, and a reload brings the page back', async () => {
    const { app, page, event } = await startFixture();
    const renewed = await app.crashRenderer(page);
    await event('gone crashed');
    await renewed.waitForFunction(() => typeof window.fixture === 'object');
    expect(await run(renewed, 'echo', 'again')).toBe('again');
    expect(await renewed.evaluate(() => window.seen['bridge'])).toBe('function');
  });
});

describe('processes', () => {
  test.runIf(process.platform === 'linux')('kill -9 leaves no Chromium behind', async () => {
    const { app } = await startFixture();
    const tree = processTree(app.pid);
    expect(tree.length).toBeGreaterThan(3);
    await app.kill9();
    await until('the end of all processes', () => Promise.resolve(tree.some(isAlive) ? undefined : true), 10);
  });

  test.runIf(process.platform === 'linux')('an orderly end leaves nothing behind either', async () => {
    const { app } = await startFixture();
    const tree = processTree(app.pid);
    await app.quit();
    expect(await app.exited).toBe(0);
    await until('the end of all processes', () => Promise.resolve(tree.some(isAlive) ? undefined : true), 10);
  });
});
