import { afterEach, describe, expect, test } from 'vitest';
import { until } from '../support/app-under-test.ts';
import {
  ask,
  box,
  card,
  expectQuiet,
  fill,
  go,
  inEachLanguage,
  listUsers,
  notice,
  openDesk,
  processed,
  rowsWith,
  runIs,
  sampleLog,
  shrink,
} from './desk.ts';
import {
  KEY,
  confirmStart,
  disposeModelDesks,
  openModelDesk,
  openStart,
  startLossy,
  value,
} from './model-desk.ts';

afterEach(disposeModelDesks);

describe('a run with a model', () => {
  test('says before what it will take, shows live figures, and lets one read the answers as they come', async () => {
    const { page, server } = await openModelDesk({
      users: 60,
      server: { latency: 2500, writes: 30 },
    });
    await openStart(page);
    expect(await value(page, 'preflight-users')).toBe(60);
    expect(await value(page, 'estimate-requests')).toBeGreaterThan(1);
    expect(await value(page, 'estimate-input')).toBeGreaterThan(1000);
    expect(await value(page, 'estimate-output')).toBeGreaterThan(100);
    expect(await value(page, 'estimate-cost')).toBeGreaterThan(0);
    const basis = page.getByTestId('estimate-basis');
    expect(await basis.getAttribute('data-status')).toBe('default');
    expect(await basis.textContent()).toContain('30%');
    // One tiny request tells how the provider counts, and the estimate is made anew.
    const rough = await value(page, 'estimate-input');
    await page.getByTestId('estimate-test').click();
    await expect.poll(() => basis.getAttribute('data-status')).toBe('counted');
    expect(await value(page, 'estimate-input')).not.toBe(rough);
    expect(await page.getByTestId('estimate-test').count()).toBe(0);
    await server.control({ clearJournal: true });
    await confirmStart(page);

    await card(page, 'running').waitFor();
    expect(await page.getByTestId('figure-model').textContent()).toBe('fault-model');
    await expect.poll(() => value(page, 'figure-in-flight')).toBeGreaterThan(0);

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
    expect(await value(page, 'figure-requests')).toBe(totals.requests);
    expect(await value(page, 'figure-tokens')).toBe(totals.billedInputTokens + totals.billedOutputTokens);
    expect(await value(page, 'figure-cost')).toBeGreaterThan(0);

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
    await page.getByTestId('figure-retries').click();
    await expect.poll(() => page.getByTestId('retry-causes').textContent()).toContain('缺少用户');
    await page.keyboard.press('Escape');
    await page.getByTestId('open-requests').click();
    const partly = page.locator('[data-testid=request-list] .verdict[data-tone=partial]');
    await partly.first().click();
    await page.locator('[data-testid^=verdict-][data-status=missing_user]').first().waitFor();
    const taken = page.locator('[data-testid^=verdict-][data-status=accepted]').first();
    await taken.waitFor();
    const [, alias] = await taken.locator('td').allTextContents();
    expect(alias).toMatch(/^u\d+$/);
    expect(await page.getByTestId('request-answer').textContent()).toContain(`"user_id": "${alias}"`);

    // What was sent stands beside it, in aliases, and each user can be looked at.
    const [userId] = await taken.locator('td').allTextContents();
    const sent = page.getByTestId('request-prompt');
    expect(await sent.textContent()).toContain(`@${alias}\n`);
    expect(await sent.textContent()).not.toContain(userId);
    expect((await box(sent)).right).toBeLessThan((await box(page.getByTestId('request-answer'))).left);
    await page.getByTestId(`verdict-user-${userId}`).click();
    const drawer = page.getByTestId('user-drawer').filter({ visible: true });
    await drawer.getByTestId('event-list').waitFor();
    expect(await drawer.getByTestId('drawer-title').textContent()).toContain(userId);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    expect(await page.getByTestId('requests-drawer').isVisible()).toBe(true);
    await expectQuiet(page);
  });

  test('tells that the beginning of a user in whom an answer broke off was kept', async () => {
    const { page } = await openModelDesk({
      users: 12,
      rowsPerUser: 60,
      server: { latency: 60, mix: { cut: 70 } },
    });
    await openStart(page);
    await confirmStart(page);
    await notice(page, 'completed').waitFor();
    await page.getByTestId('open-requests').click();
    const partly = page.locator('[data-testid=request-list] button', {
      has: page.locator('.verdict:not([data-tone=success])'),
    });
    await partly.first().waitFor();
    const kept = page.locator('[data-testid^=verdict-][data-status=truncated]', { hasText: '前段已保留' });
    for (const row of await partly.all()) {
      await row.click();
      await page.getByTestId('request-verdicts').waitFor();
      if ((await kept.count()) > 0) break;
    }
    expect(await kept.first().textContent()).toMatch(/\d+%/);
    await expectQuiet(page);
  });
});

describe('the panel of answers', () => {
  test('follows an answer to its end, but leaves a reader who has scrolled back where she reads', async () => {
    const { app, page } = await openModelDesk({
      users: 16,
      rowsPerUser: 40,
      server: { latency: 6000, writes: 60 },
      settings: { maxConcurrency: 1 },
    });
    await shrink(app, page);
    await openStart(page);
    await confirmStart(page);
    await card(page, 'running').waitFor();
    const current = page.getByTestId('run-current');
    expect((await box(current.locator('> :last-child'))).right).toBeLessThan((await box(current)).right);
    expect((await box(page.getByTestId('user-pages'))).bottom).toBeLessThanOrEqual(600);
    const hint = page.getByTestId('run-hint');
    expect((await box(hint.locator('.started'))).right).toBeLessThanOrEqual((await box(hint)).right);
    await page.getByTestId('open-requests').click();
    const answer = page.getByTestId('request-answer');
    const at = (): Promise<{ top: number; left: number }> =>
      answer.evaluate((box) => ({
        top: box.scrollTop,
        left: box.scrollHeight - box.clientHeight - box.scrollTop,
      }));
    await page.locator('[data-testid=request-view][data-status=streaming]').waitFor();
    await expect.poll(async () => (await at()).top).toBeGreaterThan(40);
    expect((await at()).left).toBeLessThan(2);

    await answer.evaluate((box) => box.scrollTo({ top: 10 }));
    const length = await value(page, 'request-answer');
    await expect.poll(() => value(page, 'request-answer')).toBeGreaterThan(length);
    expect((await at()).top).toBe(10);
    await page.getByTestId('follow-answer').click();
    const later = await value(page, 'request-answer');
    await expect.poll(() => value(page, 'request-answer')).toBeGreaterThan(later);
    expect((await at()).left).toBeLessThan(2);
    await expectQuiet(page);
  });
});

describe('users whose behaviours are not accounted for', () => {
  test('are marked, found by a filter, and tried again without the stored answer', async () => {
    const { app, page, server } = await openModelDesk({
      users: 6,
      rowsPerUser: 30,
      server: { stream: false },
    });
    const lossy = await startLossy(server);
    await ask(page, 'model.set', { baseUrl: `${lossy.url}/v1` });
    // A key belongs to the address it was entered for.
    await ask(page, 'model.setKey', { key: KEY, keep: 'session' });
    await openStart(page);
    // Of few and long events half would leave some user covered well enough.
    await page.getByTestId('start-detail-fine').click();
    await confirmStart(page);
    await notice(page, 'completed').waitFor();
    expect(await value(page, 'figure-low-coverage')).toBe(6);
    await page.getByTestId('view-low-coverage').click();
    await expect.poll(() => page.locator('[data-low-coverage=true]').count()).toBe(6);
    expect(await page.locator('[data-low-coverage=true]').first().textContent()).toContain('覆盖不足');
    expect(await page.locator('[data-low-coverage=true]').first().getAttribute('title')).toMatch(/只有 \d+%/);

    await shrink(app, page);
    const badge = page.locator('[data-low-coverage=true] .low').first();
    await expect.poll(() => badge.textContent()).toMatch(/^Low \d+%$/);
    expect((await box(badge)).right).toBeLessThan((await box(page.getByTestId(/^view-u/).first())).left);
    expect(await badge.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);

    lossy.whole();
    await page.getByTestId('retry-low-coverage').click();
    await page.getByTestId('estimate-requests').waitFor();
    expect(await value(page, 'estimate-requests')).toBeGreaterThan(0);
    expect((await box(page.getByTestId('confirm-start'))).bottom).toBeLessThan(570);
    await ask(page, 'settings.set', { language: 'zh-CN' });
    await confirmStart(page);
    await expect.poll(() => page.getByTestId('run-figures').textContent()).toContain('共 6 个用户：成功 6');
    await expect.poll(() => page.locator('[data-low-coverage=true]').count()).toBe(0);
    expect((await ask(page, 'run.history'))[0]?.scope).toBe('lowCoverage');
    await expectQuiet(page);
  });
});

describe('users that a model fails', () => {
  test('are grouped by reason, and those of one reason are tried again with the model', async () => {
    // One user: a model that fails many users in a row stops the run instead.
    const { app, page, server } = await openModelDesk({ users: 1, server: { mix: { empty: 100 } } });
    await openStart(page);
    await confirmStart(page);
    await notice(page, 'completed').waitFor();
    expect(await page.getByTestId('run-figures').textContent()).toContain('共 1 个用户：成功 0，失败 1');

    // Nothing of it looks like a success.
    const over = page.getByTestId('run-notice');
    expect(await over.textContent()).toContain('批量抽象没有成功：1 个用户全部失败');
    expect(await over.getAttribute('class')).toContain('el-alert--error');
    const indicator = page.getByTestId('run-indicator');
    expect(await indicator.getAttribute('data-tone')).toBe('failure');
    expect(await indicator.textContent()).toContain('全部失败');
    await expect.poll(async () => (await app.tray())?.tooltip).toContain('1 个用户全部失败');
    await rowsWith(page, 'failed').first().waitFor();
    const [events, conversions] = (
      await page.locator('.user-table tbody tr').first().locator('td').allTextContents()
    ).slice(3, 5);
    expect([events?.trim(), conversions?.trim()]).toEqual(['—', '—']);
    await page.getByTestId('open-requests').click();
    await page.getByTestId('request-1').waitFor();
    expect(await page.getByTestId('request-1').locator('[data-tone]').first().getAttribute('data-tone')).toBe(
      'failure',
    );
    await page.keyboard.press('Escape');
    await page.getByTestId('requests-drawer').waitFor({ state: 'hidden' });
    await server.control({ mix: 'none' });
    await go(page, 'history');
    expect(await page.getByTestId('run-1').textContent()).toContain('全部失败');
    await page.getByTestId('run-toggle-1').click();
    await expect.poll(() => page.getByTestId('failure-groups').textContent()).toContain('空回答');
    await page.getByTestId('retry-group-0').click();
    await page.getByTestId('estimate-requests').waitFor();
    expect(await value(page, 'preflight-users')).toBe(1);
    await confirmStart(page);
    await runIs(page, 'completed');
    await expect.poll(() => page.getByTestId('failure-groups').textContent()).toContain('都已恢复');
    await expectQuiet(page);
  });
});

describe('the words of a run with a model', () => {
  test('are in the language of the window, with every value filled in', async () => {
    const { app, page, server } = await openModelDesk({
      users: 80,
      server: { latency: 400, writes: 10, mix: { rate_limit: 20, omit: 20 } },
    });
    const read = (): Promise<void> =>
      inEachLanguage(page, async (language) => {
        const shown = await page.locator('body').innerText();
        expect(shown).not.toMatch(/undefined|NaN|\[object|\bnull\b|Infinity|\{\w+\}/);
        const data = await page.locator('.mono').allInnerTexts();
        const own = data
          .reduce((all, part) => all.replace(part, ''), shown)
          .replaceAll(/EventLoom 事织/g, '');
        if (language === 'en') expect(own).not.toMatch(/\p{Script=Han}/u);
      });
    await openStart(page);
    await read();
    await page.getByTestId('start-detail-fine').click();
    await page.getByTestId('start-pilot').click();
    await confirmStart(page);
    await processed(page, 1);
    await read();
    await page.getByTestId('pilot-done').waitFor();
    await read();
    await shrink(app, page);
    const state = page.getByTestId('run-indicator').locator('.ellipsis');
    expect(await state.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    await server.control({ outage: '429', retryAfterSeconds: 3 });
    const spent = (await ask(page, 'run.attach')).model?.cost ?? 0;
    await ask(page, 'run.resume', { maxCost: spent * 1.5 });
    await page.getByTestId('run-throttle').waitFor();
    await read();
    await server.control({ outage: null, mix: 'none' });
    await notice(page, 'failed').waitFor();
    await read();
    await page.getByTestId('open-requests').click();
    for (const status of ['failed', 'answered']) {
      await page.locator(`[data-testid^=request-][data-id][data-status=${status}]`).first().click();
      await page.locator(`[data-testid=request-view][data-status=${status}]`).waitFor();
      await read();
    }
    await page.keyboard.press('Escape');
    await page.getByTestId('requests-drawer').waitFor({ state: 'hidden' });
    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await page.locator('.details').waitFor();
    await read();
    await expectQuiet(page);
  });
});

describe('a trial', () => {
  test('stops after its users, shows what they came to, and goes on when it is released', async () => {
    const { app, page, server } = await openModelDesk({
      users: 60,
      rowsPerUser: 40,
      server: { latency: 60 },
    });
    await openStart(page);
    await page.getByTestId('start-pilot').click();
    await page.getByTestId('start-pilot-users').locator('input').fill('12');
    // Nobody looks at the window.
    await app.act(page, 'blur');
    await confirmStart(page);

    await page.getByTestId('pilot-done').waitFor();
    expect(await page.getByTestId('run-status').textContent()).toBe('试跑完成');
    const titles = (await app.notifications()).map(({ title }) => title);
    expect(titles).toEqual(['试跑完成，等待您确认']);
    expect(await value(page, 'pilot-rest')).toBe(48);
    expect(await page.getByTestId('pilot-rest-cost').textContent()).toMatch(/约 ¥\d/);
    const outlook = page.getByTestId('cap-outlook');
    expect(await outlook.textContent()).toContain('没有设上限');
    // A cap that is too low is warned of, and does its work; a higher one can be set in the same place.
    const spent = (await ask(page, 'run.attach')).model?.cost ?? 0;
    const cap = page.getByTestId('new-cap').locator('input');
    await cap.fill((spent * 1.5).toFixed(2));
    await cap.blur();
    await expect.poll(() => outlook.textContent()).toMatch(/超出上限：大约再处理 \d+ 个用户后停下/);
    await cap.fill(String(Math.ceil(spent * 20)));
    await cap.blur();
    await expect.poll(() => outlook.textContent()).toContain('在上限之内');
    await expect.poll(() => rowsWith(page, 'succeeded').count()).toBeGreaterThan(0);
    expect((await listUsers(page, { status: 'succeeded' })).total).toBe(12);

    // What the model answered is shown at each detail; the run goes on at the one that is chosen, with the cap as it is entered.
    await page.getByTestId('compare-details').click();
    const dialog = page.getByTestId('pilot-details');
    await dialog.getByTestId('detail-preview').waitFor();
    expect(await page.getByTestId('pilot-outlook').textContent()).toContain('其余 48 个用户也按“标准”处理');
    const listed = (): Promise<number> => dialog.locator('ol > li').count();
    const atStandard = await listed();
    await dialog.getByTestId('start-detail-fine').click();
    await expect.poll(listed).toBeGreaterThan(atStandard);
    await dialog.getByTestId('start-detail-brief').click();
    await expect.poll(listed).toBeLessThan(atStandard);
    expect(await page.getByTestId('pilot-outlook').textContent()).toContain(
      '试跑的 12 个用户的事件立即按“概括”',
    );
    const requests = server.journal.totals().requests;
    await server.control({ latency: 1_500 });
    await page.getByTestId('pilot-go-on').click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await ask(page, 'run.attach')).toMatchObject({
      detail: 'brief',
      model: { pilotDetail: 'standard' },
    });
    await page.getByTestId('show-pilot').click();
    await dialog.getByTestId('detail-preview').waitFor();
    expect(await page.getByTestId('pilot-go-on').count()).toBe(0);
    await page.keyboard.press('Escape');
    await server.control({ latency: 60 });
    await notice(page, 'completed').waitFor();
    expect(await page.getByTestId('run-figures').textContent()).toContain('共 60 个用户：成功 60，失败 0');
    // After the end, too, from what is stored.
    const asked = server.journal.totals().requests;
    await page.getByTestId('show-pilot').click();
    await dialog.getByTestId('detail-preview').waitFor();
    expect(await dialog.locator('ol > li').count()).toBeGreaterThan(0);
    expect(await page.getByTestId('pilot-rejoined').textContent()).toContain('“概括”');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    // In the history, too, for as long as it is the newest run.
    await go(page, 'history');
    await page.getByTestId('run-toggle-1').click();
    await page.getByTestId('history-pilot').click();
    await dialog.getByTestId('detail-preview').waitFor();
    expect(await page.getByTestId('pilot-go-on').count()).toBe(0);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(server.journal.totals().requests).toBe(asked);
    expect((await ask(page, 'run.attach')).model?.maxCost).toBe(Math.ceil(spent * 20));
    expect(server.journal.totals().requests).toBeGreaterThan(requests);
    await expectQuiet(page);
  });
});

describe('a spending cap', () => {
  test('stops the run as what it is, no error, and the run goes on under a higher one', async () => {
    const { app, page } = await openModelDesk({ users: 60, server: { latency: 60 } });
    await ask(page, 'settings.set', { notifyNeedsYou: false });
    await openStart(page);
    const cost = await value(page, 'estimate-cost');
    const startCap = page.getByTestId('start-cap').locator('input');
    await startCap.fill((cost / 2).toFixed(2));
    await startCap.blur();
    expect(await page.getByTestId('start-cap-low').textContent()).toContain('低于预估');
    // Nobody looks at the window.
    await app.act(page, 'blur');
    await confirmStart(page);

    await notice(page, 'failed').waitFor();
    expect(await app.notifications()).toEqual([]);
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

  test('too low for a single request says so, before and after, and can be raised from the history', async () => {
    const { page, server } = await openModelDesk({ users: 30, server: { latency: 60 } });
    await openStart(page);
    const cost = await value(page, 'estimate-cost');
    const startCap = page.getByTestId('start-cap').locator('input');
    await startCap.fill('0.01');
    await startCap.blur();
    expect(await page.getByTestId('start-cap-low').textContent()).toContain('一次请求最多要预留');
    await confirmStart(page);
    await notice(page, 'failed').waitFor();
    expect(server.journal.totals().requests).toBe(0);
    expect(await page.getByTestId('run-error').textContent()).toMatch(
      /上限 ¥0\.01。下一次请求最多可能花费 ¥\d/,
    );
    const stopped = await ask(page, 'run.attach');
    const least = Number(stopped.error?.params?.['least']);
    const suggested = Number(await page.getByTestId('new-cap').locator('input').inputValue());
    expect(suggested).toBeGreaterThanOrEqual(least);
    await page.getByTestId('dismiss-run').click();

    await go(page, 'history');
    const entry = page.getByTestId(`run-${stopped.runId}`);
    expect(await entry.textContent()).toContain('已达预算上限');
    await page.getByTestId(`run-toggle-${stopped.runId}`).click();
    const cap = entry.getByTestId('new-cap').locator('input');
    await cap.fill((least / 2).toFixed(4));
    await cap.blur();
    expect(await entry.getByTestId('cap-too-low').textContent()).toContain('至少需要');
    await cap.fill(String(Math.ceil(cost * 4 + least)));
    await cap.blur();
    await entry.getByTestId('resume').click();
    await expect.poll(async () => (await ask(page, 'run.attach')).status).toBe('completed');
    expect((await ask(page, 'run.attach')).successCount).toBe(30);
    await expectQuiet(page);
  });

  test('counts tokens while no price is known', async () => {
    const { page, server } = await openModelDesk({ users: 60, settings: { priceIn: null, priceOut: null } });
    await openStart(page);
    expect(await page.getByTestId('estimate-cost').textContent()).toContain('未填单价');
    expect(await page.getByTestId('start-cap-hint').textContent()).toContain('按 Token 设上限');
    const startCap = page.getByTestId('start-cap').locator('input');
    const whole = (await value(page, 'estimate-input')) + (await value(page, 'estimate-output'));
    await startCap.fill(String(Math.round(whole * 0.7)));
    await startCap.blur();
    expect(await page.getByTestId('start-cap-low').textContent()).toContain('低于预估');
    await confirmStart(page);
    await notice(page, 'failed').waitFor();
    expect(await page.getByTestId('run-notice').textContent()).toMatch(
      /已花费 [\d,]+ tokens，上限 [\d,]+ tokens/,
    );
    const { billedInputTokens, billedOutputTokens } = server.journal.totals();
    expect(billedInputTokens + billedOutputTokens).toBeLessThanOrEqual(Math.round(whole * 0.7));
    await page.getByTestId('new-cap').locator('input').fill('');
    await page.getByTestId('new-cap').locator('input').blur();
    await page.getByTestId('resume').click();
    await notice(page, 'completed').waitFor();
    await expectQuiet(page);
  });
});

describe('a service that does not serve', () => {
  test('stops the run after one request for a wrong key, and goes on when the key is right', async () => {
    const { app, page, server } = await openModelDesk({ users: 40, key: 'sk-wrong' });
    await openStart(page);
    await confirmStart(page);
    await notice(page, 'failed').waitFor();
    expect(await page.getByTestId('run-error').getAttribute('data-code')).toBe('model.unauthorized');
    expect(await page.getByTestId('run-error').textContent()).toContain('鉴权失败');
    expect(server.journal.totals().requests).toBe(1);
    expect((await listUsers(page, { status: 'failed' })).total).toBe(0);

    // What helps stands out: the settings, and going on once another key was entered.
    const standsOut = page.locator('[data-testid=run-notice] .el-button--primary');
    expect(await standsOut.getAttribute('data-testid')).toBe('notice-to-settings');
    await go(page, 'history');
    await page.locator('[data-testid^=run-toggle-]').first().click();
    await page.locator('[data-testid^=run-to-settings-].el-button--primary').click();
    await page.waitForURL(/#\/settings/);
    await go(page, 'extract');
    await page.getByTestId('notice-to-settings').click();
    await page.waitForURL(/#\/settings/);
    // So does the tray, in place of going on.
    const offered = async (): Promise<string[]> => ((await app.tray())?.menu ?? []).map(({ label }) => label);
    await expect.poll(offered).toContain('去设置');
    expect(await offered()).not.toContain('继续');
    await go(page, 'extract');
    await app.clickTray('去设置');
    await page.waitForURL(/#\/settings\?section=model/);
    await ask(page, 'model.setKey', { key: KEY, keep: 'session' });
    await expect.poll(offered).toContain('继续');
    expect(await offered()).not.toContain('去设置');
    await go(page, 'extract');
    await expect.poll(() => standsOut.getAttribute('data-testid')).toBe('resume');
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
    expect(await line.textContent()).toMatch(/服务限流，\d\d:\d\d:\d\d 继续（\d+ 秒后）/);
    const first = await value(page, 'run-throttle');
    expect(first).toBeLessThanOrEqual(7);
    await expect.poll(() => value(page, 'run-throttle')).toBeLessThan(first);
    expect(await page.getByTestId('indicator-throttle').textContent()).toMatch(/限流/);
    await server.control({ outage: null });
    await notice(page, 'completed').waitFor();
    expect((await runIs(page, 'completed')).failedCount).toBe(0);
    await expectQuiet(page);
  });

  test('lets the time left pass while it is waited for', async () => {
    const { page, server } = await openModelDesk({ users: 60, server: { latency: 250 } });
    await openStart(page);
    await confirmStart(page);
    const left = page.getByTestId('run-remaining');
    await expect.poll(() => left.textContent()).toMatch(/秒/);
    await server.control({ outage: '429', retryAfterSeconds: 20 });
    await page.getByTestId('run-throttle').waitFor();
    const shown = async (): Promise<[string | null, string | null]> => [
      await card(page, 'running').getAttribute('data-revision'),
      await left.textContent(),
    ];
    let before = await shown();
    await until('time to pass without news of the run', async () => {
      const [revision, text] = await shown();
      if (revision !== before[0]) before = [revision, text];
      return text !== before[1] ? true : undefined;
    });
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
