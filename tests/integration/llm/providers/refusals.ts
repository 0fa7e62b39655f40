import { randomUUID } from 'node:crypto';
import type { ProviderCase } from './cases.ts';
import { event } from '../../../support/scripted-provider.ts';
import { after, ant, anthropic, oai, page, says } from './cases.ts';

const WORDS = ['red', 'green', 'blue', 'white', 'black', 'brown', 'pink'];
/** Base64 in both alphabets begins and ends with any of its signs, and may have no digit. */
const IDENTIFIERS = [
  'bWqxUSdfzkLmNPrt',
  '-kZqWmbXcvTyGhJp',
  'QwErTyUiOpAsDfG-',
  '_pLmOkNiJbUhVyGc',
  'xS/wQ+aZedCrFvTg==',
  '+nHyBgTvFrCdEsXw',
  '7f3a90c1e5d24b68',
  '--tReWqYuIoPlKjH',
];
const stopsOnce = { requests: 8, seconds: 60 } as const;
const outOfBalance = { stops: 'model.quota', ...stopsOnce } as const;

/** Refusals that no user can escape, whatever status they wear. */
export const PERMANENT: Record<string, ProviderCase> = {
  'balance used up, as HTTP 402': {
    face: after(
      4,
      says(402, { error: { message: 'This request needs more credits, or fewer max_tokens.', code: 402 } }),
    ),
    expect: { ...outOfBalance, words: /more credits/ },
  },
  'balance used up, as HTTP 403': {
    face: after(
      4,
      says(403, { code: 30001, message: 'The balance of your account is insufficient', data: null }),
    ),
    expect: { ...outOfBalance, words: /insufficient/ },
  },
  'overdue account, as HTTP 403': {
    face: after(
      4,
      says(403, {
        error: {
          code: 'AccountOverdueError',
          message: 'Your account has an overdue balance.',
          type: 'Forbidden',
        },
      }),
    ),
    expect: { ...outOfBalance, words: /overdue/ },
  },
  'balance used up, as HTTP 401': {
    face: after(
      4,
      says(401, {
        message: 'Insufficient balance. Manage your billing at the console.',
        type: 'CreditsError',
      }),
    ),
    expect: { ...outOfBalance, words: /Insufficient balance/ },
  },
  'balance used up, as HTTP 500 of the Anthropic protocol': {
    face: after(4, says(500, ant('api_error', 'insufficient balance (1008)'))),
    settings: anthropic,
    expect: { ...outOfBalance, words: /insufficient balance/ },
  },
  'balance used up, inside HTTP 200': {
    face: after(
      4,
      says(200, {
        id: 'x',
        choices: null,
        base_resp: { status_code: 1008, status_msg: 'insufficient balance' },
      }),
    ),
    expect: { ...outOfBalance, words: /insufficient balance/ },
  },
  'balance used up, inside a stream': {
    face: after(4, (h) => {
      h.head();
      h.end(
        `data: ${JSON.stringify({ choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient balance' } })}\n\n`,
      );
    }),
    expect: outOfBalance,
  },
  'balance used up, as HTTP 429': {
    face: after(4, says(429, { error: { code: '1113', message: '余额不足，请充值。' } })),
    expect: { ...outOfBalance, words: /余额不足/ },
  },
  'quota exceeded, as HTTP 429': {
    face: after(
      4,
      says(
        429,
        oai('You exceeded your current quota, check your plan.', 'insufficient_quota', 'insufficient_quota'),
      ),
    ),
    expect: { ...outOfBalance, words: /current quota/ },
  },
  'account in arrears, as HTTP 400': {
    face: after(
      4,
      says(400, oai('Access denied: the account must be in good standing.', 'Arrearage', 'Arrearage')),
    ),
    expect: { ...outOfBalance, words: /good standing/ },
  },
  'credit too low, as HTTP 400 of the Anthropic protocol': {
    face: after(4, says(400, ant('invalid_request_error', 'Your credit balance is too low to use the API.'))),
    settings: anthropic,
    expect: { ...outOfBalance, words: /credit balance/ },
  },
  'a budget of a gateway, as HTTP 400': {
    face: after(
      4,
      says(400, oai('Budget has been exceeded! Current cost: 10.2, Max budget: 10.0', 'budget_exceeded')),
    ),
    expect: { ...outOfBalance, words: /Budget/ },
  },
  'arrears in an envelope, inside HTTP 200': {
    face: after(
      4,
      says(200, {
        Response: { Error: { Code: 'ResourceUnavailable.InArrears', Message: '账号已欠费' }, RequestId: 'x' },
      }),
    ),
    expect: { ...outOfBalance, words: /欠费/ },
  },
  'words about the balance in an event without a form': {
    face: after(4, (h) => {
      h.head();
      h.end(event({ message: '余额不足，请充值' }));
    }),
    expect: { ...outOfBalance, words: /余额不足/ },
  },
  'everything, with HTTP 400 and without a reason': {
    face: says(400, oai('Bad request')),
    expect: { stops: 'model.bad_request', words: /Bad request/, requests: 14, seconds: 60 },
  },
  'expired key, as HTTP 400': {
    face: says(400, oai('API key expired. Please renew the API key.', 'INVALID_ARGUMENT', 'API_KEY_INVALID')),
    expect: { stops: 'model.unauthorized', words: /expired/, requests: 1, seconds: 60 },
  },
  'disabled organisation, as HTTP 400': {
    face: says(400, ant('invalid_request_error', 'This organization has been disabled.')),
    settings: anthropic,
    expect: { stops: 'model.forbidden', words: /disabled/, requests: 2, seconds: 60 },
  },
  'rejected key at the start': {
    face: says(401, oai('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key')),
    expect: { stops: 'model.unauthorized', words: /Incorrect API key/, requests: 1, seconds: 60 },
  },
  'rejected key in the midst': {
    face: after(4, says(401, oai('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'))),
    expect: { stops: 'model.unauthorized', words: /Incorrect API key/, requests: 12, seconds: 60 },
  },
  'retired model, as HTTP 400': {
    face: after(
      4,
      says(
        400,
        oai(
          'The model `m-70b` has been decommissioned and is no longer supported.',
          'invalid_request_error',
          'model_decommissioned',
        ),
      ),
    ),
    expect: { stops: 'model.model_unknown', words: /decommissioned/, requests: 12, seconds: 60 },
  },
  'no channel for the model, as HTTP 503': {
    face: says(503, {
      error: { code: 'model_not_found', message: '分组 default 下模型 m 无可用渠道', type: 'new_api_error' },
    }),
    expect: { stops: 'model.model_unknown', words: /无可用渠道/, requests: 2, seconds: 60 },
  },
  'model deprecated in the midst, as HTTP 404': {
    face: after(
      4,
      says(404, oai('The model `m` has been deprecated.', 'invalid_request_error', 'model_not_found')),
    ),
    expect: { stops: 'model.model_unknown', words: /deprecated/, requests: 12, seconds: 60 },
  },
  'address without /v1, as HTTP 404': {
    path: '',
    face: (h) =>
      h.path === '/v1/chat/completions' ? h.ok() : h.send(404, oai('Invalid URL (POST /chat/completions)')),
    expect: { stops: 'model.model_unknown', words: /Invalid URL/, requests: 2, seconds: 60 },
  },
  'address without /v1, answered by a web page': {
    path: '',
    face: (h) => (h.path === '/v1/chat/completions' ? h.ok() : h.send(200, page('Console'))),
    expect: { stops: 'model.not_an_answer', words: /Console/, requests: 12, seconds: 120 },
  },
  'a network that asks to sign in': {
    face: says(200, page('Hotel Wi-Fi')),
    expect: { stops: 'model.not_an_answer', words: /Hotel Wi-Fi/, requests: 12, seconds: 120 },
  },
  'a redirect to another host': {
    face: says(308, {}, { location: 'https://api.example.com/v2/chat/completions?token=abc' }),
    expect: {
      stops: 'model.not_an_answer',
      words: /api\.example\.com\/v2\/chat\/completions/,
      requests: 12,
      seconds: 60,
    },
  },
  'a server error that no table knows, from the start': {
    face: says(500, oai('Widget frobnication failed: tenant 17 is sealed', 'api_error')),
    expect: { stops: 'model.server_error', words: /sealed/, requests: 16, seconds: 300 },
  },
  'a server error with another identifier each time, in the midst': {
    face: after(4, (h) =>
      h.send(
        500,
        oai(`Widget is sealed (request id: ${randomUUID()}, ${IDENTIFIERS[h.n % IDENTIFIERS.length]})`),
      ),
    ),
    expect: { stops: 'model.server_error', words: /sealed/, requests: 24, seconds: 120 },
  },
  'other words each time, in the midst': {
    face: after(4, (h) => h.send(400, oai(`Cannot take it: ${WORDS[h.n % WORDS.length]}`))),
    expect: { stops: 'model.bad_request', words: /Cannot take it/, requests: 40, seconds: 120 },
  },
  'a key and a model that are refused in turn, in the midst': {
    face: after(4, (h) =>
      h.n % 2
        ? h.send(401, oai('Incorrect API key provided', 'invalid_request_error', 'invalid_api_key'))
        : h.send(404, oai('The model `m` does not exist', 'invalid_request_error', 'model_not_found')),
    ),
    expect: { stops: 'model.unauthorized', requests: 30, seconds: 120 },
  },
  'an answer that can never be read': {
    face: (h) => {
      const { usage } = h.answer();
      h.bill(usage);
      h.send(200, {
        outcome: 'fine',
        usage: { prompt_tokens: usage.prompt, completion_tokens: usage.completion },
      });
    },
    expect: { stops: 'model.bad_format', requests: 16, seconds: 300 },
  },
  'an invalid token in words without a code': {
    face: says(401, { message: 'invalid api token' }),
    expect: { stops: 'model.unauthorized', requests: 1, seconds: 30 },
  },
  'a model that the account may not use': {
    face: says(403, { message: "You don't have access to the model with the specified model ID." }),
    expect: { stops: 'model.forbidden', requests: 1, seconds: 30 },
  },
  'HTTP 401 without a reason': {
    face: says(401, { error: 'Unauthorized' }),
    expect: { stops: 'model.unauthorized', requests: 6, seconds: 60 },
  },
  'a key that is revoked in the midst, inside a stream': {
    face: after(4, (h) => {
      h.head();
      h.end(
        event({
          error: { message: 'This API key has been revoked', type: 'authentication_error', code: 401 },
        }),
      );
    }),
    expect: { stops: 'model.unauthorized', requests: 12, seconds: 60 },
  },
  'a token that expires in the midst': {
    face: after(
      4,
      says(401, [
        {
          error: {
            code: 401,
            status: 'UNAUTHENTICATED',
            message:
              'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
          },
        },
      ]),
    ),
    expect: { stops: 'model.unauthorized', requests: 12, seconds: 60 },
  },
  'a country that is not served, as HTTP 400': {
    face: says(400, [
      {
        error: {
          code: 400,
          message: 'User location is not supported for the API use.',
          status: 'FAILED_PRECONDITION',
        },
      },
    ]),
    expect: { stops: 'model.forbidden', requests: 1, seconds: 30 },
  },
  'a model that was not pulled': {
    face: says(404, { error: { message: 'model "m" not found, try pulling it first', type: 'api_error' } }),
    expect: { stops: 'model.model_unknown', requests: 1, seconds: 30 },
  },
};
