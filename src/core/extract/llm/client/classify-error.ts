import type { FailureClass } from '../../../../shared/model.ts';
import { readErrorBody } from './error-body.ts';
import type { ErrorSaid } from './error-body.ts';

/** What is known of a failure: HTTP status (null inside a stream), what was said, and whether a wait was asked for. */
export interface Failure {
  status: number | null;
  said: ErrorSaid;
  retryAfterMs: number | null;
}

/*
 * Sources: the error pages of OpenAI, DeepSeek, DashScope, BigModel (GLM), Moonshot, MiniMax, Anthropic, and what
 * vLLM, Ollama, llama.cpp and one-api say. Codes are compared whole, texts only where no code tells.
 */
const QUOTA_CODES = new Set([
  'billing_error',
  'billing_hard_limit_reached',
  'billing_not_active',
  'exceeded_current_quota_error',
  'arrearage',
  'insufficient_balance',
  'insufficient_user_quota',
  'insufficient_quota',
  '1008', // MiniMax
  '1113', // GLM: in arrears
  '1304', // GLM: the day's calls are used up
  '1308', // GLM: the plan's calls are used up
  '1309', // GLM: the plan has ended
]);
const RATE_CODES = new Set([
  'rate_limit_exceeded',
  'rate_limit_error',
  'rate_limit_reached_error',
  'engine_overloaded_error',
  'overloaded_error',
  'limit_requests',
  'limit_burst_rate',
  '1002', // MiniMax
  '1039', // MiniMax
  '1302', // GLM
  '1303', // GLM
  '1305', // GLM
]);
const REFUSED_CODES = new Set(['1301', '1026', '1027', 'content_filter', 'content_policy_violation']);
const KEY_CODES = new Set(['invalid_api_key', 'authentication_error', 'invalidapikey', '1004', '2049']);
const MODEL_CODES = new Set(['model_not_found', 'not_found_error', '1211']);
const LENGTH_CODES = new Set([
  'context_length_exceeded',
  'string_above_max_length',
  'request_too_large',
  '1261',
]);

const TOO_LONG =
  /context[ _](length|window|size)|maximum context|(prompt|input|request) (is )?too (long|large)|reduce the length|range of input length|(上下文|输入|prompt).{0,12}(过长|超长|超出|超过)/i;
/** What is too long is what may be answered, not what is asked (vLLM names the context besides). */
const LIMIT_TOO_HIGH = /max_(completion_|output_)?tokens\W.{0,40}too (large|high)/i;
/** DashScope calls a spent minute "insufficient_quota", Google a spent second "quota": what is said of time decides. */
const RATE =
  /rate.?limit|too many requests|throttl|allocated quota exceeded|per (second|minute|min)\b|\b[rtq]p[ms]\b|concurren|overloaded|请求.{0,8}(频繁|过多)|并发|限流|频率/i;
const QUOTA =
  /insufficient.{0,12}(quota|balance|fund|credit)|exceeded your current quota|credit balance|billing|payment required|in arrears|good standing|余额不足|额度.{0,6}(不足|用完|用尽|耗尽)|欠费|充值/i;
const REFUSED =
  /content.?filter|content.{0,6}policy|data.?inspection.?failed|inappropriate content|(?<!case[- ])\bsensitive|safety system|\bflagged\b|\bmoderation\b|敏感|违规|不安全/i;
const NO_KEY =
  /api.?key.{0,20}(not valid|invalid|incorrect)|(invalid|incorrect).{0,12}api.?key|authentication/i;
const NO_MODEL =
  /model.{0,80}(not.?found|does not exist|not exist|not supported|is not available)|(no such|unknown|invalid) model|模型.{0,12}不存在/i;

/** Which class a failure belongs to, and with it what becomes of the run (a wait, a stop, another try). */
export function classifyFailure({ status: httpStatus, said, retryAfterMs }: Failure): FailureClass {
  const status = httpStatus !== null && httpStatus >= 300 ? httpStatus : said.status;
  const codes = [said.code, said.type];
  const has = (known: Set<string>): boolean => codes.some((code) => known.has(code));
  const text = `${codes.join(' ')} ${said.message}`;

  if (status === 401) return 'unauthorized';
  if (status === 402) return 'quota';
  // 429 too: "Request too large … tokens per min" cannot be waited out, only asked in smaller parts.
  if (status === 400 && LIMIT_TOO_HIGH.test(said.message)) return 'bad_request';
  if (status === 413 || has(LENGTH_CODES) || TOO_LONG.test(text)) return 'too_long';
  if (has(QUOTA_CODES) && !RATE.test(said.message)) return 'quota';
  if (status === 429 || status === 529 || has(RATE_CODES)) {
    return !has(RATE_CODES) && !RATE.test(text) && QUOTA.test(text) ? 'quota' : 'rate_limited';
  }
  if (status !== null && status >= 500) {
    return status === 503 && (retryAfterMs !== null || RATE.test(text)) ? 'rate_limited' : 'server_error';
  }
  if (has(REFUSED_CODES) || (status !== 404 && REFUSED.test(text))) return 'refused';
  if (QUOTA.test(text)) return 'quota';
  if (status === null) return withoutStatus(text, has(KEY_CODES), has(MODEL_CODES));
  if (status === 403) return RATE.test(text) ? 'rate_limited' : 'forbidden';
  if (status === 404 || status === 405 || status === 410 || status < 400) return 'model_unknown';
  if (status === 408) return 'timeout';
  if (has(KEY_CODES) || NO_KEY.test(text)) return 'unauthorized';
  if (has(MODEL_CODES) || (NO_MODEL.test(text) && unsupportedBy(said) === null)) return 'model_unknown';
  return 'bad_request';
}

function withoutStatus(text: string, aboutKey: boolean, aboutModel: boolean): FailureClass {
  if (aboutKey || NO_KEY.test(text)) return 'unauthorized';
  if (RATE.test(text)) return 'rate_limited';
  if (aboutModel || NO_MODEL.test(text)) return 'model_unknown';
  return /invalid_request|bad_request|invalid.?parameter/i.test(text) ? 'bad_request' : 'server_error';
}

export type RefusedParameter = 'response_format' | 'stream_options' | 'max_tokens' | 'temperature';

/** Which of the parameters that we may send the body of a 400 complains about; null for none of them. */
export function unsupportedParameter(body: string): RefusedParameter | null {
  return unsupportedBy(readErrorBody(body));
}

/** As unsupportedParameter, of a body that has been read. */
export function unsupportedBy(said: ErrorSaid): RefusedParameter | null {
  return parameterIn(said.param) ?? parameterIn(said.message);
}

function parameterIn(text: string): RefusedParameter | null {
  if (
    /response.?format|json.?(schema|object|mode)|structured.?output|output_(config|format)|guided|grammar/i.test(
      text,
    )
  ) {
    return 'response_format';
  }
  if (/stream_options|include_usage/i.test(text)) return 'stream_options';
  if (/max_(completion_)?tokens|max_output_tokens/i.test(text)) return 'max_tokens';
  return /temperature/i.test(text) ? 'temperature' : null;
}
