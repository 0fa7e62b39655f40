import type { FailureClass } from '../../../../shared/failure-classes.ts';
import type { ErrorSaid } from './error-body.ts';

/** What is known of a failure: the HTTP status (null inside a stream), what was said, and how long to wait, if that was said. */
export interface Failure {
  status: number | null;
  said: ErrorSaid;
  waitMs: number | null;
}

export interface Classified {
  failure: FailureClass;
  /** True when words or codes name the class, false when only the status points to it. */
  recognised: boolean;
  /** What of the request the words complain about; null for nothing. */
  parameter: RefusedParameter | null;
}

/** A part of a request that a server may not take, as far as its words tell. */
export type RefusedParameter =
  'response_format' | 'stream_options' | 'max_tokens' | 'temperature' | 'system_role' | 'stream';

/** A rate limit with a wait of at least this long is treated as a usage limit. */
const LASTING_MS = 10 * 60_000;

interface Rule {
  failure: FailureClass;
  /** Codes and types, compared whole, lower case. */
  codes?: ReadonlySet<string>;
  words?: RegExp;
  /** Words of the message that exclude the rule, even if a code matches. */
  unless?: RegExp;
}

const set = (codes: string): ReadonlySet<string> => new Set(codes.split(/\s+/));

/** Limits of seconds and minutes, or of requests at once. */
const RATE =
  /rate.?limit|too many requests|throttl|allocated quota exceeded|per[- _]?(\d+ )?(second|minute|min)(?![a-z])|\/ ?(second|sec|minute|min)\b|perminute|\b[rtqi]p[ms]\b|concurren|overloaded|(over|at) capacity|(retry|try again) (in|after) \d|server (is )?busy|too busy|high (demand|traffic)|capacity exceeded|slow down|请求.{0,8}(频繁|过多|过快)|(过于|太)频繁|并发|限流|频率|每(秒|分钟)|访问量过大|负载.{0,4}饱和|排队|繁忙|流控/i;
/** Limits of hours, days, weeks, months and plans. */
const LASTING =
  /per[- _]?(\d+ )?(day|week|month)(?![a-z])|\/ ?(day|week|month)\b|\b[rtq]pd\b|by(day|month)\b|((\d|five)[- ]?(hours?|hrs?|h\b)|hourly|daily|weekly|monthly|(hour|day|week|month) allocated)[^.。]{0,40}(limit|quota|allocation|allowance|credits|cap\b)|(今日|今天|当日|当天|单日|每日|每天|本周|每周|本月|每月|月度|每小时|\d ?小时)[^。]{0,20}(上限|限额|限制|额度|配额|用完|用尽|超限)|日流控/i;

/*
 * The words and codes of providers, read from top to bottom before any status: the first rule that fits names the class.
 * Sources: the error pages of OpenAI, Azure, Anthropic, Gemini, DeepSeek, DashScope, BigModel/Z.ai (GLM), Moonshot/Kimi,
 * MiniMax, SiliconFlow, Volcengine Ark, StepFun, OpenRouter, Groq, Mistral, xAI, Cloudflare, and what one-api/new-api,
 * LiteLLM, vLLM, Ollama, LM Studio and llama.cpp say. GLM: four digits; MiniMax: `minimax:` and four digits;
 * SiliconFlow: five digits.
 */
const TABLE: readonly Rule[] = [
  {
    // vLLM names the context besides: what is too large is the limit of the answer, not the prompt.
    failure: 'bad_request',
    words:
      /max_(completion_|output_)?tokens\W.{0,40}too (large|high)|max_(completion_|output_)?tokens\W{1,3}must be less|too many tokens: max tokens must be/i,
  },
  {
    // "Request too large … tokens per min" cannot be waited out, only asked in smaller parts.
    failure: 'too_long',
    codes: set(
      'context_length_exceeded string_above_max_length request_too_large exceed_context_size_error contextwindowexceedederror 1261 prompt_too_long tokens_too_long tokens_limit_reached',
    ),
    words:
      /context[ _](length|window|size|limit)|maximum context|context.{0,20}overflow|context shift|(prompt|input|request)( tokens?| body)? (is |are )?too (long|large)|reduce the length|range of input length|maximum (prompt|input) length|exceeded model token limit|must be less than max_seq_len|`inputs` (must have less|tokens \+)|tokens in the prompt cannot|max length of current question|max_tokens must be at least 1, got -|(上下文|输入|prompt).{0,20}(过长|超长|超出|超过)/i,
  },
  {
    // More than a minute, or an account, allows is another matter.
    failure: 'too_long',
    words: /(token count|token length|tokens|input length \d+).{0,40}exceeds? /i,
    unless: /rate.?limit|quota|per[- _]?(second|minute|min|hour|day|week|month)(?![a-z])/i,
  },
  {
    // The model has no free tier: waiting does not help.
    failure: 'quota',
    words: /quota exceeded[^]*limit: 0\b|free.?tier.?only|free (trial |allocated )?quota/i,
  },
  {
    // Money is owed, or has to be paid in, whatever else is said of spending limits.
    failure: 'quota',
    words:
      /(used all (available )?|(purchase|buy) more )credits|failure to pay|(unpaid|past due) (invoice|bill)/i,
    unless: /per[- _]?(second|minute|min|hour|day)(?![a-z])/i,
  },
  {
    failure: 'usage_limit',
    codes: set(
      'usage_limit_reached usage_limit_exceeded 1304 1308 1310 1316 minimax:2056 accountquotaexceeded setlimitexceeded',
    ),
    words:
      /usage (limit|quota)|extra usage is required|spend(ing)? (limit|cap)|(hit|reached) your (session|plan) limit|call volume quota|regain access on|billing cycle|使用上限|用量.{0,6}上限|限额将/i,
    unless: /per[- _]?(second|minute|min)(?![a-z])/i,
  },
  {
    failure: 'usage_limit',
    words: LASTING,
  },
  {
    // DashScope and Google use the words of a spent balance for limits of a minute as well: words about time exclude the rule.
    failure: 'quota',
    codes: set(
      'billing_error billing_hard_limit_reached billing_not_active exceeded_current_quota_error arrearage insufficient_balance insufficient_user_quota insufficient_quota pre_consume_token_quota_failed accountoverdueerror creditserror failedoperation.resourcepackexhausted commoditynotpurchased budget_exceeded minimax:1008 1113 1309 30001',
    ),
    words:
      /insufficient.{0,12}(quota|balance|fund|credit)|balance.{0,20}(insufficient|not enough|too low)|overdue|exceeded (your )?current quota|credit balance|(more|any|out of|insufficient) credits|no credits(?! were)|billing|payment required|in arrears|good standing|key limit exceeded|budget.{0,20}exceeded|exceeded.{0,20}budget|total request limit|预扣费|余额不足|(额度|余量|资源包).{0,6}(不足|用完|用尽|耗尽)|欠费|充值|套餐已到期/i,
    unless: RATE,
  },
  {
    failure: 'rate_limited',
    codes: set(
      'rate_limit_exceeded rate_limit_error rate_limit_reached_error ratelimiterror engine_overloaded_error overloaded_error resource_exhausted limit_requests limit_burst_rate throttling serveroverloaded requestbursttoofast limitexceeded requestlimitexceeded 1302 1303 1305 1312 minimax:1002 minimax:1039 minimax:1041 minimax:2045',
    ),
    words: RATE,
  },
  {
    failure: 'refused',
    codes: set(
      'content_filter contentfilter content_policy_violation contentpolicyviolationerror policy_violation responsibleaipolicyviolation data_inspection_failed datainspectionfailed censorship_blocked sensitive_words_detected prompt_blocked 1301 minimax:1026 minimax:1027',
    ),
    words:
      /content.?filter|content.{0,6}policy|data.?inspection.?failed|inappropriate content|sensitivecontent|(?<!case[- ])\bsensitive|safety system|\bflagged\b|\bmoderation\b|content exists risk|considered high risk|risk ?(content|detection)|usage polic(y|ies)|content.{0,60}\bblocked\b|(content|input|output|prompt|text|request).{0,20}\bviolat|safety.?check|敏感|违规|不安全|审核(不|未)通过/i,
    unless:
      /model.{0,40}(not.?found|does not exist)|(account|organi[sz]ation|api.?key).{0,40}(deactivated|suspended|disabled|banned)|(账户|账号|用户).{0,20}(锁定|封禁|冻结|禁用|停用)/i,
  },
  {
    failure: 'unauthorized',
    codes: set(
      'invalid_api_key invalidapikey api_key_invalid authentication_error authenticationerror invalid_authentication_error unauthenticated invalid_token invalid_iam_token token_expired auth_error expired_key minimax:1004 minimax:2049',
    ),
    words:
      /(api|access|subscription|x-api).?(key|token).{0,40}(not valid|invalid|incorrect|expired|revoked|disabled|leaked|missing)|\b(invalid|incorrect|expired|missing|no|wrong|provide) .{0,20}((api|subscription|x-api).?(key|token)|(access|bearer|auth\w*).token)|\b(invalid|incorrect|bad) (\w+ )?credentials|authentication (fail|error|required)|login fail|^\W?(invalid|expired) token\W?$|token (has )?expired|(security token|signature).{0,40}(expired|invalid)|certification failed|no auth credentials|(令牌|密钥|api.?key).{0,8}(无效|过期|失效|不可用|错误|不正确)|无效的令牌|未提供令牌|身份验证|(鉴权|认证)失败/i,
  },
  {
    failure: 'model_unknown',
    codes: set(
      'model_not_found model_not_exist modelnotfound not_found_error notfounderror model_decommissioned deploymentnotfound model_not_available model_not_supported get_channel_failed 1211 1222 1311 minimax:2061 20012 30003 resource_not_found_error operationnotsupported unsupportedmodel',
    ),
    words:
      /model.{0,80}(not.?found|does not exist|not exist|not supported|is not available|decommissioned|deprecated|retired|discontinued|no longer|not loaded)|(no such|unknown|invalid|incorrect|unsupported)[ _]model|no models? (are )?loaded|not a (valid|chat) model|invalidendpoint|no (available|allowed|endpoints?|instances).{0,20}(channel|provider|found)|deployment.{0,40}does not exist|not found the model|model (identifier|name) (is invalid|format)|with on-demand throughput|only supported in v1\/|end of its life|api.?version.{0,20}not supported|(模型|model).{0,40}(不存在|已下线|已下架|已停用|无可用渠道)|无可用渠道|invalid url \(/i,
    unless: /not activated/i,
  },
  {
    failure: 'forbidden',
    codes: set(
      'permission_denied permission_error permissiondeniederror accessdenied access_denied model_access_denied unsupported_country_region_territory accessdenied.unpurchased account_deactivated organization_restricted access_terminated_error modelnotopen service_disabled consumer_suspended ip_not_authorized model_terms_required model_permission_blocked_org model_permission_blocked_project 1110 1112 1121 1220',
    ),
    words:
      /organi[sz]ation .{0,40}(disabled|restricted|suspended|deactivated)|account.{0,60}(deactivated|suspended|disabled|locked|banned|restricted|not active|inactive|not activated)|(country|region|location).{0,40}not (supported|available)|do(es)?(n.?t| not) have (access|permission)|not (authorized|permitted|allowed) to|(用户|账号|账户).{0,8}(封禁|锁定|冻结|禁用)|没有权限|无权|未开通|实名/i,
  },
];

/** With these words, a refusal that looks permanent may pass. */
const PASSING = /wait a moment|please wait|try again later|temporar|governor|few minutes|稍后/i;
const LOOKS_PERMANENT: ReadonlySet<FailureClass> = new Set(['unauthorized', 'forbidden', 'model_unknown']);

/**
 * Which class a failure belongs to, and with it what becomes of the run: a wait, a stop, another try. Words and codes
 * decide, whatever the status; only what no rule knows is classified by its status.
 */
export function classifyFailure({ status: httpStatus, said, waitMs }: Failure): Classified {
  const status = said.wrapped || httpStatus === null || httpStatus < 300 ? said.status : httpStatus;
  const classified = said.isPage ? hinted(status, waitMs) : (byWords(said, status) ?? hinted(status, waitMs));
  const isLong = waitMs !== null && waitMs >= LASTING_MS;
  return classified.failure === 'rate_limited' && isLong
    ? { ...classified, failure: 'usage_limit' }
    : classified;
}

function byWords(said: ErrorSaid, status: number | null): Classified | null {
  // `GenerateRequestsPerDayPerProject` in words.
  const quotas = said.quotas.map((name) => name.replace(/([a-z])(?=[A-Z])/g, '$1 '));
  const message = [said.message, ...quotas].join(' ');
  const text = [...said.codes, message].join(' ');
  const isOf = (rule: Rule): boolean =>
    (said.codes.some((code) => rule.codes?.has(code)) || (rule.words?.test(text) ?? false)) &&
    !(rule.unless?.test(message) ?? false);
  const parameter = refusedParameter(said);
  const rule = TABLE.find(isOf);
  // "The model does not support response_format" is about the parameter, not about the model.
  const isParameter = parameter !== null && !(rule && NOT_ABOUT_A_PARAMETER.has(rule.failure));
  if (isParameter && isComplaint(status)) return { failure: 'bad_request', recognised: true, parameter };
  if (!rule) return null;
  const { failure } = rule;
  const recognised = !(LOOKS_PERMANENT.has(failure) && PASSING.test(text));
  return { failure, recognised, parameter: failure === 'bad_request' ? parameter : null };
}

const NOT_ABOUT_A_PARAMETER: ReadonlySet<FailureClass> = new Set([
  'too_long',
  'usage_limit',
  'quota',
  'rate_limited',
  'refused',
]);

/** Statuses under which a server complains about the request; some wrap that into a 500. */
function isComplaint(status: number | null): boolean {
  return status === null || status < 401 || status === 404 || status === 422 || status >= 500;
}

/** The class that a status alone points to. */
function hinted(status: number | null, waitMs: number | null): Classified {
  return { failure: statusClass(status, waitMs), recognised: false, parameter: null };
}

function statusClass(status: number | null, waitMs: number | null): FailureClass {
  if (status === null) return 'server_error';
  const known = STATUS_CLASS[status];
  if (known) return known;
  if (status === 503 && waitMs !== null) return 'rate_limited';
  if (status >= 500 || status < 300) return 'server_error';
  return status < 400 ? 'model_unknown' : 'bad_request';
}

const STATUS_CLASS: Readonly<Record<number, FailureClass>> = {
  401: 'unauthorized',
  402: 'quota',
  403: 'forbidden',
  404: 'model_unknown',
  405: 'model_unknown',
  407: 'network',
  408: 'timeout',
  409: 'server_error',
  410: 'model_unknown',
  413: 'too_long',
  425: 'server_error',
  429: 'rate_limited',
  434: 'forbidden',
  451: 'refused',
  499: 'server_error',
  529: 'rate_limited',
};

/** Which part of the request the words of a refusal are about, in the order in which they are looked for. */
const PARAMETERS: readonly (readonly [RefusedParameter, RegExp])[] = [
  [
    'system_role',
    /system (role|message|prompt|instruction)s?\b.{0,40}(not (be )?(supported|allowed|enabled)|unsupported)|(invalid|unexpected|unsupported|unknown) role:? ?["'`]?system|(role )?["'`]?system["'`]? (is )?not supported|role must be in \[?user|must be user or assistant|不支持.{0,6}system|role.{0,40}does not support ["'`]?system|developer instruction is not enabled|system_instruction.{0,20}not supported|only (support )?user and assistant roles|roles must alternate|messages with even index/i,
  ],
  ['stream_options', /stream_options|include_usage/i],
  [
    'response_format',
    /response.?(format|schema)|json.?(schema|object|mode)|structured.?output|output[ _](config|format)|support the requested parameters|guided|grammar|\bschema\b|required for format|failed to generate json|json_validate_failed/i,
  ],
  [
    'stream',
    /verified to stream|(not|n't|cannot|un)\W{0,3}(be )?(support|allow|enabl|us)\w*.{0,20}(?<!non[- ]?)\bstream(ing)?\b|(?<!non[- ]?)\bstream(ing)?\b.{0,30}(not|n't|un)\W?(be )?(support|allow|enabl|availab)|unsupported for streaming|不支持(?!非).{0,4}流式/i,
  ],
  ['max_tokens', /max_(completion_)?tokens|max_?output_?tokens|\bmax tokens\b/i],
  ['temperature', /temperature/i],
];

/** Which part of the request a refusal is about: by the parameter that it names, else by its words; null for none. */
export function refusedParameter(said: ErrorSaid): RefusedParameter | null {
  const named = PARAMETERS.find(([name, words]) => said.param === name || words.test(said.param));
  const text = `${said.codes.join(' ')} ${said.message}`;
  return (named ?? PARAMETERS.find(([, words]) => words.test(text)))?.[0] ?? null;
}

/** Lowest output limit that is tried. If the server refuses even that, it does not accept the parameter. */
const LEAST_LIMIT = 16;

/** Words about a parameter that the server does not know, as opposed to a value that is too high. */
const NAME_REFUSED =
  /unsupported parameter|unsupported_parameter|unknown|unrecogni[sz]ed|unexpected|not (supported|permitted|allowed)|does not support|extra_forbidden|extra (fields|inputs)|instead/i;

/**
 * The highest limit of output tokens to try after the server refused `sent`: the one that it names, else half. Null when
 * it is the parameter that it does not take.
 */
export function lowerLimit(said: ErrorSaid, sent: number): number | null {
  if (NAME_REFUSED.test(`${said.codes.join(' ')} ${said.message}`)) return null;
  const named = numbersIn(said.message).filter((number) => number < sent && number >= LEAST_LIMIT);
  const limit = named.length > 0 ? Math.max(...named) : Math.floor(sent / 2);
  return limit < LEAST_LIMIT ? null : limit;
}

/** `8192` and `8,192`, but both numbers of `[1,8192]`. */
function numbersIn(text: string): number[] {
  const found = text.match(/\d{1,3}(?:,\d{3})+(?!\d)|\d+/g) ?? [];
  return found.map((number) => Number(number.replaceAll(',', '')));
}
