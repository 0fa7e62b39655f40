import { inspect } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import { listModels } from '../../../../src/core/extract/llm/client/list-models.ts';
import { testConnection } from '../../../../src/core/extract/llm/client/test-connection.ts';
import type { ModelProtocol } from '../../../../src/shared/model.ts';
import { ask, delta, events, failureOf, KEY, rawServer, request, settings } from './support.ts';
import type { RawServer } from './support.ts';

const servers: RawServer[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) await server.close();
});

/** Servers that say aloud what they were told in confidence. */
const TELLTALES: [string, number, string][] = [
  ['an error', 401, JSON.stringify({ error: { message: `Incorrect API key provided: ${KEY}.`, code: KEY } })],
  ['a page', 403, `<html><title>Bearer ${KEY}</title></html>`],
  ['plain text', 500, `authorization: Bearer ${KEY}`],
  ['an error body with status 200', 200, JSON.stringify({ error: { message: `key ${KEY} has no quota` } })],
  ['an error in the stream', 200, events({ error: { message: `key ${KEY}` } })],
  ['a chunk that cannot be read', 200, `data: {"${KEY}\n\n`],
  ['a page with status 200', 200, `<html><title>${KEY}</title></html>`],
];
const PROTOCOLS: ModelProtocol[] = ['openai', 'anthropic'];

it.each(TELLTALES.flatMap((telltale) => PROTOCOLS.map((protocol) => [...telltale, protocol] as const)))(
  'repeats no key that is told in %s (%i, %s, %s)',
  async (_what, status, body, protocol) => {
    const written = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'log')];
    const server = await rawServer((response) => {
      response.writeHead(status, { 'x-echo': `Bearer ${KEY}`, 'set-cookie': `k=${KEY}` });
      response.end(body);
    });
    servers.push(server);
    const config = { settings: settings(server.baseUrl, { protocol }), apiKey: KEY };
    const error = await failureOf(ask(server.baseUrl, { settings: { protocol } }));
    const report = await testConnection(config, new AbortController().signal);
    const listing: unknown = await listModels(config).catch((reason: unknown) => reason);
    // With hidden properties, causes and stacks: all that any logger could find.
    const everything = inspect([error, report, listing, written.map((spy) => spy.mock.calls)], {
      depth: Infinity,
      showHidden: true,
      maxStringLength: Infinity,
    });
    expect(everything).not.toContain(KEY);
    expect(error.message.length).toBeLessThanOrEqual(300);
  },
);

it('keeps a key to itself that cannot stand in a header', async () => {
  const apiKey = 'clé-secrète-密钥';
  const server = await rawServer((response) => response.end());
  servers.push(server);
  const error = await failureOf(ask(server.baseUrl, { config: { apiKey } }));
  expect(error.failure).toBe('unauthorized');
  expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(apiKey);
  expect(server.requests).toHaveLength(0);
});

it('forgives a line break that was pasted with the key', async () => {
  const server = await rawServer((response) => response.end(events(delta('{}', 'stop'))));
  servers.push(server);
  await ask(server.baseUrl, { config: { apiKey: ` ${KEY}\n` } }).answer;
  expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
});

it('repeats no behaviour text that is told in an error', async () => {
  const message = `cannot answer: ${request.user}`;
  const server = await rawServer((response) => {
    response.writeHead(400);
    response.end(JSON.stringify({ error: { message } }));
  });
  servers.push(server);
  const error = await failureOf(ask(server.baseUrl));
  const everything = inspect(error, { depth: Infinity, showHidden: true });
  expect(everything).not.toContain('长城4S店');
  expect(everything).toContain('cannot answer');
});

it('follows no redirect with the key', async () => {
  const thief = await rawServer((response) => response.end());
  const server = await rawServer((response) => {
    response.writeHead(307, { location: `${thief.baseUrl}/messages?k=1` });
    response.end();
  });
  servers.push(thief, server);
  await failureOf(ask(server.baseUrl, { settings: { protocol: 'anthropic' } }));
  await listModels({ settings: { baseUrl: server.baseUrl, protocol: 'anthropic' }, apiKey: KEY }).catch(
    () => null,
  );
  expect([server.requests.length, thief.requests.length]).toEqual([2, 0]);
});

it('shows and keeps no key that is told in an answer, in whatever form and however it is split', async () => {
  const forms = [KEY, Buffer.from(`u:${KEY}`).toString('base64'), Buffer.from(KEY).toString('hex')];
  const text = `{"users":[],"note":"${forms.join(' ')}"}`;
  const half = text.indexOf(KEY) + 7;
  const thought = { choices: [{ delta: { reasoning_content: `my key is ${KEY}` } }] };
  const server = await rawServer((response) => {
    response.setHeader('content-type', 'text/event-stream');
    response.end(events(thought, delta(text.slice(0, half)), delta(text.slice(half), 'stop')));
  });
  servers.push(server);
  const asked = ask(server.baseUrl);
  const answer = await asked.answer;
  expect(answer.reasoning).toBe('my key is [key]');
  expect(JSON.parse(answer.text)).toMatchObject({ users: [] });
  const everything = inspect([answer, asked.pieces.join('')], { depth: Infinity, maxStringLength: Infinity });
  for (const form of [KEY, forms[2]]) expect(everything).not.toContain(form);
  expect(Buffer.from(forms[1] ?? '', 'base64').toString()).toContain(KEY);
  expect(everything).not.toContain(forms[1]?.slice(4, -4));
});

it('shows no key that is told in an answer that breaks off', async () => {
  const server = await rawServer((response) => {
    response.setHeader('content-type', 'text/event-stream');
    response.write(events(delta(`{"a":"${KEY.slice(0, 12)}`)));
    setTimeout(() => response.socket?.destroy(), 30);
  });
  servers.push(server);
  const asked = ask(server.baseUrl);
  const error = await failureOf(asked);
  expect([error.partial?.text, asked.pieces.join('')]).toEqual(['{"a":"[key]', '{"a":"[key]']);
});
