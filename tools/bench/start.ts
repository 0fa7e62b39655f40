import { fileURLToPath } from 'node:url';
import { disposeAll, launchApp } from '../../tests/e2e/support/launch.ts';
import { chooseRuntime } from '../../tests/e2e/support/runtime.ts';
import { median } from './report.ts';
import type { Report } from './report.ts';

/** As many times as long as that of a blank page the start may take. */
const MOST_TIMES = 1.5;

const BLANK = fileURLToPath(new URL('blank-app', import.meta.url));
const VUE = fileURLToPath(new URL('../../node_modules/vue/dist/vue.runtime.global.prod.js', import.meta.url));

/** The cold start of the application, to a window that can be used, beside that of a blank Vue page in the same runtime. */
export async function benchStart(report: Report, rounds: number): Promise<void> {
  const ours: number[] = [];
  const blank: number[] = [];
  let runtime = '';
  for (let round = 0; round < rounds; round += 1) {
    // In turn, so that a machine that gets slower is as slow for both.
    for (const [times, appPath, handle] of [
      [blank, BLANK, 'blank'],
      [ours, undefined, 'nav-extract'],
    ] as const) {
      const began = performance.now();
      const app = await launchApp({
        ...(appPath === undefined ? {} : { appPath }),
        env: { BLANK_APP_VUE: VUE },
        runtime: chooseRuntime(),
      });
      const page = await app.firstWindow();
      await page.getByTestId(handle).waitFor();
      times.push(performance.now() - began);
      runtime = app.runtime.description;
      await disposeAll();
    }
  }
  report.record('start to a window that can be used', median(ours), 'ms', null, runtime);
  report.record('start of a blank Vue page', median(blank), 'ms', null, runtime);
  report.record(
    'start beside that of a blank page',
    median(ours) / median(blank),
    'times',
    { most: MOST_TIMES },
    `median of ${rounds}`,
  );
}
