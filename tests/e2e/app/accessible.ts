import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { violations } from '../support/axe.ts';
import type { Violation } from '../support/axe.ts';
import { ask } from './desk.ts';

/** Each language and each theme once: what axe finds in colours does not depend on the language, and the rest not on the theme. */
const LOOKS = [
  { language: 'en', theme: 'dark' },
  { language: 'zh-CN', theme: 'light' },
] as const;

/** What is wrong with what the window shows. Leaves it in Chinese and light. */
export async function check(page: Page, what: string): Promise<void> {
  const found: Record<string, Violation[]> = {};
  for (const look of LOOKS) {
    await ask(page, 'settings.set', look);
    await settled(page);
    const broken = await violations(page);
    if (broken.length > 0) found[`${what}, ${look.language}, ${look.theme}`] = broken;
  }
  expect.soft(found).toEqual({});
}

/** Waits until nothing moves or fades: colours that are on their way would be measured. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const finite = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(finite.map((animation) => animation.finished));
  });
}

export async function close(page: Page, testId: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByTestId(testId).waitFor({ state: 'hidden' });
}

/** Opens a question, checks it and answers no. */
export async function checkQuestion(page: Page, button: string): Promise<void> {
  await page.getByTestId(button).click();
  await page.locator('.confirm-no').waitFor();
  await check(page, `the question of ${button}`);
  await page.locator('.confirm-no').click();
  await page.locator('.confirm-no').waitFor({ state: 'hidden' });
}
