import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disposeAll } from '../support/launch.ts';
import { run, startFixture } from './fixture.ts';
import type { Fixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(disposeAll);

/** What a call in the page throws. */
function failure(call: () => unknown): Promise<string> {
  return fixture.page.evaluate(`(async () => { try { await (${call.toString()})(); return 'nothing thrown'; }
    catch (error) { return String(error); } })()`);
}

describe('structured clone between a page and the main process', () => {
  test('values survive the way there and back', async () => {
    const kinds = await fixture.page.evaluate(async () => {
      const shared = { shared: true };
      const cyclic: Record<string, unknown> = { shared, again: shared };
      cyclic['self'] = cyclic;
      const sent = {
        undefined: undefined,
        date: new Date(86_400_000),
        map: new Map<unknown, unknown>([['k', new Set([1, 2])]]),
        bytes: new Uint8Array([1, 2, 255]),
        doubles: new Float64Array([0.5, -1]),
        big: 2n ** 70n,
        odd: [NaN, Infinity, -0],
        error: new TypeError('a message'),
        text: '事织 " \u2028',
        cyclic,
      };
      const got = (await window.fixture.run('echo', sent)) as typeof sent;
      return {
        hasUndefined: 'undefined' in got && got.undefined === undefined,
        date: got.date instanceof Date && got.date.getTime(),
        set: got.map.get('k') instanceof Set && [...(got.map.get('k') as Set<number>)],
        bytes: got.bytes instanceof Uint8Array && [...got.bytes],
        doubles: got.doubles instanceof Float64Array && [...got.doubles],
        big: got.big === 2n ** 70n,
        odd: [Number.isNaN(got.odd[0]), got.odd[1] === Infinity, Object.is(got.odd[2], -0)],
        error: [got.error instanceof Error, got.error.message],
        text: got.text === sent.text,
        sharing: got.cyclic['shared'] === got.cyclic['again'],
      };
    });
    expect(kinds).toEqual({
      hasUndefined: true,
      date: 86_400_000,
      set: [1, 2],
      bytes: [1, 2, 255],
      doubles: [0.5, -1],
      big: true,
      odd: [true, true, true],
      error: [true, 'a message'],
      text: true,
      sharing: true,
    });
  });

  test('functions cannot be cloned, in either direction', async () => {
    expect(await failure(() => window.fixture.run('echo', () => 1))).toContain(
      'An object could not be cloned.',
    );
    expect(await failure(() => window.fixture.run('uncloneable'))).toContain(
      'An object could not be cloned.',
    );
    expect(await failure(() => window.fixture.run('pushUncloneable'))).toContain(
      'An object could not be cloned.',
    );
  });

  test('only the text of an error crosses invoke', async () => {
    const seen = await fixture.page.evaluate(async () => {
      const error = await window.fixture.run('throw').catch((reason: unknown) => reason as Error);
      return error instanceof Error ? [error.message, error.cause] : error;
    });
    expect(seen).toEqual(["Error invoking remote method 'command': Error: a reason", undefined]);
    expect(await failure(() => window.fixture.nowhere())).toContain("No handler registered for 'nowhere'");
  });

  test('pushes arrive in order until the page unsubscribes', async () => {
    const got = await fixture.page.evaluate(async () => {
      const values: unknown[] = [];
      const stop = window.fixture.on((value) => values.push(value));
      for (let i = 0; i < 20; i++) await window.fixture.run('push', i);
      stop();
      await window.fixture.run('push', 'after');
      return values;
    });
    expect(got).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('send keeps undefined arguments and needs no answer', async () => {
    await fixture.page.evaluate(() => window.fixture.log('a', undefined, 3));
    await fixture.event('message ["a",null,3]');
  });

  test('the sender is the window, with the application URL', async () => {
    expect(await run(fixture.page, 'sender')).toEqual({
      url: 'app://fixture/index.html',
      top: true,
      pageUrl: 'app://fixture/index.html',
      windows: 1,
      known: true,
    });
  });
});

describe('the preload', () => {
  test('is isolated: the page sees the bridge and nothing else', async () => {
    expect(await fixture.page.evaluate(() => window.seen)).toEqual({
      bridge: 'function',
      require: 'undefined',
      process: 'undefined',
      leaked: 'undefined',
      binding: [],
      secure: true,
    });
    const replaced = await fixture.page.evaluate(() => {
      try {
        Object.defineProperty(window, 'fixture', { value: 1 });
        return true;
      } catch {
        return false;
      }
    });
    expect(replaced).toBe(false);
  });

  test('its functions answer at once, copy what they get, and throw into the page', async () => {
    const got = await fixture.page.evaluate(() => {
      const sent = { list: [1, { two: 2 }], at: new Date(5) };
      const { value, kind } = window.fixture.sync(sent) as { value: typeof sent; kind: string };
      return [value.list, value.at.getTime(), value !== sent, kind];
    });
    expect(got).toEqual([[1, { two: 2 }], 5, true, '[object Object]']);
    expect(await failure(() => window.fixture.fail())).toBe('Error: in the preload');
  });

  test('has no Node, and names what is not provided', async () => {
    expect(await failure(() => window.fixture.requireNode())).toBe('Error: module not found: node:fs');
    expect(await failure(() => window.fixture.missing())).toBe(
      'Error: chromium-host: ipcRenderer.sendSync is not provided',
    );
  });

  test('webUtils knows the path of a chosen file, and that a made one has none', async () => {
    const path = join(fixture.userData, '行为 数据.csv');
    writeFileSync(path, 'a,b\n');
    await fixture.page.locator('#file').setInputFiles(path);
    const [chosen, made] = await fixture.page.evaluate(() => {
      const { files } = document.querySelector<HTMLInputElement>('#file') as HTMLInputElement;
      return [window.fixture.pathForFile(files?.[0]), window.fixture.pathForFile(new File(['x'], 'x.csv'))];
    });
    expect(chosen).toBe(path);
    expect(made).toBe('');
    expect(await failure(() => window.fixture.pathForFile('no file'))).toContain("not of type 'File'");
  });
});

test('pages speak the language of the system', async () => {
  expect(await fixture.page.evaluate(() => navigator.language)).toBe('zh-CN');
});

test('app knows its name, version, folders and arguments', async () => {
  const info = await run(fixture.page, 'info');
  expect(info).toEqual([
    'Host Fixture',
    '1.2.3',
    fixture.userData,
    false,
    expect.stringContaining('fixture'),
  ]);
});

test('what is not provided fails with its name', async () => {
  const failures = [];
  for (const where of ['app', 'module', 'window', 'option']) {
    failures.push(String(await run(fixture.page, 'missing', where).catch((error: unknown) => error)));
  }
  expect(failures[0]).toContain('chromium-host: app.showAboutPanel is not provided');
  expect(failures[1]).toContain('chromium-host: electron.desktopCapturer is not provided');
  expect(failures[2]).toContain('chromium-host: BrowserWindow.setVibrancy is not provided');
  expect(failures[3]).toContain('chromium-host: option BrowserWindow.frame is not provided');
});
