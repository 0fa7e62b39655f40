import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startFaultServer } from '../../../tools/fault-server/server.ts';
import type { FaultServer } from '../../../tools/fault-server/server.ts';
import { disposeAll, launchApp, temporaryFolder } from '../support/launch.ts';
import { ask, box, expectQuiet, fill, go, openDesk, sampleLog, shrink } from './desk.ts';

const KEY = 'sk-e2e-9f27c1d4a8b35e60';

let server: FaultServer;

beforeAll(async () => {
  server = await startFaultServer({ key: KEY, models: ['fault-model', 'other-model'], strictModel: true });
});

afterAll(() => server.close());

afterEach(disposeAll);

/** Chooses the custom provider at the server's address, as a person does. */
async function enterAddress(page: Page): Promise<void> {
  await go(page, 'settings');
  await page.getByTestId('section-link-model').click();
  await page.getByTestId('model-preset').click();
  await page.getByTestId('model-preset-custom').click();
  const url = page.getByTestId('model-base-url');
  await url.fill(`${server.url}/v1/`);
  await url.press('Tab');
  await expect.poll(async () => (await ask(page, 'model.get')).settings.baseUrl).toBe(`${server.url}/v1`);
}

async function setUpServer(page: Page): Promise<void> {
  await enterAddress(page);
  await typeModel(page, 'fault-model');
}

async function typeModel(page: Page, name: string): Promise<void> {
  await page.getByTestId('model-name').fill(name);
  await page.getByTestId('model-name').press('Tab');
  await expect.poll(async () => (await ask(page, 'model.get')).settings.model).toBe(name);
}

async function saveKey(page: Page, key: string, button: 'save' | 'session'): Promise<void> {
  await page.getByTestId('model-key').fill(key);
  await page.getByTestId(`model-key-${button}`).click();
  const kept = button === 'session' ? 'session' : 'unprotected';
  await page.locator(`[data-testid=model-key-block][data-status=${kept}]`).waitFor();
}

/** Tests the connection and waits for what it found. */
async function testConnection(page: Page): Promise<{ status: string | null; code: string | null }> {
  await page.getByTestId('model-test').click();
  const result = page.getByTestId('model-test-result');
  await result.waitFor();
  return { status: await result.getAttribute('data-status'), code: await result.getAttribute('data-code') };
}

/** Everything the page holds that a script in it could read: the document, its fields, its storages, its stores. */
function everythingIn(page: Page): Promise<string> {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')].map(
      (field) => (field as HTMLInputElement).value,
    );
    const app = (document.querySelector('#app') as unknown as { __vue_app__?: { config: unknown } })
      .__vue_app__;
    const { globalProperties } = (app?.config ?? {}) as {
      globalProperties?: { $pinia?: { state: { value: unknown } } };
    };
    const stores = globalProperties?.$pinia?.state.value;
    if (!stores) throw new Error('the stores were not found');
    return JSON.stringify([
      document.documentElement.outerHTML,
      fields,
      { ...localStorage },
      { ...sessionStorage },
      stores,
    ]);
  });
}

function filesWith(folder: string, text: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

describe('setting up a model', () => {
  test('a provider, a key and a test of the connection; the key goes to the provider and stays nowhere else', async () => {
    const userData = temporaryFolder();
    const { app, page } = await openDesk({ userData });
    await setUpServer(page);
    // A service of one's own may need no key: the warning comes with one.
    expect(await page.getByTestId('model-no-keyring').count()).toBe(0);
    await page.getByTestId('model-key').fill(KEY);
    await page.getByTestId('model-no-keyring').waitFor();
    await saveKey(page, KEY, 'save');
    expect(await page.getByTestId('model-key-state').textContent()).toBe('未加密保存');
    // What is said about it lies on no control of the window.
    const sections = await box(page.locator('nav', { has: page.getByTestId('section-link-model') }));
    expect((await box(page.locator('.el-message'))).top).toBeGreaterThan(sections.bottom);
    await shrink(app, page);
    await page.getByText('Clear', { exact: true }).waitFor();
    expect((await box(page.getByTestId('model-key-clear'))).top).toBe(
      (await box(page.getByTestId('model-key-session'))).top,
    );

    expect(await testConnection(page)).toEqual({ status: 'ok', code: null });
    for (const check of ['reachable', 'keyAccepted', 'modelExists', 'streaming', 'usageReported']) {
      expect(await page.getByTestId(`check-${check}`).getAttribute('data-status'), check).toBe('yes');
    }
    expect(await page.locator('[data-testid=model-panel]').getAttribute('data-ready')).toBe('true');

    expect(await everythingIn(page)).not.toContain(KEY);
    expect(JSON.stringify(await ask(page, 'model.get'))).not.toContain(KEY);
    expect(app.log()).not.toContain(KEY);
    expect(filesWith(userData, KEY)).toEqual([]);
    await expectQuiet(page);

    await app.quit();
    expect(await app.exited).toBe(0);
    const next = await openDesk({ userData });
    await go(next.page, 'settings');
    await next.page.getByTestId('section-link-model').click();
    await next.page.locator('[data-testid=model-key-block][data-status=unprotected]').waitFor();
    expect(await testConnection(next.page)).toEqual({ status: 'ok', code: null });
  });

  test('a key for this session is gone at the next start', async () => {
    const userData = temporaryFolder();
    const { app, page } = await openDesk({ userData });
    await setUpServer(page);
    await saveKey(page, KEY, 'session');
    expect(await testConnection(page)).toMatchObject({ status: 'ok' });
    await app.quit();
    expect(await app.exited).toBe(0);
    const next = await openDesk({ userData });
    expect(await ask(next.page, 'model.get')).toMatchObject({ key: 'none' });
  });

  test('a wrong key, a model that is not there and a server that is gone are told apart, in words', async () => {
    const { page } = await openDesk();
    await setUpServer(page);
    await saveKey(page, 'sk-wrong', 'session');
    expect(await testConnection(page)).toEqual({ status: 'failed', code: 'model.unauthorized' });
    const said = page.getByTestId('model-test-error');
    expect(await said.textContent()).toMatch(/127\.0\.0\.1.*不接受这个 API 密钥/);
    expect(await said.textContent()).not.toContain('继续');
    expect(await page.getByTestId('model-test-detail').textContent()).toContain('服务商的说明');
    expect(await page.getByTestId('model-state').textContent()).toBe('测试未通过');
    expect(await page.getByTestId('check-keyAccepted').getAttribute('data-status')).toBe('no');

    // A change takes the report away: it is not of the settings that are shown.
    await saveKey(page, KEY, 'session');
    await page.getByTestId('model-test-result').waitFor({ state: 'detached' });
    await typeModel(page, 'no-such-model');
    expect(await page.getByTestId('model-state').textContent()).toBe('已填写完整');
    expect(await testConnection(page)).toEqual({ status: 'failed', code: 'model.model_unknown' });
    expect(await said.textContent()).toContain('“no-such-model”');

    const url = page.getByTestId('model-base-url');
    const gone = await startFaultServer();
    await gone.close();
    await url.fill(`${gone.url}/v1`);
    await url.press('Tab');
    await page.getByTestId('model-test-result').waitFor({ state: 'detached' });
    expect(await testConnection(page)).toEqual({ status: 'failed', code: 'model.network' });
    expect(await said.textContent()).toContain(`${gone.url}/v1`);
    expect(await page.getByTestId('check-reachable').getAttribute('data-status')).toBe('no');
    await expectQuiet(page);
  });

  test('the models of the provider can be listed before a model is named, and one of them chosen', async () => {
    const { page } = await openDesk();
    await enterAddress(page);
    await saveKey(page, KEY, 'session');
    expect((await ask(page, 'model.get')).settings.model).toBe('');
    await page.getByTestId('model-list').click();
    await page.getByText('服务商列出了 2 个模型').waitFor();
    await page.getByTestId('model-name').click();
    await page.getByRole('option', { name: 'other-model' }).click();
    await expect.poll(async () => (await ask(page, 'model.get')).settings.model).toBe('other-model');
    await expectQuiet(page);
  });

  test('a preset fills in what it knows, and does not take the key to another provider', async () => {
    const { page } = await openDesk();
    await setUpServer(page);
    await saveKey(page, KEY, 'session');
    await page.getByTestId('model-preset').click();
    await page.getByTestId('model-preset-deepseek').click();
    await page.locator('[data-testid=model-key-block][data-status=none]').waitFor();
    expect((await ask(page, 'model.get')).settings).toMatchObject({
      preset: 'deepseek',
      baseUrl: 'https://api.deepseek.com/v1',
      priceIn: 1,
      priceOut: 2,
    });
    // The published price is shown with its month, and does not outlive the change to a model that it is not the price of.
    const prices = page.getByTestId('field-model-price-in');
    expect(await prices.textContent()).toMatch(/服务商 20\d\d-\d\d 公布的标价/);
    await typeModel(page, 'deepseek-other');
    await expect.poll(() => page.getByTestId('model-price-in').inputValue()).toBe('');
    expect(await prices.textContent()).not.toContain('标价');
    expect(await page.locator('[data-testid=model-panel]').getAttribute('data-ready')).toBe('false');
  });

  test('what cannot be taken says why and changes nothing', async () => {
    const { page } = await openDesk();
    await setUpServer(page);
    const before = (await ask(page, 'model.get')).settings;
    const enter = async (field: string, text: string): Promise<string | null> => {
      await page.getByTestId(field).fill(text);
      await page.getByTestId(field).press('Tab');
      return page.getByTestId(`error-${field}`).textContent();
    };
    expect(await enter('model-base-url', 'api.example.com')).toContain('api.example.com');
    // What would be tested is not what is shown.
    expect(await page.getByTestId('model-test').isDisabled()).toBe(true);
    expect(await page.getByTestId('model-test-unsaved').textContent()).toContain('没有保存');
    expect(await enter('model-temperature', '3')).toBe('请输入 0 到 2 之间的数');
    expect(await enter('model-concurrency', '1.5')).toBe('请输入整数');
    expect(await enter('model-max-output', '')).toBe('不能为空');
    expect(await enter('model-rpm', '0')).toContain('大于 0');
    expect((await ask(page, 'model.get')).settings).toEqual(before);

    await page.getByTestId('model-price-in').fill('2.5');
    await page.getByTestId('model-price-in').press('Tab');
    await expect.poll(async () => (await ask(page, 'model.get')).settings.priceIn).toBe(2.5);
  });

  test('a key of the environment is used, shown as such, and reaches no window', async () => {
    const app = await launchApp({ env: { EVENTLOOM_API_KEY: KEY } });
    const page = await app.firstWindow();
    await page.getByTestId('nav-extract').waitFor();
    await setUpServer(page);
    await page.locator('[data-testid=model-key-block][data-status=environment]').waitFor();
    expect(await page.getByTestId('model-key').isDisabled()).toBe(true);
    // Before it is sent for the first time, a dialog that no page can answer asks.
    await page.getByTestId('model-test').click();
    const { options } = await app.openDialog('messageBox');
    expect(options.message).toContain(server.url);
    await app.answerDialog('messageBox', '不发送');
    await page.locator('.el-message', { hasText: '没有发送到' }).waitFor();
    await app.answerDialog('messageBox', '发送密钥');
    await expect.poll(() => testConnection(page)).toMatchObject({ status: 'ok' });
    expect(await everythingIn(page)).not.toContain(KEY);

    // The same server by another name is another address: the key stays at home, and the page says why.
    const other = server.url.replace('127.0.0.1', 'localhost');
    await page.getByTestId('model-base-url').fill(`${other}/v1`);
    await page.getByTestId('model-base-url').press('Tab');
    const block = page.locator('[data-testid=model-key-block][data-status=none]');
    await block.waitFor();
    expect(await block.textContent()).toContain(`只用于 ${server.url}`);
    await expect.poll(() => testConnection(page)).toMatchObject({ code: 'model.unauthorized' });
    // A key that is entered for the new address goes there.
    await page.getByTestId('model-key').fill(KEY);
    await page.getByTestId('model-key-session').click();
    await page.locator('[data-testid=model-key-block][data-status=session]').waitFor();
    await expect.poll(() => testConnection(page)).toMatchObject({ status: 'ok' });
  });
});

describe('the prompt', () => {
  test('without a placeholder is refused by its name and stays a draft over a reload; a good one is used, and the built-in one comes back', async () => {
    const { page } = await openDesk();
    await go(page, 'settings');
    const editor = page.getByTestId('prompt-editor');
    const builtIn = await editor.inputValue();
    const { version } = await ask(page, 'prompt.get');

    await editor.fill(builtIn.replace('{rules}', ''));
    await page.getByTestId('prompt-save').click();
    const refusal = page.getByTestId('prompt-refusal');
    await refusal.waitFor();
    expect(await refusal.getAttribute('data-code')).toBe('prompt.missing_placeholder');
    expect(await refusal.textContent()).toContain('{rules}');
    expect((await ask(page, 'prompt.get')).version).toBe(version);

    await go(page, 'data');
    await page.reload();
    await go(page, 'settings');
    await page.getByTestId('prompt-unsaved').waitFor();
    expect(await editor.inputValue()).not.toContain('{rules}');

    await editor.fill(`${builtIn}\n每个事件都要有依据。`);
    await page.getByTestId('prompt-save').click();
    await page.locator('[data-testid=prompt-panel][data-built-in=false][data-dirty=false]').waitFor();
    expect((await ask(page, 'prompt.get')).version).not.toBe(version);

    await page.getByTestId('prompt-reset').click();
    await page.locator('.confirm-yes').click();
    await page.locator('[data-testid=prompt-panel][data-built-in=true]').waitFor();
    expect(await editor.inputValue()).toBe(builtIn);
    expect((await ask(page, 'prompt.get')).version).toBe(version);
    await expectQuiet(page);
  });

  test('is previewed with real users, as it is written and not only as it is saved', async () => {
    const { page } = await openDesk();
    await fill(page, await sampleLog(5));
    await go(page, 'settings');
    const editor = page.getByTestId('prompt-editor');
    await editor.fill(`${await editor.inputValue()}\n尚未保存的一行`);
    await expect
      .poll(() => page.getByTestId('section-link-prompt').getAttribute('aria-current'))
      .toBe('true');
    await page.getByTestId('prompt-preview').click();
    const text = page.getByTestId('preview-text');
    await expect.poll(() => text.textContent()).toMatch(/^@u1\n[^]*\n@u2\n[^]*\n@u3\n/);
    expect(Number(await page.getByTestId('preview-tokens').getAttribute('data-value'))).toBeGreaterThan(100);
    await page.getByTestId('preview-part').getByText('系统提示').click();
    await expect.poll(() => text.textContent()).toContain('尚未保存的一行');
    await page.keyboard.press('Escape');
    await page.getByTestId('preview-text').waitFor({ state: 'detached' });
    await page.getByTestId('prompt-discard').click();
    await page.locator('.confirm-yes').click();
    await page.locator('[data-testid=prompt-panel][data-dirty=false]').waitFor();
  });
});
