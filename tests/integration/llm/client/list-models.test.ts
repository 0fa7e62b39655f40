import { afterEach, expect, it } from 'vitest';
import { listModels } from '../../../../src/core/extract/llm/client/list-models.ts';
import { KEY, rawServer } from './support.ts';
import type { RawServer } from './support.ts';

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function listing(body: unknown, status = 200): Promise<RawServer> {
  const server = await rawServer((response) => {
    response.writeHead(status);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  servers.push(server);
  return server;
}

it.each([
  ['OpenAI', { object: 'list', data: [{ id: 'b' }, { id: 'a', owned_by: 'x' }, { id: 'b' }] }],
  ['Ollama', { models: [{ name: 'b' }, { name: 'a' }] }],
  ['Google', { models: [{ name: 'models/b' }, { name: 'models/a' }] }],
  ['a gateway', ['b', 'a']],
  ['a careless gateway', { data: [{ id: 'b' }, null, 7, {}, { id: 'a' }] }],
])('reads the list as %s writes it', async (_who, body) => {
  const server = await listing(body);
  const config = { settings: { baseUrl: server.baseUrl, protocol: 'openai' as const }, apiKey: KEY };
  expect(await listModels(config)).toEqual(['a', 'b']);
  expect(server.requests[0]).toMatchObject({
    path: '/v1/models',
    headers: { authorization: `Bearer ${KEY}` },
  });
});

it('asks Anthropic with its headers', async () => {
  const server = await listing({ data: [{ type: 'model', id: 'claude-haiku-4-5' }] });
  const config = { settings: { baseUrl: server.baseUrl, protocol: 'anthropic' as const }, apiKey: KEY };
  expect(await listModels(config)).toEqual(['claude-haiku-4-5']);
  expect(server.requests[0]?.headers).toMatchObject({ 'x-api-key': KEY, 'anthropic-version': '2023-06-01' });
});

it.each([
  [401, 'no', 'unauthorized'],
  [404, 'no', 'model_unknown'],
  [200, '<html><title>sign in</title></html>', 'not_an_answer'],
  [200, { error: { message: 'no', code: 'invalid_api_key' } }, 'unauthorized'],
])('fails for %i %j as %s', async (status, body, failure) => {
  const server = await listing(body, status);
  const config = { settings: { baseUrl: server.baseUrl, protocol: 'openai' as const }, apiKey: null };
  await expect(listModels(config)).rejects.toMatchObject({ failure });
});

it('fails with the reason of a signal', async () => {
  const server = await listing([]);
  const config = { settings: { baseUrl: server.baseUrl, protocol: 'openai' as const }, apiKey: null };
  await expect(listModels(config, AbortSignal.abort(new RangeError('enough')))).rejects.toThrow('enough');
});
