import { disposeAll, launchApp } from '../../../tests/e2e/support/launch.ts';

/** How long each step of the person at the window may take. */
const PATIENCE_MS = 30_000;

/**
 * Opens the window of an application in the Chromium host and does with it what a new user does: sample data, then a run.
 * Resolves to what went wrong; rejects when a step does not come.
 */
export async function smokeProblems(appPath: string): Promise<string[]> {
  try {
    const errors: string[] = [];
    const app = await launchApp({ appPath, runtime: 'chromium-host' });
    const page = await app.firstWindow();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => errors.push(error.message));
    await page.getByTestId('welcome').waitFor();
    await page.getByTestId('import-sample').click();
    await page.getByTestId('go-extract').click();
    await page.getByTestId('start-run').click();
    await page.getByTestId('confirm-start').click();
    await page.locator('[data-testid=run-notice][data-status=completed]').waitFor();
    const figures = await page.getByTestId('run-figures').innerText();
    return figures.includes('失败 0') ? errors : [...errors, `the run ends with: ${figures}`];
  } finally {
    await disposeAll();
  }
}
