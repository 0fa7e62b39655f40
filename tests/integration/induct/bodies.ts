import { DONE, chunk, event, usageChunk } from '../../support/scripted-provider.ts';
import type { Exchange, Face } from '../../support/scripted-provider.ts';
import { after, answerOf, oai, only, page, says, usageOf } from '../llm/providers/cases.ts';
import type { ProviderCase } from '../llm/providers/cases.ts';

const once = (then: Face): Face => only((n) => n === 2, then);

/** Sends pieces of an answer, billed as the right one is, and an end with this reason; null for none. */
function streamed(
  pieces: (text: string) => { content?: string; reasoning_content?: string }[],
  finish: string | null = 'stop',
): Face {
  return (h) => {
    const { text, usage } = answerOf(h);
    h.head();
    for (const piece of pieces(text)) h.write(chunk(piece));
    if (finish !== null) h.write(chunk({}, finish));
    h.end(usageChunk(usage) + DONE);
  };
}

/** The right answer, said otherwise. */
const mapped =
  (map: (text: string) => string): Face =>
  (h) =>
    h.ok({ map });
/** Text in place of the answer. */
const saying = (text: string): Face => mapped(() => text);
const half = (text: string): string => text.slice(0, text.length >> 1);
const DRAFT =
  '{"types":[{"zh":"草稿","en":"Draft","category":"engagement","definition":"","examples":[],"from":[]}]}';

/** Writes pieces for as long as the client reads, and bills them. */
async function endless(h: Exchange, piece: string, tokens: number, everyMs: number): Promise<void> {
  h.bill({ prompt: h.answer().usage.prompt, completion: 0 });
  h.head();
  while (!h.gone) {
    h.write(chunk({ content: piece }));
    h.bill({ prompt: 0, completion: tokens });
    await h.sleep(everyMs);
  }
}

const USELESS = { stops: 'model.bad_format', requests: 6 } as const;

/** Answers that break off. */
export const BROKEN: Record<string, ProviderCase> = {
  'half an answer without an end, once': {
    face: once(streamed((text) => [{ content: half(text) }], null)),
    expect: { requests: 8 },
  },
  'half an answer that was given up, once': {
    face: once(streamed((text) => [{ content: half(text) }], 'abort')),
    expect: { requests: 8 },
  },
  'a whole answer for which the server lacked resources, once': {
    face: once(streamed((text) => [{ content: text }], 'insufficient_system_resource')),
    expect: { requests: 8 },
  },
  'whole answers with the reason network_error, for ever': {
    face: streamed((text) => [{ content: text }], 'network_error'),
    expect: { stops: 'model.truncated', requests: 2 },
  },
  'whole answers that reached the limit, for ever': {
    face: streamed((text) => [{ content: text }], 'length'),
    expect: { stops: 'model.truncated', requests: 2 },
  },
  'whole answers without a reason of their end': {
    face: streamed((text) => [{ content: text }], null),
    expect: { requests: 8 },
  },
  'half an answer with a regular end, once': {
    face: once(streamed((text) => [{ content: half(text) }])),
    expect: { requests: 8 },
  },
  'a draft without an end, once': {
    face: once(streamed(() => [{ content: `Let me think.\n${DRAFT}` }], null)),
    expect: { requests: 8 },
  },
  'a draft in an open thought, once': {
    face: once(streamed(() => [{ content: `<think>${DRAFT}` }])),
    expect: { requests: 8 },
  },
  'drafts in reasoning_content, and nothing else': {
    face: streamed(() => [{ reasoning_content: `A draft: ${DRAFT}. Or not?` }]),
    expect: { stops: 'model.empty', requests: 6 },
  },
  'a draft in reasoning_content, and the answer': {
    face: streamed((text) => [{ reasoning_content: DRAFT }, { content: text }]),
    expect: { requests: 8 },
  },
  'the answer in reasoning_content': {
    face: streamed((text) => [{ reasoning_content: text }]),
    expect: { requests: 8 },
  },
  'a draft and the answer': {
    face: mapped((text) => `${DRAFT}\n修改后：\n${text}`),
    expect: { requests: 8 },
  },
};

/** Refusals, in whatever they are wrapped. */
export const REFUSED: Record<string, ProviderCase> = {
  'an apology in Chinese': {
    face: saying('很抱歉，我无法处理这些内容。'),
    expect: { stops: 'model.refused', words: /很抱歉/, requests: 3 },
  },
  'an apology in English': {
    face: saying("I'm sorry, but I can't help with that."),
    expect: { stops: 'model.refused', words: /can't help/, requests: 3 },
  },
  'a filter that ends answers': {
    face: streamed((text) => [{ content: half(text) }], 'content_filter'),
    expect: { stops: 'model.refused', requests: 3 },
  },
  'a filter that refuses the request': {
    face: says(
      400,
      oai('The content was blocked by our content filter.', 'invalid_request_error', 'content_filter'),
    ),
    expect: { stops: 'model.refused', words: /content filter/, requests: 3 },
  },
  'a balance used up inside a 200': {
    face: after(
      2,
      says(200, { code: 30_001, message: 'Sorry, your account balance is insufficient', data: null }),
    ),
    expect: { stops: 'model.quota', words: /balance/, requests: 3 },
  },
  'a balance used up inside a stream': {
    face: after(2, (h) => {
      h.head();
      h.end(
        event({
          id: 'x',
          choices: null,
          base_resp: { status_code: 1008, status_msg: 'insufficient balance' },
        }),
      );
    }),
    expect: { stops: 'model.quota', words: /insufficient balance/, requests: 3 },
  },
  'a balance used up, as HTTP 402': {
    face: after(2, says(402, oai('This request requires more credits', 'insufficient_credits'))),
    expect: { stops: 'model.quota', words: /credits/, requests: 3 },
  },
  'a key that is rejected in the midst': {
    face: after(2, says(401, oai('Incorrect API key provided', 'invalid_request_error', 'invalid_api_key'))),
    expect: { stops: 'model.unauthorized', words: /Incorrect API key/, requests: 6 },
    isMended: true,
  },
  'a model that is gone in the midst': {
    face: after(
      2,
      says(404, oai('The model `m` has been deprecated', 'invalid_request_error', 'model_not_found')),
    ),
    expect: { stops: 'model.model_unknown', words: /deprecated/, requests: 6 },
    isMended: true,
  },
  'a redirect': {
    face: says(302, '', { location: 'https://login.example.com/' }),
    expect: { stops: 'model.not_an_answer', words: /login\.example\.com/, requests: 8, seconds: 120 },
  },
  'a request that is always too long': {
    face: says(
      400,
      oai(
        "This model's maximum context length is 500 tokens.",
        'invalid_request_error',
        'context_length_exceeded',
      ),
    ),
    expect: { stops: 'model.too_long', words: /500 tokens/, requests: 8, seconds: 10 },
  },
};

/** Limits and trouble that passes. */
export const PASSING_TROUBLE: Record<string, ProviderCase> = {
  'HTTP 429 for three hours': {
    face: after(2, says(429, oai('Rate limit reached'), { 'retry-after': '10800' })),
    expect: { stops: 'model.usage_limit', words: /Rate limit/, hasEnd: true, requests: 3 },
  },
  'HTTP 429 for half a minute': {
    face: once(says(429, oai('Rate limit reached'), { 'retry-after': '30' })),
    expect: { requests: 9, waitsFor: 'rate_limited' },
  },
  'HTTP 429 with a Retry-After of 0': {
    face: only((n) => n > 1 && n < 6, says(429, oai('Rate limit reached'), { 'retry-after': '0' })),
    expect: { requests: 12, waitsFor: 'rate_limited' },
  },
  'a page of a firewall, once': { face: once(says(403, page('Just a moment...'))), expect: { requests: 8 } },
  'a page to sign in, once': { face: once(says(200, page('Hotel Wi-Fi Login'))), expect: { requests: 8 } },
  'pages to sign in, for ever': {
    face: says(200, page('Hotel Wi-Fi Login')),
    expect: { stops: 'model.not_an_answer', words: /Hotel/, requests: 10, seconds: 180 },
  },
  'HTTP 529, twice': {
    face: only((n) => n > 1 && n < 4, says(529, oai('Overloaded', 'overloaded_error'))),
    expect: { requests: 9 },
  },
  'an empty body, once': { face: once((h) => (h.head(200, {}), h.end())), expect: { requests: 8 } },
  'a reset before the answer, once': {
    face: once((h) => h.reset()),
    expect: { requests: 8, unreported: { most: 1 } },
  },
  'a reset in the midst of the answer, once': {
    face: once((h) => {
      const { text, usage } = h.answer();
      h.bill({ ...usage, completion: usage.completion >> 1 });
      h.head();
      h.write(chunk({ content: half(text) }));
      h.reset();
    }),
    expect: { requests: 8, unreported: { least: 0.9, most: 1.3 } },
  },
};

/** Answers without an end or a measure. */
export const HUGE: Record<string, ProviderCase> = {
  'a text of ten megabytes': {
    face: (h) => {
      const { usage } = answerOf(h);
      h.send(200, {
        choices: [{ message: { content: 'x'.repeat(10_000_000) }, finish_reason: 'stop' }],
        usage: usageOf(usage),
      });
    },
    expect: { stops: 'model.bad_format', requests: 8, seconds: 180, unreported: { most: 100 } },
  },
  'letters without an end': {
    face: (h) => endless(h, '甲'.repeat(200), 200, 100),
    expect: { stops: 'model.truncated', requests: 3, seconds: 120, unreported: { most: 1.5 } },
  },
  'keep-alives without an end': {
    face: async (h) => {
      h.head();
      while (!h.gone) {
        h.write(': keep-alive\n\n');
        await h.sleep(5_000);
      }
    },
    expect: { stops: 'model.timeout', requests: 4, seconds: 3_600 },
  },
  'silence after the headers': {
    face: async (h) => {
      h.head();
      while (!h.gone) await h.sleep(1_000);
    },
    expect: { stops: 'model.timeout', requests: 4, seconds: 900 },
  },
  'brackets without an end': {
    face: saying('['.repeat(1_000)),
    expect: { stops: 'model.truncated', requests: 2 },
  },
};

const types = (text: string): unknown[] => (JSON.parse(text) as { types: unknown[] }).types;

/** JSON that is wrong, of another shape, or right although it is odd. */
export const SHAPES: Record<string, ProviderCase> = {
  'a text in place of the list': { face: saying('{"types":"none"}'), expect: USELESS },
  'an object in place of the list': { face: saying('{"types":{}}'), expect: USELESS },
  'an empty list': { face: saying('{"types":[]}'), expect: USELESS },
  'an empty list alone': { face: saying('[]'), expect: USELESS },
  null: { face: saying('null'), expect: USELESS },
  'a number': { face: saying('42'), expect: USELESS },
  'an error': {
    face: saying('{"error":{"message":"no","details":[{"name":"Slow down"}]}}'),
    expect: USELESS,
  },
  'lists of other things': {
    face: saying('{"steps":[{"name":"一"}],"notes":[{"name":"二"}]}'),
    expect: USELESS,
  },
  'the answer to another question': {
    face: saying('{"users":[{"user_id":"u1","events":["1|1|大众"]},{"user_id":"u2","events":[]}]}'),
    expect: USELESS,
  },
  'the schema again': {
    face: (h) =>
      h.ok({ map: () => JSON.stringify(h.body['response_format'] ?? { type: 'object', properties: {} }) }),
    expect: USELESS,
  },
  'types without names': {
    face: saying('{"types":[{"category":"conversion"},{"zh":""},7,null]}'),
    expect: USELESS,
  },
  'the answer in a wrapper': {
    face: mapped((text) => `{"code":0,"data":{"result":${text}}}`),
    expect: { requests: 8 },
  },
  'the answer in a fence': {
    face: mapped((text) => `好的：\n\`\`\`json\n${text}\n\`\`\``),
    expect: { requests: 8 },
  },
  'the answer as a JSON text': { face: mapped((text) => JSON.stringify(text)), expect: { requests: 8 } },
  'the answer as a JSON text in an object': {
    face: mapped((text) => JSON.stringify({ answer: text })),
    expect: { requests: 8 },
  },
  'a bare list': { face: mapped((text) => JSON.stringify(types(text))), expect: { requests: 8 } },
  'a list beside another one': {
    face: mapped((text) => JSON.stringify({ reasoning: [{ name: '第一步' }], types: types(text) })),
    expect: { requests: 8 },
  },
  'a comma too many': { face: mapped((text) => text.replace(/\]\}$/, '],}')), expect: { requests: 8 } },
  'single quotes': { face: mapped((text) => text.replaceAll('"', "'")), expect: { requests: 8 } },
  'a mark of byte order': { face: mapped((text) => `\ufeff${text}`), expect: { requests: 8 } },
  'each type twice': {
    face: mapped((text) => JSON.stringify({ types: [...types(text), ...types(text)] })),
    expect: { requests: 8 },
  },
  'items that are no types among them': {
    face: mapped((text) => JSON.stringify({ types: [null, 'x', {}, ...types(text), []] })),
    expect: { requests: 8 },
  },
  'the arguments of a call': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      const call = { id: 'c', type: 'function', function: { name: 'answer', arguments: text } };
      const choice = {
        index: 0,
        message: { role: 'assistant', content: null, tool_calls: [call] },
        finish_reason: 'tool_calls',
      };
      h.send(200, { choices: [choice], usage: usageOf(usage) });
    },
    expect: { requests: 8 },
  },
  'an answer in a list': {
    face: (h) => {
      const { text, usage } = answerOf(h);
      h.send(200, [
        { choices: [{ message: { content: text }, finish_reason: 'stop' }], usage: usageOf(usage) },
      ]);
    },
    expect: { requests: 8 },
  },
};

/** What is billed, and what a cap allows. */
export const COSTS: Record<string, ProviderCase> = {
  'thoughts that only the total tells': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          ...usageOf({ prompt, completion }),
          total_tokens: prompt + 5 * completion,
        }),
        billed: ({ prompt, completion }) => ({ prompt, completion: 5 * completion }),
      }),
    expect: { requests: 8 },
  },
  'thoughts beyond the limit, under a cap': {
    face: (h) =>
      h.ok({
        reported: ({ prompt, completion }) => ({
          ...usageOf({ prompt, completion }),
          total_tokens: prompt + 3 * completion,
        }),
        billed: ({ prompt, completion }) => ({ prompt, completion: 3 * completion }),
      }),
    maxCost: 3,
    expect: { stops: 'run.budget_reached', requests: 8 },
  },
  'answers of no use, each of many tokens': {
    face: (h) => {
      const usage = { prompt: h.answer().usage.prompt, completion: 20_000 };
      h.bill(usage);
      h.send(200, {
        choices: [{ message: { content: '没有。' }, finish_reason: 'stop' }],
        usage: usageOf(usage),
      });
    },
    expect: { stops: 'model.bad_format', requests: 3 },
  },
};
