import { afterEach, expect, it } from 'vitest';
// @ts-expect-error undici has no types for the clock that its tests turn
import timers from 'undici/lib/util/timers.js';
import { Agent, fetch as undiciFetch } from 'undici';
import { ask, delta, events, rawServer } from './support.ts';
import type { RawServer } from './support.ts';

const clock = timers as { tick: (ms: number) => void };

/** The first turn starts what waits to be started. */
function passTenMinutes(): void {
  clock.tick(1_000);
  clock.tick(600_000);
}

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Announces an answer after a while, and ends it after another. */
async function slowServer(): Promise<RawServer> {
  const server = await rawServer(async (response) => {
    await pause(150);
    response.setHeader('content-type', 'text/event-stream');
    response.write(events(delta('{}')));
    await pause(150);
    response.end(events(delta(null, 'stop'), '[DONE]'));
  });
  servers.push(server);
  return server;
}

/** Lets time pass for the HTTP client while it waits for headers, and while it waits for the rest of the body. */
async function letTimePass(): Promise<void> {
  await pause(100);
  passTenMinutes();
  await pause(150);
  passTenMinutes();
}

it('waits ten minutes for headers, and between two pieces', async () => {
  const { baseUrl } = await slowServer();
  const { answer } = ask(baseUrl);
  await letTimePass();
  await expect(answer).resolves.toMatchObject({ text: '{}', finishReason: 'stop' });
});

it('which the HTTP client by itself does not', async () => {
  const { baseUrl } = await slowServer();
  const answer = undiciFetch(baseUrl, { dispatcher: new Agent() });
  answer.catch(() => undefined);
  await letTimePass();
  await expect(answer).rejects.toMatchObject({ cause: { code: 'UND_ERR_HEADERS_TIMEOUT' } });
});

it('asks 64 at once over connections that are kept', async () => {
  const ports = new Set<number | undefined>();
  const server = await rawServer((response) => {
    ports.add(response.socket?.remotePort);
    response.setHeader('content-type', 'text/event-stream');
    response.end(events(delta('{}', 'stop'), '[DONE]'));
  });
  servers.push(server);
  for (let round = 0; round < 8; round++)
    await Promise.all(Array.from({ length: 64 }, () => ask(server.baseUrl).answer));
  expect(ports.size).toBeLessThan(64 * 4);
});
