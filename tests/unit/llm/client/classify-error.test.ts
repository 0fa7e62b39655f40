import { describe, expect, it } from 'vitest';
import {
  classifyFailure,
  unsupportedParameter,
} from '../../../../src/core/extract/llm/client/classify-error.ts';
import { errorInside, readErrorBody } from '../../../../src/core/extract/llm/client/error-body.ts';
import type { FailureClass } from '../../../../src/shared/model.ts';

const classOf = (status: number, body: unknown, retryAfterMs: number | null = null): FailureClass =>
  classifyFailure({
    status,
    said: readErrorBody(typeof body === 'string' ? body : JSON.stringify(body)),
    retryAfterMs,
  });

const openai = (message: string, code: string | number | null, type = 'invalid_request_error'): unknown => ({
  error: { message, type, param: null, code },
});

/** Bodies as the providers document or send them. */
const SAID: [string, number, unknown, FailureClass][] = [
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
  ['GLM, day spent', 429, { error: { code: '1304', message: '您的账户今日调用次数已达上限' } }, 'quota'],
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
  ['FastAPI', 422, { detail: [{ loc: ['body', 'messages'], msg: 'field required' }] }, 'bad_request'],
  ['one-api, quota with 403', 403, openai('用户额度不足', 'insufficient_user_quota'), 'quota'],
  ['a filter with 403', 403, openai('content_filter', null), 'refused'],
  ['a plain 403', 403, openai('Country not supported', 'unsupported_country_region_territory'), 'forbidden'],
  ['余额不足', 429, openai('余额不足', null), 'quota'],
  ['an unexplained 429', 429, '', 'rate_limited'],
  ['a page with 502', 502, '<html><title>502 Bad Gateway</title></html>', 'server_error'],
  [
    'a word that only looks like a filter',
    400,
    openai('field names are case-sensitive', null),
    'bad_request',
  ],
];

it.each(SAID)('%s (%i) is told by its body', (_what, status, body, expected) => {
  expect(classOf(status, body)).toBe(expected);
});

it.each([
  [503, null, 'server_error'],
  [503, 2_000, 'rate_limited'],
  [500, 2_000, 'server_error'],
] as const)('%i with a wait of %s is %s', (status, wait, expected) => {
  expect(classOf(status, '', wait)).toBe(expected);
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
    [openai('Unrecognized request argument supplied: stream_options', null), 'stream_options'],
    [{ detail: [{ loc: ['body', 'stream_options'], msg: 'extra fields not permitted' }] }, 'stream_options'],
    [openai('messages must not be empty', null), null],
    ['<html></html>', null],
  ])('is found in %j', (body, expected) => {
    expect(unsupportedParameter(typeof body === 'string' ? body : JSON.stringify(body))).toBe(expected);
    expect(classOf(400, body)).toBe('bad_request');
  });
});

describe('what is no error', () => {
  it.each([
    { choices: [{ delta: { content: 'error' } }] },
    { choices: [], usage: {}, error: null },
    { choices: [{ message: { content: 'x' } }], base_resp: { status_code: 0, status_msg: '' } },
    { type: 'ping' },
    { type: 'message_start', message: { content: [] } },
    'error',
    null,
    undefined,
  ])('stays none: %j', (value) => {
    expect(errorInside(value)).toBeNull();
  });
});
