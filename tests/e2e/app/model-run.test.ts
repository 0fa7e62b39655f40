import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { startFaultServer } from '../../../tools/fault-server/server.ts';
import type { FaultServer } from '../../../tools/fault-server/server.ts';
import type { FaultServerOptions } from '../../../tools/fault-server/options.ts';
import type { ModelSettings } from '../../../src/shared/model.ts';
import { until } from '../support/app-under-test.ts';
import { disposeAll } from '../support/launch.ts';
import {
  ask,
  card,
  expectQuiet,
  fill,
  go,
  listUsers,
  notice,
  openDesk,
  processed,
  rowsWith,
  runIs,
  sampleLog,
} from './desk.ts';
import type { Desk, DeskOptions } from './desk.ts';

const KEY = 'sk-right-key';

const servers: FaultServer[] = [];
afterEach(async () => {
  await disposeAll();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

interface ModelDesk extends Desk {
  server: FaultServer;
}

interface ModelDeskOptions {
  users: number;
  server?: FaultServerOptions;
  settings?: Partial<ModelSettings>;
  key?: string;
  desk?: DeskOptions;
}

/** The application with a log, set up for a model on this machine, on the page of events. */
async function openModelDesk({ users, key = KEY, ...options }: ModelDeskOptions): Promise<ModelDesk> {
  const server = await startFaultServer({ key: KEY, seed: 3, ...options.server });
  servers.push(server);
  const desk = await openDesk(options.desk);
  await ask(desk.page, 'model.set', {
    preset: 'custom',
    protocol: 'openai',
    baseUrl: `${server.url}/v1`,
    model: 'fault-model',
    priceIn: 100,
    priceOut: 400,
    currency: 'CNY',
    maxConcurrency: 3,
    ...options.settings,
  });
  await ask(desk.page, 'model.setKey', { key, keep: 'session' });
  await ask(desk.page, 'settings.set', { extractor: 'llm' });
  await fill(desk.page, await sampleLog(users));
  await go(desk.page, 'extract');
  return { ...desk, server };
}

/** Opens the question before a run, and waits until it has been counted. */
async function openStart(page: Page): Promise<void> {
  await page.getByTestId('start-run').click();
  await page.getByTestId('estimate-requests').waitFor();
}

async function confirmStart(page: Page): Promise<void> {
  await page.getByTestId('confirm-start').click();
  await page.getByTestId('start-dialog').waitFor({ state: 'hidden' });
}

/** The bare number behind a figure. */
async function value(page: Page, testId: string): Promise<number> {
  return Number(await page.getByTestId(testId).getAttribute('data-value'));
}

describe('a run with a model', () => {
  test('says before what it will take, shows live figures, and lets one read the answers as they come', async () => {
    const { page, server } = await openModelDesk({
      users: 60,
      server: { latency: 1500, writes: 30 },
    });
    await openStart(page);
    expect(await value(page, 'preflight-users')).toBe(60);
    expect(await value(page, 'estimate-requests')).toBeGreaterThan(1);
    expect(await value(page, 'estimate-input')).toBeGreaterThan(1000);
    expect(await value(page, 'estimate-output')).toBeGreaterThan(100);
    expect(await value(page, 'estimate-cost')).toBeGreaterThan(0);
    expect(await page.getByTestId('estimate-basis').getAttribute('data-status')).toBe('default');
    await confirmStart(page);

    await card(page, 'running').waitFor();
    expect(await page.getByTestId('model-name').textContent()).toBe('fault-model');
    await expect.poll(() => value(page, 'model-in-flight')).toBeGreaterThan(0);

    await page.getByTestId('open-requests').click();
    await page.locator('[data-testid=request-view][data-status=streaming]').waitFor();
    const answer = page.getByTestId('request-answer');
    const first = await until('the beginning of an answer', async () => {
      const text = await answer.textContent();
      return text?.startsWith('{') ? text.length : undefined;
    });
    await expect.poll(async () => (await answer.textContent())?.length).toBeGreaterThan(first);
    await page.locator('[data-testid=request-view][data-status=answered]').waitFor();
    const verdicts = page.getByTestId('request-verdicts').locator('tbody tr');
    await expect.poll(() => verdicts.count()).toBeGreaterThan(1);
    expect(await verdicts.evaluateAll((rows) => rows.map((row) => row.dataset['status']))).toEqual(
      Array(await verdicts.count()).fill('accepted'),
    );

    await page.reload();
    await page.getByTestId('open-requests').click();
    await page.getByTestId('request-list').waitFor();
    await page.getByTestId('request-1').click();
    await page.locator('[data-testid=request-view][data-id="1"][data-status=answered]').waitFor();
    expect(await page.getByTestId('request-answer').textContent()).toContain('"users"');
    await page.keyboard.press('Escape');

    await notice(page, 'completed').waitFor();
    expect(await page.getByTestId('run-figures').textContent()).toContain('共 60 个用户：成功 60，失败 0');
    const totals = server.journal.totals();
    expect(await value(page, 'model-requests')).toBe(totals.requests);
    expect(await value(page, 'model-tokens')).toBe(totals.billedInputTokens + totals.billedOutputTokens);
    expect(await value(page, 'model-cost')).toBeGreaterThan(0);

    const { rows } = await listUsers(page);
    await page.getByTestId(`view-${rows[0]?.userId}`).click();
    await page.getByTestId('event-list').waitFor();
    expect(await page.getByTestId('drawer-coverage').textContent()).toBe('覆盖 100%');
    expect(await page.locator('.origin.llm').count()).toBeGreaterThan(0);
    await page.keyboard.press('Escape');

    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await page.locator('.details').waitFor();
    expect(await page.locator('.details').textContent()).toContain(`${totals.requests} 次`);
    await page.getByTestId('open-requests').click();
    await expect
      .poll(() => page.getByTestId('request-list').getAttribute('data-total'))
      .toBe(String(totals.requests));
    await expectQuiet(page);
  });

  test('tells each user that the model left out from those it answered, and says why it asked again', async () => {
    const { page } = await openModelDesk({ users: 40, server: { latency: 60, mix: { omit: 60 } } });
    await openStart(page);
    await confirmStart(page);
    await notice(page, 'completed').waitFor();
    await page.getByTestId('model-retries').click();
    await expect.poll(() => page.getByTestId('retry-causes').textContent()).toContain('缺少用户');
    await page.keyboard.press('Escape');
    await page.getByTestId('open-requests').click();
    const partly = page.locator('[data-testid=request-list] .partly', { hasNotText: '采纳 0' });
    await partly.first().click();
    await page.locator('[data-testid^=verdict-][data-status=missing_user]').first().waitFor();
    await page.locator('[data-testid^=verdict-][data-status=accepted]').first().waitFor();
    await expectQuiet(page);
  });
});

describe('a trial', () => {
  test('stops after its users, shows what they came to, and goes on when it is released', async () => {
    const { page } = await openModelDesk({ users: 60, server: { latency: 60 } });
    await openStart(page);
    await page.getByTestId('start-pilot').click();
    await page.getByTestId('start-pilot-users').locator('input').fill('12');
    await confirmStart(page);

    await page.getByTestId('pilot-done').waitFor();
    expect(await page.getByTestId('run-status').textContent()).toBe('试跑完成');
    expect(await value(page, 'pilot-rest')).toBe(48);
    expect(await page.getByTestId('pilot-rest-cost').textContent()).toMatch(/约 ¥\d/);
    await expect.poll(() => rowsWith(page, 'succeeded').count()).toBeGreaterThan(0);
    expect((await listUsers(page, { status: 'succeeded' })).total).toBe(12);

    await page.getByTestId('resume').click();
    await notice(page, 'completed').waitFor();
    expect(await page.getByTestId('run-figures').textContent()).toContain('共 60 个用户：成功 60，失败 0');
    await expectQuiet(page);
  });
});

describe('a spending cap', () => {
  test('stops the run as what it is, no error, and the run goes on under a higher one', async () => {
    const { page } = await openModelDesk({ users: 60, server: { latency: 60 } });
    await openStart(page);
    const cost = await value(page, 'estimate-cost');
    await page
      .getByTestId('start-cap')
      .locator('input')
      .fill((cost / 2).toFixed(2));
    await confirmStart(page);

    await notice(page, 'failed').waitFor();
    expect(await page.getByTestId('run-notice').textContent()).toContain('已达预算上限');
    expect(await page.getByTestId('run-notice').getAttribute('class')).toContain('el-alert--warning');
    const stopped = await ask(page, 'run.attach');
    expect(stopped.model?.cost).toBeLessThanOrEqual(stopped.model?.maxCost ?? 0);
    expect(stopped.processedUsers).toBeLessThan(60);
    expect(stopped.failedCount).toBe(0);

    const cap = page.getByTestId('new-cap').locator('input');
    await cap.fill('0.01');
    await cap.blur();
    await page.getByTestId('cap-too-low').waitFor();
    expect(await page.getByTestId('resume').isDisabled()).toBe(true);
    await cap.fill(String(Math.ceil(cost * 3)));
    await cap.blur();
    await page.getByTestId('resume').click();
    await notice(page, 'completed').waitFor();
    expect(await page.getByTestId('run-figures').textContent()).toContain('共 60 个用户：成功 60，失败 0');
    await expectQuiet(page);
  });

  test('cannot be set while the price is unknown, and says so', async () => {
    const { page } = await openModelDesk({ users: 5, settings: { priceIn: null, priceOut: null } });
    await openStart(page);
    expect(await page.getByTestId('start-cap').locator('input').isDisabled()).toBe(true);
    expect(await page.getByTestId('start-cap-hint').textContent()).toContain('请先在“设置 → 模型”中填写单价');
    expect(await page.getByTestId('estimate-cost').textContent()).toContain('未填单价');
  });
});

describe('a service that does not serve', () => {
  test('stops the run after one request for a wrong key, and goes on when the key is right', async () => {
    const { page, server } = await openModelDesk({ users: 40, key: 'sk-wrong' });
    await openStart(page);
    await confirmStart(page);
    await notice(page, 'failed').waitFor();
    expect(await page.getByTestId('run-error').getAttribute('data-code')).toBe('model.unauthorized');
    expect(await page.getByTestId('run-error').textContent()).toContain('鉴权失败');
    expect(server.journal.totals().requests).toBe(1);
    expect((await listUsers(page, { status: 'failed' })).total).toBe(0);

    await page.getByTestId('notice-to-settings').click();
    await page.waitForURL(/#\/settings/);
    await ask(page, 'model.setKey', { key: KEY, keep: 'session' });
    await go(page, 'extract');
    await page.getByTestId('resume').click();
    await notice(page, 'completed').waitFor();
    expect(await page.getByTestId('run-figures').textContent()).toContain('共 40 个用户：成功 40，失败 0');
    await expectQuiet(page);
  });

  test('is waited for with a countdown that runs down, and nobody fails', async () => {
    const { page, server } = await openModelDesk({
      users: 40,
      server: { outage: '429', retryAfterSeconds: 6 },
    });
    await openStart(page);
    await confirmStart(page);
    const line = page.getByTestId('run-throttle');
    await line.waitFor();
    expect(await line.textContent()).toMatch(/服务限流，\d+ 秒后继续/);
    const first = await value(page, 'run-throttle');
    expect(first).toBeLessThanOrEqual(7);
    await expect.poll(() => value(page, 'run-throttle')).toBeLessThan(first);
    expect(await page.getByTestId('indicator-throttle').textContent()).toMatch(/限流/);
    await server.control({ outage: null });
    await processed(page, 1);
    await notice(page, 'completed').waitFor();
    expect((await runIs(page, 'completed')).failedCount).toBe(0);
    await expectQuiet(page);
  });

  test('is named before a run is started that could not ask it', async () => {
    const { page } = await openDesk();
    await fill(page, await sampleLog(5));
    await go(page, 'extract');
    await page.getByTestId('start-run').click();
    await page.getByTestId('start-extractor-llm').click();
    await page.locator('[data-testid=start-error][data-code="model.not_configured"]').waitFor();
    expect(await page.getByTestId('confirm-start').isDisabled()).toBe(true);
    await page.getByTestId('start-to-settings').click();
    await page.waitForURL(/#\/settings/);
    await go(page, 'extract');
    await page.getByTestId('start-run').click();
    await page.getByTestId('start-extractor-rules').click();
    await expect.poll(() => page.getByTestId('confirm-start').isEnabled()).toBe(true);
    await expectQuiet(page);
  });
});
