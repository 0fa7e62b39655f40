import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import type { ModelSettings } from '../../../src/shared/model.ts';
import type { FaultServerOptions } from '../../../tools/fault-server/options.ts';
import { startFaultServer } from '../../../tools/fault-server/server.ts';
import type { FaultServer } from '../../../tools/fault-server/server.ts';
import { disposeAll } from '../support/launch.ts';
import { ask, fill, go, openDesk, sampleLog } from './desk.ts';
import type { Desk, DeskOptions } from './desk.ts';

/** The key that the server takes. */
export const KEY = 'sk-right-key';

const servers: { close: () => Promise<void> }[] = [];
/** Ends the applications and the servers: `afterEach(disposeModelDesks)`. */
export async function disposeModelDesks(): Promise<void> {
  await disposeAll();
  await Promise.all(servers.splice(0).map((server) => server.close()));
}

export interface ModelDesk extends Desk {
  server: FaultServer;
}

export interface ModelDeskOptions {
  users: number;
  rowsPerUser?: number;
  server?: FaultServerOptions;
  settings?: Partial<ModelSettings>;
  key?: string;
  desk?: DeskOptions;
}

/** The application with a log, set up for a model on this machine, on the page of events. */
export async function openModelDesk({
  users,
  rowsPerUser,
  key = KEY,
  ...options
}: ModelDeskOptions): Promise<ModelDesk> {
  const server = await startFaultServer({ key: KEY, seed: 3, ...options.server });
  servers.push(server);
  const desk = await openDesk(options.desk);
  await ask(desk.page, 'model.set', {
    preset: 'custom',
    protocol: 'openai',
    baseUrl: `${server.url}/v1`,
    model: 'fault-model',
    priceIn: 100,
    priceOut: 400,
    currency: 'CNY',
    maxConcurrency: 3,
    ...options.settings,
  });
  await ask(desk.page, 'model.setKey', { key, keep: 'session' });
  await ask(desk.page, 'settings.set', { extractor: 'llm' });
  await fill(desk.page, await sampleLog(users, rowsPerUser));
  await go(desk.page, 'extract');
  return { ...desk, server };
}

export interface Lossy {
  url: string;
  /** From now on answers are passed on whole. */
  whole: () => void;
  close: () => Promise<void>;
}

/** Stands before a server and leaves the last half of every user's events out of its answers. */
export async function startLossy(server: FaultServer): Promise<Lossy> {
  let losing = true;
  const proxy = createServer((incoming, outgoing) => {
    void (async () => {
      const { method, headers, url } = incoming;
      const body = await text(incoming);
      const reply = await fetch(`${server.url}${url}`, {
        method: method ?? 'GET',
        headers: { 'content-type': 'application/json', authorization: headers.authorization ?? '' },
        ...(body === '' ? {} : { body }),
      });
      const said = await reply.text();
      outgoing.writeHead(reply.status, { 'content-type': 'application/json' });
      outgoing.end(losing ? said.replace(/("content":)("(?:[^"\\]|\\.)*")/, halved) : said);
    })();
  });
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const lossy: Lossy = {
    url: `http://127.0.0.1:${port}`,
    whole: () => (losing = false),
    close: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => void proxy.close(resolve));
    },
  };
  servers.push(lossy);
  return lossy;
}

function halved(_match: string, name: string, content: string): string {
  const answer = JSON.parse(JSON.parse(content) as string) as { users: { events: unknown[] }[] };
  for (const user of answer.users) user.events = user.events.slice(0, Math.ceil(user.events.length / 2));
  return name + JSON.stringify(JSON.stringify(answer));
}

/** Opens the question before a run, and waits until it has been counted. */
export async function openStart(page: Page): Promise<void> {
  await page.getByTestId('start-run').click();
  await page.getByTestId('estimate-requests').waitFor();
}

export async function confirmStart(page: Page): Promise<void> {
  await page.getByTestId('confirm-start').click();
  await page.getByTestId('start-dialog').waitFor({ state: 'hidden' });
}

/** The bare number behind a figure. */
export async function value(page: Page, testId: string): Promise<number> {
  return Number(await page.getByTestId(testId).getAttribute('data-value'));
}
