import { describe, expect, it } from 'vitest';
import { createModelClient } from '../../../../src/core/extract/llm/client/create-client.ts';
import { ModelError } from '../../../../src/core/extract/llm/types.ts';
import type { ModelAnswer } from '../../../../src/core/extract/llm/types.ts';
import { modelSettingsSchema } from '../../../../src/shared/model.ts';

const TEXT = '{"users":[{"user_id":"u1","events":["看车|1-3|迈腾","试驾|4-6|迈腾"]}]}';
const request = {
  system: 'JSON',
  user: '@u1',
  schema: {},
  asked: [],
  inputTokens: 50,
  predictedOutputTokens: 50,
  maxOutputTokens: 4_000,
};

/** What a client makes of a body, in either protocol. */
function read(body: string, protocol: 'openai' | 'anthropic' = 'openai'): Promise<ModelAnswer> {
  const settings = modelSettingsSchema.parse({ protocol, model: 'm', baseUrl: 'http://127.0.0.1:9/v1' });
  const fetch = (): Promise<Response> => Promise.resolve(new Response(body));
  const client = createModelClient({ settings, apiKey: null, fetch });
  return client.ask(request, 'json_schema', { requestId: 'x' }, new AbortController().signal);
}

const events = (...data: unknown[]): string =>
  data.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`).join('');
const piece = (content: string, finish: string | null = null, index = 0): unknown => ({
  choices: [{ index, delta: { content }, finish_reason: finish }],
});
const message = (content: string, finish: string | null = null): unknown => ({
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: finish }],
});
const answered = (content: unknown, more: object = {}): string =>
  JSON.stringify({
    choices: [{ index: 0, message: { content, ...more }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 40 },
  });
const counts = { choices: [], usage: { prompt_tokens: 100, completion_tokens: 40 } };
const [begin, end] = [TEXT.slice(0, 40), TEXT.slice(40)];

describe('an answer is read where it comes', () => {
  it.each([
    [
      'with a second choice between its pieces',
      events(piece(begin), piece('zzz', null, 1), piece(end, 'stop'), counts),
    ],
    [
      'with the second choice first',
      events(
        {
          choices: [
            { index: 1, delta: { content: 'zzz' } },
            { index: 0, delta: { content: TEXT }, finish_reason: 'stop' },
          ],
        },
        counts,
      ),
    ],
    ['in messages instead of pieces', events(message(begin), message(end, 'stop'), counts)],
    ['in messages that repeat all before', events(message(begin), message(TEXT, 'stop'), counts)],
    [
      'in pieces that repeat all before',
      events(piece(begin), piece(`${begin}${end.slice(0, 9)}`), piece(TEXT, 'stop'), counts),
    ],
    ['between pings', events('ping', piece(begin), 'heartbeat', piece(end, 'stop'), counts)],
    ['in chunks that are encoded twice', events(JSON.stringify(JSON.stringify(piece(TEXT, 'stop'))), counts)],
    ['before an end in quotes', events(piece(TEXT, 'stop'), counts, '"[DONE]"')],
    ['in parts with a value', answered([{ type: 'text', text: { value: TEXT, annotations: [] } }])],
    ['as the body of a function', JSON.stringify({ statusCode: 200, body: answered(TEXT) })],
    [
      'as the output of responses',
      JSON.stringify({
        object: 'response',
        status: 'completed',
        output: [{ type: 'reasoning' }, { type: 'message', content: [{ type: 'output_text', text: TEXT }] }],
        usage: { input_tokens: 100, output_tokens: 40 },
      }),
    ],
    [
      'as a candidate of Gemini',
      JSON.stringify({
        candidates: [
          { content: { parts: [{ text: 'hm', thought: true }, { text: TEXT }] }, finishReason: 'STOP' },
        ],
        usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 40 },
      }),
    ],
    [
      'in the lines of Ollama',
      [
        { message: { content: begin }, done: false },
        {
          message: { content: end },
          done: true,
          done_reason: 'stop',
          prompt_eval_count: 100,
          eval_count: 40,
        },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    ],
    [
      'as the text of DashScope',
      JSON.stringify({
        output: { text: TEXT, finish_reason: 'stop' },
        usage: { input_tokens: 100, output_tokens: 40 },
      }),
    ],
    [
      'as the result of Qianfan',
      JSON.stringify({
        result: TEXT,
        finish_reason: 'normal',
        usage: { prompt_tokens: 100, completion_tokens: 40 },
      }),
    ],
  ])('%s', async (_where, body) => {
    expect(await read(body)).toMatchObject({
      text: TEXT,
      finishReason: 'stop',
      usage: { inputTokens: 100, outputTokens: 40 },
    });
  });

  it('as the data itself', async () => {
    expect((await read(TEXT)).text).toBe(TEXT);
    expect(JSON.parse((await read(answered(null, { parsed: JSON.parse(TEXT) as unknown }))).text)).toEqual(
      JSON.parse(TEXT),
    );
  });

  it.each([TEXT, [{ text: TEXT }], [{ type: 'output_text', text: TEXT }]])(
    'as the content %j of a message of Anthropic',
    async (content) => {
      const body = {
        type: 'message',
        content,
        stop_reason: 'end_turn',
        usage: { input_tokens: 100, output_tokens: 40 },
      };
      expect(await read(JSON.stringify(body), 'anthropic')).toMatchObject({
        text: TEXT,
        finishReason: 'stop',
      });
    },
  );
});

it.each([
  ['</s>', 'stop'],
  ['<|im_end|>', 'stop'],
  ['normal', 'stop'],
  ['max_completion_tokens', 'length'],
  ['context_length_exceeded', 'length'],
  ['token limit', 'length'],
  ['ERROR_LIMIT', 'length'],
  ['guardrail_intervened', 'content_filter'],
  ['ERROR_TOXIC', 'content_filter'],
  ['policy_violation', 'content_filter'],
  ['repetition_truncation', 'other'],
])('the finish reason %s is %s', async (given, finish) => {
  expect((await read(events(piece('{', given)))).finishReason).toBe(finish);
});

it('a prompt that Gemini blocks is refused, and billed as it says', async () => {
  const body = {
    promptFeedback: { blockReason: 'SAFETY' },
    usageMetadata: { promptTokenCount: 100, totalTokenCount: 100 },
  };
  expect(await read(JSON.stringify(body))).toMatchObject({
    finishReason: 'content_filter',
    usage: { inputTokens: 100, outputTokens: 0 },
  });
});

it.each([
  [
    { prompt_tokens: 0, completion_tokens: 0, input_tokens: 100, output_tokens: 40, total_tokens: 140 },
    100,
    40,
  ],
  [{ prompt_tokens: 0, completion_tokens: 40, total_tokens: 140 }, 100, 40],
  [[{ prompt_tokens: 100, completion_tokens: 40 }], 100, 40],
  [{ promptTokenCount: 100, candidatesTokenCount: 40, thoughtsTokenCount: 15 }, 100, 55],
])('of the counts %j, %i and %i tokens are booked', async (usage, inputTokens, outputTokens) => {
  const body = { choices: [{ message: { content: TEXT }, finish_reason: 'stop' }], usage };
  expect((await read(JSON.stringify(body))).usage).toMatchObject({ inputTokens, outputTokens });
});

it.each([
  [JSON.stringify({ status: 'error', message: 'Insufficient balance' }), 'quota'],
  [JSON.stringify({ message: 'Too Many Requests' }), 'rate_limited'],
  [events({ message: '余额不足，请充值' }, '[DONE]'), 'quota'],
  [JSON.stringify({ statusCode: 502, body: '{"message":"Internal server error"}' }), 'server_error'],
])('%j is a failure with its words', async (body, failure) => {
  const error = await read(body).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ModelError);
  expect(error).toMatchObject({ failure, billing: 'none' });
  expect((error as ModelError).providerText).toMatch(/balance|Requests|余额不足|server error/);
});
