import { afterEach, describe, expect, it } from 'vitest';
import { ask, delta, events, failureOf, rawServer } from './support.ts';
import type { RawServer } from './support.ts';

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A server that writes the same piece for as long as the client listens. Gives when that ended, too. */
async function endless(
  status: number,
  piece: string,
  first = '',
): Promise<{ server: RawServer; closed: Promise<number> }> {
  const closed = Promise.withResolvers<number>();
  const server = await rawServer((response) => {
    let bytes = first.length;
    response.writeHead(status, { 'content-type': 'text/event-stream' });
    response.write(first);
    const write = (): void => {
      while (!response.destroyed) {
        bytes += piece.length;
        if (!response.write(piece)) break;
      }
    };
    response.on('drain', write);
    response.on('close', () => closed.resolve(bytes));
    write();
  });
  servers.push(server);
  return { server, closed: closed.promise };
}

describe('an answer that does not keep to its limit', () => {
  it('is cut off at one and a half times the limit, and is one that reached it', async () => {
    const usage = { prompt_tokens: 31 };
    const { server, closed } = await endless(
      200,
      events(delta('x'.repeat(100))),
      events({ ...(delta('{"users":[') as object), usage }),
    );
    const answer = await ask(server.baseUrl).answer;
    await closed;
    expect(answer).toMatchObject({ finishReason: 'length', usage: { inputTokens: 31, reported: false } });
    expect(answer.text.startsWith('{"users":[')).toBe(true);
    // The limit is 777 tokens, of one character each here; the answer is counted every 2,048 characters.
    expect(answer.text.length).toBeGreaterThan(777 * 1.5);
    expect(answer.text.length).toBeLessThan(64 * 1024);
    expect(answer.usage.outputTokens).toBe(answer.text.length);
    expect(server.requests).toHaveLength(1);
  });

  it('is cut off when it is nothing but white space', async () => {
    const { server, closed } = await endless(200, events(delta('\n'.repeat(1_000))));
    const asked = ask(server.baseUrl, { config: { countTokens: () => 0 } });
    expect(await asked.answer).toMatchObject({ finishReason: 'length' });
    expect((await asked.answer).text.trim()).toBe('');
    expect(asked.activity()).toBe(1);
    await closed;
  });
});

it('waits for no answer behind white space without end', async () => {
  const { server, closed } = await endless(200, '\n'.repeat(1_000));
  const asked = ask(server.baseUrl);
  expect(await failureOf(asked)).toMatchObject({ failure: 'not_an_answer', billing: 'none' });
  expect(asked.keepAlives()).toBeGreaterThan(0);
  await closed;
});

it('reads no more than 64 KB of an error', async () => {
  const error = '{"error":{"message":"Insufficient Balance","padding":"';
  const { server, closed } = await endless(402, 'x'.repeat(10_000), error);
  // The body is not JSON without its end; its words are still those of the provider.
  expect(await failureOf(ask(server.baseUrl))).toMatchObject({ failure: 'quota', recognised: true });
  await closed;
});

it.each([
  ['a page', 200, '<p>x</p>', '<html><title>Sign in</title>', 'not_an_answer'],
  ['JSON', 200, '[1,2,3,4],', '{"list":[', 'bad_format'],
])('does not read %s without end', async (_what, status, piece, first, failure) => {
  const { server, closed } = await endless(status, piece.repeat(100), first);
  expect((await failureOf(ask(server.baseUrl))).failure).toBe(failure);
  await closed;
});

it('does not wait for the end of an error that never comes', async () => {
  const server = await rawServer((response) => {
    response.writeHead(429, { 'retry-after': '3' });
    response.write('{"error":{"message":"Rate limit reached"}}');
  });
  servers.push(server);
  expect(await failureOf(ask(server.baseUrl))).toMatchObject({
    failure: 'rate_limited',
    retryAfterMs: 3_000,
  });
}, 15_000);

it('does not wait for what never comes after the reason for the end', async () => {
  const server = await rawServer((response) => {
    response.setHeader('content-type', 'text/event-stream');
    response.write(events(delta('{}', 'stop')));
    setInterval(() => response.write(': keep-alive\n\n'), 500).unref();
  });
  servers.push(server);
  expect(await ask(server.baseUrl).answer).toMatchObject({ text: '{}', finishReason: 'stop' });
}, 15_000);

describe('a sign of life without any of the answer', () => {
  it.each([
    ['comments', ': OPENROUTER PROCESSING\n\n'],
    ['blank lines', '\n'],
    ['empty events', 'data:\n\n'],
    ['pings', 'event: ping\ndata: {"type":"ping"}\n\n'],
  ])('is told for %s', async (_what, piece) => {
    const server = await rawServer(async (response) => {
      response.setHeader('content-type', 'text/event-stream');
      for (let count = 0; count < 3; count += 1) {
        response.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      response.end(events(delta('{}', 'stop')));
    });
    servers.push(server);
    const asked = ask(server.baseUrl);
    expect(await asked.answer).toMatchObject({ text: '{}' });
    expect([asked.keepAlives() >= 3, asked.activity()]).toEqual([true, 1]);
  });
});
