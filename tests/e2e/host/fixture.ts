import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { until } from '../support/app-under-test.ts';
import type { AppUnderTest } from '../support/app-under-test.ts';
import { launchApp, temporaryFolder } from '../support/launch.ts';

export const FIXTURE = fileURLToPath(new URL('./fixture', import.meta.url));

/** What the fixture's preload exposes. */
export interface FixtureBridge {
  run(name: string, ...args: unknown[]): Promise<unknown>;
  nowhere(): Promise<unknown>;
  log(...args: unknown[]): void;
  on(listener: (value: unknown) => void): () => void;
  pathForFile(file: unknown): string;
  sync(value: unknown): { value: unknown; kind: string };
  fail(): void;
  requireNode(): unknown;
  missing(): unknown;
  versions: string;
}

declare global {
  interface Window {
    fixture: FixtureBridge;
    seen: Record<string, unknown>;
    inlineRan: unknown;
  }
}

export interface Fixture {
  app: AppUnderTest;
  page: Page;
  userData: string;
  /** The events that the fixture has written down so far. */
  events(): string[];
  /** Waits until an event has been written down. */
  event(line: string): Promise<string>;
}

/** Starts the fixture application and gives its first window. */
export async function startFixture(env: Record<string, string> = {}): Promise<Fixture> {
  const userData = temporaryFolder();
  const app = await launchApp({
    runtime: 'chromium-host',
    appPath: FIXTURE,
    userData,
    env: { FIXTURE_USER_DATA: userData, ...env },
  });
  const page = await app.firstWindow();
  await page.waitForFunction(() => typeof window.fixture === 'object');
  const file = join(userData, 'events.log');
  const events = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  const event = (line: string): Promise<string> =>
    until(`the event "${line}"`, () => Promise.resolve(events().find((known) => known === line)), 10);
  return { app, page, userData, events, event };
}

/** Runs one of the fixture's commands in its main process. */
export function run(page: Page, name: string, ...args: unknown[]): Promise<unknown> {
  return page.evaluate(([command, rest]) => window.fixture.run(command, ...rest), [name, args] as const);
}
