import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { createModelClient } from '../../../../src/core/extract/llm/client/create-client.ts';
import { ask, delta, events, failureOf, KEY, rawServer, request, settings } from './support.ts';
import type { RawServer } from './support.ts';

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serving(body: string, contentType = 'text/event-stream'): Promise<RawServer> {
  const server = await rawServer((response) => {
    response.setHeader('content-type', contentType);
    response.end(body);
  });
  servers.push(server);
  return server;
}

const USAGE = { prompt_tokens: 31, completion_tokens: 4 };

it('takes a stream piece by piece, with the usage of its last chunk', async () => {
  const body = events(
    delta('{"users"'),
    delta(':[]}'),
    delta(null, 'stop'),
    { choices: [], usage: USAGE },
    '[DONE]',
  );
  const server = await serving(body);
  const asked = ask(server.baseUrl);
  expect(await asked.answer).toMatchObject({
    text: '{"users":[]}',
    finishReason: 'stop',
    usage: { inputTokens: 31, outputTokens: 4, reported: true },
    httpStatus: 200,
  });
  expect(asked.pieces).toEqual(['{"users"', ':[]}']);
});

it('reads CRLF lines, comments and empty keep-alive lines', async () => {
  const body = `: hello\r\n\r\n${events(delta('a'), delta('b', 'stop')).replaceAll('\n', '\r\n')}: ping\r\n\r\ndata:\r\n\r\n`;
  const server = await serving(body);
  expect(await ask(server.baseUrl).answer).toMatchObject({ text: 'ab', finishReason: 'stop' });
});

it('reads a stream that is compressed, or begins with a byte order mark and is declared as text', async () => {
  const body = events(delta('到店'), delta(null, 'stop'), { choices: [], usage: USAGE });
  const server = await rawServer((response, { headers }) => {
    const isPlain = headers['x-client-request-id'] === 'plain';
    const type = isPlain ? 'text/plain' : 'text/event-stream';
    response.writeHead(200, { 'content-type': type, ...(isPlain ? {} : { 'content-encoding': 'gzip' }) });
    if (!isPlain) response.end(gzipSync(body));
    else response.end(`\uFEFF${body.replace(/^data: /gm, 'data:').replaceAll('\n\n', '\r\n\r\n')}`);
  });
  servers.push(server);
  const client = createModelClient({ settings: settings(server.baseUrl), apiKey: KEY });
  for (const requestId of ['plain', 'compressed']) {
    const answer = client.ask(request, 'none', { requestId }, new AbortController().signal);
    expect(await answer).toMatchObject({ text: '到店', finishReason: 'stop', usage: { inputTokens: 31 } });
  }
});

it('keeps characters whole that are split between packets', async () => {
  const bytes = Buffer.from(events(delta('到店', 'stop')));
  const server = await rawServer(async (response) => {
    response.setHeader('content-type', 'text/event-stream');
    for (const byte of bytes) response.write(Buffer.from([byte]));
    response.end();
  });
  servers.push(server);
  expect((await ask(server.baseUrl).answer).text).toBe('到店');
});

it.each(['reasoning_content', 'reasoning'])('keeps thoughts in %s apart from the answer', async (field) => {
  const server = await serving(
    events({ choices: [{ delta: { [field]: 'let me see' } }] }, delta('{}', 'stop')),
  );
  expect(await ask(server.baseUrl).answer).toMatchObject({ text: '{}', reasoning: 'let me see' });
});

it.each(['application/json', 'text/event-stream', 'text/html'])(
  'takes one whole JSON body declared as %s for a stream',
  async (contentType) => {
    const message = { role: 'assistant', content: '{"users":[]}', reasoning_content: 'hm' };
    const body = JSON.stringify({ choices: [{ message, finish_reason: 'length' }], usage: USAGE }, null, 2);
    const server = await serving(`\n\n${body}`, contentType);
    expect(await ask(server.baseUrl).answer).toMatchObject({
      text: '{"users":[]}',
      reasoning: 'hm',
      finishReason: 'length',
      usage: { inputTokens: 31, outputTokens: 4, reported: true },
    });
  },
);

it('takes a whole JSON body of Anthropic', async () => {
  const body = JSON.stringify({
    type: 'message',
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'hm', signature: 'x' },
      { type: 'text', text: '{"users":[]}' },
    ],
    stop_reason: 'max_tokens',
    usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 3 },
  });
  const server = await serving(body, 'application/json');
  expect(await ask(server.baseUrl, { settings: { protocol: 'anthropic' } }).answer).toMatchObject({
    text: '{"users":[]}',
    reasoning: 'hm',
    finishReason: 'length',
    usage: { inputTokens: 15, outputTokens: 3, reported: true },
  });
});

it('takes a stream that is declared as something else', async () => {
  const server = await serving(events(delta('{}', 'stop')), 'text/plain');
  expect(await ask(server.baseUrl).answer).toMatchObject({ text: '{}', finishReason: 'stop' });
});

it('counts tokens itself when none are reported, and says so', async () => {
  const server = await serving(events(delta('12345', 'stop')));
  expect((await ask(server.baseUrl).answer).usage).toEqual({
    inputTokens: 40,
    outputTokens: 5,
    reported: false,
  });
});

it('does not believe a usage of zero', async () => {
  const usage = { prompt_tokens: 0, completion_tokens: 0 };
  const server = await serving(events(delta('12345', 'stop'), { choices: [], usage }));
  expect((await ask(server.baseUrl).answer).usage).toEqual({
    inputTokens: 40,
    outputTokens: 5,
    reported: false,
  });
});

it('finds the usage that stands in the choice, or in a chunk without choices', async () => {
  const inChoice = { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: USAGE }] };
  const first = await serving(events(delta('{}'), inChoice));
  expect((await ask(first.baseUrl).answer).usage).toMatchObject({ inputTokens: 31, reported: true });
  const second = await serving(events(delta('{}', 'stop'), { usage: USAGE }));
  expect((await ask(second.baseUrl).answer).usage).toMatchObject({ inputTokens: 31, reported: true });
});

it('loses no piece to a field that the schema of the package minds', async () => {
  const odd = { choices: [{ delta: { role: 'bot', content: 'b' }, finish_reason: null }] };
  const server = await serving(events(delta('a'), odd, delta('c', 'stop')));
  expect((await ask(server.baseUrl).answer).text).toBe('abc');
});

it.each([
  ['stop', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['content_filter', 'content_filter'],
  ['sensitive', 'content_filter'],
  ['STOP', 'stop'],
  ['end_turn', 'stop'],
  ['content_filter: PROHIBITED_CONTENT', 'content_filter'],
  ['insufficient_system_resource', 'other'],
  ['abort', 'other'],
  ['network_error', 'other'],
  ['error', 'other'],
  ['tool_calls', 'other'],
  ['constructor', 'other'],
])('understands finish_reason %s as %s', async (raw, expected) => {
  const server = await serving(events(delta('{}', raw)));
  expect((await ask(server.baseUrl).answer).finishReason).toBe(expected);
});

it('takes a refusal in a field of its own for one, though it ends with stop', async () => {
  const server = await serving(
    events({ choices: [{ delta: { refusal: 'I cannot' }, finish_reason: 'stop' }] }),
  );
  expect(await ask(server.baseUrl).answer).toMatchObject({
    text: 'I cannot',
    finishReason: 'content_filter',
  });
});

it('takes no reason for the end that is written as null, and none before the last piece', async () => {
  const server = await serving(events(delta('{', 'null'), delta('"users"', 'stop'), delta(':[]}', 'stop')));
  expect(await ask(server.baseUrl).answer).toMatchObject({ text: '{"users":[]}', finishReason: 'stop' });
  const other = await serving(events(delta('{}', 'null')));
  expect((await ask(other.baseUrl).answer).finishReason).toBe('unknown');
});

it('takes an ordinary stream for no sign of life without an answer', async () => {
  const role = { choices: [{ delta: { role: 'assistant', content: '' } }] };
  const server = await serving(
    events(role, delta('{}'), delta(null, 'stop'), { choices: [], usage: USAGE }, '[DONE]'),
  );
  const asked = ask(server.baseUrl);
  await asked.answer;
  expect([asked.keepAlives(), asked.activity()]).toEqual([0, 1]);
});

it('gives what came of a stream that ends without a reason as unknown', async () => {
  const server = await serving(events(delta('{"users":[')));
  expect(await ask(server.baseUrl).answer).toMatchObject({ text: '{"users":[', finishReason: 'unknown' });
});

it.each(['', '\n\n', ': nothing\n\n', 'data: [DONE]\n\n'])(
  'takes an empty stream (%j) for a failure that costs nothing',
  async (body) => {
    const server = await serving(body);
    const error = await failureOf(ask(server.baseUrl));
    expect(error).toMatchObject({ failure: 'empty', billing: 'none', partial: null });
  },
);

it('takes an answer without any text, and without an end, for a failure that may be billed', async () => {
  const server = await serving(events(delta(''), { choices: [], usage: { prompt_tokens: 31 } }, '[DONE]'));
  const error = await failureOf(ask(server.baseUrl));
  const usage = { inputTokens: 31, outputTokens: 0, reported: false };
  expect(error).toMatchObject({ failure: 'empty', billing: 'possible', partial: { usage } });
});

it.each([
  ['openai', events(delta('{}', 'stop'), '[DONE]')],
  [
    'anthropic',
    events(
      { type: 'message_start', message: { usage: { input_tokens: 30, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '{}' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
      { type: 'message_stop' },
    ),
  ],
] as const)(
  'does not wait for a connection that stays open after the end of an answer (%s)',
  async (protocol, body) => {
    const server = await rawServer((response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write(body);
    });
    servers.push(server);
    expect(await ask(server.baseUrl, { settings: { protocol } }).answer).toMatchObject({
      text: '{}',
      finishReason: 'stop',
    });
  },
);

it('keeps an answer that had ended when the connection broke', async () => {
  const server = await rawServer((response) => {
    response.setHeader('content-type', 'text/event-stream');
    response.write(events(delta('{}', 'stop')));
    setTimeout(() => response.socket?.destroy(), 30);
  });
  servers.push(server);
  expect(await ask(server.baseUrl).answer).toMatchObject({
    text: '{}',
    finishReason: 'stop',
    usage: { reported: false },
  });
});

it('does not mind chunks that name no error', async () => {
  const chunk = { ...(delta('{}', 'stop') as object), error: null };
  const server = await serving(events(chunk));
  expect(await ask(server.baseUrl).answer).toMatchObject({ text: '{}', finishReason: 'stop' });
});

it('does not take keep-alives for activity', async () => {
  const server = await serving(
    `: ping\n\n${events({ choices: [{ delta: { role: 'assistant', content: '' } }] }, delta('{}', 'stop'))}`,
  );
  const asked = ask(server.baseUrl);
  await asked.answer;
  expect([asked.pieces, asked.activity()]).toEqual([['{}'], 1]);
});

it('measures the first piece and the whole answer by the clock it is given', async () => {
  const clock = { time: 1_000, now: () => clock.time };
  const server = await rawServer((response) => {
    response.setHeader('content-type', 'text/event-stream');
    clock.time += 300;
    response.end(events(delta('{}', 'stop')));
  });
  servers.push(server);
  expect(await ask(server.baseUrl, { config: { clock } }).answer).toMatchObject({
    firstTokenMs: 300,
    latencyMs: 300,
  });
});
