import type { Page } from 'playwright-core';
import { until } from '../../tests/e2e/support/app-under-test.ts';
import type { AppUnderTest } from '../../tests/e2e/support/app-under-test.ts';
import { ask } from '../../tests/e2e/support/ask.ts';

/** Imports a log of behaviours in a window, once a workspace is open. */
export async function importInWindow(app: AppUnderTest, page: Page, log: string): Promise<void> {
  await until('an open workspace', async () => (await ask(page, 'workspace.state')).open || undefined);
  await app.answerDialog('openDialog', [log]);
  await ask(page, 'import.chooseFiles', { kind: 'behaviours' });
  await ask(page, 'import.start', { path: log, kind: 'behaviours' });
  await until(
    'the end of the import',
    async () => (await ask(page, 'import.attach')).status === 'completed' || undefined,
  );
}
