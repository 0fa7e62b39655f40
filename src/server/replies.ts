import type { ServerResponse } from 'node:http';
import { toErrorInfo } from '../core/errors.ts';
import type { ErrorCode, ErrorInfo } from '../shared/errors.ts';

/** Sent with every answer: it is for the one who asked, is JSON whatever it looks like, and is no part of a page. */
export const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/** Status of errors that do not follow the rule of their domain. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'api.host_refused': 403,
  'api.origin_refused': 403,
  'api.unauthorized': 401,
  'api.too_many_attempts': 429,
  'api.not_found': 404,
  'api.method_not_allowed': 405,
  'api.bad_request': 400,
  'api.content_type': 415,
  'api.too_large': 413,
  'api.timeout': 408,
  'api.too_many_streams': 503,
  'run.unknown_user': 404,
  'run.cap_needs_price': 400,
  'workspace.user_not_found': 404,
  'workspace.none': 503,
  'app.engine_stopped': 503,
  'app.engine_given_up': 503,
};

/** Domains whose errors say that the program is not in a state for it, which its user can change. */
const CONFLICTS = /^(run|model|prompt|rules|induction|import)\./;

/** The HTTP status of an error. */
export function statusOf(code: ErrorCode): number {
  return STATUS[code] ?? (CONFLICTS.test(code) ? 409 : 500);
}

/** The headers that an error has in addition. */
export function headersOf({ code, params }: ErrorInfo): Record<string, string> {
  if (code === 'api.unauthorized') return { 'www-authenticate': 'Bearer' };
  if (code === 'api.method_not_allowed') return { allow: String(params?.['allow'] ?? '') };
  if (code === 'api.too_many_attempts') return { 'retry-after': String(params?.['seconds'] ?? 1) };
  return {};
}

/** An error as it is answered. */
export function errorBody(error: ErrorInfo, text: string): { code: ErrorCode; message: string } {
  return { code: error.code, message: text };
}

/** Answers a request with an error without reading it, and ends its connection. */
export function refuse(
  response: ServerResponse,
  thrown: unknown,
  errorText: (error: ErrorInfo) => string,
): void {
  const error = toErrorInfo(thrown);
  response.writeHead(statusOf(error.code), {
    ...HEADERS,
    ...headersOf(error),
    'content-type': 'application/json; charset=utf-8',
    connection: 'close',
  });
  response.end(JSON.stringify(errorBody(error, errorText(error))));
}
