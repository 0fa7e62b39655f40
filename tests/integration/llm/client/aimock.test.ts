import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModelProtocol } from '../../../../src/shared/model.ts';
import { ask, failureOf, request } from './support.ts';
import type { Asked } from './support.ts';

const ANSWER = '{"users":[{"user_id":"u1","events":["!到店|1|长城4S店"]}]}';
const mock = new LLMock({ port: 0, chunkSize: 8 });
beforeAll(() => mock.start());
afterAll(() => mock.stop());
beforeEach(() => {
  mock.reset();
});

/** Where a program of that name serves the protocol. */
const SERVED: [string, ModelProtocol, string][] = [
  ['OpenAI', 'openai', '/v1'],
  ['Anthropic', 'anthropic', '/v1'],
  // Ollama's own route is /api/chat; what it serves to programs like ours is OpenAI's under /v1.
  ['Ollama', 'openai', '/v1'],
  ['a gateway with a prefix', 'openai', '/gateway/llm'],
];

describe.each(SERVED)('with %s', (_name, protocol, path) => {
  const asked = (): Asked => ask(`${mock.url}${path}`, { settings: { protocol, model: 'some-model' } });
  const usage =
    protocol === 'openai'
      ? { prompt_tokens: 21, completion_tokens: 9 }
      : { input_tokens: 21, output_tokens: 9 };

  it('streams an answer with its thoughts and usage', async () => {
    mock.onMessage(/@u1/, { content: ANSWER, reasoning: 'a visit', usage });
    const one = asked();
    expect(await one.answer).toMatchObject({
      text: ANSWER,
      reasoning: 'a visit',
      finishReason: 'stop',
      usage: { inputTokens: 21, outputTokens: 9, reported: true },
    });
    expect(one.pieces.length).toBeGreaterThan(3);
    expect(mock.getLastRequest()?.headers).toMatchObject({ 'x-client-request-id': 'request-1' });
  });

  it('says that an answer was cut', async () => {
    mock.onMessage(/@u1/, { content: ANSWER.slice(0, 20), finishReason: 'length', usage });
    expect(await asked().answer).toMatchObject({ text: ANSWER.slice(0, 20), finishReason: 'length' });
  });

  it.each([
    [401, 'unauthorized'],
    [404, 'model_unknown'],
    [429, 'rate_limited'],
    [500, 'server_error'],
  ])('sends one request that fails with %i: %s', async (status, failure) => {
    mock.onMessage(/@u1/, { error: { message: 'no' }, status, retryAfter: 7 });
    const error = await failureOf(asked());
    expect(error).toMatchObject({ failure, httpStatus: status, retryAfterMs: status === 429 ? 7_000 : null });
    expect(mock.getRequests()).toHaveLength(1);
  });

  it('keeps what had come when the connection breaks', async () => {
    mock.onMessage(/@u1/, { content: ANSWER }, { truncateAfterChunks: 4, latency: 5 });
    const error = await failureOf(asked());
    expect(error.failure).toBe('network');
    const came = error.partial?.text ?? '';
    expect([came.length > 0, ANSWER.startsWith(came)]).toEqual([true, true]);
  });

  it('takes a malformed body for an answer that cannot be read', async () => {
    mock.onMessage(/@u1/, { content: ANSWER });
    mock.setChaos({ malformedRate: 1 });
    const error = await failureOf(asked());
    mock.clearChaos();
    expect(error).toMatchObject({ failure: 'bad_format', billing: 'possible' });
  });
});

it('hands the whole prompt over', async () => {
  mock.onMessage(/@u1/, { content: ANSWER });
  await ask(`${mock.url}/v1`).answer;
  expect(mock.getLastRequest()?.body).toMatchObject({
    messages: [{ content: request.system }, { content: request.user }],
  });
});
