import { afterEach, describe, expect, it } from 'vitest';
import { createModelClient } from '../../../../src/core/extract/llm/client/create-client.ts';
import type { JsonMode, ModelSettings } from '../../../../src/shared/model.ts';
import { ask, delta, events, KEY, rawServer, request, settings } from './support.ts';
import type { RawServer, Seen } from './support.ts';

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function sent(
  changed: Partial<ModelSettings> = {},
  mode: JsonMode = 'json_schema',
  apiKey: string | null = KEY,
): Promise<Seen> {
  const server = await rawServer((response) => {
    response.setHeader('content-type', 'text/event-stream');
    response.end(events(delta('{}', 'stop')));
  });
  servers.push(server);
  await ask(server.baseUrl, { settings: changed, mode, config: { apiKey } }).answer.catch(() => undefined);
  const seen = server.requests[0];
  if (!seen) throw new Error('nothing was sent');
  return seen;
}

it('asks for a stream with usage, under the id of the request', async () => {
  const { path, headers, body } = await sent({ temperature: 0.3 }, 'none');
  expect(path).toBe('/v1/chat/completions');
  expect(headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'x-client-request-id': 'request-1' });
  expect(body).toEqual({
    model: 'test-model',
    messages: [
      { role: 'system', content: request.system },
      { role: 'user', content: request.user },
    ],
    max_tokens: 777,
    temperature: 0.3,
    stream: true,
    stream_options: { include_usage: true },
  });
});

it.each([
  [
    'json_schema',
    { type: 'json_schema', json_schema: { name: 'events', strict: true, schema: request.schema } },
  ],
  ['json_object', { type: 'json_object' }],
  ['none', undefined],
] as const)('asks for JSON by %s', async (mode, format) => {
  expect((await sent({}, mode)).body['response_format']).toEqual(format);
});

it.each(['o4-mini', 'gpt-5.4-mini', 'openai/gpt-5'])(
  'gives %s its own limit and no temperature',
  async (model) => {
    const { body } = await sent({ model });
    expect(body).toMatchObject({ max_completion_tokens: 777 });
    expect(Object.keys(body)).not.toContain('max_tokens');
    expect(Object.keys(body)).not.toContain('temperature');
  },
);

it('gives other models of OpenAI the new limit and a temperature', async () => {
  expect((await sent({ preset: 'openai', model: 'gpt-4.1' })).body).toMatchObject({
    max_completion_tokens: 777,
    temperature: 0,
  });
});

describe.each(['openai', 'anthropic'] as const)('over the protocol of %s', (protocol) => {
  const answers = {
    openai: { choices: [{ message: { content: '{}' }, finish_reason: 'stop' }] },
    anthropic: { type: 'message', content: [{ type: 'text', text: '{}' }], stop_reason: 'end_turn' },
  };

  it('asks without streaming and without a system message, once the server takes neither', async () => {
    const server = await rawServer((response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answers[protocol]));
    });
    servers.push(server);
    const client = createModelClient({ settings: settings(server.baseUrl, { protocol }), apiKey: KEY });
    client.drop('stream');
    client.drop('system_role');
    const answer = client.ask(request, 'none', { requestId: 'r' }, new AbortController().signal);
    expect(await answer).toMatchObject({ text: '{}', finishReason: 'stop' });
    const body = server.requests[0]?.body ?? {};
    expect(body).toMatchObject({
      stream: false,
      messages: [{ role: 'user', content: `${request.system}\n\n${request.user}` }],
    });
    expect(Object.keys(body)).not.toContain('system');
    expect(Object.keys(body)).not.toContain('stream_options');
  });
});

it('keeps the query of the base URL, also where the whole path was pasted', async () => {
  const server = await rawServer((response) => response.end(events(delta('{}', 'stop'))));
  servers.push(server);
  const { origin } = new URL(server.baseUrl);
  const path = '/openai/deployments/gpt-4o/chat/completions';
  expect(await ask(`${origin}${path}?api-version=2024-10-21`).answer).toMatchObject({ text: '{}' });
  expect(server.requests[0]?.path).toBe(`${path}?api-version=2024-10-21`);
});

it('hands a key to Azure in the header that Azure reads', async () => {
  const sentTo: { url: string; headers: Headers }[] = [];
  const fetch = (url: string, init: RequestInit): Promise<Response> => {
    sentTo.push({ url, headers: new Headers(init.headers) });
    return Promise.resolve(new Response(events(delta('{}', 'stop'))));
  };
  const baseUrl = 'https://me.openai.azure.com/openai/deployments/x?api-version=1';
  await ask(baseUrl, { config: { fetch: fetch as typeof globalThis.fetch } }).answer;
  expect(sentTo[0]?.url).toBe(
    'https://me.openai.azure.com/openai/deployments/x/chat/completions?api-version=1',
  );
  expect([sentTo[0]?.headers.get('api-key'), sentTo[0]?.headers.get('authorization')]).toEqual([KEY, null]);
});

it.each(['openai', 'anthropic'] as const)(
  'sends no header for a key that is not there (%s)',
  async (protocol) => {
    const { headers } = await sent({ protocol }, 'none', null);
    expect(Object.keys(headers)).not.toContain('authorization');
    expect(Object.keys(headers)).not.toContain('x-api-key');
  },
);

it('speaks the protocol of Anthropic, with its own structured output where the model has it', async () => {
  const { path, headers, body } = await sent({ protocol: 'anthropic', model: 'claude-haiku-4-5' });
  expect(path).toBe('/v1/messages');
  expect(headers).toMatchObject({ 'x-api-key': KEY, 'x-client-request-id': 'request-1' });
  expect(body).toMatchObject({
    stream: true,
    max_tokens: 777,
    temperature: 0,
    output_config: { format: { type: 'json_schema' } },
  });
});

it.each(['MiniMax-M2.7', 'claude-3-haiku-20240307'])(
  'forces no tool upon %s, which has no structured output',
  async (model) => {
    const { body } = await sent({ protocol: 'anthropic', model });
    expect(Object.keys(body)).not.toContain('tools');
    expect(Object.keys(body)).not.toContain('output_config');
  },
);
