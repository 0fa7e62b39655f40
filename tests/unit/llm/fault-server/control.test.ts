import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Control, FaultServerOptions } from '../../../../tools/fault-server/options.ts';
import { startFaultServer } from '../../../../tools/fault-server/server.ts';
import type { FaultServer } from '../../../../tools/fault-server/server.ts';
import { ask, completion, promptOf, waitUntil, WatchedClock } from './helpers.ts';

const servers: FaultServer[] = [];

async function start(options: FaultServerOptions = {}): Promise<FaultServer> {
  const server = await startFaultServer({ errorMs: 0, ...options });
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const errorSchema = z.object({
  error: z.object({ message: z.string(), type: z.string(), code: z.string() }),
});

describe('an outage', () => {
  it.each([
    ['401', 'invalid_api_key'],
    ['402', 'insufficient_balance'],
    ['403', 'model_access_denied'],
    ['404', 'model_not_found'],
    ['429', 'rate_limit_exceeded'],
    ['500', 'server_error'],
    ['503', 'overloaded'],
  ] as const)('with %s says %s, in the shape of OpenAI, until it ends', async (outage, code) => {
    const server = await start({ outage });
    const response = await ask(server.url, promptOf(1));
    expect(response.status).toBe(Number(outage));
    expect(errorSchema.parse(await response.json()).error.code).toBe(code);
    expect(response.headers.has('retry-after')).toBe(outage === '429');
    await server.control({ outage: null });
    expect((await ask(server.url, promptOf(1))).status).toBe(200);
    expect(server.journal.totals().byRefusal).toEqual({ outage: 1 });
  });

  it('that refuses connections lets none in, and leaves the address when it ends', async () => {
    const server = await start();
    await server.control({ outage: 'refuse' });
    await expect(ask(server.url, promptOf(1))).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await server.control({ outage: null });
    expect((await ask(server.url, promptOf(1))).status).toBe(200);
    expect(server.journal.totals().requests).toBe(1);
  });

  it('ends by itself after the time it was given', async () => {
    const clock = new WatchedClock();
    const server = await start({ clock });
    await server.control({ outage: '429', outageSeconds: 300 });
    expect((await ask(server.url, promptOf(1))).status).toBe(429);
    clock.advance(299_000);
    expect((await ask(server.url, promptOf(1))).status).toBe(429);
    clock.advance(1000);
    await waitUntil(() => clock.sleeping === 0);
    expect((await ask(server.url, promptOf(1))).status).toBe(200);
  });

  it('is not ended by the time of the one before it', async () => {
    const clock = new WatchedClock();
    const server = await start({ clock });
    await server.control({ outage: '429', outageSeconds: 300 });
    await server.control({ outage: '401' });
    clock.advance(300_000);
    await waitUntil(() => clock.sleeping === 0);
    expect((await ask(server.url, promptOf(1))).status).toBe(401);
  });
});

describe('who may ask', () => {
  it('must carry the key where there is one, the way of either protocol', async () => {
    const { url } = await start({ key: 'k-1' });
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await ask(url, promptOf(1), { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer k-2' })).toBe(401);
    expect(await status({ authorization: 'Bearer k-1' })).toBe(200);
    expect(await status({ 'x-api-key': 'k-1' })).toBe(200);
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
  });

  it('must ask a model that is there, where names are checked', async () => {
    const { url } = await start({ models: ['a', 'b'], strictModel: true });
    expect((await ask(url, promptOf(1), { body: { model: 'c' } })).status).toBe(404);
    expect((await ask(url, promptOf(1), { body: { model: 'b' } })).status).toBe(200);
    const listed = z.object({ data: z.array(z.object({ id: z.string() })) });
    const models = listed.parse(await (await fetch(`${url}/v1/models`)).json());
    expect(models.data.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('must not ask more than the context holds', async () => {
    const { url } = await start({ contextTokens: 200 });
    expect((await ask(url, promptOf(1))).status).toBe(200);
    const response = await ask(url, promptOf(20));
    expect(response.status).toBe(400);
    expect(errorSchema.parse(await response.json()).error.code).toBe('context_length_exceeded');
  });

  it('must speak the protocol', async () => {
    const { url } = await start();
    expect((await ask(url, '', { body: { messages: 'hello' } })).status).toBe(400);
    expect((await fetch(`${url}/v1/embeddings`, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});

describe('limits', () => {
  it('refuse with a Retry-After after which the request is admitted, and count who did not wait', async () => {
    const clock = new WatchedClock();
    const { url, journal } = await start({ clock, limits: { rpm: 2, kind: 'window' }, rateHeaders: true });
    expect((await ask(url, promptOf(1))).headers.get('x-ratelimit-remaining-requests')).toBe('1');
    await ask(url, promptOf(2));
    const refused = await ask(url, promptOf(3));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    clock.advance(30_000);
    expect((await ask(url, promptOf(3))).status).toBe(429);
    clock.advance(30_000);
    expect((await ask(url, promptOf(3))).status).toBe(200);
    expect(journal.totals()).toMatchObject({
      early: 1,
      byRefusal: { limit: 2 },
      byStatus: { 200: 3, 429: 2 },
    });
  });

  it('can be silent', async () => {
    const { url } = await start({ limits: { rpm: 2 } });
    expect((await ask(url, promptOf(1))).headers.has('x-ratelimit-remaining-requests')).toBe(false);
  });

  it('begin anew when they are changed, and not when something else is', async () => {
    const server = await start({ limits: { rpm: 1 } });
    await ask(server.url, promptOf(1));
    await server.control({ latency: 0 });
    expect((await ask(server.url, promptOf(1))).status).toBe(429);
    await server.control({ limits: { rpm: 1 } });
    expect((await ask(server.url, promptOf(1))).status).toBe(200);
  });
});

describe('the journal', () => {
  it('has a line for each request that agrees with what its client was told', async () => {
    const { url, journal } = await start({ mix: { omit: 50, cut: 30 } });
    let input = 0;
    let output = 0;
    for (let at = 1; at <= 20; at++) {
      const response = await ask(url, promptOf(3, at), { headers: { 'x-client-request-id': `r${at}` } });
      const { usage } = await completion(response);
      input += usage?.prompt_tokens ?? 0;
      output += usage?.completion_tokens ?? 0;
    }
    expect(journal.totals()).toMatchObject({
      requests: 20,
      inFlight: 0,
      maxInFlight: 1,
      billedRequests: 20,
      billedInputTokens: input,
      billedOutputTokens: output,
      billedAgain: 0,
    });
    expect(journal.entries[4]).toMatchObject({ arrival: 5, requestId: 'r5', units: 3, behaviours: 18 });
  });

  it('tells what was received, what was asked of the model, and what was billed apart', async () => {
    const server = await start();
    const { url, journal } = server;
    await ask(url, promptOf(1));
    const one = journal.totals().billedInputTokens;
    await server.control({ mix: { rate_limit: 100 } });
    await ask(url, promptOf(1));
    await server.control({ mix: { reset: 100 } });
    await expect(ask(url, promptOf(1)).then((response) => response.text())).rejects.toThrow();
    expect(journal.totals()).toMatchObject({
      receivedInputTokens: 3 * one,
      servedInputTokens: 2 * one,
      billedInputTokens: one,
    });
  });

  it('counts what was paid for twice', async () => {
    const { url, journal } = await start();
    for (const users of [1, 2, 1, 1]) await ask(url, promptOf(users));
    expect(journal.totals().billedAgain).toBe(2);
  });

  it('does not bill an answer whose client left before it was written', async () => {
    const clock = new WatchedClock();
    const { url, journal } = await start({ clock, latency: 1000 });
    const leave = new AbortController();
    const asked = ask(url, promptOf(1), { signal: leave.signal });
    await waitUntil(() => clock.sleeping === 1);
    leave.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    await waitUntil(() => journal.totals().inFlight === 0);
    clock.advance(1000);
    expect(journal.entries).toMatchObject([{ status: null, served: true, billed: false }]);
  });

  it('knows how many were in work at once', async () => {
    const clock = new WatchedClock();
    const { url, journal } = await start({ clock, latency: 1000 });
    const asked = [1, 2, 3, 4].map((users) => ask(url, promptOf(users)));
    await waitUntil(() => clock.sleeping === 4);
    expect(journal.totals().inFlight).toBe(4);
    clock.advance(1000);
    await Promise.all(asked.map(async (response) => (await response).text()));
    await waitUntil(() => journal.totals().inFlight === 0);
    expect(journal.totals().maxInFlight).toBe(4);
  });
});

describe('over the wire', () => {
  async function post(url: string, control: object): Promise<Response> {
    return fetch(`${url}/control`, { method: 'POST', body: JSON.stringify(control) });
  }

  it('the journal can be read, and the server controlled', async () => {
    const { url } = await start();
    await ask(url, promptOf(1));
    expect((await post(url, { mix: { rate_limit: 100 } } satisfies Control)).status).toBe(200);
    expect((await ask(url, promptOf(1))).status).toBe(429);
    const journal = await (await fetch(`${url}/journal`)).json();
    expect(journal).toMatchObject({ totals: { requests: 2 }, entries: [{ status: 200 }, { status: 429 }] });
    await post(url, { clearJournal: true } satisfies Control);
    expect(await (await fetch(`${url}/journal?entries=0`)).json()).toMatchObject({ totals: { requests: 0 } });
  });

  it('a refusal of connections is confirmed, and ends after its time', async () => {
    const clock = new WatchedClock();
    const { url } = await start({ clock });
    expect((await post(url, { outage: 'refuse', outageSeconds: 10 } satisfies Control)).status).toBe(200);
    await waitUntil(() => clock.sleeping === 1);
    await expect(ask(url, promptOf(1))).rejects.toThrow();
    clock.advance(10_000);
    await expect.poll(() => ask(url, promptOf(1)).then(({ status }) => status)).toBe(200);
  });

  it.each([
    { mix: 'G' },
    { mix: { hang: 60, empty: 50 } },
    { mix: { unheard: 1 } },
    { latency: 'soon' },
    { outage: '418' },
    { unheard: 1 },
    [],
  ])('%j is refused, and changes nothing', async (control) => {
    const { url } = await start();
    expect((await post(url, control)).status).toBe(400);
    expect((await ask(url, promptOf(1))).status).toBe(200);
  });
});
