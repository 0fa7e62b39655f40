import { describe, expect, it } from 'vitest';
import type { saying } from '../../../../src/core/extract/llm/client/error-body.ts';
import { errorInside, readErrorBody } from '../../../../src/core/extract/llm/client/error-body.ts';
import {
  classifyFailure,
  lowerLimit,
  refusedParameter,
} from '../../../../src/core/extract/llm/client/failure-table.ts';
import type { Classified } from '../../../../src/core/extract/llm/client/failure-table.ts';
import type { FailureClass } from '../../../../src/shared/failure-classes.ts';

const classified = (status: number | null, body: unknown, waitMs: number | null = null): Classified =>
  classifyFailure({
    status,
    said: readErrorBody(typeof body === 'string' ? body : JSON.stringify(body)),
    waitMs,
  });
const classOf = (status: number | null, body: unknown, waitMs: number | null = null): FailureClass =>
  classified(status, body, waitMs).failure;

const openai = (message: string, code: string | number | null, type = 'invalid_request_error'): unknown => ({
  error: { message, type, param: null, code },
});
const anthropic = (type: string, message: string): unknown => ({ type: 'error', error: { type, message } });
const google = (code: number, status: string, message: string, details: unknown[] = []): unknown => [
  { error: { code, message, status, details } },
];

/** Bodies as the providers document or send them. */
type Said = [provider: string, status: number | null, body: unknown, expected: FailureClass];
const SAID: Said[] = [
  ['OpenAI, wrong key', 401, openai('Incorrect API key provided', 'invalid_api_key'), 'unauthorized'],
  [
    'OpenAI, no quota',
    429,
    openai(
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
      'insufficient_quota',
    ),
    'quota',
  ],
  [
    'OpenAI, rate',
    429,
    openai(
      'Rate limit reached for gpt-4o on requests per min (RPM): Limit 3. Add a payment method at https://platform.openai.com/account/billing.',
      'rate_limit_exceeded',
      'requests',
    ),
    'rate_limited',
  ],
  [
    'OpenAI, one request over the minute',
    429,
    openai(
      'Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40000.',
      'rate_limit_exceeded',
      'tokens',
    ),
    'too_long',
  ],
  [
    'OpenAI, no such model',
    404,
    openai('The model `x` does not exist or you do not have access to it.', 'model_not_found'),
    'model_unknown',
  ],
  [
    'OpenAI, context',
    400,
    openai("This model's maximum context length is 8192 tokens.", 'context_length_exceeded'),
    'too_long',
  ],
  ['Azure, filter', 400, openai('The response was filtered', 'content_filter'), 'refused'],
  ['DeepSeek, balance', 402, openai('Insufficient Balance', 'invalid_request_error'), 'quota'],
  ['DeepSeek, no such model', 400, openai('Model Not Exist', 'invalid_request_error'), 'model_unknown'],
  [
    'DashScope, arrears',
    400,
    openai('Access denied, please make sure your account is in good standing.', 'Arrearage'),
    'quota',
  ],
  [
    'DashScope, minute spent',
    429,
    openai('Allocated quota exceeded, please increase your quota limit.', 'insufficient_quota'),
    'rate_limited',
  ],
  ['DashScope, throttled', 429, openai('Requests rate limit exceeded', 'limit_requests'), 'rate_limited'],
  [
    'DashScope, inspection',
    400,
    openai('Input data may contain inappropriate content.', 'data_inspection_failed'),
    'refused',
  ],
  [
    'DashScope, length',
    400,
    openai('Range of input length should be [1, 30720]', 'invalid_parameter_error'),
    'too_long',
  ],
  ['GLM, arrears', 429, { error: { code: '1113', message: '您的账户已欠费，请充值后重试' } }, 'quota'],
  [
    'GLM, concurrency',
    429,
    { error: { code: '1302', message: '您当前使用该API的并发数过高，请降低并发' } },
    'rate_limited',
  ],
  ['flagged', 403, { error: { message: 'Your input was flagged by moderation' } }, 'refused'],
  [
    'GLM, sensitive',
    400,
    { error: { code: '1301', message: '系统检测到输入或生成内容可能包含不安全或敏感内容' } },
    'refused',
  ],
  [
    'GLM, no such model',
    400,
    { error: { code: '1211', message: '模型不存在，请检查模型代码。' } },
    'model_unknown',
  ],
  ['GLM, length', 400, { error: { code: '1261', message: 'Prompt 超长' } }, 'too_long'],
  [
    'Moonshot, quota',
    429,
    openai(
      'Your account is suspended, please check your plan and billing details',
      null,
      'exceeded_current_quota_error',
    ),
    'quota',
  ],
  [
    'Moonshot, overloaded',
    429,
    openai('The engine is currently overloaded, please try again later', null, 'engine_overloaded_error'),
    'rate_limited',
  ],
  [
    'Anthropic, credit',
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'Your credit balance is too low to access the Anthropic API.',
      },
    },
    'quota',
  ],
  [
    'Anthropic, length',
    400,
    {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    },
    'too_long',
  ],
  [
    'Anthropic, overloaded',
    529,
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    'rate_limited',
  ],
  [
    'Google, wrong key',
    400,
    [
      {
        error: {
          code: 400,
          message: 'API key not valid. Please pass a valid API key.',
          status: 'INVALID_ARGUMENT',
        },
      },
    ],
    'unauthorized',
  ],
  [
    'Ollama, no such model',
    404,
    { error: { message: 'model "x" not found, try pulling it first' } },
    'model_unknown',
  ],
  ['llama.cpp, length', 400, openai('the request exceeds the available context size', 400), 'too_long'],
  [
    'vLLM, length',
    400,
    { object: 'error', message: "This model's maximum context length is 4096 tokens.", code: 400 },
    'too_long',
  ],
  ['one-api, quota with 403', 403, openai('用户额度不足', 'insufficient_user_quota'), 'quota'],
  ['a filter with 403', 403, openai('content_filter', null), 'refused'],
  ['a plain 403', 403, openai('Country not supported', 'unsupported_country_region_territory'), 'forbidden'],
  ['余额不足', 429, openai('余额不足', null), 'quota'],
];

/** Refusals whose status says something else, and limits that last. */
const MORE: Said[] = [
  // Out of balance, under any status.
  ['MiniMax in the form of Anthropic', 500, anthropic('api_error', 'insufficient balance (1008)'), 'quota'],
  ['MiniMax, code alone', 200, { base_resp: { status_code: 1008, status_msg: '' } }, 'quota'],
  [
    'SiliconFlow',
    403,
    { code: 30001, message: 'Sorry, your account balance is insufficient', data: null },
    'quota',
  ],
  [
    'Ark',
    403,
    { error: { code: 'AccountOverdueError', message: 'your account has an overdue balance' } },
    'quota',
  ],
  ['a gateway', 401, { message: 'Insufficient balance.', type: 'CreditsError', code: null }, 'quota'],
  [
    'OpenAI, account not active',
    429,
    openai('Your account is not active, please check your billing details', 'billing_not_active'),
    'quota',
  ],
  ['new-api, key spent', 403, openai('该令牌额度已用尽', null, 'new_api_error'), 'quota'],
  [
    'GLM in the form of Anthropic, plan ended',
    429,
    anthropic('rate_limit_error', '[1309][您的套餐已到期，请续订]'),
    'quota',
  ],
  [
    'DashScope, free tier only',
    403,
    openai('The free tier of the model has been exhausted.', 'AllocationQuota.FreeTierOnly'),
    'quota',
  ],
  [
    'Gemini, no free tier for the model',
    429,
    google(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota. * Quota exceeded for metric: free_tier_requests, limit: 0, model: x. Please retry in 38.9s.',
    ),
    'quota',
  ],
  ['xAI', 403, { code: 'x', error: "Your team doesn't have any credits yet." }, 'quota'],
  [
    'xAI, credits or spending limit',
    403,
    {
      code: 'x',
      error:
        'Your team has either used all available credits or reached its monthly spending limit. Please purchase more credits or raise your spending limit.',
    },
    'quota',
  ],
  [
    'xAI, guidelines',
    403,
    {
      code: 'The caller does not have permission to execute the specified operation',
      error: 'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO',
    },
    'refused',
  ],
  [
    'Fireworks, suspended',
    412,
    openai(
      'Account x is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.',
      null,
    ),
    'quota',
  ],
  [
    'OpenRouter, moderation',
    403,
    openai('m requires moderation. Your input was flagged for "violence". No credits were charged.', 403),
    'refused',
  ],
  [
    'an account that broke the rules',
    403,
    openai('Your account was suspended for content that violates our policies.', null),
    'forbidden',
  ],
  ['Cohere, token', 401, { message: 'invalid api token' }, 'unauthorized'],
  [
    'Bedrock, no access',
    403,
    { message: "You don't have access to the model with the specified model ID." },
    'forbidden',
  ],
  [
    'Tencent, pack used up',
    null,
    { error: { code: 'FailedOperation.ResourcePackExhausted', message: '资源包余量已用尽' } },
    'quota',
  ],
  ['Spark, flow of a day', null, { code: 11201, message: 'licc failed, 日流控超限' }, 'usage_limit'],
  ['Spark, flow of a second', null, { code: 11202, message: 'licc failed, 秒级流控超限' }, 'rate_limited'],
  // Limits that last.
  [
    'Anthropic, spend limit',
    400,
    anthropic(
      'invalid_request_error',
      'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.',
    ),
    'usage_limit',
  ],
  [
    'Anthropic, extra usage',
    429,
    anthropic('rate_limit_error', 'Extra usage is required for long context requests.'),
    'usage_limit',
  ],
  [
    'MiniMax, plan',
    429,
    anthropic('rate_limit_error', 'usage limit exceeded, 5-hour usage limit reached (2056)'),
    'usage_limit',
  ],
  [
    'MiniMax, plan, inside a 200',
    200,
    { base_resp: { status_code: 2056, status_msg: 'usage limit exceeded' } },
    'usage_limit',
  ],
  ['GLM, day', 429, { error: { code: '1304', message: '您的账户今日调用次数已达上限' } }, 'usage_limit'],
  ['GLM, 5 hours', 429, { error: { code: '1308', message: '已达到 5 小时的使用上限。' } }, 'usage_limit'],
  ['GLM, week', 429, { error: { code: '1310', message: '已达到每周/每月使用上限' } }, 'usage_limit'],
  [
    'GLM, no balance for extra usage',
    429,
    anthropic(
      'rate_limit_error',
      '[1316][Usage limit reached for the past 5 hours. Insufficient balance for extra usage]',
    ),
    'usage_limit',
  ],
  [
    'Kimi, cycle',
    403,
    anthropic('permission_error', "You've reached your usage limit for this billing cycle."),
    'usage_limit',
  ],
  [
    'Kimi, week',
    403,
    openai("You've reached your weekly (7-day) usage limit.", null, 'access_terminated_error'),
    'usage_limit',
  ],
  [
    'Groq, tokens of a day',
    429,
    openai(
      'Rate limit reached for model `x` on tokens per day (TPD): Limit 100000, Used 99552. Please try again in 15m37.44s.',
      'rate_limit_exceeded',
      'tokens',
    ),
    'usage_limit',
  ],
  [
    'OpenAI, requests of a day',
    429,
    openai(
      'Rate limit reached for gpt-4o on requests per day (RPD): Limit 200, Used 200.',
      'rate_limit_exceeded',
      'requests',
    ),
    'usage_limit',
  ],
  [
    'Gemini, requests of a day',
    429,
    google(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details.',
      [{ violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }] }],
    ),
    'usage_limit',
  ],
  [
    'OpenRouter, day',
    429,
    openai('Rate limit exceeded: free-models-per-day. Add 10 credits to unlock more', 429),
    'usage_limit',
  ],
  [
    'Ark, plan',
    429,
    { error: { code: 'AccountQuotaExceeded', message: 'You have exceeded the 5-hour usage quota.' } },
    'usage_limit',
  ],
  [
    'Ark, own cap',
    429,
    { error: { code: 'SetLimitExceeded', message: 'has reached the set inference limit' } },
    'usage_limit',
  ],
  ['DashScope, plan', 429, openai('hour allocated quota exceeded.', 'throttling'), 'usage_limit'],
  ['Ollama', 429, { error: "you've reached your hourly usage limit" }, 'usage_limit'],
  [
    'GitHub Models',
    429,
    openai('Rate limit of 150 per 86400s exceeded for UserByModelByDay.', 'RateLimitReached'),
    'usage_limit',
  ],
  // Limits of a minute or a second, whatever they are called.
  [
    'Gemini, tokens of a minute',
    429,
    google(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details.',
      [{ violations: [{ quotaId: 'GenerateContentInputTokensPerModelPerMinute-FreeTier' }] }],
    ),
    'rate_limited',
  ],
  [
    'Gemini, with a wait of seconds',
    429,
    google(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota. Please retry in 24.07s.'),
    'rate_limited',
  ],
  [
    'Gemini, exhausted',
    429,
    google(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'),
    'rate_limited',
  ],
  [
    'Azure',
    429,
    {
      error: {
        code: '429',
        message: 'exceeded token rate limit of your pricing tier. Please retry after 2 seconds.',
      },
    },
    'rate_limited',
  ],
  [
    'Moonshot, at once',
    429,
    openai(
      'request reached max organization concurrency: 3, please try again after 1 seconds',
      null,
      'rate_limit_reached_error',
    ),
    'rate_limited',
  ],
  [
    'MiniMax inside a 200',
    200,
    { choices: null, base_resp: { status_code: 1002, status_msg: 'limited' } },
    'rate_limited',
  ],
  ['overloaded, as a 500', 500, openai('The model is overloaded. Please try again.', null), 'rate_limited'],
  [
    'OpenRouter in a chunk',
    null,
    { error: { code: 429, message: 'Rate limit exceeded: free-models-per-min.' } },
    'rate_limited',
  ],
  // Keys and accounts.
  [
    'Google, expired key',
    400,
    google(400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.', [
      { reason: 'API_KEY_INVALID' },
    ]),
    'unauthorized',
  ],
  ['new-api, no key', 401, openai('无效的令牌', null, 'new_api_error'), 'unauthorized'],
  ['Anthropic, wrong key', 401, anthropic('authentication_error', 'invalid x-api-key'), 'unauthorized'],
  [
    'MiniMax, wrong key',
    200,
    { base_resp: { status_code: 2049, status_msg: 'invalid api key' } },
    'unauthorized',
  ],
  [
    'Anthropic, organisation',
    400,
    anthropic('invalid_request_error', 'This organization has been disabled.'),
    'forbidden',
  ],
  [
    'Groq, organisation',
    400,
    openai('Organization has been restricted. Please reach out to support.', null),
    'forbidden',
  ],
  [
    'OpenAI, account',
    401,
    openai('The account associated with this API key has been deactivated.', 'account_deactivated'),
    'forbidden',
  ],
  [
    'Google, place',
    400,
    google(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
    'forbidden',
  ],
  // Models.
  [
    'Groq, retired',
    400,
    openai('The model `x` has been decommissioned and is no longer supported.', 'model_decommissioned'),
    'model_unknown',
  ],
  [
    'OpenAI, retired',
    404,
    openai('The model `gpt-4-0314` has been deprecated', 'model_not_found'),
    'model_unknown',
  ],
  [
    'new-api, no channel',
    503,
    openai('分组 default 下模型 x 无可用渠道（distributor）', 'model_not_found', 'new_api_error'),
    'model_unknown',
  ],
  [
    'one-api, no channel',
    503,
    openai('No available channel for model x under group default', null, 'one_api_error'),
    'model_unknown',
  ],
  ['OpenRouter, no endpoint', 404, openai('No endpoints found for x/y.', 404), 'model_unknown'],
  [
    'SiliconFlow, model',
    400,
    { code: 20012, message: 'Model does not exist. Please check it carefully.' },
    'model_unknown',
  ],
  [
    'LM Studio, nothing loaded',
    400,
    { error: 'No models loaded. Please load a model in the developer page.' },
    'model_unknown',
  ],
  ['a wrong path', 404, openai('Invalid URL (POST /chat/completions)', null), 'model_unknown'],
  // Contents.
  [
    'StepFun',
    451,
    openai('The content you provided or machine outputted is blocked.', null, 'censorship_blocked'),
    'refused',
  ],
  [
    'Ark, sensitive',
    400,
    { error: { code: 'InputTextSensitiveContentDetected', message: 'may contain sensitive information' } },
    'refused',
  ],
  ['DeepSeek, risk', 400, openai('Content Exists Risk', null), 'refused'],
  [
    'Moonshot, risk',
    400,
    openai('The request was rejected because it was considered high risk', 'content_filter'),
    'refused',
  ],
  [
    'MiniMax, sensitive',
    200,
    { base_resp: { status_code: 1026, status_msg: 'input new_sensitive' } },
    'refused',
  ],
  [
    'DashScope in a chunk',
    null,
    { error: { message: 'Output data may contain inappropriate content.', code: 'data_inspection_failed' } },
    'refused',
  ],
  // Too long.
  [
    'LM Studio, context',
    400,
    { error: 'Trying to keep the first 9000 tokens when context the overflows.' },
    'too_long',
  ],
  [
    'Anthropic, both together',
    400,
    anthropic(
      'invalid_request_error',
      'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000',
    ),
    'too_long',
  ],
  [
    'Gemini, input',
    400,
    google(
      400,
      'INVALID_ARGUMENT',
      'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    ),
    'too_long',
  ],
  ['a schema in a 500', 500, openai('Invalid schema for response_format', null), 'bad_request'],
];

it.each([...SAID, ...MORE])('%s (%s) is told by its words', (_what, status, body, expected) => {
  expect(classified(status, body)).toMatchObject({ failure: expected, recognised: true });
});

/** What only the status points to: a run looks for evidence before it believes it. */
const HINTED: [string, number, unknown, FailureClass][] = [
  ['says nothing', 400, openai('no', null), 'bad_request'],
  ['says nothing', 401, openai('no', null), 'unauthorized'],
  ['says nothing', 402, openai('no', null), 'quota'],
  ['says nothing', 403, openai('no', null), 'forbidden'],
  ['says nothing', 404, openai('no', null), 'model_unknown'],
  ['says nothing', 405, openai('no', null), 'model_unknown'],
  ['says nothing', 408, openai('no', null), 'timeout'],
  ['two at once', 409, openai('The request conflicted with another one', null, 'conflict'), 'server_error'],
  ['says nothing', 410, openai('no', null), 'model_unknown'],
  ['says nothing', 413, '', 'too_long'],
  ['FastAPI', 422, { detail: [{ loc: ['body', 'messages'], msg: 'field required' }] }, 'bad_request'],
  [
    'a word that only looks like a filter',
    400,
    openai('field names are case-sensitive', null),
    'bad_request',
  ],
  ['says nothing', 418, openai('no', null), 'bad_request'],
  ['too early', 425, openai('Too Early', null, 'too_early'), 'server_error'],
  ['says nothing', 429, '', 'rate_limited'],
  ['says nothing', 451, openai('no', null), 'refused'],
  ['cancelled', 499, google(499, 'CANCELLED', 'The operation was cancelled.'), 'server_error'],
  ['says nothing', 500, openai('Internal server error', null, 'server_error'), 'server_error'],
  ['says nothing', 529, openai('no', null), 'rate_limited'],
  ['a gateway page', 502, '<html><title>502 Bad Gateway</title></html>', 'server_error'],
  ['a page of limits', 413, '<html><head><title>413 Request Entity Too Large</title></head>', 'too_long'],
  ['a challenge', 403, '<!DOCTYPE html><html><head><title>Just a moment...</title></head>', 'forbidden'],
  ['a firewall', 403, '<html><head><title>Attention Required! | Cloudflare</title></head>', 'forbidden'],
  [
    'DeepSeek, passing',
    401,
    openai('Authentication Fails (governor)', null, 'authentication_error'),
    'unauthorized',
  ],
  [
    'Azure, a deployment that is being made',
    404,
    {
      error: {
        code: 'DeploymentNotFound',
        message:
          'The deployment does not exist. If you created it a few minutes ago, please wait a moment and try again.',
      },
    },
    'model_unknown',
  ],
];

it.each(HINTED)('%s (%i): only the status points to the class', (_what, status, body, expected) => {
  expect(classified(status, body)).toMatchObject({ failure: expected, recognised: false });
});

it.each([
  [503, null, 'server_error'],
  [503, 2_000, 'rate_limited'],
  [500, 2_000, 'server_error'],
  [429, 60_000, 'rate_limited'],
  [429, 6 * 3_600_000, 'usage_limit'],
] as const)('%i with a wait of %s is %s', (status, wait, expected) => {
  expect(classOf(status, '', wait)).toBe(expected);
});

describe('an error that a gateway wraps', () => {
  it('is classified by what the provider behind it said (LiteLLM)', () => {
    const body = openai(
      "litellm.InternalServerError: OpenAIException - Error code: 400 - {'error': {'message': \"Invalid schema for response_format 'events': too deep\", 'type': 'invalid_request_error', 'code': None}}",
      '500',
    );
    expect(classified(500, body)).toEqual({
      failure: 'bad_request',
      recognised: true,
      parameter: 'response_format',
    });
    expect(readErrorBody(JSON.stringify(body)).message).toBe(
      "Invalid schema for response_format 'events': too deep",
    );
  });

  it('is classified by the status behind the gateway where no words tell', () => {
    expect(classOf(500, openai("APIError: Error code: 404 - {'error': {'message': 'nope'}}", null))).toBe(
      'model_unknown',
    );
  });

  it('is read from the raw text that OpenRouter hands on', () => {
    const raw = JSON.stringify({ error: { message: 'Insufficient Balance', type: 'unknown_error' } });
    const body = {
      error: { message: 'Provider returned error', code: 429, metadata: { raw, provider_name: 'X' } },
    };
    expect(classOf(429, body)).toBe('quota');
    expect(readErrorBody(JSON.stringify(body)).message).toBe('Insufficient Balance');
  });

  it('is read from a message that is JSON itself', () => {
    const inner = JSON.stringify({
      error: { code: 429, message: 'Please retry in 38.9s.', status: 'RESOURCE_EXHAUSTED' },
    });
    expect(readErrorBody(JSON.stringify({ error: { message: inner, code: 429 } }))).toMatchObject({
      message: 'Please retry in 38.9s.',
      codes: ['resource_exhausted'],
    });
  });

  it('is read from an event stream under an error status (DashScope)', () => {
    const body = 'id:1\nevent:error\n:HTTP_STATUS/400\ndata:{"code":"Arrearage","message":"Access denied"}\n';
    expect(classOf(400, body)).toBe('quota');
  });

  it('is read through the member names of other gateways', () => {
    expect(readErrorBody('{"error_code":336003,"error_msg":"bad"}')).toMatchObject({
      message: 'bad',
      codes: ['336003'],
    });
    expect(
      readErrorBody('{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}'),
    ).toMatchObject({
      message: 'Authentication error',
      codes: ['10000'],
    });
  });
});

describe('a refused parameter', () => {
  it.each([
    [
      openai(
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
        null,
      ),
      'response_format',
    ],
    [openai('This response_format type is unavailable now', 'invalid_request_error'), 'response_format'],
    [{ error: { message: 'Invalid schema', param: 'response_format' } }, 'response_format'],
    [
      google(
        400,
        'INVALID_ARGUMENT',
        `Unknown name "additionalProperties" at 'generation_config.response_schema'`,
      ),
      'response_format',
    ],
    [openai('Json mode response is not supported when enable_thinking is true', null), 'response_format'],
    [openai("'messages' must contain the word 'json' to use 'response_format'", null), 'response_format'],
    [{ error: 'Failed to initialize samplers: failed to parse grammar' }, 'response_format'],
    [
      openai('Failed to generate JSON. Please adjust your prompt.', 'json_validate_failed'),
      'response_format',
    ],
    [
      openai(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        'unsupported_parameter',
      ),
      'max_tokens',
    ],
    [
      openai("Unsupported value: 'temperature' does not support 0 with this model.", 'unsupported_value'),
      'temperature',
    ],
    [openai('invalid temperature: only 1 is allowed for this model', null), 'temperature'],
    [anthropic('invalid_request_error', '`temperature` is deprecated for this model.'), 'temperature'],
    [openai('Unrecognized request argument supplied: stream_options', null), 'stream_options'],
    [{ detail: [{ loc: ['body', 'stream_options'], msg: 'extra fields not permitted' }] }, 'stream_options'],
    [
      { error: { message: 'Your organization must be verified to stream this model.', param: 'stream' } },
      'stream',
    ],
    [openai('This model does not support streaming.', null), 'stream'],
    [
      openai('The selected model does not support the stream mode.', 'InvalidParameter.UnsupportedModel'),
      'stream',
    ],
    [openai('System role not supported', null), 'system_role'],
    [openai('Jinja Exception: System role not supported', 500), 'system_role'],
    [
      google(400, 'INVALID_ARGUMENT', 'Developer instruction is not enabled for models/gemma-3'),
      'system_role',
    ],
    [
      openai("Unsupported value: 'messages[0].role' does not support 'system' with this model.", null),
      'system_role',
    ],
    [openai('Conversation roles must alternate user/assistant/user/assistant', null), 'system_role'],
    [openai('messages must not be empty', null), null],
    [openai('This model only supports stream mode, please enable it', null), null],
    [openai('enable_thinking must be set to false for non-streaming calls', null), null],
    ['<html></html>', null],
  ])('is found in %j', (body, expected) => {
    const said = readErrorBody(typeof body === 'string' ? body : JSON.stringify(body));
    expect(refusedParameter(said)).toBe(expected);
    expect(classOf(400, body)).toBe('bad_request');
  });

  it('is found under a status that says something else', () => {
    const ollama = openai('failed to load model vocabulary required for format', null, 'api_error');
    expect(classified(500, ollama)).toMatchObject({ failure: 'bad_request', parameter: 'response_format' });
    expect(classified(null, openai('Invalid schema for response_format', null))).toMatchObject({
      failure: 'bad_request',
      parameter: 'response_format',
    });
  });

  it('is not looked for in a refusal about money, limits or contents', () => {
    const credits = openai('This request requires more credits, or fewer max_tokens.', 402);
    expect(classified(402, credits)).toMatchObject({ failure: 'quota', parameter: null });
  });
});

describe('a limit of output tokens that is refused', () => {
  const said = (message: string): ReturnType<typeof saying> =>
    readErrorBody(JSON.stringify({ error: { message } }));

  it.each([
    ['Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', 100_000, 8_192],
    ['max_tokens is too large: 100000. This model supports at most 16384 completion tokens', 100_000, 16_384],
    [
      'max_tokens: 100,000 > 8,192, which is the maximum allowed for claude-3-5-sonnet-20240620',
      100_000,
      8_192,
    ],
    ['Range of max_tokens should be [1,8192]', 100_000, 8_192],
    ['max_tokens is too large', 4_096, 2_048],
    ['max_tokens 参数非法', 20, null],
  ])('is lowered by %j', (message, sent, expected) => {
    expect(lowerLimit(said(message), sent)).toBe(expected);
    expect(classOf(400, { error: { message } })).toBe('bad_request');
  });

  it.each([
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    'Unrecognized request argument supplied: max_tokens',
    '[{"loc":["body","max_tokens"],"msg":"extra fields not permitted"}]',
  ])('is left out after %j', (message) => {
    expect(lowerLimit(said(message), 4_096)).toBeNull();
  });

  it('is not taken for a prompt that is too long where the context is named', () => {
    const vllm =
      "'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum context length is 8192";
    expect(classOf(400, { error: { message: vllm } })).toBe('bad_request');
  });
});

describe('the error in a value of a successful response', () => {
  it.each([
    { error: { message: 'no' } },
    [{ error: { message: 'no' } }],
    { error: 'no' },
    { object: 'error', message: 'no' },
    { type: 'error', error: { type: 'overloaded_error', message: 'no' } },
    { choices: null, base_resp: { status_code: 1008, status_msg: 'no' } },
    { code: 20012, message: 'no', data: null },
    { message: 'no', type: 'CreditsError', code: null },
    { success: false, message: 'no' },
    { detail: 'no' },
    { choices: [{ delta: {}, finish_reason: 'error' }], error: { message: 'no' } },
  ])('is found in %j', (value) => {
    expect(errorInside(value)?.message).toBe('no');
  });

  it.each([
    { choices: [{ delta: { content: 'error' } }] },
    { choices: [], usage: {}, error: null },
    { choices: [{ message: { content: 'x' } }], base_resp: { status_code: 0, status_msg: '' } },
    { type: 'ping' },
    { type: 'message_start', message: { content: [] } },
    'error',
    null,
    undefined,
  ])('is not seen in %j', (value) => {
    expect(errorInside(value)).toBeNull();
  });
});
