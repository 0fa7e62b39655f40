import { afterEach, describe, expect, it } from 'vitest';
import { ask, delta, events, failureOf, rawServer, request, settings, KEY } from './support.ts';
import type { RawServer } from './support.ts';
import { createModelClient } from '../../../../src/core/extract/llm/client/create-client.ts';

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function answering(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<RawServer> {
  const server = await rawServer((response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  servers.push(server);
  return server;
}

const error = (message: string, code: string | null = null): unknown => ({
  error: { message, type: 'x', code },
});

describe.each(['openai', 'anthropic'] as const)('over the protocol of %s', (protocol) => {
  it.each([
    [400, 'bad_request'],
    [401, 'unauthorized'],
    [402, 'quota'],
    [403, 'forbidden'],
    [404, 'model_unknown'],
    [408, 'timeout'],
    [413, 'too_long'],
    [422, 'bad_request'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [502, 'server_error'],
    [503, 'server_error'],
    [504, 'server_error'],
    [529, 'rate_limited'],
    [301, 'model_unknown'],
  ])('sends exactly one request that ends with %i, and calls it %s', async (status, failure) => {
    const server = await answering(status, error('no'), { location: '/elsewhere' });
    expect(await failureOf(ask(server.baseUrl, { settings: { protocol } }))).toMatchObject({
      failure,
      httpStatus: status,
    });
    expect(server.requests).toHaveLength(1);
  });
});

it('says how long the provider wants us to wait, and gives its headers', async () => {
  const server = await answering(429, error('slow down'), {
    'Retry-After': '37',
    'X-RateLimit-Limit-Requests': '60',
  });
  expect(await failureOf(ask(server.baseUrl))).toMatchObject({
    failure: 'rate_limited',
    retryAfterMs: 37_000,
    headers: { 'x-ratelimit-limit-requests': '60' },
  });
});

it('takes an overloaded server that names a time for a limit', async () => {
  const server = await answering(503, 'busy', { 'Retry-After': '5' });
  expect(await failureOf(ask(server.baseUrl))).toMatchObject({
    failure: 'rate_limited',
    retryAfterMs: 5_000,
  });
});

it.each([
  ['a web page', '<!DOCTYPE html><title>Sign in</title>', 'text/html', 'HTML page “Sign in”'],
  ['plain text', 'upstream connect error', 'text/plain', 'upstream connect error'],
])('takes %s with status 200 for no answer, free of charge', async (_what, body, contentType, words) => {
  const server = await answering(200, body, { 'content-type': contentType });
  expect(await failureOf(ask(server.baseUrl))).toMatchObject({
    failure: 'not_an_answer',
    httpStatus: 200,
    recognised: true,
    billing: 'none',
    providerText: `instead of an answer: ${words}`,
  });
  expect(server.requests).toHaveLength(1);
});

it.each([
  ['broken JSON', '{"choices":[{"message":'],
  ['other JSON', '{"hello":"world"}'],
])(
  'takes %s with status 200 for an answer that cannot be read, and may have cost something',
  async (_what, body) => {
    const server = await answering(200, body);
    expect(await failureOf(ask(server.baseUrl))).toMatchObject({
      failure: 'bad_format',
      httpStatus: 200,
      recognised: false,
      billing: 'possible',
      partial: null,
    });
  },
);

it('books the tokens that an answer reports which cannot be read', async () => {
  const usage = { prompt_tokens: 31, completion_tokens: 4 };
  const server = await answering(200, { answers: ['{}'], usage });
  expect(await failureOf(ask(server.baseUrl))).toMatchObject({
    failure: 'bad_format',
    billing: 'possible',
    partial: { text: '', usage: { inputTokens: 31, outputTokens: 4 } },
  });
});

it.each([
  ['an error object', error('Rate limit reached', 'rate_limit_exceeded'), 'rate_limited'],
  ['an error with a status', { error: { message: 'no', code: 402 } }, 'quota'],
  ['an error as text', { error: 'model "x" not found' }, 'model_unknown'],
  [
    'the form of MiniMax',
    { choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient balance' } },
    'quota',
  ],
  [
    'the form of MiniMax for keys',
    { base_resp: { status_code: 1004, status_msg: 'login fail' } },
    'unauthorized',
  ],
])('understands %s in a body with status 200', async (_what, body, failure) => {
  const server = await answering(200, body);
  expect((await failureOf(ask(server.baseUrl))).failure).toBe(failure);
});

describe('what a failure costs, and how sure its class is', () => {
  it('is nothing and certain for a refusal inside a response that looks like a success', async () => {
    for (const body of [
      JSON.stringify({ error: { message: 'Rate limit reached', code: 429 } }),
      events({ choices: [], error: { message: 'Rate limit reached', code: 429 } }),
    ]) {
      const server = await answering(200, body);
      expect(await failureOf(ask(server.baseUrl))).toMatchObject({
        failure: 'rate_limited',
        recognised: true,
        billing: 'none',
        partial: null,
      });
    }
  });

  it('may be something once some of an answer came', async () => {
    const body = events(delta('{"users":'), { error: { message: 'Provider disconnected', code: 502 } });
    const server = await answering(200, body, { 'content-type': 'text/event-stream' });
    expect(await failureOf(ask(server.baseUrl))).toMatchObject({
      failure: 'server_error',
      recognised: false,
      billing: 'possible',
      partial: { text: '{"users":' },
    });
  });

  it('is nothing where no connection was made', async () => {
    const server = await rawServer(() => undefined);
    await server.close();
    expect(await failureOf(ask(server.baseUrl))).toMatchObject({ failure: 'network', billing: 'none' });
  });

  it('may be something where a connection was lost', async () => {
    const server = await rawServer((response) => response.socket?.destroy());
    servers.push(server);
    expect(await failureOf(ask(server.baseUrl))).toMatchObject({ failure: 'network', billing: 'possible' });
  });
});

describe("the provider's own words", () => {
  it('are handed on without what surrounds them', async () => {
    const server = await answering(500, error('insufficient balance (1008)'));
    expect(await failureOf(ask(server.baseUrl))).toMatchObject({
      failure: 'quota',
      recognised: true,
      providerText: 'insufficient balance (1008)',
      message: 'HTTP 500 minimax:1008: insufficient balance (1008)',
    });
  });

  it('are the title where a page came', async () => {
    const server = await answering(
      403,
      '<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>',
    );
    expect(await failureOf(ask(server.baseUrl))).toMatchObject({
      failure: 'forbidden',
      recognised: false,
      providerText: 'HTML page “Just a moment...”',
    });
  });
});

describe('a limit that lasts', () => {
  const clock = { now: () => Date.UTC(2026, 10, 30, 12) };
  const failing = async (status: number, body: unknown, headers = {}): ReturnType<typeof failureOf> => {
    const server = await answering(status, body, { date: '', ...headers });
    return failureOf(ask(server.baseUrl, { config: { clock } }));
  };

  it.each([
    [429, error('usage limit exceeded, resets at 2026-11-30T15:00:00Z (2056)'), {}, 3],
    [
      400,
      error('You have reached your API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.'),
      {},
      12,
    ],
    // A provider who writes Chinese means the time of Beijing.
    [429, { error: { code: '1310', message: '您的限额将在 2026-12-01 00:00:00 重置。' } }, {}, 4],
    [429, error('slow down'), { 'retry-after': '259200' }, 72],
    [
      429,
      error('This would exceed the usage limit'),
      { 'anthropic-ratelimit-unified-reset': '1796050800' },
      3,
    ],
  ])('tells its end: %i %j', async (status, body, headers, hours) => {
    expect(await failing(status, body, headers)).toMatchObject({
      failure: 'usage_limit',
      retryAfterMs: hours * 3_600_000,
    });
  });

  it('may have an end that is not announced', async () => {
    expect(await failing(429, error('Rate limit reached on tokens per day (TPD)'))).toMatchObject({
      failure: 'usage_limit',
      recognised: true,
      retryAfterMs: null,
    });
  });

  it('is no limit of a minute, whose wait may stand in the body', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '17s' }];
    const body = [{ error: { code: 429, message: 'exhausted', status: 'RESOURCE_EXHAUSTED', details } }];
    expect(await failing(429, body)).toMatchObject({ failure: 'rate_limited', retryAfterMs: 17_000 });
  });
});

describe('a redirect', () => {
  it('within the host says that the address is wrong, and names the target without its query', async () => {
    const server = await answering(308, '', { location: '/v2/chat/completions?token=secret' });
    const { origin } = new URL(server.baseUrl);
    expect(await failureOf(ask(server.baseUrl))).toMatchObject({
      failure: 'model_unknown',
      recognised: true,
      providerText: `the address redirects to ${origin}/v2/chat/completions`,
    });
  });

  it('to another host is a page to sign in at', async () => {
    const server = await answering(302, '', { location: 'https://login.example/portal?from=1' });
    expect(await failureOf(ask(server.baseUrl))).toMatchObject({
      failure: 'not_an_answer',
      recognised: false,
      billing: 'none',
      providerText: 'the address redirects to https://login.example/portal',
    });
  });
});

it('gives what had come before an error inside the stream', async () => {
  const body = events(delta('{"users":'), {
    error: { message: 'overloaded', code: 'engine_overloaded_error' },
  });
  const server = await answering(200, body, { 'content-type': 'text/event-stream' });
  expect(await failureOf(ask(server.baseUrl))).toMatchObject({
    failure: 'rate_limited',
    partial: { text: '{"users":', usage: { inputTokens: 40, outputTokens: 9, reported: false } },
  });
});

it('understands an error as the first event of Anthropic', async () => {
  const body = `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })}\n\n`;
  const server = await answering(200, body, { 'content-type': 'text/event-stream' });
  expect(await failureOf(ask(server.baseUrl, { settings: { protocol: 'anthropic' } }))).toMatchObject({
    failure: 'rate_limited',
    httpStatus: 200,
  });
});

it('does not skip a chunk that it cannot read', async () => {
  const server = await answering(200, `${events(delta('a'))}data: {"choi\n\n${events(delta('c', 'stop'))}`, {
    'content-type': 'text/event-stream',
  });
  expect(await failureOf(ask(server.baseUrl))).toMatchObject({
    failure: 'bad_format',
    billing: 'possible',
    partial: { text: 'a' },
  });
});

describe('when the connection breaks', () => {
  it('before an answer, it is the network', async () => {
    const server = await rawServer((response) => response.socket?.destroy());
    servers.push(server);
    expect(await failureOf(ask(server.baseUrl))).toMatchObject({
      failure: 'network',
      httpStatus: null,
      partial: null,
    });
    expect(server.requests).toHaveLength(1);
  });

  it.each(['openai', 'anthropic'] as const)(
    'within an answer of %s, what had come is kept',
    async (protocol) => {
      const server = await rawServer((response) => {
        response.setHeader('content-type', 'text/event-stream');
        const start = { type: 'message_start', message: { usage: { input_tokens: 30, output_tokens: 1 } } };
        const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } };
        const piece = {
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'text_delta', text: '{"users":' },
        };
        response.write(protocol === 'openai' ? events(delta('{"users":')) : events(start, block, piece));
        setTimeout(() => response.socket?.destroy(), 30);
      });
      servers.push(server);
      expect(await failureOf(ask(server.baseUrl, { settings: { protocol } }))).toMatchObject({
        failure: 'network',
        httpStatus: 200,
        partial: { text: '{"users":', usage: { outputTokens: 9 } },
      });
      expect(server.requests).toHaveLength(1);
    },
  );

  it('within a whole body, it is the network too', async () => {
    const server = await rawServer((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
      response.write('{"choices":[');
      setTimeout(() => response.socket?.destroy(), 30);
    });
    servers.push(server);
    expect((await failureOf(ask(server.baseUrl))).failure).toBe('network');
  });

  it('and nobody listens, it is the network', async () => {
    const server = await rawServer(() => undefined);
    await server.close();
    const { failure, message } = await failureOf(ask(server.baseUrl));
    expect([failure, message]).toEqual(['network', 'no connection (ECONNREFUSED)']);
  });

  it('because the port may not be asked, it is the network', async () => {
    expect((await failureOf(ask('http://127.0.0.1:6000/v1'))).failure).toBe('network');
  });

  it('because the name does not exist, it is the network', async () => {
    expect((await failureOf(ask('http://model.invalid/v1'))).failure).toBe('network');
  });
});

describe('when the caller gives up', () => {
  it.each(['openai', 'anthropic'] as const)(
    'the reason comes back, and the connection is closed (%s)',
    async (protocol) => {
      const closed = Promise.withResolvers<null>();
      const aborter = new AbortController();
      const server = await rawServer((response) => {
        response.on('close', () => closed.resolve(null));
        response.setHeader('content-type', 'text/event-stream');
        response.write(protocol === 'openai' ? events(delta('a')) : ': waiting\n\n');
        setTimeout(() => aborter.abort(new RangeError('enough')), 20);
      });
      servers.push(server);
      await expect(
        ask(server.baseUrl, { settings: { protocol }, signal: aborter.signal }).answer,
      ).rejects.toThrow(new RangeError('enough'));
      await closed.promise;
    },
  );

  it('before the question, nothing is sent', async () => {
    const server = await answering(200, '');
    await expect(
      ask(server.baseUrl, { signal: AbortSignal.abort(new RangeError('no')) }).answer,
    ).rejects.toThrow('no');
    expect(server.requests).toHaveLength(0);
  });
});

describe('what a server does not take', () => {
  it('is named by what was sent, and left out after it was dropped', async () => {
    const refused = ['json_schema', 'json_object', null];
    const server = await rawServer((response, { body }) => {
      const format = body['response_format'] as { type: string } | undefined;
      const ok = !format;
      response.writeHead(ok ? 200 : 400, { 'content-type': ok ? 'text/event-stream' : 'application/json' });
      response.end(
        ok
          ? events(delta('{}', 'stop'))
          : JSON.stringify(error('This response_format type is unavailable now')),
      );
    });
    servers.push(server);
    const client = createModelClient({ settings: settings(server.baseUrl), apiKey: KEY });
    const once = (): Promise<unknown> =>
      client.ask(request, 'json_schema', { requestId: 'r' }, new AbortController().signal);
    await expect(once()).rejects.toMatchObject({ failure: 'bad_request', unsupported: 'json_schema' });
    client.drop('json_schema');
    await expect(once()).rejects.toMatchObject({ failure: 'bad_request', unsupported: 'response_format' });
    client.drop('response_format');
    await expect(once()).resolves.toMatchObject({ text: '{}' });
    const formats = server.requests.map(
      ({ body }) => (body['response_format'] as { type: string } | undefined)?.type,
    );
    expect(formats).toEqual([refused[0], refused[1], undefined]);
  });

  it.each([
    ['temperature', 'temperature'],
    ['max_tokens', 'max_tokens'],
    ['stream_options', 'stream_options'],
  ] as const)('%s is left out of later requests', async (name, field) => {
    const server = await rawServer((response, { body }) => {
      const ok = !(field in body);
      response.writeHead(ok ? 200 : 400, { 'content-type': ok ? 'text/event-stream' : 'application/json' });
      response.end(
        ok ? events(delta('{}', 'stop')) : JSON.stringify(error(`Unsupported parameter: '${field}'`)),
      );
    });
    servers.push(server);
    const client = createModelClient({ settings: settings(server.baseUrl), apiKey: KEY });
    const once = (): Promise<unknown> =>
      client.ask(request, 'none', { requestId: 'r' }, new AbortController().signal);
    await expect(once()).rejects.toMatchObject({ unsupported: name });
    client.drop(name);
    await expect(once()).resolves.toMatchObject({ text: '{}' });
  });
});

it.each([
  ['stream', 400, 'Your organization must be verified to stream this model.'],
  ['system_role', 400, 'System role not supported'],
  ['json_schema', 500, 'failed to load model vocabulary required for format'],
  ['json_schema', 400, "Unknown name at 'generation_config.response_schema': Cannot find field."],
] as const)('names %s as what the server does not take (%i %s)', async (unsupported, status, message) => {
  const server = await answering(status, error(message));
  expect(await failureOf(ask(server.baseUrl, { mode: 'json_schema' }))).toMatchObject({
    failure: 'bad_request',
    recognised: true,
    unsupported,
  });
});

it('takes an answer that is no JSON after all for chance once, and for the mode when it soon comes again', async () => {
  let isGood = false;
  const server = await rawServer((response) => {
    response.writeHead(isGood ? 200 : 400, { 'content-type': 'text/event-stream' });
    const refusal = { error: { message: 'Failed to generate JSON.', code: 'json_validate_failed' } };
    response.end(isGood ? events(delta('{}', 'stop')) : JSON.stringify(refusal));
  });
  servers.push(server);
  const client = createModelClient({ settings: settings(server.baseUrl), apiKey: KEY });
  const once = (): Promise<unknown> =>
    client
      .ask(request, 'json_schema', { requestId: 'r' }, new AbortController().signal)
      .catch((e: unknown) => e);
  const chance = { failure: 'bad_format', unsupported: null, billing: 'none' };
  expect(await once()).toMatchObject(chance);
  isGood = true;
  for (let count = 0; count < 10; count += 1) await once();
  isGood = false;
  expect(await once()).toMatchObject(chance);
  expect(await once()).toMatchObject({ failure: 'bad_request', unsupported: 'json_schema' });
});

it('keeps to the most output tokens that the server allows, and goes on limiting them', async () => {
  const server = await rawServer((response, { body }) => {
    const ok = Number(body['max_tokens']) <= 512;
    response.writeHead(ok ? 200 : 400, { 'content-type': ok ? 'text/event-stream' : 'application/json' });
    const message = 'Invalid max_tokens value, the valid range of max_tokens is [1, 512]';
    response.end(ok ? events(delta('{}', 'stop')) : JSON.stringify(error(message)));
  });
  servers.push(server);
  const client = createModelClient({ settings: settings(server.baseUrl), apiKey: KEY });
  const once = (maxOutputTokens: number): Promise<unknown> =>
    client.ask(
      { ...request, maxOutputTokens },
      'json_schema',
      { requestId: 'r' },
      new AbortController().signal,
    );
  expect(client.outputLimit(777)).toBe(777);
  await expect(once(777)).rejects.toMatchObject({ failure: 'bad_request', unsupported: 'output_limit' });
  client.drop('output_limit');
  expect(client.outputLimit(777)).toBe(512);
  await once(777);
  await once(100);
  expect(server.requests.map(({ body }) => body['max_tokens'])).toEqual([777, 512, 100]);
  client.drop('max_tokens');
  client.drop('max_completion_tokens');
  expect(client.outputLimit(777)).toBeNull();
});
