import { expect, it } from 'vitest';
import { errorInside, readErrorBody } from '../../../../src/core/extract/llm/client/error-body.ts';
import { classifyFailure, refusedParameter } from '../../../../src/core/extract/llm/client/failure-table.ts';
import type { RefusedParameter } from '../../../../src/core/extract/llm/client/failure-table.ts';
import { wordsInside } from '../../../../src/core/extract/llm/client/error-body.ts';
import type { FailureClass } from '../../../../src/shared/failure-classes.ts';

/** Words of providers, sent in the form that most of them have: status, message, code. */
type Words = [status: number, message: string, code?: string];

const WORDS: Partial<Record<FailureClass, readonly Words[]>> = {
  quota: [
    [400, 'Budget has been exceeded! Current cost: 10.2, Max budget: 10.0'],
    [400, 'ExceededBudget: User=u has exceeded their budget. Current spend: 1.2, Max Budget: 1.0'],
    [412, 'Budget limit exceeded for this API key'],
    [403, '用户剩余额度: 0.00, 需要预扣费额度: 0.02'],
    [429, 'Commodity has not purchased yet', 'CommodityNotPurchased'],
    [429, 'Open api total request limit reached'],
  ],
  usage_limit: [
    [403, 'Out of call volume quota. Quota will be replenished in 05:12:33.'],
    [429, 'Rate limit exceeded: 200 per 1 day'],
    [429, "You've hit your session limit · resets 3pm (Asia/Shanghai)"],
    [429, '已超过每日调用次数限制（500次/天），请于次日 0 点后重试'],
    [429, '当天 Token 用量已达上限'],
    [429, '您每小时的请求次数已达上限（100 次）'],
  ],
  rate_limited: [
    [429, "We're experiencing high traffic right now! Please try again soon."],
    [503, 'Slow Down'],
    [429, 'Service tier capacity exceeded for this model.'],
    [429, 'You are using a Trial key, which is limited to 10 API calls / minute.'],
    [429, 'Rate limit exceeded: 5 per 1 minute'],
    [429, '您的请求已超过每分钟 60 次的限制，请在 12 秒后重试'],
    [429, '当前分组上游负载已饱和，请稍后再试'],
    [503, '当前排队人数过多，请稍后重试'],
    [400, '操作过于频繁，请稍后再试'],
    [429, 'The traffic to the model increased too fast.', 'RequestBurstTooFast'],
  ],
  unauthorized: [
    [401, 'Invalid token'],
    [401, 'token expired or incorrect'],
    [401, 'IAM Certification failed', 'invalid_iam_token'],
    [401, 'No auth credentials found'],
    [403, 'The security token included in the request is expired'],
    [401, '身份验证失败。'],
    [401, '未提供令牌'],
  ],
  forbidden: [
    [429, '您的账户因存在违规行为，已被锁定，如需要申诉，请发邮件', '1121'],
    [401, 'Your IP address is not authorized.', 'ip_not_authorized'],
    [404, 'Your account 21 has not activated the model doubao.', 'ModelNotOpen'],
    [400, 'The model `m` requires terms acceptance.', 'model_terms_required'],
  ],
  model_unknown: [
    [404, 'This model is only supported in v1/responses and not in v1/chat/completions.'],
    [400, 'The chatCompletion operation does not work with the specified model.', 'OperationNotSupported'],
    [400, 'The requested model does not support the coding plan feature.', 'UnsupportedModel'],
    [400, 'unexpected model name format'],
    [404, 'Not found the model moonshot-v2 or Permission denied', 'resource_not_found_error'],
    [400, 'The provided model identifier is invalid.'],
    [400, 'Invocation of model ID m with on-demand throughput isn’t supported.'],
    [404, 'This model version has reached the end of its life.'],
    [400, 'API version not supported'],
    [400, 'model 不存在'],
  ],
  refused: [
    [400, 'The output text may contain risk content', 'OutputTextRiskDetection'],
    [403, 'This request was blocked by our usage policies'],
    [400, '输出内容审核不通过', '10014'],
  ],
  too_long: [
    [400, 'Total message token length exceed model limit (1000000 tokens)'],
    [400, 'Input length 140000 exceeds the maximum length 131072.'],
    [400, 'Your request exceeded model token limit: 131072 (requested: 140000)'],
    [400, 'Prompt tokens too long', 'tokens_too_long'],
    [400, 'token count exceeds the limit'],
    [400, 'length of prompt_tokens (9000) must be less than max_seq_len (8192).'],
    [422, 'Input validation error: `inputs` must have less than 4096 tokens. Given: 9000'],
    [422, 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4000. Given: 5000'],
    [400, "This model's maximum prompt length is 131072 but the request contains 140000 tokens."],
    [400, 'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292.'],
    [400, 'max_tokens must be at least 1, got -104.'],
    [400, 'the max length of current question is 4800'],
    [500, 'context shift is disabled'],
    [413, 'Request body too large for m model. Max size: 8000 tokens.', 'tokens_limit_reached'],
    [400, '输入的 tokens 数量超过模型上下文长度 4000'],
  ],
};

const cases = Object.entries(WORDS).flatMap(([failure, words]) =>
  words.map(([status, message, code]) => [message, status, code, failure as FailureClass] as const),
);

it.each(cases)('%j (%i, %s) is told as %s', (message, status, code, failure) => {
  const said = readErrorBody(JSON.stringify({ error: { message, code } }));
  expect(classifyFailure({ status, said, waitMs: null })).toMatchObject({ failure, recognised: true });
});

const PARAMETERS: readonly (readonly [RefusedParameter, unknown])[] = [
  ['system_role', 'invalid params, role system not supported'],
  ['system_role', 'the role of messages must be user or assistant, system is not supported'],
  ['system_role', 'Role must be in [user, assistant]'],
  ['system_role', '当前模型不支持 system 角色'],
  ['stream', '该模型不支持流式输出'],
  ['stream', 'The model is unsupported for streaming'],
  [
    'stream_options',
    "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'not permitted'}]",
  ],
  ['stream_options', { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'no' }] }],
  ['response_format', 'Grammar error: Unimplemented keys: ["minItems"]'],
  ['response_format', "'claude-opus-4' does not support output format."],
  ['response_format', 'No endpoints found that support the requested parameters.'],
  [
    'max_tokens',
    'it has a maxOutputTokens value of 9000 but the supported range is from 1 to 2001 (exclusive)',
  ],
  [
    'max_tokens',
    '`max_tokens` must be less than or equal to `8192`, less than the `context_window` of the model',
  ],
  ['max_tokens', 'too many tokens: max tokens must be less than or equal to 4096, the maximum output'],
];

it.each(PARAMETERS)('a refusal of %s is found in %j', (parameter, message) => {
  const said = readErrorBody(JSON.stringify({ object: 'error', message, type: 'invalid_request_error' }));
  expect(refusedParameter(said)).toBe(parameter);
  expect(classifyFailure({ status: 400, said, waitMs: null })).toMatchObject({
    failure: 'bad_request',
    parameter,
  });
});

it('a list of names in a sentence is not taken for the error itself', () => {
  const message = 'Grammar error: Unimplemented keys: ["minItems"]';
  expect(readErrorBody(JSON.stringify({ error: { message } })).message).toBe(message);
});

it.each([
  { Response: { Error: { Code: 'ResourceUnavailable.InArrears', Message: 'no' }, RequestId: 'x' } },
  { ResponseMetadata: { RequestId: 'x', Error: { Code: 'InvalidCredential', Message: 'no' } } },
  { fault: { faultstring: 'no', detail: { errorcode: 'policies.ratelimit.QuotaViolation' } } },
  { status: 'error', message: 'no' },
  { statusCode: 429, message: 'no' },
  { code: 0, data: { error: { message: 'no' } } },
  { success: false, errMsg: 'no', message: 'no' },
])('the error in %j is found in a successful response', (value) => {
  expect(errorInside(value)?.message).toBe('no');
});

it.each([{ status: 'completed', message: 'fine' }, { data: { error: null } }, { result: { code: 0 } }])(
  'no error is seen in %j',
  (value) => {
    expect(errorInside(value)).toBeNull();
  },
);

it('the words of JSON that is neither an answer nor an error are known', () => {
  expect(wordsInside({ message: 'Too Many Requests' })?.message).toBe('Too Many Requests');
  expect(wordsInside({ outcome: 'fine' })).toBeNull();
});
