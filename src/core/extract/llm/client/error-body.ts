import { holdsAnswer } from './protocols.ts';
import { isWaitField } from './waits.ts';

/** What a provider said of a failure, whatever form it has. */
export interface ErrorSaid {
  /** The message of the innermost error: gateways wrap what the provider behind them said. */
  message: string;
  /** Codes, types and reasons as given, lower case, the innermost first. MiniMax's numbers carry the prefix `minimax:`. */
  codes: readonly string[];
  /** The parameter that is complained about, lower case; empty when none is named. */
  param: string;
  /** An HTTP status named in the body; null when there is none. */
  status: number | null;
  /** Whether `status` is that of an error which a gateway wrapped: it then says more than the status of the response. */
  wrapped: boolean;
  /** Whether the body is a web page; the message is its title then. */
  isPage: boolean;
  /** Fields that say when to ask again, by lower-case name. */
  waits: readonly (readonly [name: string, value: unknown])[];
  /** Identifiers of the quotas that were exceeded (Google). */
  quotas: readonly string[];
}

/** An error whose message is ours, for a body that has none. */
export function saying(message: string, more: Partial<ErrorSaid> = {}): ErrorSaid {
  return {
    message,
    codes: [],
    param: '',
    status: null,
    wrapped: false,
    isPage: false,
    waits: [],
    quotas: [],
    ...more,
  };
}

/** What the body of a failed request says. A web page says nothing but its title. */
export function readErrorBody(body: string): ErrorSaid {
  const text = body.replace(/^[\s\uFEFF]+/, '').trimEnd();
  if (PAGE.test(text)) return saying(titleOf(text), { isPage: true });
  const value = parseJson(text) ?? parseJson(dataOf(text));
  return found(value ?? text) ?? saying(text.slice(0, MAX_MESSAGE_CHARS));
}

/**
 * The error that a JSON value of a successful response or of a stream holds instead of an answer: `{"error": …}`,
 * `{"object":"error"}`, `{"code","message"}`, MiniMax's `base_resp`, also in a list. Null when it holds none: an empty
 * error, or a code and a message such as `success`, beside an answer are none.
 */
export function errorInside(value: unknown, depth = 0): ErrorSaid | null {
  const given = Array.isArray(value) ? (value as unknown[])[0] : value;
  if (!isObject(given)) return null;
  const object = inSmallLetters(given);
  const { error, errors, fault, type, base_resp: baseResp } = object;
  if (isObject(baseResp) && baseResp['status_code'] !== 0 && baseResp['status_code'] !== undefined) {
    return found(object);
  }
  const named = isSaid(error) || isSaid(fault) || (Array.isArray(errors) && errors.length > 0);
  const isAnswer = holdsAnswer(given);
  if (named && isAnswer) return found({ error, errors });
  if (named || object['object'] === 'error' || type === 'error') return found(object) ?? saying('');
  if (isAnswer || object['content']) return null;
  const code = object['code'] ?? object['error_code'];
  const message = object['message'] ?? object['msg'] ?? object['error_msg'];
  const failed =
    object['success'] === false ||
    (typeof type === 'string' && /error/i.test(type)) ||
    [object['status'], object['statuscode'], object['status_code']].some(isFailed);
  const bare = typeof message === 'string' && (failed || (!('type' in object) && isSaid(code)));
  if (bare || isSaid(object['detail'])) return found(object);
  if (depth > 1) return null;
  const wrapped = ['response', 'responsemetadata', 'data', 'result', 'output', 'body'].map(
    (name) => object[name],
  );
  return wrapped.map((inner) => errorInside(inner, depth + 1)).find((inside) => inside !== null) ?? null;
}

/** What a JSON value that is neither an answer nor an error says in a member for messages; null for nothing. */
export function wordsInside(value: unknown): ErrorSaid | null {
  const said = found(value);
  return said !== null && said.message !== '' ? said : null;
}

/** Whether the status that a body names is that of a failure. */
const isFailed = (status: unknown): boolean =>
  typeof status === 'number'
    ? status >= 400 && status < 600
    : /^(error|fail(ed|ure)?|[45]\d\d)$/i.test(String(status));

const PAGE = /^<(!doctype|html|head|body)|^<\?xml[^>]*>\s*<!doctype html/i;
/** Members of an object in which the error itself may lie, the most telling first. */
const INSIDE = [
  'raw',
  'error',
  'errors',
  'base_resp',
  'metadata',
  'detail',
  'details',
  'response',
  'data',
  'innererror',
  'responsemetadata',
  'fault',
];
const MESSAGES = [
  'message',
  'msg',
  'error_msg',
  'status_msg',
  'error_message',
  'error_description',
  'errormessage',
  'errormsg',
  'errmsg',
  'err_msg',
  'faultstring',
];
const CODES = [
  'code',
  'type',
  'error_code',
  'status',
  'statuscode',
  'reason',
  'err_code',
  'errorcode',
  '__type',
];
/** Nesting depth: enough for a gateway behind a gateway. */
const MAX_DEPTH = 6;
/** Longer texts are not searched for a nested error. */
const MAX_CHARS = 64 * 1024;
/** Longest message that is kept: it is searched by many patterns. */
const MAX_MESSAGE_CHARS = 4_000;

/** What was found in an error, from the outermost object to the innermost. */
interface Collected {
  messages: string[];
  codes: string[];
  params: string[];
  statuses: { status: number; depth: number }[];
  waits: [string, unknown][];
  quotas: string[];
  /** Number of nested errors entered so far. */
  depth: number;
}

function found(value: unknown): ErrorSaid | null {
  const all: Collected = {
    messages: [],
    codes: [],
    params: [],
    statuses: [],
    waits: [],
    quotas: [],
    depth: 0,
  };
  collect(value, all, 0);
  const { messages, codes, params, statuses, waits, quotas } = all;
  if (messages.length + codes.length === 0) return null;
  const innermost = statuses.at(-1);
  return {
    message: (messages.at(-1) ?? '').slice(0, MAX_MESSAGE_CHARS),
    codes: codes.reverse(),
    param: params.at(-1) ?? '',
    status: innermost?.status ?? null,
    wrapped: (innermost?.depth ?? 0) > 0,
    isPage: false,
    waits,
    quotas,
  };
}

function collect(value: unknown, all: Collected, depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (typeof value === 'string') collectText(value, all, depth);
  else if (Array.isArray(value))
    for (const item of value.slice(0, 20) as unknown[]) collect(item, all, depth + 1);
  else if (isObject(value)) collectObject(value, all, depth);
}

function collectObject(given: Record<string, unknown>, all: Collected, depth: number): void {
  const object = inSmallLetters(given);
  // `found` reverses the codes: the most specific one is pushed last.
  for (const name of CODES.toReversed()) addCode(object[name], all);
  // MiniMax and GLM use the same numbers for different errors.
  if (object['status_msg'] !== undefined) addCode(object['status_code'], all, 'minimax:');
  if (isCode(object['param'])) all.params.push(String(object['param']).toLowerCase());
  // FastAPI names the parameter in `loc`.
  if (Array.isArray(object['loc'])) all.params.push(object['loc'].join('.').toLowerCase());
  if (typeof object['quotaid'] === 'string') all.quotas.push(object['quotaid']);
  for (const [name, inner] of Object.entries(object)) {
    if (isWaitField(name)) all.waits.push([name, inner]);
    // OpenRouter repeats the headers of the provider behind it; Google lists what was exceeded.
    else if (name === 'headers' && isObject(inner)) collectWaits(inner, all);
    else if (name === 'violations') collect(inner, all, depth + 1);
  }
  for (const name of MESSAGES) {
    const message = object[name];
    if (typeof message === 'string' && message.trim() !== '') collectText(message, all, depth);
    else if (isObject(message)) collect(message, all, depth + 1);
    else continue;
    break;
  }
  for (const name of INSIDE.toReversed()) {
    const inner = object[name];
    if (name === 'error' && typeof inner === 'string' && MESSAGES.some((other) => isSaid(object[other]))) {
      addCode(inner, all);
    } else if (isSaid(inner)) {
      if (name === 'raw') all.depth += 1;
      collect(inner, all, depth + 1);
    }
  }
}

function collectWaits(headers: Record<string, unknown>, all: Collected): void {
  for (const [name, value] of Object.entries(headers)) {
    if (isWaitField(name.toLowerCase())) all.waits.push([name.toLowerCase(), value]);
  }
}

/** Collects a text, or the error nested in it as JSON or as a dictionary printed by Python. */
function collectText(text: string, all: Collected, depth: number): void {
  const clipped = text.slice(0, MAX_CHARS);
  const at = clipped.search(/[{[]\s*["'{]/);
  const status = /(?:error code|status(?: code)?|http)[:= ]+([45]\d\d)\b|\b([45]\d\d)\s*(?:- )?$/i.exec(
    at < 0 ? clipped : clipped.slice(0, at),
  );
  const before = all.messages.length;
  const named = status?.[1] ?? status?.[2];
  const isWrap = at >= 0 || /error code/i.test(clipped);
  if (named !== undefined && isWrap) all.statuses.push({ status: Number(named), depth: ++all.depth });
  for (const [, name = ''] of clipped.matchAll(/\b(?:litellm\.|openai\.)?([A-Z]\w+Error)\b/g)) {
    all.codes.push(name.toLowerCase());
  }
  if (at >= 0) {
    const inner = clipped.slice(at);
    const value = parseJson(inner) ?? parseJson(inner.slice(0, inner.lastIndexOf('}') + 1));
    // A list of names is part of the sentence.
    if (value === undefined) collectPrinted(inner, all);
    else if (isObject(Array.isArray(value) ? (value as unknown[])[0] : value)) collect(value, all, depth + 1);
  }
  if (all.messages.length > before) return;
  const glm = /^\[(\d{4})\]/.exec(clipped)?.[1];
  const minimax = /\((\d{4})\)\s*$/.exec(clipped)?.[1];
  if (glm !== undefined) all.codes.push(glm);
  if (minimax !== undefined) all.codes.push(`minimax:${minimax}`);
  all.messages.push(clipped);
}

/** `{'error': {'message': "…", 'code': 'x'}}`, as Python prints it. */
function collectPrinted(text: string, all: Collected): void {
  for (const [, name = '', double, single, bare] of text.matchAll(
    /['"](message|msg|code|type|param|status)['"]\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\d+))/g,
  )) {
    const value = double ?? single ?? bare ?? '';
    if (name === 'message' || name === 'msg') all.messages.push(value);
    else if (name === 'param') all.params.push(value.toLowerCase());
    else addCode(value, all);
  }
  for (const [, path = ''] of text.matchAll(/['"]loc['"]\s*:\s*[([]([^)\]]*)/g))
    all.params.push(
      path
        .replace(/['"\s]/g, '')
        .replaceAll(',', '.')
        .toLowerCase(),
    );
}

function addCode(value: unknown, all: Collected, prefix = ''): void {
  if (!isCode(value)) return;
  const code = String(value).toLowerCase();
  const number = Number(code);
  if (Number.isInteger(number) && number >= 400 && number < 600)
    all.statuses.push({ status: number, depth: all.depth });
  else if (code !== '' && code !== 'error' && code !== '0') all.codes.push(prefix + code);
}

const isCode = (value: unknown): value is string | number =>
  typeof value === 'number' || (typeof value === 'string' && value.length <= 200);

/** Whether a member has a value. */
const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && value !== false && value !== 0;

/** An object with the names of its members in small letters; Tencent, Volcengine and AWS write capitals. */
function inSmallLetters(object: Record<string, unknown>): Record<string, unknown> {
  const members = Object.entries(object).map(([name, value]): [string, unknown] => [
    name.toLowerCase(),
    value,
  ]);
  // Of two spellings of one name the first counts.
  return Object.fromEntries(members.reverse());
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The data of an error that is sent as an event stream with an error status. */
function dataOf(text: string): string {
  return [...text.matchAll(/^data:(.*)$/gm)].map(([, data = '']) => data).join('\n');
}

function titleOf(page: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(page)?.[1]?.replace(/\s+/g, ' ').trim();
  return title ? `HTML page “${title}”` : 'HTML page';
}
