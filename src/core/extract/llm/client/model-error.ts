import type { FailureClass } from '../../../../shared/failure-classes.ts';
import { ModelError } from '../types.ts';
import type { ModelErrorDetails, RequestParameter } from '../types.ts';
import type { ErrorSaid } from './error-body.ts';
import { classifyFailure } from './failure-table.ts';
import type { RefusedParameter } from './failure-table.ts';
import { ProxiedFailure } from './patient-fetch.ts';
import { BodyError } from './read-body.ts';
import { exhaustedMs, limitResetMs, retryAfterMs, serverTime, waitInBody } from './waits.ts';

/** What is known of a request when it fails. */
export interface ErrorContext {
  redact: (text: string) => string;
  /** The base URL, for the time zone of the provider. */
  baseUrl: string;
  /** Lower-case names, without secrets; empty before the server has responded. */
  headers: Record<string, string>;
  httpStatus: number | null;
  /** Milliseconds since the epoch. */
  now: number;
  partial: ModelError['partial'];
  /** Which parameter the server does not accept, and the class of the failure; called for `bad_request` only. */
  refused: (parameter: RefusedParameter | null, said: ErrorSaid) => Refusal;
  /** Which parameter to leave out by way of trial; called for refusals whose words explain nothing. Null for none. */
  unexplained: (failure: FailureClass) => RequestParameter | null;
}

export interface Refusal {
  failure: FailureClass;
  unsupported: RequestParameter | null;
}

const BEIJING_MINUTES = 8 * 60;
/** Providers that write times of Beijing without a zone. */
const CHINESE_HOST =
  /\.cn$|(^|\.)(z\.ai|bigmodel|deepseek|moonshot|kimi|aliyuncs|minimaxi?|volces|volcengine|siliconflow|stepfun|baidubce|tencentcloudapi|lingyiwanwu|baichuan-ai)(\.|$)/i;

/** The error of a refusal, by what the provider said. */
export function refusalError(said: ErrorSaid, context: ErrorContext): ModelError {
  const wait = waitOf(said, context);
  const classified = classifyFailure({ status: context.httpStatus, said, waitMs: wait.asked });
  const { parameter, recognised } = classified;
  const refusal: Refusal =
    classified.failure === 'bad_request'
      ? context.refused(parameter, said)
      : { failure: classified.failure, unsupported: null };
  const { failure } = refusal;
  const isUnexplained =
    !recognised && !said.isPage && (failure === 'bad_request' || context.httpStatus === 500);
  const unsupported = refusal.unsupported ?? (isUnexplained ? context.unexplained(failure) : null);
  const details = { ...common(context), recognised, unsupported };
  const waitMs = failure === 'usage_limit' ? wait.longest : wait.asked;
  return new ModelError(failure, describe(said, context), {
    ...details,
    retryAfterMs: waitMs,
    providerText: context.redact(said.message || said.codes[0] || ''),
    billing: chargesNothing(context) ? 'none' : 'possible',
  });
}

/** The error of a redirect. It is not followed: it would carry the prompt, and the key, to a host that the user did not choose. */
export function redirectError(baseUrl: string, location: string | null, context: ErrorContext): ModelError {
  const target = location === null ? null : targetOf(location, baseUrl);
  const text = context.redact(`the address redirects to ${target?.shown ?? 'nowhere'}`);
  // A redirect within the host means a wrong address, one to another host a sign-in page of a network or gateway.
  const isSameHost = target === null || target.host === hostOf(baseUrl);
  return new ModelError(isSameHost ? 'model_unknown' : 'not_an_answer', text, {
    ...common(context),
    providerText: text,
    recognised: isSameHost,
    billing: 'none',
  });
}

/** The error of anything that was thrown while a request was made or its answer read. Its cause is never kept: it holds the request. */
export function toModelError(error: unknown, context: ErrorContext): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof BodyError) return bodyError(error, context);
  const network = networkFailure(error);
  if (network) {
    const where = context.httpStatus === null ? 'no connection' : 'the connection broke off';
    const through = network.proxy === null ? '' : `, through the proxy ${network.proxy}`;
    return new ModelError(network.failure, context.redact(`${where} (${network.detail}${through})`), {
      ...common(context),
      billing: context.httpStatus === null && NEVER_SENT.test(network.detail) ? 'none' : 'possible',
    });
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new ModelError(
    'server_error',
    context.redact(`the answer cannot be read: ${detail}`),
    common(context),
  );
}

function bodyError({ kind, said }: BodyError, context: ErrorContext): ModelError {
  if (kind === 'refusal') return refusalError(said, context);
  // The plain text of a gateway may name the reason, and so may JSON that is no answer.
  const inWords = said.isPage ? null : refusalError(said, context);
  if (inWords?.recognised) return inWords;
  const text = context.redact(said.message);
  // A request that was put in a queue is not answered, and not paid for.
  const isPage = kind === 'page' || context.httpStatus === 202;
  return new ModelError(isPage ? 'not_an_answer' : 'bad_format', text, {
    ...common(context),
    providerText: text,
    recognised: isPage,
    billing: isPage ? 'none' : 'possible',
  });
}

/** Refusals are free, also inside a response with status 200, unless a part of an answer was received before. */
function chargesNothing({ httpStatus, partial }: ErrorContext): boolean {
  if (httpStatus !== null && httpStatus >= 300) return true;
  return (
    partial === null || (partial.text + partial.reasoning === '' && (partial.usage?.outputTokens ?? 0) === 0)
  );
}

function describe(said: ErrorSaid, { httpStatus, redact }: ErrorContext): string {
  const status = httpStatus === null || httpStatus < 300 ? '' : `HTTP ${httpStatus}`;
  const head = [status, said.codes[0] ?? ''].filter(Boolean).join(' ');
  const message = [head, said.message].filter(Boolean).join(': ');
  return redact(message || 'the answer is an error that says nothing');
}

/** `asked`: the wait in Retry-After, or in the body. `longest`: the latest end of the limit in headers and body. */
function waitOf(
  said: ErrorSaid,
  { headers, baseUrl, now }: ErrorContext,
): { asked: number | null; longest: number | null } {
  const isChinese = /\p{Script=Han}/u.test(said.message) || CHINESE_HOST.test(hostOf(baseUrl));
  const sources = {
    fields: said.waits,
    message: said.message,
    zoneMinutes: isChinese ? BEIJING_MINUTES : 0,
  };
  const inHeader = retryAfterMs(headers, now);
  const inBody = waitInBody(sources, serverTime(headers, now));
  const known = [inHeader, inBody, limitResetMs(headers, now)].filter((ms) => ms !== null);
  const end = exhaustedMs(headers, now, { lasting: false });
  return {
    asked: inHeader ?? inBody ?? exhaustedMs(headers, now, { lasting: true }),
    longest: known.length === 0 ? end : Math.max(...known),
  };
}

function targetOf(location: string, baseUrl: string): { host: string; shown: string } | null {
  if (!URL.canParse(location, baseUrl)) return null;
  const url = new URL(location, baseUrl);
  return { host: url.hostname.replace(/^www\./, ''), shown: `${url.origin}${url.pathname}` };
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).hostname.replace(/^www\./, '') : '';
}

function common({ httpStatus, headers, partial }: ErrorContext): ModelErrorDetails {
  return { httpStatus, headers, partial };
}

/** Time-outs of an established connection. */
const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
const NETWORK = /^(E[A-Z]{3,}|EAI_|UND_ERR_|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HPE_)/;
/** Errors before a connection was made: nothing can be billed. */
const NEVER_SENT =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|port|^answer /;

/** What an error says of the network. */
export interface NetworkFailure {
  failure: FailureClass;
  detail: string;
  /** The proxy that the request went through; null for none. */
  proxy: string | null;
}

/** What undici says when a proxy lets nothing through, with the status of its answer. */
const PROXY_REFUSED = /^Proxy (?:response|Authentication Required) \((\d+)\)/;

/** The class and code of an error of the connection (socket, DNS, TLS, HTTP parser); null for other errors. */
export function networkFailure(error: unknown): NetworkFailure | null {
  const proxied = [...causes(error)].find((one) => one instanceof ProxiedFailure);
  const proxy = proxied?.proxy ?? null;
  const refused = [...causes(error)]
    .map((one) => (one instanceof Error ? PROXY_REFUSED.exec(one.message) : null))
    .find((match) => match !== null);
  if (proxied && refused) return { failure: 'network', detail: `answer ${refused[1]}`, proxy };
  const failure = failureOf(error);
  return failure && { ...failure, proxy };
}

function failureOf(error: unknown): Omit<NetworkFailure, 'proxy'> | null {
  for (const one of causes(error)) {
    const code = codeOf(one);
    if (code && TIMEOUTS.has(code)) return { failure: 'timeout', detail: code };
    if (code && NETWORK.test(code)) return { failure: 'network', detail: code };
  }
  // Ports that fetch refuses to ask (fetch.spec.whatwg.org#port-blocking).
  if ([...causes(error)].some((one) => one instanceof Error && one.message === 'bad port'))
    return { failure: 'network', detail: 'this port may not be asked' };
  // Errors of fetch without a code: a body that broke off, a failed handshake.
  const broken = [...causes(error)].find(
    (one) => one instanceof TypeError && /^(terminated|fetch failed|network)/i.test(one.message),
  );
  return broken ? { failure: 'network', detail: 'connection lost' } : null;
}

/** The error and what caused it, outermost first. */
function* causes(error: unknown): Generator<unknown> {
  const seen = new Set<unknown>();
  let current = error;
  while (current !== null && current !== undefined && !seen.has(current)) {
    seen.add(current);
    yield current;
    if (current instanceof AggregateError) yield* current.errors as unknown[];
    current = current instanceof Error ? current.cause : undefined;
  }
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
