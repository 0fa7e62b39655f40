import { afterEach, describe, expect, it } from 'vitest';
import { startFaultServer } from '../../../../tools/fault-server/server.ts';
import type { FaultServer } from '../../../../tools/fault-server/server.ts';
import type { FaultServerOptions } from '../../../../tools/fault-server/options.ts';
import { tokensOf } from '../../../../tools/fault-server/tokens.ts';
import { ask, completion, idsOf, promptOf, readEvents, waitUntil, WatchedClock } from './helpers.ts';

const servers: FaultServer[] = [];

async function start(options: FaultServerOptions = {}): Promise<FaultServer> {
  const server = await startFaultServer({ errorMs: 0, ...options });
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const STREAM = { stream: true, stream_options: { include_usage: true } };

describe('an answer', () => {
  it('is one JSON body when no stream is asked for', async () => {
    const { url } = await start();
    const response = await ask(url, promptOf(2));
    expect(response.headers.get('content-type')).toBe('application/json');
    const answer = await completion(response);
    expect(idsOf(answer.text)).toEqual(['u1', 'u2']);
    expect(answer.finish).toBe('stop');
  });

  it('is the same as a stream, with the usage at its end', async () => {
    const { url } = await start();
    const whole = await completion(await ask(url, promptOf(3)));
    const response = await ask(url, promptOf(3), { body: STREAM });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const streamed = readEvents(await response.text());
    expect(streamed).toMatchObject({ text: whole.text, finish: 'stop', done: true });
    expect(streamed.usage).toMatchObject({ ...whole.usage });
    expect(streamed.usage?.completion_tokens).toBe(tokensOf(whole.text));
  });

  it('tells no usage in a stream unless it is asked to', async () => {
    const { url } = await start();
    const streamed = readEvents(await (await ask(url, promptOf(1), { body: { stream: true } })).text());
    expect(streamed).toMatchObject({ usage: null, done: true });
  });

  it('is one JSON body to whom asks for a stream, from a server that has none', async () => {
    const { url } = await start({ stream: false });
    const response = await ask(url, promptOf(1), { body: STREAM });
    expect(idsOf((await completion(response)).text)).toEqual(['u1']);
  });

  it('comes in as many writes as wanted, the first before the last', async () => {
    const clock = new WatchedClock();
    const { url } = await start({ clock, latency: 1000, writes: 2 });
    const asked = ask(url, promptOf(2), { body: STREAM });
    await untilAsleep(clock, 400);
    const reader = (await asked).body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    expect(readEvents(first)).toMatchObject({ done: false, finish: null });
    await untilAsleep(clock, 600);
    const last = new TextDecoder().decode((await reader?.read())?.value);
    expect(readEvents(first + last)).toMatchObject({ done: true, finish: 'stop' });
  });

  it('ends at the output that the request allows', async () => {
    const { url } = await start();
    const answer = await completion(await ask(url, promptOf(5), { body: { max_completion_tokens: 20 } }));
    expect(answer.finish).toBe('length');
    expect(answer.usage?.completion_tokens).toBeLessThanOrEqual(20);
  });

  it('fits the schema of a request that asks about no user', async () => {
    const { url } = await start();
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
    const format = { type: 'json_schema', json_schema: { name: 'test', schema } };
    const answer = await completion(
      await ask(url, 'ping', { body: { response_format: format }, system: '' }),
    );
    expect(JSON.parse(answer.text)).toEqual({ ok: true });
  });

  it('speaks Anthropic as well', async () => {
    const { url } = await start();
    const send = (stream: boolean): Promise<Response> =>
      fetch(`${url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': 'k' },
        body: JSON.stringify({
          model: 'm',
          max_tokens: 1000,
          stream,
          system: [{ type: 'text', text: '{"events":["a|1"]}' }],
          messages: [{ role: 'user', content: [{ type: 'text', text: promptOf(2) }] }],
        }),
      });
    const whole = (await (await send(false)).json()) as { content: { text: string }[]; stop_reason: string };
    expect(idsOf(whole.content[0]?.text ?? '')).toEqual(['u1', 'u2']);
    expect(whole.stop_reason).toBe('end_turn');
    const events = [...(await (await send(true)).text()).matchAll(/^data: (.*)$/gm)].map(
      ([, data = '']) => JSON.parse(data) as { type: string; delta?: { text?: string } },
    );
    expect(events.map(({ delta }) => delta?.text ?? '').join('')).toBe(whole.content[0]?.text);
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['message_start', 'message_stop']);
  });
});

describe('a mix of faults', () => {
  /** Status, or `reset`, of each of so many requests, one after the other. */
  async function fates(seed: number, requests: number): Promise<(number | string)[]> {
    const mix = { rate_limit: 20, server_error: 15, reset: 10, omit: 10 };
    const { url } = await start({ mix, seed, retryAfterSeconds: 7 });
    const result: (number | string)[] = [];
    for (let at = 0; at < requests; at++) {
      try {
        const response = await ask(url, promptOf(2, at));
        await response.text();
        result.push(response.status);
      } catch {
        result.push('reset');
      }
    }
    return result;
  }

  it('is the same again under the same seed, and has every fate', async () => {
    const first = await fates(1, 200);
    expect(new Set(first)).toEqual(new Set([200, 429, 500, 502, 503, 'reset']));
    expect(await fates(1, 200)).toEqual(first);
  });

  it('asks to wait as long as it is told to', async () => {
    const { url } = await start({ mix: { rate_limit: 100 }, retryAfterSeconds: 7 });
    const response = await ask(url, promptOf(1));
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  });
});

describe('a connection', () => {
  it('that hangs brings nothing until the client leaves', async () => {
    const { url, journal } = await start({ mix: { hang: 100 } });
    const leave = new AbortController();
    const asked = ask(url, promptOf(1), { signal: leave.signal });
    await waitUntil(() => journal.entries.length === 1);
    leave.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    await waitUntil(() => journal.totals().inFlight === 0);
    expect(journal.entries).toMatchObject([{ fault: 'hang', status: null, served: true, billed: false }]);
  });

  it.each([true, false])('that stalls brings a part and then nothing (stream: %s)', async (stream) => {
    const { url, journal } = await start({ mix: { stall: 100 } });
    const leave = new AbortController();
    const response = await ask(url, promptOf(3), { body: stream ? STREAM : {}, signal: leave.signal });
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    leave.abort(new Error('gone'));
    await expect(readAll(reader)).rejects.toThrow('gone');
    await waitUntil(() => journal.totals().inFlight === 0);
    expect(journal.entries).toMatchObject([{ fault: 'stall', status: 200, billed: false }]);
  });

  it('that is reset fails at the client, with a status or without', async () => {
    const { url, journal } = await start({ mix: { reset: 100 } });
    for (let at = 0; at < 20; at++) {
      await expect(
        ask(url, promptOf(3), { body: STREAM }).then((response) => response.text()),
      ).rejects.toThrow();
    }
    expect(new Set(journal.entries.map(({ status }) => status))).toEqual(new Set([null, 200]));
    expect(journal.totals()).toMatchObject({ billedRequests: 0, byFault: { reset: 20 } });
  });

  it('can bring a page where an answer was to be', async () => {
    const { url } = await start({ mix: { html_200: 100 } });
    const response = await ask(url, promptOf(1), { body: STREAM });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(await response.text()).toContain('<html>');
  });

  it('can bring the right answer under a wrong type', async () => {
    const { url } = await start({ mix: { wrong_type: 100 } });
    const response = await ask(url, promptOf(1), { body: STREAM });
    expect(response.headers.get('content-type')).not.toBe('text/event-stream');
    expect(readEvents(await response.text()).done).toBe(true);
  });
});

/** Lets the server come to where it waits, and then moves time on. */
async function untilAsleep(clock: WatchedClock, ms: number): Promise<void> {
  await waitUntil(() => clock.sleeping > 0);
  clock.advance(ms);
}

async function readAll(reader: ReadableStreamDefaultReader | undefined): Promise<void> {
  while (reader && !(await reader.read()).done);
}
