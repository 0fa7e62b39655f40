import { chunk, DONE } from '../../../support/scripted-provider.ts';
import type { ProviderCase } from './cases.ts';
import {
  ant,
  anthropic,
  brokenAnthropic,
  downFor,
  everyThird,
  MINUTE_MS,
  oai,
  only,
  page,
  says,
} from './cases.ts';

/** Services that are away for a while, or break off answers. */
export const OUTAGES: Record<string, ProviderCase> = {
  'HTTP 503 for twenty minutes': {
    face: downFor(20 * MINUTE_MS, says(503, page('503 Service Temporarily Unavailable'))),
    expect: { requests: 60, seconds: 1500, waitsFor: 'server_error' },
  },
  'HTTP 500 in JSON for twenty minutes': {
    face: downFor(
      20 * MINUTE_MS,
      says(
        500,
        oai('The server had an error while processing your request. Sorry about that!', 'server_error'),
      ),
    ),
    expect: { requests: 60, seconds: 1500, waitsFor: 'server_error' },
  },
  'connections that are reset for twenty minutes': {
    face: downFor(20 * MINUTE_MS, (h) => h.reset()),
    expect: { requests: 260, seconds: 1500, waitsFor: 'network' },
  },
  'empty bodies for twenty minutes': {
    face: downFor(20 * MINUTE_MS, (h) => {
      h.head(200, { 'content-length': '0' });
      h.end();
    }),
    expect: { requests: 60, seconds: 1500, waitsFor: 'empty' },
  },
  'HTTP 204 for five minutes': {
    face: downFor(5 * MINUTE_MS, (h) => {
      h.head(204, {});
      h.end();
    }),
    expect: { requests: 60, seconds: 600, waitsFor: 'empty' },
  },
  'streams without data for five minutes': {
    face: downFor(5 * MINUTE_MS, (h) => {
      h.head();
      h.end(': ok\n\n');
    }),
    expect: { requests: 60, seconds: 600, waitsFor: 'empty' },
  },
  'streams of nothing but their end for five minutes': {
    face: downFor(5 * MINUTE_MS, (h) => {
      h.head();
      h.end(DONE);
    }),
    expect: { requests: 60, seconds: 600, waitsFor: 'empty' },
  },
  'answers without a choice for five minutes': {
    face: downFor(
      5 * MINUTE_MS,
      says(200, {
        id: 'x',
        object: 'chat.completion',
        choices: [],
        usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
      }),
    ),
    expect: { requests: 60, seconds: 600, waitsFor: 'empty' },
  },
  'silence for twenty minutes': {
    face: downFor(20 * MINUTE_MS, async (h) => {
      await h.sleep(90 * MINUTE_MS);
      h.end();
    }),
    expect: { requests: 60, seconds: 3000 },
  },
  'a text of a proxy inside HTTP 200 for five minutes': {
    face: downFor(5 * MINUTE_MS, (h) => {
      h.head(200, { 'content-type': 'text/plain' });
      h.end('upstream connect error or disconnect/reset before headers');
    }),
    expect: { requests: 60, seconds: 600 },
  },
  'HTTP 530 for five minutes': {
    face: downFor(5 * MINUTE_MS, (h) => {
      h.head(530, { 'content-type': 'text/plain' });
      h.end('error code: 1033');
    }),
    expect: { requests: 60, seconds: 600, waitsFor: 'server_error' },
  },
  'an Anthropic that is overloaded in the midst of answers': {
    face: only(everyThird, brokenAnthropic(ant('overloaded_error', 'Overloaded'))),
    settings: anthropic,
    expect: { requests: 30, seconds: 90 },
  },
  'a gateway that gives up on long answers': {
    face: (h) => (h.units.length > 2 ? h.send(504, page('504 Gateway Time-out')) : h.ok()),
    expect: { requests: 60, seconds: 300 },
  },
  'streams that stall midway': {
    face: only(everyThird, async (h) => {
      const { text, usage } = h.answer();
      // What was not generated is not billed.
      h.bill({ prompt: usage.prompt, completion: Math.ceil(usage.completion / 2) });
      h.head();
      h.write(chunk({ role: 'assistant', content: text.slice(0, text.length / 2) }));
      await h.sleep(60 * MINUTE_MS);
    }),
    expect: { requests: 40, seconds: 900, unreported: { most: 1.15 } },
  },
};
