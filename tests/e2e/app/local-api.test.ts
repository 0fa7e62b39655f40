import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import type { RunSnapshot } from '../../../src/shared/run.ts';
import { until } from '../support/app-under-test.ts';
import { disposeAll } from '../support/launch.ts';
import {
  ask,
  card,
  expectQuiet,
  figures,
  fill,
  go,
  openDesk,
  processed,
  runIs,
  sampleLog,
  standsStill,
} from './desk.ts';

declare global {
  interface Window {
    /** What was pushed to this window, by revision. */
    pushedByRevision: Record<number, RunSnapshot>;
  }
}

afterAll(disposeAll);

const USERS = 200;

/** A port that another program uses. */
async function takenPort(): Promise<{ port: number; server: Server }> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as AddressInfo).port, server };
}

async function recordPushes(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.pushedByRevision = {};
    window.eventloom.on('run.snapshot', (snapshot) => {
      window.pushedByRevision[snapshot.revision] = snapshot;
    });
  });
}

/** What the numbers of a run are called here, in a window and in the API. */
const NUMBERS = {
  total_users: 'totalUsers',
  processed_users: 'processedUsers',
  success_count: 'successCount',
  failed_count: 'failedCount',
  current_batch: 'currentBatch',
  total_batches: 'totalBatches',
  progress_percent: 'progressPercent',
  estimated_remaining_seconds: 'estimatedRemainingSeconds',
  status: 'status',
} as const satisfies Record<string, keyof RunSnapshot>;

test('the local API shows what windows and tray show, from the switch in the settings until it is switched off', async () => {
  const { app, page, userData } = await openDesk({ slowMs: 250 });
  await fill(page, await sampleLog(USERS));

  // A port that is taken is said so, and another one makes up for it.
  const { port, server } = await takenPort();
  await go(page, 'settings');
  await page.getByTestId('section-link-api').click();
  expect(await page.getByTestId('api-panel').getAttribute('data-status')).toBe('off');
  const portInput = page.getByTestId('api-port');
  await portInput.fill(String(port));
  await portInput.press('Enter');
  await expect.poll(async () => (await ask(page, 'api.get')).port).toBe(port);
  await page.getByTestId('api-enable').click();
  const error = page.getByTestId('api-error');
  await error.waitFor();
  expect(await error.getAttribute('data-code')).toBe('api.port_in_use');
  expect(await error.textContent()).toContain(`端口 ${port} 已被其他程序占用`);
  const token = (await page.getByTestId('api-token-text').textContent()) ?? '';
  expect(token).toMatch(/^[\w-]{43}$/);
  await new Promise((resolve) => server.close(resolve));
  await page.getByTestId('api-enable').click();
  await page.getByTestId('api-enable').click();
  await page.locator('[data-testid=api-panel][data-status=running]').waitFor();
  const url = (await page.getByTestId('api-url').textContent()) ?? '';
  expect(url).toBe(`http://127.0.0.1:${port}`);

  // The token is shown once, to this window, and kept nowhere.
  const second = await app.newWindow(() => app.clickMenu('文件', '新建窗口'));
  await go(second, 'settings');
  await second.locator('[data-testid=api-panel][data-status=running]').waitFor();
  expect(await second.getByTestId('api-token').count()).toBe(0);
  await page.getByTestId('api-token-done').click();
  await page.getByTestId('api-token').waitFor({ state: 'detached' });
  const file = join(userData, 'local-api.json');
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const entry of readdirSync(userData, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes('workspaces')) continue;
    expect(readFileSync(join(entry.parentPath, entry.name), 'latin1'), entry.name).not.toContain(token);
  }

  const extract = `${url}/api/v1/events/extract`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call = async (
    method: 'GET' | 'POST',
    name: string,
  ): Promise<{ status: number; json: { code: unknown; data: Record<string, unknown> } }> => {
    const response = await fetch(`${extract}/${name}`, { method, headers });
    return {
      status: response.status,
      json: (await response.json()) as { code: unknown; data: Record<string, unknown> },
    };
  };
  expect((await fetch(`${extract}/progress`)).status).toBe(401);

  // A client of the stream, two windows and the tray during a run that another program starts.
  const streamed = new Map<number, Record<string, unknown>>();
  const parser = createParser({
    onEvent: ({ id, data }) => streamed.set(Number(id), JSON.parse(data) as Record<string, unknown>),
  });
  const stream = await fetch(`${extract}/stream`, { headers });
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of stream.body ?? [])
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
  })();
  for (const view of [page, second]) {
    await go(view, 'extract');
    await recordPushes(view);
  }
  expect((await call('POST', 'start')).json).toMatchObject({
    code: 0,
    data: { status: 'running', total_users: USERS },
  });
  expect(await call('POST', 'start')).toMatchObject({
    status: 409,
    json: { code: 'run.already_active', message: '已有批量抽象任务正在运行' },
  });
  await processed(page, 20);
  const { json } = await call('GET', 'progress');
  expect(json.data).toMatchObject({ status: 'running', total_users: USERS });

  expect((await call('POST', 'pause')).json.data['status']).toBe('paused');
  await Promise.all([card(page, 'paused').waitFor(), card(second, 'paused').waitFor()]);
  const still = await standsStill(page);
  const { data } = (await call('GET', 'progress')).json;
  const shown = {
    status: 'paused',
    revision: data['revision'],
    percent: data['progress_percent'],
    total: data['total_users'],
    processed: data['processed_users'],
    success: data['success_count'],
    failed: data['failed_count'],
  };
  expect(shown.revision).toBe(still.revision);
  for (const view of [page, second]) await expect.poll(() => figures(view)).toEqual(shown);
  await until('the same numbers in the tray', async () => {
    const tray = await app.tray();
    const numbers = `已暂停 ${Number(shown.percent).toFixed(1)} %（${shown.processed}/${USERS}，失败 0`;
    return tray?.tooltip.includes(numbers) ? true : undefined;
  });
  await expect.poll(() => streamed.get(still.revision)).toEqual(data);

  expect((await call('POST', 'resume')).json.data['status']).toBe('running');
  await processed(second, still.processedUsers + 10);
  expect((await call('POST', 'cancel')).json.data['status']).toBe('cancelled');
  const end = await runIs(page, 'cancelled');
  await expect.poll(() => streamed.get(end.revision)?.['status']).toBe('cancelled');
  // At every revision that more than one of them saw, they saw the same.
  let compared = 0;
  for (const view of [page, second]) {
    const pushed = await view.evaluate(() => window.pushedByRevision);
    for (const [revision, snapshot] of Object.entries(pushed)) {
      const told = streamed.get(Number(revision));
      if (!told) continue;
      compared += 1;
      for (const [name, field] of Object.entries(NUMBERS)) expect(told[name], name).toBe(snapshot[field]);
    }
  }
  expect(compared).toBeGreaterThan(6);

  // Another token ends what the old one opened; off is off, and the stream ends in order.
  await go(page, 'settings');
  await page.getByTestId('api-renew').click();
  await page.locator('.confirm-yes').click();
  await page.getByTestId('api-token-text').waitFor();
  await ended;
  expect((await call('GET', 'progress')).status).toBe(401);
  headers.authorization = `Bearer ${(await page.getByTestId('api-token-text').textContent()) ?? ''}`;
  expect((await call('GET', 'progress')).json.data['revision']).toBe(end.revision);
  await page.getByTestId('api-enable').click();
  await page.locator('[data-testid=api-panel][data-status=off]').waitFor();
  await expect(call('GET', 'progress')).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await expectQuiet(page);
  await expectQuiet(second);
});
