import { afterEach, expect, it } from 'vitest';
import type { JsonMode, ModelSettings } from '../../../../src/shared/model.ts';
import { ask, delta, events, KEY, rawServer, request } from './support.ts';
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
