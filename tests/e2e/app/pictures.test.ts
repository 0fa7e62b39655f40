import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { SaxesParser } from 'saxes';
import { afterAll, describe, expect, test } from 'vitest';
import { disposeAll, temporaryFolder } from '../support/launch.ts';
import type { AppUnderTest } from '../support/app-under-test.ts';
import { check } from './accessible.ts';
import { ask, fill, go, notice, openDesk, sampleLog, startRun } from './desk.ts';

afterAll(disposeAll);

/** The application with the events of a small log, at a tab of its answers. */
async function openAnswers(users: number, rowsPerUser = 12): Promise<{ app: AppUnderTest; page: Page }> {
  const { app, page } = await openDesk();
  await fill(page, await sampleLog(users, rowsPerUser));
  await go(page, 'extract');
  await startRun(page);
  await notice(page, 'completed').waitFor();
  await page.getByTestId('go-insight').click();
  await page.getByTestId('insight-sentence').waitFor();
  return { app, page };
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByTestId('insight-tabs').getByText(name, { exact: true }).click();
  await page
    .locator('[data-testid=insight-answer]:not([data-loading]) [data-testid=insight-table]')
    .waitFor();
}

/** Saves the answer that is shown in a format, as a person does. */
async function save(app: AppUnderTest, page: Page, format: string, path: string): Promise<void> {
  await page.getByTestId('insight-save').click();
  await page.getByTestId(`insight-save-${format}`).click();
  await app.openDialog('saveDialog');
  await app.answerDialog('saveDialog', path);
  await page.getByText(path, { exact: false }).waitFor();
}

/** The texts of an XML document; throws where it is none. */
function textsOf(xml: string): string[] {
  const [parser, texts] = [new SaxesParser(), [] as string[]];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('text', (text) => texts.push(text));
  parser.write(xml).close();
  return texts;
}

describe('pictures of answers', () => {
  test('are saved as they are shown, and what cannot be written is said', async () => {
    const { app, page } = await openAnswers(30);
    const folder = temporaryFolder();
    const svg = join(folder, 'overview.svg');
    await save(app, page, 'svg', svg);
    const texts = textsOf(readFileSync(svg, 'utf8'));
    expect(texts).toEqual(expect.arrayContaining(['总览', '各类型的用户数', '事件在一周中的时间']));
    expect(readFileSync(svg, 'utf8')).toContain('#ffffff');

    await ask(page, 'settings.set', { theme: 'dark' });
    await page.locator('html.dark').waitFor({ state: 'attached' });
    await openTab(page, '漏斗');
    const shown = await page.getByTestId('funnel-users-0').locator('text').allTextContents();
    const png = join(folder, 'funnel.png');
    await save(app, page, 'png', png);
    expect(readFileSync(png).subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    const dark = join(folder, 'funnel.svg');
    await save(app, page, 'svg', dark);
    expect(textsOf(readFileSync(dark, 'utf8'))).toEqual(
      expect.arrayContaining(shown.filter((text) => text !== '')),
    );
    expect(readFileSync(dark, 'utf8')).not.toContain('#ffffff');

    await page.getByTestId('insight-save').click();
    await page.getByTestId('insight-save-svg').click();
    await app.openDialog('saveDialog');
    await app.answerDialog('saveDialog', join(folder, 'missing', 'x.svg'));
    await page.locator('.el-message--error').filter({ hasText: 'x.svg' }).waitFor();
  });

  test('of the evolution graph are edited by hand, and go out as they were edited', async () => {
    const { app, page } = await openAnswers(150, 90);
    await openTab(page, '事理图谱');
    const graph = page.getByTestId('evolution-graph');
    const nodes = graph.locator('[data-testid^=node-]');
    await nodes.first().waitFor();
    const all = await nodes.count();
    expect(all).toBeGreaterThan(2);

    // A click opens the users, until the graph is edited.
    await nodes.first().click();
    await page.getByTestId('insight-users-total').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('insight-users').waitFor({ state: 'hidden' });

    await page.getByTestId('evolution-edit').click();
    const name = (await nodes.first().getAttribute('data-testid')) ?? '';
    const node = graph.getByTestId(name);
    const before = await node.getAttribute('transform');
    const box = await node.boundingBox();
    if (!box) throw new Error('the node is not shown');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y + 40, { steps: 4 });
    await page.mouse.up();
    const dragged = await node.getAttribute('transform');
    expect(dragged).not.toBe(before);
    await node.focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => node.getAttribute('transform')).not.toBe(dragged);

    await page.keyboard.press('Enter');
    await page.getByTestId('evolution-note').fill('从这里开始');
    await expect.poll(() => graph.locator('svg').textContent()).toContain('从这里开始');
    await check(page, 'the evolution graph while it is edited');
    const type = name.slice('node-'.length);
    const kept = join(temporaryFolder(), 'graph.json');
    await save(app, page, 'json', kept);
    const written = JSON.parse(readFileSync(kept, 'utf8')) as { nodes: Record<string, unknown>[] };
    expect(written.nodes).toHaveLength(all);
    expect(written.nodes.find((each) => each['type'] === type)).toMatchObject({
      note: '从这里开始',
      x: expect.any(Number) as number,
    });

    await page.getByTestId('evolution-hide').click();
    await expect.poll(() => nodes.count()).toBeLessThan(all);
    // What had the focus is gone: the keys still mean the graph.
    await page.keyboard.press('Control+z');
    await expect.poll(() => nodes.count()).toBe(all);
    await page.getByTestId('evolution-redo').click();
    await expect.poll(() => nodes.count()).toBeLessThan(all);
    expect(await page.getByTestId('evolution-hidden').textContent()).toContain('手动隐藏了 1 个类型');
    const less = join(temporaryFolder(), 'graph.graphml');
    await save(app, page, 'graphml', less);
    expect(textsOf(readFileSync(less, 'utf8'))).not.toContain(type);

    // Each step is taken back and done again, also after the question was saved.
    await page.getByTestId('saved-save-as').click();
    await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
    await page.getByTestId('saved-name').waitFor();
    await page.getByTestId('evolution-undo').click();
    await expect.poll(() => nodes.count()).toBe(all);
    expect(await page.getByTestId('saved-state').innerText()).not.toBe('');
    await page.getByTestId('evolution-undo').click();
    await expect.poll(() => graph.locator('svg').textContent()).not.toContain('从这里开始');
    await graph.getByTestId(name).focus();
    for (let step = 0; step < 2; step += 1) await page.keyboard.press('Control+z');
    await expect.poll(() => graph.getByTestId(name).getAttribute('transform')).toBe(before);
    expect(await page.getByTestId('evolution-undo').isDisabled()).toBe(true);
    for (let step = 0; step < 4; step += 1) await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => nodes.count()).toBeLessThan(all);
    expect(await page.getByTestId('saved-state').count()).toBe(0);

    await page.getByTestId('evolution-show-all').click();
    await expect.poll(() => nodes.count()).toBe(all);
    await page.getByTestId('evolution-unpin-all').click();
    await expect.poll(() => graph.getByTestId(name).getAttribute('transform')).toBe(before);
  });
});
