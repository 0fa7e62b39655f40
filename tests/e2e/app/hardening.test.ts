import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppUnderTest } from '../support/app-under-test.ts';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { ask, go, openDesk } from './desk.ts';

let app: AppUnderTest;
let page: Page;

beforeAll(async () => {
  ({ app, page } = await openDesk());
});
afterAll(disposeAll);

describe('a page of the application', () => {
  test('has the bridge and nothing else of Node or Electron', async () => {
    const found = await page.evaluate(() => ({
      bridge: Object.keys(window.eventloom).sort(),
      other: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter(
        (name) => name in window,
      ),
    }));
    expect(found).toEqual({ bridge: ['on', 'pathForFile', 'request'], other: [] });
  });

  test('cannot run code or fetch data that is not part of the application', async () => {
    const tried = await page.evaluate(async () => {
      const refused: string[] = [];
      const twice = new Promise<void>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => {
          if (refused.push(event.effectiveDirective) === 2) resolve();
        });
      });
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      const answer = await fetch('https://example.invalid/').catch(() => null);
      await twice;
      return { injected: 'injected' in window, answer, refused };
    });
    expect(tried).toEqual({ injected: false, answer: null, refused: ['script-src-elem', 'connect-src'] });
  });

  test('can neither leave, nor open windows, nor have the browser opened', async () => {
    const before = page.url();
    await page.evaluate(() => {
      window.open('https://example.com/docs');
      window.open('file:///etc/passwd');
      location.href = 'https://example.com/away';
    });
    await page.evaluate(() => {
      const link = document.createElement('a');
      Object.assign(link, { href: 'https://example.com/link', target: '_blank', textContent: 'link' });
      document.body.append(link);
      link.click();
      link.remove();
    });
    await go(page, 'settings');
    expect(await app.shellCalls()).toEqual([]);
    expect(new URL(page.url()).origin).toBe(new URL(before).origin);
    expect(await app.windows()).toHaveLength(1);
  });

  test('has no file read or made that the user has not chosen', async () => {
    const { path } = await ask(page, 'workspace.state');
    const hosts = { path: '/etc/hosts', kind: 'behaviours' } as const;
    for (const route of ['import.preview', 'import.start'] as const)
      await expect(ask(page, route, hosts)).rejects.toThrow('app.path_not_chosen');
    const made = join(temporaryFolder(), 'made.eventloom');
    for (const create of [true, false])
      await expect(ask(page, 'workspace.open', { path: made, create })).rejects.toThrow(
        'app.path_not_chosen',
      );
    expect(existsSync(made)).toBe(false);
    // A File that a page makes has no path.
    expect(await page.evaluate(() => window.eventloom.pathForFile(new File(['x'], '/etc/hosts')))).toBe('');
    // What was opened before may be opened again.
    expect(await ask(page, 'workspace.open', { path, create: false })).toMatchObject({ open: true, path });
  });

  test('is told which field of a malformed request is wrong, and of no route that does not exist', async () => {
    await expect(ask(page, 'users.list', { page: 0 } as never)).rejects.toThrow('app.bad_request');
    await expect(ask(page, 'run.everything' as 'run.attach')).rejects.toThrow('app.unknown_request');
    await expect(ask(page, 'constructor' as 'run.attach')).rejects.toThrow('app.unknown_request');
    expect((await ask(page, 'run.attach')).status).toBe('idle');
  });
});

describe('the section About', () => {
  const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

  test('shows the licence of everything that is part of the application', async () => {
    await go(page, 'settings');
    await page.getByTestId('about-licences').click();
    const dialog = page.getByTestId('licences');
    await dialog.waitFor();
    const licences = await ask(page, 'app.licences');
    expect(await dialog.locator('li').count()).toBe(licences.length);
    expect(licences.filter(({ licence, text }) => licence === '' || text === '')).toEqual([]);
    // Every package that the sources use, by the name in their imports.
    const { dependencies } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const sources = readdirSync(at('src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|vue)$/.test(name))
      .map((name) => readFileSync(join(at('src'), name), 'utf8'))
      .join('\n');
    const used = Object.keys(dependencies).filter((name) =>
      [`from '${name}'`, `from '${name}/`, `import('${name}'`, `import('${name}/`].some((text) =>
        sources.includes(text),
      ),
    );
    expect(used.length).toBeGreaterThan(10);
    const named = new Set(licences.map(({ name }) => name));
    expect(used.filter((name) => !named.has(name))).toEqual([]);
    // And what those use.
    for (const name of ['@vue/runtime-core', 'find-my-way', 'builder-util-runtime'])
      expect(named).toContain(name);
    await dialog.locator('summary').first().click();
    await dialog.locator('details[open] pre').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  test('saves the diagnostics where the user wants them, and shows the file', async () => {
    const path = join(temporaryFolder(), 'diagnostics.zip');
    await page.getByTestId('about-diagnostics').click();
    await app.openDialog('saveDialog');
    await app.answerDialog('saveDialog', path);
    await page.locator('.el-message', { hasText: path }).waitFor();
    expect(readFileSync(path).subarray(0, 2).toString()).toBe('PK');
    expect(await app.shellCalls()).toEqual([{ call: 'showItemInFolder', target: path }]);
    // The menu does the same.
    await app.clickMenu('帮助', '导出诊断信息…');
    await app.openDialog('saveDialog');
    await app.answerDialog('saveDialog', null);
    expect(await app.shellCalls()).toHaveLength(1);
  });
});
