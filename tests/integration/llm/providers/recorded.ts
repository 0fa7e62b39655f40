import { chunk, DONE, event, usageChunk } from '../../../support/scripted-provider.ts';
import type { Usage } from '../../../support/scripted-provider.ts';
import type { ProviderCase } from './cases.ts';
import {
  after,
  ant,
  answerOf,
  anthropic,
  everyThird,
  forPoisoned,
  keepAlive,
  MINUTE_MS,
  oai,
  only,
  says,
  usageOf,
} from './cases.ts';

/** Answered well at first and once it is mended, else by `then`: what a user mends before they resume. */
const untilMended =
  (then: ProviderCase['face']): ProviderCase['face'] =>
  (h) =>
    h.n <= 4 || h.provider.memory.has('mended') ? h.ok() : then(h);

const thoughtful = ({ prompt, completion }: Usage): Usage => ({ prompt, completion: 5 * completion });
const thoughtfulReport = ({ prompt, completion }: Usage): Record<string, unknown> => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + 5 * completion,
  completion_tokens_details: { reasoning_tokens: 4 * completion },
});

/** Answers of providers, word by word, as users of theirs have reported them. */
export const RECORDED: Record<string, ProviderCase> = {
  'a rejected key that is replaced before the run is resumed': {
    face: untilMended(
      says(401, oai('Incorrect API key provided: k-1.', 'invalid_request_error', 'invalid_api_key')),
    ),
    isMended: true,
    expect: { stops: 'model.unauthorized', words: /Incorrect API key/, requests: 12 },
  },
  'a model that is gone until the run is resumed with another one': {
    face: untilMended(
      says(404, oai('The model `m-0314` has been deprecated', 'invalid_request_error', 'model_not_found')),
    ),
    isMended: true,
    expect: { stops: 'model.model_unknown', words: /deprecated/, requests: 12 },
  },
  'a usage limit of MiniMax without its end, inside HTTP 200': {
    face: after(
      4,
      says(200, {
        id: 'x',
        choices: null,
        base_resp: { status_code: 2056, status_msg: 'usage limit exceeded' },
      }),
    ),
    expect: {
      stops: 'model.usage_limit',
      words: /usage limit/,
      requests: 20,
      seconds: 7_200,
      waitsFor: 'usage_limit',
    },
  },
  'extra usage that has to be bought, as HTTP 429': {
    face: after(4, says(429, ant('rate_limit_error', 'Extra usage is required for long context requests.'))),
    settings: anthropic,
    expect: { stops: 'model.usage_limit', words: /Extra usage/, requests: 120, seconds: 7_200 },
  },
  'thoughts beyond the output limit under a cap': {
    face: (h) => h.ok({ reported: thoughtfulReport, billed: thoughtful }),
    maxCost: 3,
    expect: { stops: 'run.budget_reached', requests: 14, seconds: 60 },
  },
  'a JSON schema, in the words of DeepSeek': {
    face: (h) =>
      (h.body['response_format'] as { type?: string } | undefined)?.type === 'json_schema'
        ? h.send(
            400,
            oai(
              'This response_format type is unavailable now',
              'invalid_request_error',
              'invalid_request_error',
            ),
          )
        : h.ok(),
    expect: { requests: 14, seconds: 60 },
  },
  'thoughts, without streaming and with any JSON mode, in the words of DashScope': {
    face: (h) => {
      const refuse = (words: string): void =>
        h.send(400, oai(words, 'invalid_request_error', 'invalid_parameter_error'));
      if (h.body['stream'] !== true)
        return refuse('parameter.enable_thinking must be set to false for non-streaming calls');
      if (h.body['response_format'] !== undefined)
        return refuse(
          '<400> InternalError.Algo.InvalidParameter: Json mode response is not supported when enable_thinking is true',
        );
      return h.ok();
    },
    expect: { requests: 16, seconds: 60 },
  },
  'a prompt without the word JSON in JSON mode, in the words of DashScope': {
    face: (h) => {
      const type = (h.body['response_format'] as { type?: string } | undefined)?.type;
      const refuse = (words: string): void =>
        h.send(
          400,
          oai(
            `<400> InternalError.Algo.InvalidParameter: ${words}`,
            'invalid_request_error',
            'invalid_parameter_error',
          ),
        );
      if (type === 'json_schema')
        return refuse(
          "'response_format.type' Invalid value: 'json_schema'. Supported values are: 'json_object' and 'text'.",
        );
      if (type === 'json_object' && !/json/i.test(h.prompt))
        return refuse(
          "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        );
      return h.ok();
    },
    expect: { requests: 14, seconds: 60 },
  },
  'a temperature and a long output, in the words of Anthropic': {
    face: (h) => {
      if (h.body['temperature'] !== undefined)
        return h.send(400, ant('invalid_request_error', '`temperature` is deprecated for this model.'));
      if (h.outputLimit > 8192)
        return h.send(
          400,
          ant(
            'invalid_request_error',
            `max_tokens: ${h.outputLimit} > 8192, which is the maximum allowed number of output tokens for claude-3-5-sonnet-20241022`,
          ),
        );
      return h.ok();
    },
    settings: { ...anthropic, maxOutputTokens: 16_000 },
    expect: { requests: 16, seconds: 60 },
  },
  'keep-alives for more than a minute, after quick answers': {
    face: async (h) => {
      if (h.n < 5 || h.n > 12) return h.ok({ delayMs: 800 });
      if (!(await keepAlive(h, 70_000))) return;
      const { text, finish, usage } = answerOf(h);
      h.write(chunk({ role: 'assistant', content: text }));
      h.end(chunk({}, finish) + usageChunk(usage) + DONE);
    },
    expect: { requests: 24, seconds: 7 * 60 },
  },
  'comments while it is at work, and a provider that disconnects in the midst': {
    face: (h) => {
      const { text, finish, usage } = h.answer();
      h.head();
      for (let count = 0; count < 3; count++) h.write(': OPENROUTER PROCESSING\n\n');
      if (everyThird(h.n)) {
        h.write(chunk({ role: 'assistant', content: text.slice(0, text.length >> 1) }));
        h.write(
          event({
            error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
            choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
          }),
        );
        h.end(DONE);
        return;
      }
      h.bill(usage);
      h.end(chunk({ role: 'assistant', content: text }) + chunk({}, finish) + usageChunk(usage) + DONE);
    },
    expect: { requests: 24, seconds: 90, unreported: { most: 1.4 } },
  },
  'a whole answer of text in parts': {
    face: (h) => {
      const { text, finish, usage } = answerOf(h);
      h.send(200, {
        id: 'x',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: [{ type: 'text', text }] },
            finish_reason: finish,
          },
        ],
        usage: usageOf(usage),
      });
    },
    expect: { requests: 12, seconds: 60 },
  },
  'a stream that begins again after its text, with an end that says stop': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      h.head();
      h.write(chunk({ role: 'assistant', content: text }));
      h.end(chunk({ role: 'assistant', content: '' }, 'stop') + usageChunk(usage) + DONE);
    },
    expect: { requests: 12, seconds: 60 },
  },
  'counts of which nothing can be made': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      h.head();
      h.write(
        event({
          id: 1,
          created: '1',
          model: null,
          choices: [{ index: 0, delta: { role: 'assistant', content: text }, finish_reason: '' }],
          usage: { prompt_tokens: String(usage.prompt), completion_tokens: null },
        }),
      );
      h.write(chunk({}, 'stop', { usage: null }));
      h.end(event({ choices: [], usage: { prompt_tokens: '12', completion_tokens: 'x' } }) + DONE);
    },
    expect: { requests: 14, seconds: 60, unreported: { most: 1.4 } },
  },
  'an answer that its filter ends as sensitive': {
    face: forPoisoned((h) => {
      const { text, usage } = h.answer();
      // What was not generated is not billed.
      h.bill({ prompt: usage.prompt, completion: Math.ceil((usage.completion * 100) / text.length) });
      h.head();
      h.end(chunk({ role: 'assistant', content: text.slice(0, 100) }) + chunk({}, 'sensitive') + DONE);
    }),
    expect: { failsPoisoned: 'refused', requests: 45, seconds: 120, unreported: { most: 1.1 } },
  },
  'an inspection of input and output, in the words of DashScope': {
    face: forPoisoned((h) => {
      const refusal = (what: string): object => ({
        error: {
          message: `${what} data may contain inappropriate content.`,
          type: 'data_inspection_failed',
          param: null,
          code: 'data_inspection_failed',
        },
      });
      if (h.n % 2 === 1) return h.send(400, refusal('Input'));
      const { text, usage } = h.answer();
      h.bill({ prompt: usage.prompt, completion: 10 });
      h.head();
      return h.end(chunk({ role: 'assistant', content: text.slice(0, 30) }) + event(refusal('Output')));
    }),
    // The prompts of the blocked answers are counted by us, times the ratio between both counts in earlier answers.
    expect: { failsPoisoned: 'refused', requests: 45, seconds: 120, unreported: { least: 0.99, most: 1.1 } },
  },
  'so many at once, in Chinese': {
    face: only(
      (n) => n >= 3 && n <= 8,
      says(429, {
        error: { code: '1302', message: '您当前使用该API的并发数过高,请降低并发,或联系客服增加限额。' },
      }),
    ),
    expect: { requests: 24, seconds: 90 },
  },
  'limits in the headers of Anthropic': {
    face: (h) => {
      const reset = new Date(Date.now() + 1000).toISOString();
      return h.ok({
        headers: {
          'anthropic-ratelimit-requests-limit': '4000',
          'anthropic-ratelimit-requests-remaining': '3999',
          'anthropic-ratelimit-requests-reset': reset,
          'anthropic-ratelimit-input-tokens-limit': '2000000',
          'anthropic-ratelimit-tokens-limit': '2400000',
          'anthropic-ratelimit-tokens-remaining': '2399000',
          'anthropic-ratelimit-tokens-reset': reset,
        },
      });
    },
    settings: anthropic,
    expect: { requests: 12, seconds: 30 },
  },
  'limits whose reset is a time in seconds, and a span': {
    face: (h) =>
      h.ok({
        headers: {
          'x-ratelimit-limit-requests': '600',
          'x-ratelimit-remaining-requests': '599',
          'x-ratelimit-reset-requests': String(Math.floor(Date.now() / 1000) + 60),
          'x-ratelimit-limit-tokens': '2000000',
          'x-ratelimit-remaining-tokens': '1999000',
          'x-ratelimit-reset-tokens': '6m0s',
        },
      }),
    expect: { requests: 12, seconds: 30 },
  },
  'a context of which only the end is read': {
    // Users of whom the model has seen nothing are left out of the answer.
    face: (h) => {
      const { text, usage } = answerOf(h);
      const parsed = JSON.parse(text) as { users: { user_id: string }[] };
      const lost = Math.max(0, parsed.users.length - 2);
      h.head();
      h.write(chunk({ role: 'assistant', content: JSON.stringify({ users: parsed.users.slice(lost) }) }));
      h.end(chunk({}, 'stop') + usageChunk(usage) + DONE);
    },
    expect: { requests: 40, seconds: 2 * (MINUTE_MS / 1000) },
  },
};
