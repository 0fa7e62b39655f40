import { afterEach, describe, expect, it } from 'vitest';
import { testConnection } from '../../../../src/core/extract/llm/client/test-connection.ts';
import type { ModelTestReport } from '../../../../src/shared/model.ts';
import { delta, events, KEY, rawServer, settings } from './support.ts';
import type { RawServer, Seen } from './support.ts';

const servers: RawServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

type Answer = { status?: number; body: string; type?: string };

async function tested(
  answer: (seen: Seen) => Answer,
  apiKey: string | null = KEY,
): Promise<{ report: ModelTestReport; server: RawServer }> {
  const server = await rawServer((response, seen) => {
    const { status = 200, body, type = 'text/event-stream' } = answer(seen);
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  });
  servers.push(server);
  const config = { settings: settings(server.baseUrl), apiKey };
  return { report: await testConnection(config, new AbortController().signal), server };
}

const PASSED = '{"connection_test_passed":true}';
const refusal = (message: string): Answer => ({
  status: 400,
  type: 'application/json',
  body: JSON.stringify({ error: { message } }),
});
const formatOf = ({ body }: Seen): string =>
  (body['response_format'] as { type: string } | undefined)?.type ?? 'none';

it('reports a server that does all it is asked, after one tiny request', async () => {
  const usage = { prompt_tokens: 30, completion_tokens: 8 };
  const { report, server } = await tested(() => ({
    body: events(delta(PASSED.slice(0, 9)), delta(PASSED.slice(9), 'stop'), { choices: [], usage }, '[DONE]'),
  }));
  expect(report).toEqual({
    reachable: true,
    keyAccepted: true,
    modelExists: true,
    jsonMode: 'json_schema',
    streaming: true,
    usageReported: true,
    latencyMs: expect.any(Number) as number,
    error: null,
  });
  expect(server.requests).toHaveLength(1);
  expect(JSON.stringify(server.requests[0]?.body).length).toBeLessThan(1_000);
});

it('reports a server that neither streams nor counts, and says nothing of a key that was not sent', async () => {
  const body = JSON.stringify({ choices: [{ message: { content: PASSED }, finish_reason: 'stop' }] });
  const { report } = await tested(() => ({ body, type: 'application/json' }), null);
  expect(report).toMatchObject({
    streaming: false,
    usageReported: false,
    keyAccepted: null,
    jsonMode: 'json_schema',
  });
});

describe('JSON', () => {
  it('by schema counts only if the answer keeps to the schema', async () => {
    const { report, server } = await tested(() => ({ body: events(delta('{"ok":true}', 'stop')) }));
    expect(report).toMatchObject({ jsonMode: 'none', error: null });
    expect(server.requests).toHaveLength(1);
  });

  it('as an object is tried when a schema is refused', async () => {
    const { report, server } = await tested((seen) =>
      formatOf(seen) === 'json_schema'
        ? refusal('This response_format type is unavailable now')
        : { body: events(delta('{"ok":true}', 'stop')) },
    );
    expect(report).toMatchObject({ jsonMode: 'json_object', error: null });
    expect(server.requests.map(formatOf)).toEqual(['json_schema', 'json_object']);
  });

  it('by instruction is what remains', async () => {
    const { report, server } = await tested((seen) =>
      formatOf(seen) === 'none'
        ? { body: events(delta(PASSED, 'stop')) }
        : refusal('response_format is not supported'),
    );
    expect(report).toMatchObject({ jsonMode: 'none', error: null });
    expect(server.requests.map(formatOf)).toEqual(['json_schema', 'json_object', 'none']);
  });

  it('is not judged by an answer of thoughts alone', async () => {
    const { report } = await tested(() => ({
      body: events({ choices: [{ delta: { reasoning_content: 'hm' } }] }, delta(null, 'length')),
    }));
    expect(report).toMatchObject({ jsonMode: null, reachable: true, error: null });
  });
});

it('goes on without a temperature that the model does not take', async () => {
  const { report } = await tested(({ body }) =>
    'temperature' in body
      ? refusal('invalid temperature: only 1 is allowed')
      : { body: events(delta(PASSED, 'stop')) },
  );
  expect(report).toMatchObject({ jsonMode: 'json_schema', error: null });
});

it.each([
  [401, { reachable: true, keyAccepted: false, modelExists: null }, 'model.unauthorized'],
  [402, { reachable: true, keyAccepted: true, modelExists: null }, 'model.quota'],
  [403, { reachable: true, keyAccepted: true, modelExists: null }, 'model.forbidden'],
  [404, { reachable: true, keyAccepted: true, modelExists: false }, 'model.model_unknown'],
  [429, { reachable: true, keyAccepted: true, modelExists: null }, 'model.rate_limited'],
  [500, { reachable: true, keyAccepted: null, modelExists: null }, 'model.server_error'],
])('says after one request what a %i means', async (status, known, code) => {
  const { report, server } = await tested(() => ({
    status,
    body: '{"error":{"message":"no"}}',
    type: 'application/json',
  }));
  expect(report).toMatchObject({ ...known, error: { code } });
  expect(server.requests).toHaveLength(1);
});

it("reports the provider's own words", async () => {
  const { report } = await tested(() => ({
    status: 500,
    body: '{"error":{"message":"insufficient balance (1008)"}}',
    type: 'application/json',
  }));
  expect(report.error).toMatchObject({
    code: 'model.quota',
    params: { detail: 'HTTP 500 minimax:1008: insufficient balance (1008)' },
  });
});

it('goes on without streaming and without a system message where the model takes neither', async () => {
  const whole = JSON.stringify({ choices: [{ message: { content: PASSED }, finish_reason: 'stop' }] });
  const { report, server } = await tested(({ body }) => {
    if (body['stream']) return refusal('Your organization must be verified to stream this model.');
    const [first] = body['messages'] as { role: string }[];
    return first?.role === 'system'
      ? refusal('System role not supported')
      : { body: whole, type: 'application/json' };
  });
  expect(report).toMatchObject({ streaming: false, jsonMode: 'json_schema', error: null });
  expect(server.requests).toHaveLength(3);
});

it('says that nobody answers', async () => {
  const server = await rawServer(() => undefined);
  await server.close();
  const config = { settings: settings(server.baseUrl), apiKey: KEY };
  expect(await testConnection(config, new AbortController().signal)).toMatchObject({
    reachable: false,
    keyAccepted: null,
    error: { code: 'model.network' },
  });
});

it('does not wait for ever', async () => {
  const server = await rawServer(() => undefined);
  servers.push(server);
  const config = { settings: settings(server.baseUrl), apiKey: KEY };
  expect(await testConnection(config, new AbortController().signal, 50)).toMatchObject({
    error: { code: 'model.timeout' },
  });
});

it('says that the base URL is none', async () => {
  const config = { settings: settings('ftp://example.com'), apiKey: KEY };
  expect(await testConnection(config, new AbortController().signal)).toMatchObject({
    reachable: false,
    error: { code: 'model.bad_base_url', params: { url: 'ftp://example.com' } },
  });
});

it('stops with the reason of the signal', async () => {
  const aborter = new AbortController();
  const server = await rawServer(() => aborter.abort(new RangeError('enough')));
  servers.push(server);
  const config = { settings: settings(server.baseUrl), apiKey: KEY };
  await expect(testConnection(config, aborter.signal)).rejects.toThrow('enough');
});

it('reports words of a provider that the test itself uses, whole', async () => {
  const { report } = await tested(() =>
    refusal('Rate limit reached, answer: the connection can be reached later'),
  );
  expect(report.error?.params?.['detail']).toContain(
    'Rate limit reached, answer: the connection can be reached later',
  );
});
