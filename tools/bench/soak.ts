import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { generateSample } from '../../src/core/sample/generate-sample.ts';
import { Random } from '../../src/core/sample/random.ts';
import type { RunSnapshot } from '../../src/shared/run.ts';
import { until } from '../../tests/e2e/support/app-under-test.ts';
import type { AppUnderTest } from '../../tests/e2e/support/app-under-test.ts';
import { ask } from '../../tests/e2e/support/ask.ts';
import { disposeAll, launchApp, temporaryFolder } from '../../tests/e2e/support/launch.ts';
import { importInWindow } from './import-in-window.ts';
import type { Report } from './report.ts';

const USERS = 40;
const BATCH_MS = 15;
/** So many windows at once at the most. */
const MOST_WINDOWS = 4;
/** The application asks before it reloads a window that crashes more often than three times in a minute. */
const CRASH_EVERY_MS = 25_000;
/** This share of the runs is left out of the slopes: caches fill, code is compiled. */
const WARM_UP = 0.25;
const SEED = 11;

/** What of the main process can grow; null where the system does not tell. */
interface Resources {
  megabytes: number;
  handles: number;
  threads: number;
}

/**
 * Runs back to back, with windows that open, close, reload and crash at random: memory, handles and threads of the main process
 * must not grow with the runs, and no window may be told of a state that cannot be.
 */
export async function benchSoak(report: Report, runs: number): Promise<void> {
  const folder = temporaryFolder();
  const log = join(folder, 'behaviors.csv');
  await generateSample({ users: USERS, rowsPerUser: 6, seed: SEED, behaviorsPath: log });
  const app = await launchApp({ env: { EVENTLOOM_SLOW_RULES_MS: String(BATCH_MS) } });
  try {
    const soak = new Soak(app);
    await soak.begin(log);
    const resources: Resources[] = [];
    for (let run = 0; run < runs; run += 1) {
      await soak.run();
      const now = resourcesOf(app.pid);
      if (now) resources.push(now);
      if ((run + 1) % 20 === 0)
        report.note(`${run + 1} runs: ${now ? JSON.stringify(now) : ''} ${soak.did()}`);
    }
    const conditions = `${runs} runs, ${soak.did()}, ${app.runtime.description}`;
    const warm = resources.slice(Math.floor(resources.length * WARM_UP));
    if (warm.length > 1) {
      const slope = (of: (each: Resources) => number): number => slopeOf(warm.map(of));
      report.record(
        'memory that a run leaves behind',
        slope((each) => each.megabytes),
        'MB',
        { most: 1 },
        conditions,
      );
      report.record(
        'handles that a run leaves behind',
        slope((each) => each.handles),
        '',
        { most: 0.1 },
        conditions,
      );
      report.record(
        'threads that a run leaves behind',
        slope((each) => each.threads),
        '',
        { most: 0.1 },
        conditions,
      );
    } else report.note('memory and handles can be read on Linux only');
    const leaks = app.log().match(/MaxListenersExceededWarning/g)?.length ?? 0;
    report.record('warnings of listeners that are never removed', leaks, '', { most: 0 }, conditions);
    report.record('snapshots that windows were told', soak.snapshots, '', { least: runs }, conditions);
    report.record('wrong snapshots among them', soak.problems.length, '', { most: 0 }, conditions);
    for (const problem of soak.problems.slice(0, 10)) report.note(problem);
  } finally {
    await disposeAll();
  }
}

/** The windows of the application, and what is done to them. */
class Soak {
  readonly problems: string[] = [];
  snapshots = 0;
  readonly #app: AppUnderTest;
  readonly #random = new Random(SEED, 0);
  readonly #counts = { opened: 0, closed: 0, reloaded: 0, crashed: 0 };
  #crashedAt = -Infinity;

  constructor(app: AppUnderTest) {
    this.#app = app;
  }

  did(): string {
    const { opened, closed, reloaded, crashed } = this.#counts;
    return `${opened} windows opened, ${closed} closed, ${reloaded} reloaded, ${crashed} crashed`;
  }

  async begin(log: string): Promise<void> {
    const page = await this.#app.firstWindow();
    await page.getByTestId('nav-extract').waitFor();
    await importInWindow(this.#app, page, log);
    await watch(page);
  }

  /** One run, while something happens to a window; at its end all windows are told the same. */
  async run(): Promise<void> {
    const page = await this.#any();
    await ask(page, 'run.start', { scope: { kind: 'all' } });
    await this.#disturb();
    const end = await until('the end of a run', async () => {
      const now = await ask(await this.#any(), 'run.attach').catch(() => null);
      return now?.status === 'completed' ? now : undefined;
    });
    if (end.successCount !== USERS) this.problems.push(`a run ended with ${end.successCount} users`);
    const pages = await this.#app.windows();
    const told = await Promise.all(pages.map((each) => ask(each, 'run.attach').catch(() => null)));
    const revisions = new Set(told.flatMap((each) => each?.revision ?? []));
    if (revisions.size > 1) this.problems.push(`windows differ: ${[...revisions].join(', ')}`);
    for (const each of pages) await this.#takeSeen(each);
  }

  async #any(): Promise<Page> {
    const pages = await this.#app.windows();
    return pages[this.#random.int(0, pages.length - 1)] ?? this.#app.firstWindow();
  }

  async #disturb(): Promise<void> {
    const pages = await this.#app.windows();
    const page = await this.#any();
    const chance = this.#random.int(0, 99);
    if (chance < 30 && pages.length < MOST_WINDOWS) {
      const opened = await this.#app.newWindow(() => this.#app.clickMenu('文件', '新建窗口'));
      await ready(opened);
      this.#counts.opened += 1;
    } else if (chance < 55 && pages.length > 1) {
      await this.#takeSeen(page);
      await this.#app.closeWindow(page);
      await until('a closed window', async () =>
        (await this.#app.windows()).length < pages.length ? true : undefined,
      );
      this.#counts.closed += 1;
    } else if (chance < 70 && performance.now() - this.#crashedAt > CRASH_EVERY_MS) {
      await this.#takeSeen(page);
      this.#crashedAt = performance.now();
      await ready(await this.#app.crashRenderer(page));
      this.#counts.crashed += 1;
    } else {
      await this.#takeSeen(page);
      await page.reload();
      await ready(page);
      this.#counts.reloaded += 1;
    }
  }

  /** What a page has seen since the last time. */
  async #takeSeen(page: Page): Promise<void> {
    const seen = await page
      .evaluate(() => {
        const { soak } = window as unknown as { soak?: { count: number; problems: string[] } };
        return soak
          ? { count: soak.count, problems: soak.problems.splice(0), reset: (soak.count = 0) }
          : null;
      })
      .catch(() => null);
    this.snapshots += seen?.count ?? 0;
    this.problems.push(...(seen?.problems ?? []));
  }
}

async function ready(page: Page): Promise<void> {
  await page.getByTestId('nav-extract').waitFor();
  await watch(page);
}

/** Has a page check every snapshot that it is told. */
function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const soak = { count: 0, problems: [] as string[] };
    Object.assign(window, { soak });
    let last: RunSnapshot | null = null;
    window.eventloom.on('run.snapshot', (now) => {
      soak.count += 1;
      const { successCount, failedCount, processedUsers, totalUsers } = now;
      const wrong = (what: string): number => soak.problems.push(`${what}: ${JSON.stringify([last, now])}`);
      if (successCount + failedCount !== processedUsers || processedUsers > totalUsers) wrong('sums');
      if (now.status === 'completed' && processedUsers !== totalUsers) wrong('completed before its end');
      if (last && now.revision < last.revision) wrong('an older revision');
      if (last && last.runId === now.runId && now.progressPercent < last.progressPercent)
        wrong('percent fell');
      last = now;
    });
  });
}

/** Resources of a process, as Linux tells them; null elsewhere. */
function resourcesOf(pid: number): Resources | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const number = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
    return {
      megabytes: Math.round(number('VmRSS') / 102.4) / 10,
      handles: readdirSync(`/proc/${pid}/fd`).length,
      threads: number('Threads'),
    };
  } catch {
    return null;
  }
}

/** How much a value grows from one place of a list to the next, by least squares. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const average = values.reduce((sum, each) => sum + each, 0) / values.length;
  const spread = values.reduce((sum, _each, at) => sum + (at - middle) ** 2, 0);
  return values.reduce((sum, each, at) => sum + (at - middle) * (each - average), 0) / spread;
}
