import { describe, expect, it } from 'vitest';
import {
  AnswerOverrun,
  AnswerSoFar,
  TokenCounter,
} from '../../../../src/core/extract/llm/client/answer-so-far.ts';
import { protocolOf } from '../../../../src/core/extract/llm/client/protocols.ts';
import type { ModelRequest } from '../../../../src/core/extract/llm/types.ts';

const countTokens = (text: string): number => text.length;
const answer = (maxOutputTokens = 1_000): AnswerSoFar =>
  new AnswerSoFar({ apiKey: null, maxOutputTokens, countTokens });
const request = { inputTokens: 100 } as ModelRequest;

describe('the tokens that are billed', () => {
  it.each([
    ['as OpenAI counts', { prompt_tokens: 30, completion_tokens: 5, total_tokens: 35 }, [30, 5]],
    [
      'with thoughts outside the completion (Gemini)',
      { prompt_tokens: 30, completion_tokens: 5, total_tokens: 55 },
      [30, 25],
    ],
    ['with thoughts and no completion', { prompt_tokens: 30, total_tokens: 55 }, [30, 25]],
    ['with a total that is none', { prompt_tokens: 30, completion_tokens: 5, total_tokens: 1 }, [30, 5]],
    [
      'with thoughts inside the completion',
      { prompt_tokens: 30, completion_tokens: 25, completion_tokens_details: { reasoning_tokens: 20 } },
      [30, 25],
    ],
    [
      'with thoughts beside the completion and no total',
      { prompt_tokens: 30, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 20 } },
      [30, 25],
    ],
    ['as texts', { prompt_tokens: '30', completion_tokens: ' 5 ' }, [30, 5]],
    ['as texts that are none', { prompt_tokens: '30', completion_tokens: 'x' }, [30, null]],
    [
      'as Anthropic counts, cached ones too',
      { input_tokens: 20, cache_read_input_tokens: 8, cache_creation_input_tokens: 2, output_tokens: 5 },
      [30, 5],
    ],
    ['with no prompt', { completion_tokens: 5, total_tokens: 35 }, [30, 5]],
    ['of nothing', { prompt_tokens: null }, [null, null]],
    ['that are no object', 'many', [null, null]],
  ] as [string, unknown, [number | null, number | null]][])('are read %s', (_how, usage, [input, output]) => {
    const one = answer();
    one.addUsage(usage);
    expect(one.usage).toEqual({ inputTokens: input, outputTokens: output });
  });

  it('are the highest of those reported on the way', () => {
    const one = answer();
    for (const completion_tokens of [1, 9, 3]) one.addUsage({ prompt_tokens: 30, completion_tokens });
    expect(one.usage).toEqual({ inputTokens: 30, outputTokens: 9 });
  });

  it('are estimated as the provider counted earlier answers', () => {
    const counter = new TokenCounter(countTokens);
    const reported = answer();
    reported.begun = true;
    reported.add('x'.repeat(50), 'text');
    reported.addUsage({ prompt_tokens: 77, completion_tokens: 40 });
    const silent = answer();
    silent.begun = true;
    silent.add('y'.repeat(10), 'text');
    expect(counter.whole(silent, request)).toEqual({ inputTokens: 100, outputTokens: 10, reported: false });
    expect(counter.whole(reported, request)).toEqual({ inputTokens: 77, outputTokens: 40, reported: true });
    expect(counter.whole(silent, request)).toEqual({ inputTokens: 77, outputTokens: 8, reported: false });
    expect(counter.partial(silent, request)).toEqual({ inputTokens: 77, outputTokens: 8, reported: false });
  });

  it('are counted where the provider reports a placeholder, whatever the answers before were like', () => {
    const counter = new TokenCounter((text) => text.trim().length);
    const of = (text: string, completion: number): ReturnType<TokenCounter['whole']> => {
      const one = answer();
      one.begun = true;
      one.add(text, 'text');
      one.addUsage({ prompt_tokens: 100, completion_tokens: completion });
      return counter.whole(one, request);
    };
    // Mostly white space, which costs little.
    expect(of(`${'x'.repeat(200)}${' '.repeat(1800)}`, 200)).toMatchObject({
      outputTokens: 200,
      reported: true,
    });
    expect(of('x'.repeat(2000), 150)).toMatchObject({ outputTokens: 2000, reported: false });
  });
});

describe('the length of an answer', () => {
  it('is not minded within one and a half times its limit', () => {
    const one = answer(10_000);
    one.add('x'.repeat(14_900), 'text');
    expect(() => one.checkLength()).not.toThrow();
  });

  it.each(['text', 'reasoning'] as const)('ends the reading beyond that, whatever its %s is', (kind) => {
    const one = answer(10_000);
    one.add('x'.repeat(15_100), kind);
    expect(() => one.checkLength()).toThrow(AnswerOverrun);
  });

  it('is taken from what the provider reports on the way', () => {
    const one = answer(100);
    one.addUsage({ completion_tokens: 151 });
    expect(() => one.checkLength()).toThrow(AnswerOverrun);
    one.finishReason = 'stop';
    expect(() => one.checkLength()).not.toThrow();
  });

  it('is too much when nothing but white space comes', () => {
    const one = answer(1_000_000);
    for (let count = 0; count < 64; count += 1) one.add('\n'.repeat(1_024), 'text');
    expect(() => one.checkLength()).not.toThrow();
    one.add(' ', 'text');
    expect(() => one.checkLength()).toThrow(AnswerOverrun);
  });

  it('tells no activity while nothing but white space comes', () => {
    let activity = 0;
    const one = new AnswerSoFar({
      apiKey: null,
      maxOutputTokens: 9_999,
      countTokens,
      onActivity: () => void (activity += 1),
    });
    one.add('\n', 'text');
    one.add('\n'.repeat(2_000), 'text');
    one.add('\n', 'text');
    expect(activity).toBe(1);
    one.add('{', 'text');
    expect(activity).toBe(2);
  });
});

describe('an answer in an unusual place', () => {
  const read = (protocol: 'openai' | 'anthropic', ...values: unknown[]): AnswerSoFar => {
    const one = answer();
    for (const value of values) expect(protocolOf(protocol).read(value, one)).toBe(true);
    one.complete();
    return one;
  };
  const whole = {
    choices: [{ message: { content: '{}' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3 },
  };

  it.each([
    ['in a list', [whole]],
    ['in an envelope', { code: 0, data: whole }],
    ['in two', { result: { response: whole } }],
  ])('is read %s', (_where, value) => {
    expect(read('openai', value)).toMatchObject({ text: '{}', finish: 'stop', usage: { inputTokens: 3 } });
  });

  it('is read in the form of the other protocol', () => {
    const message = { type: 'message', content: [{ type: 'text', text: '{}' }], stop_reason: 'end_turn' };
    expect(read('openai', message)).toMatchObject({ text: '{}', finish: 'stop' });
    expect(read('anthropic', whole)).toMatchObject({ text: '{}', finish: 'stop' });
  });

  it('is read from the arguments of a call, whole or in pieces', () => {
    const call = (args: unknown, finish: string | null = null): unknown => ({
      choices: [
        {
          delta: { tool_calls: [{ index: 0, function: { name: 'events', arguments: args } }] },
          finish_reason: finish,
        },
      ],
    });
    expect(read('openai', call('{"users"'), call(':[]}', 'tool_calls'))).toMatchObject({
      text: '{"users":[]}',
      finish: 'stop',
    });
    expect(read('openai', call({ users: [] }, 'tool_calls'))).toMatchObject({
      text: '{"users":[]}',
      finish: 'stop',
    });
    const events = [
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', name: 'events', input: {} },
      },
      {
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'input_json_delta', partial_json: '{"users":[]}' },
      },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
    ];
    expect(read('anthropic', ...events)).toMatchObject({ text: '{"users":[]}', finish: 'stop' });
  });

  it('is not taken from a call when there is data in the text', () => {
    const choice = {
      delta: { content: '{"users":[]}', tool_calls: [{ function: { arguments: '{"q":1}' } }] },
    };
    expect(read('openai', { choices: [{ ...choice, finish_reason: 'tool_calls' }] })).toMatchObject({
      text: '{"users":[]}',
      finish: 'other',
    });
  });

  it('is read from parts of content, with the thoughts among them apart', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: '{}' },
    ];
    expect(read('openai', { choices: [{ delta: { content } }] })).toMatchObject({
      text: '{}',
      reasoning: 'hm',
    });
  });

  it('is not read twice when a stream ends with the whole message', () => {
    const delta = { choices: [{ delta: { content: '{}' } }] };
    expect(read('openai', delta, whole)).toMatchObject({ text: '{}', finish: 'stop' });
  });
});
