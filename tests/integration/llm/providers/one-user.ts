import { chunk, DONE, POISON, usageChunk } from '../../../support/scripted-provider.ts';
import type { Exchange, Face } from '../../../support/scripted-provider.ts';
import type { ProviderCase } from './cases.ts';
import { ant, anthropic, brokenAnthropic, forPoisoned, MINUTE_MS, oai, page, says } from './cases.ts';

const SIX = ['user-0001', 'user-0005', 'user-0009', 'user-0013', 'user-0017', 'user-0021'];

/** Answers with one face after the other. */
function inTurn(faces: readonly Face[]): Face {
  return (h) => {
    const turn = h.provider.memory.get('turn') ?? 0;
    h.provider.memory.set('turn', turn + 1);
    return faces[turn % faces.length]?.(h);
  };
}

/** The answer without the user that the model will not speak of. */
function withoutPoisoned(h: Exchange, text: string): string {
  const { users } = JSON.parse(text) as { users: { user_id: string }[] };
  const poisoned = h.units.filter(({ behaviours }) => JSON.stringify(behaviours).includes(POISON));
  return JSON.stringify({
    users: users.filter(({ user_id: id }) => !poisoned.some(({ alias }) => alias === id)),
  });
}

/** Refusals about one user. */
export const ONE_USER: Record<string, ProviderCase> = {
  'a firewall that blocks one text with HTTP 403': {
    face: forPoisoned(says(403, page('Attention Required! | Firewall'))),
    expect: { failsPoisoned: 'forbidden', requests: 40, seconds: 120 },
  },
  'a content filter with HTTP 400': {
    face: forPoisoned(
      says(400, {
        error: {
          message: 'The prompt was filtered by the content management policy.',
          code: 'content_filter',
          param: 'prompt',
        },
      }),
    ),
    expect: { failsPoisoned: 'refused', requests: 40, seconds: 90 },
  },
  'unsafe content with a code': {
    face: forPoisoned(says(400, { error: { code: '1301', message: '输入内容可能不安全或敏感。' } })),
    expect: { failsPoisoned: 'refused', requests: 40, seconds: 90 },
  },
  'a text at risk, in Chinese inside HTTP 200': {
    face: forPoisoned(says(200, { code: 10013, message: '输入内容审核不通过，请重新调整输入内容' })),
    expect: { failsPoisoned: 'refused', requests: 40, seconds: 90 },
  },
  'a guardrail as the reason of the end': {
    face: forPoisoned((h) => {
      const usage = { prompt: h.answer().usage.prompt, completion: 2 };
      h.bill(usage);
      h.head();
      h.end(chunk({ content: '' }, 'guardrail_intervened') + usageChunk(usage) + DONE);
    }),
    expect: { failsPoisoned: 'refused', requests: 40, seconds: 90 },
  },
  'a blocked text with HTTP 451': {
    face: forPoisoned(says(451, oai('The content is blocked.', 'censorship_blocked'))),
    expect: { failsPoisoned: 'refused', requests: 40, seconds: 90 },
  },
  'HTTP 451 for all at the start': {
    face: (h) =>
      h.poisoned || h.n <= 6 ? h.send(451, oai('The content is blocked.', 'censorship_blocked')) : h.ok(),
    expect: { failsPoisoned: 'refused', requests: 60, seconds: 90 },
  },
  'one user whom the server answers with HTTP 500': {
    face: forPoisoned(says(500, oai('Internal server error', 'server_error'))),
    expect: { failsPoisoned: 'server_error', requests: 40, seconds: 120 },
  },
  'the first user, answered with a page of HTTP 405': {
    poisoned: ['user-0000'],
    face: forPoisoned(says(405, page('405 Not Allowed'))),
    expect: { failsPoisoned: 'model_unknown', requests: 45, seconds: 150 },
  },
  'the first user, answered otherwise each time': {
    poisoned: ['user-0000'],
    face: forPoisoned(
      inTurn([
        says(403, page('Forbidden')),
        says(400, oai('Bad thing')),
        says(500, oai('Internal server error')),
        says(451, oai('The content is blocked.')),
      ]),
    ),
    expect: {
      failsPoisoned: ['forbidden', 'bad_request', 'server_error', 'refused'],
      requests: 45,
      seconds: 200,
    },
  },
  'two users whom a firewall blocks': {
    poisoned: ['user-0000', 'user-0013'],
    face: forPoisoned(says(403, page('Request blocked'))),
    expect: { failsPoisoned: 'forbidden', requests: 60, seconds: 200 },
  },
  'two users next to each other, answered with HTTP 500': {
    poisoned: ['user-0000', 'user-0001'],
    face: forPoisoned(says(500, oai('Internal server error'))),
    expect: { failsPoisoned: 'server_error', requests: 60, seconds: 240 },
  },
  'the last two users, in words that nobody knows': {
    poisoned: ['user-0022', 'user-0023'],
    face: forPoisoned(says(400, oai('Cannot process'))),
    expect: { failsPoisoned: 'bad_request', requests: 60, seconds: 240 },
  },
  'six users, in words that nobody knows': {
    poisoned: SIX,
    face: forPoisoned(says(400, oai('Unfit text'))),
    expect: { failsPoisoned: 'bad_request', requests: 120, seconds: 400 },
  },
  'six users against the guidelines, as HTTP 403': {
    poisoned: SIX,
    face: forPoisoned(
      says(403, {
        code: 'The caller does not have permission to execute the specified operation',
        error:
          'Content violates usage guidelines. Team: t, API key ID: k, Model: m, Failed check: SAFETY_CHECK_TYPE_BIO',
      }),
    ),
    expect: { failsPoisoned: 'refused', requests: 120, seconds: 400 },
  },
  'a connection that is reset at one text': {
    face: forPoisoned((h) => h.reset()),
    expect: { failsPoisoned: 'network', requests: 45, seconds: 200 },
  },
  'a page of a firewall inside HTTP 200': {
    face: forPoisoned(says(200, page('Request blocked by WAF'))),
    expect: { failsPoisoned: 'not_an_answer', requests: 45, seconds: 200 },
  },
  'silence about one user': {
    face: forPoisoned(async (h) => {
      await h.sleep(120 * MINUTE_MS);
    }),
    expect: { failsPoisoned: 'timeout', requests: 70, seconds: 3000 },
  },
  'a model that declines in words': {
    face: forPoisoned((h) => h.ok({ map: () => "I'm sorry, I can't help with that." })),
    expect: { failsPoisoned: 'refused', requests: 45, seconds: 120 },
  },
  'a model that leaves one user out': {
    face: (h) => h.ok({ map: (text) => (h.poisoned ? withoutPoisoned(h, text) : text) }),
    expect: { failsPoisoned: 'missing_user', requests: 45, seconds: 120 },
  },
  'a moderation that says that no credits were charged': {
    face: forPoisoned(
      says(403, {
        error: {
          code: 403,
          message:
            'm requires moderation on OpenAI. Your input was flagged for "violence". No credits were charged.',
          metadata: { reasons: ['violence'], flagged_input: '毒药', provider_name: 'OpenAI' },
        },
      }),
    ),
    expect: { failsPoisoned: 'refused', requests: 45, seconds: 90 },
  },
  'an output that is blocked in the midst': {
    // What came before the block is kept, and the rest is asked for, until all of the user is there.
    face: forPoisoned(
      brokenAnthropic(ant('invalid_request_error', 'Output blocked by content filtering policy')),
    ),
    settings: anthropic,
    expect: { requests: 45, seconds: 90, unreported: { most: 1.1 } },
  },
  'a filter that lets no answer through': {
    face: (h) => {
      const usage = { prompt: h.answer().usage.prompt, completion: 0 };
      h.bill(usage);
      h.head();
      h.end(chunk({ role: 'assistant' }, 'content_filter') + usageChunk(usage) + DONE);
    },
    expect: { stops: 'model.useless', requests: 16, seconds: 120 },
  },
};
