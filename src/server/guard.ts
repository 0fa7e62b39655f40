import type { IncomingMessage } from 'node:http';
import { AppError } from '../core/errors.ts';
import { isTokenOf } from './token.ts';
import type { WrongTokens } from './wrong-tokens.ts';

export interface GuardOptions {
  port: number;
  /** See hashToken. */
  tokenHash: string;
  /** Values of the header Origin that are let in. */
  origins: readonly string[];
  wrongTokens: WrongTokens;
}

/**
 * Decides about a request before it is routed, whatever its method and address. Throws api.host_refused, api.origin_refused,
 * api.unauthorized, api.too_many_attempts.
 */
export function checkRequest(request: IncomingMessage, options: GuardOptions): void {
  // A page whose name was bound to this machine (DNS rebinding) sends its own host, in the header or as the address.
  if (!isOwnHost(request, options.port)) throw new AppError('api.host_refused');
  const { origin } = request.headers;
  if (origin !== undefined && !options.origins.includes(origin)) throw new AppError('api.origin_refused');
  const token = bearerToken(request.headers.authorization);
  if (token === null) throw new AppError('api.unauthorized');
  if (isTokenOf(token, options.tokenHash)) return;
  const seconds = options.wrongTokens.add();
  if (seconds > 0) throw new AppError('api.too_many_attempts', { seconds });
  throw new AppError('api.unauthorized');
}

function isOwnHost(request: IncomingMessage, port: number): boolean {
  if (!request.url?.startsWith('/')) return false;
  // Node keeps the first of several; which one another program would follow is not known.
  const hosts = request.rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name));
  if (hosts.length !== 1) return false;
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => {
    const host = request.headers.host?.toLowerCase();
    return host === `${name}:${port}` || (port === 80 && host === name);
  });
}

function bearerToken(header: string | undefined): string | null {
  const [, token] = /^Bearer ([^\s]+)$/i.exec(header ?? '') ?? [];
  return token ?? null;
}
