import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import { ask, fill, go, openDesk, sampleLog } from './desk.ts';

afterEach(disposeAll);

/** The gap that the engine has for the workspace; null: the proposal. */
async function storedGap(page: Page): Promise<number | null | undefined> {
  const view = await ask(page, 'rhythm.get');
  return view.status === 'measured' ? view.gapMinutes : undefined;
}

const measured = (page: Page): Promise<void> =>
  page.locator('[data-testid=rhythm-card][data-status=measured]').waitFor();

describe('the card of the rhythm', () => {
  test('comes by itself after an import; the gap is moved with keys and pointer, kept, and reset', async () => {
    const userData = temporaryFolder();
    const { app, page } = await openDesk({ userData });
    await go(page, 'data');
    expect(await page.getByTestId('rhythm-card').count()).toBe(0);
    await fill(page, await sampleLog(40, 40));
    await measured(page);
    expect(await storedGap(page)).toBeNull();
    // What is done, with its count, and how the names of things are built.
    expect(await page.getByTestId('rhythm-action-browse').innerText()).toMatch(/^浏览\s+\d+/);
    expect(await page.getByTestId('rhythm-names-item').innerText()).toMatch(
      /^对象\s+\d+ 个名称 · .*以“_”分段/,
    );
    const handle = page.getByTestId('gap-handle');
    const proposed = Number(await handle.getAttribute('aria-valuenow'));
    expect(await page.getByTestId('rhythm-sessions').textContent()).toContain(String(proposed));
    expect(await page.getByTestId('gap-reset').count()).toBe(0);

    await handle.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.getByTestId('rhythm-own').waitFor();
    const byKeys = Number(await handle.getAttribute('aria-valuenow'));
    expect(byKeys).toBeGreaterThan(proposed);
    await expect.poll(() => storedGap(page)).toBe(byKeys);

    const box = await handle.locator('xpath=..').boundingBox();
    if (!box) throw new Error('the chart is not shown');
    await handle.hover();
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => storedGap(page)).toBeGreaterThan(byKeys);
    const dragged = await storedGap(page);

    await app.kill9();
    const again = await openDesk({ userData });
    await go(again.page, 'data');
    await measured(again.page);
    expect(await storedGap(again.page)).toBe(dragged);
    await again.page.getByTestId('gap-reset').click();
    await expect.poll(() => storedGap(again.page)).toBeNull();
    // The window follows the engine.
    const shown = again.page.getByTestId('gap-handle');
    await expect.poll(async () => Number(await shown.getAttribute('aria-valuenow'))).toBe(proposed);

    await go(again.page, 'settings');
    expect(await again.page.getByTestId('rules-panel').textContent()).toContain(`静默 ${proposed} 分钟`);
  });
});

describe('the suggested rules', () => {
  test('are chosen by a click and in force from then on, also after a restart; a refusal is taken as one', async () => {
    const userData = temporaryFolder();
    const { app, page } = await openDesk({ userData });
    await go(page, 'data');
    await fill(page, await sampleLog(60, 40));
    const suggestion = page.getByTestId('pack-suggestion');
    await suggestion.waitFor();
    expect(await suggestion.getAttribute('data-pack')).toBe('auto');
    // Nothing is chosen in silence.
    expect(await ask(page, 'rules.info')).toMatchObject({ pack: 'general' });
    await page.getByTestId('pack-use').click();
    await suggestion.waitFor({ state: 'detached' });
    expect(await ask(page, 'rules.info')).toMatchObject({ pack: 'auto' });
    await app.kill9();

    const again = await openDesk({ userData });
    expect(await ask(again.page, 'rules.info')).toMatchObject({ pack: 'auto', builtIn: true });
    await go(again.page, 'settings');
    await again.page.getByTestId('rules-packs').getByText('通用').click();
    await expect.poll(async () => (await ask(again.page, 'rules.info')).pack).toBe('general');
    await go(again.page, 'data');
    await again.page.getByTestId('pack-decline').click();
    await again.page.getByTestId('pack-suggestion').waitFor({ state: 'detached' });
    expect(await ask(again.page, 'rules.info')).toMatchObject({ pack: 'general' });
  });
});
