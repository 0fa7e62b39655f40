import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { generateSample } from '../../src/core/sample/generate-sample.ts';
import { ask } from '../../tests/e2e/support/ask.ts';
import { disposeAll, launchApp, temporaryFolder } from '../../tests/e2e/support/launch.ts';
import { importInWindow } from './import-in-window.ts';

const RELOADS = 20;
const PUSH_SECONDS = 10;
/** Batches so fast that there are far more changes than pushes are allowed. */
const BATCH_MS = 20;

export interface WindowFigures {
  runtime: string;
  /** From the window's request for the run to its painted progress: the median of 20 reloads, in milliseconds. */
  attachToPaintMs: number;
  /** Snapshots that one window got in a second, on average and at most, while about 50 batches a second were committed. */
  pushesPerSecond: number;
  mostPushesInASecond: number;
}

/** Drives the built application with a run in work. */
export async function measureWindow(): Promise<WindowFigures> {
  const folder = temporaryFolder();
  const log = join(folder, 'behaviors.csv');
  await generateSample({ users: 12_000, rowsPerUser: 5, seed: 5, behaviorsPath: log });
  const app = await launchApp({ env: { EVENTLOOM_SLOW_RULES_MS: String(BATCH_MS) } });
  try {
    const page = await app.firstWindow();
    await importInWindow(app, page, log);
    await startRun(page);
    const times: number[] = [];
    for (let reload = 0; reload < RELOADS; reload += 1) {
      await page.reload();
      times.push(await attachToPaint(page));
    }
    const arrivals = await pushArrivals(page);
    const perSecond = arrivals.map(
      (time) => arrivals.filter((other) => other >= time && other < time + 1000).length,
    );
    return {
      runtime: app.runtime.description,
      attachToPaintMs: times.sort((a, b) => a - b)[RELOADS / 2] ?? Number.NaN,
      pushesPerSecond: arrivals.length / PUSH_SECONDS,
      mostPushesInASecond: Math.max(...perSecond),
    };
  } finally {
    await disposeAll();
  }
}

/** Starts a run of all users and shows its page. */
async function startRun(page: Page): Promise<void> {
  await ask(page, 'run.start', { scope: { kind: 'remaining' } });
  await page.evaluate(() => (location.hash = '#/extract'));
  await page.getByTestId('run-card').waitFor();
}

async function attachToPaint(page: Page): Promise<number> {
  const handle = await page.waitForFunction(() => {
    const [attach] = performance.getEntriesByName('run.attach');
    const [painted] = performance.getEntriesByName('run.painted');
    return attach && painted ? painted.startTime - attach.startTime : undefined;
  });
  return Number(await handle.jsonValue());
}

/** When snapshots arrived within some seconds, in milliseconds. */
function pushArrivals(page: Page): Promise<number[]> {
  return page.evaluate(async (seconds) => {
    const { eventloom } = window as unknown as { eventloom: Bridge };
    const arrivals: number[] = [];
    const stop = eventloom.on('run.snapshot', () => arrivals.push(performance.now()));
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    stop();
    return arrivals;
  }, PUSH_SECONDS);
}

interface Bridge {
  on(event: string, listener: (snapshot: { status: string }) => void): () => void;
}
