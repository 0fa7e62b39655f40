import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import Fastify from 'fastify';
import type { FastifyError, FastifyInstance } from 'fastify';
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import { AppError, toErrorInfo } from '../core/errors.ts';
import { osCause } from '../core/os-error.ts';
import type { ErrorCode } from '../shared/errors.ts';
import type { ApiBackend } from './api-backend.ts';
import { checkRequest } from './guard.ts';
import { API_LIMITS } from './limits.ts';
import type { ApiLimits } from './limits.ts';
import { progressJson } from './progress-json.ts';
import { ProgressStreams } from './progress-streams.ts';
import { errorBody, HEADERS, headersOf, refuse, statusOf } from './replies.ts';
import { extractRoutes } from './routes/extract.ts';
import { userRoutes } from './routes/users.ts';
import { WRONG_TOKENS, WrongTokens } from './wrong-tokens.ts';

/** The only address that it listens on: no other machine reaches it. */
const LOOPBACK = '127.0.0.1';
/** A user id in an address, percent-encoded; the header as a whole is limited by Node to 16 KB. */
const MOST_PARAM_CHARS = 8_000;

export interface ApiServerOptions {
  backend: ApiBackend;
  /** 0 for any free one. */
  port: number;
  /** See hashToken. */
  tokenHash: string;
  /** Values of the header Origin that are let in; requests without that header are no web page's. */
  origins: readonly string[];
  limits?: Partial<ApiLimits>;
  clock?: Clock;
}

export interface ApiServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** All routes, as `GET /api/v1/users/:userId`. */
  readonly routes: readonly string[];
  /** To be called at each new snapshot of the run. */
  runChanged(): void;
  /** Ends the streams and what is under way, then listens no more. */
  stop(): Promise<void>;
}

/** Starts the local API on the loopback address. Rejects with api.port_in_use, api.port_refused. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { backend, tokenHash, origins, clock = systemClock } = options;
  const limits = { ...API_LIMITS, ...options.limits };
  const wrongTokens = new WrongTokens(WRONG_TOKENS, () => clock.now());
  const check = (request: IncomingMessage): void =>
    checkRequest(request, { port: portOf(server), tokenHash, origins, wrongTokens });
  const streams = new ProgressStreams({
    snapshot: backend.snapshot,
    json: (snapshot) => progressJson(snapshot, backend.errorText),
    clock,
    stalledMs: limits.stalledMs,
    failed: backend.failed,
    mostStreams: limits.streams,
    heartbeatMs: limits.heartbeatMs,
  });
  const routes: string[] = [];
  const { app, server } = makeApp(backend, limits, check);
  app.addHook('onRoute', ({ method, url }) => void routes.push(`${String(method)} ${url}`));
  app.setNotFoundHandler(({ url }) => {
    const allow = methodsOf(routes, url);
    throw allow.length > 0
      ? new AppError('api.method_not_allowed', { allow: allow.join(', ') })
      : new AppError('api.not_found');
  });
  extractRoutes(app, backend, streams);
  userRoutes(app, backend);

  try {
    await app.listen({ host: LOOPBACK, port: options.port });
  } catch (error) {
    streams.close();
    const { port } = options;
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
      throw new AppError('api.port_in_use', { port });
    throw new AppError('api.port_refused', { port, ...osCause(error) }, { cause: error });
  }
  const port = portOf(server);
  return {
    port,
    url: `http://${LOOPBACK}:${port}`,
    routes,
    runChanged: () => streams.changed(),
    stop: async () => {
      streams.close();
      const late = new AbortController();
      void clock.sleep(limits.drainMs, late.signal).then(() => server.closeAllConnections());
      await app.close();
      late.abort();
    },
  };
}

/** The server without routes: what it takes, and how errors are answered. Requests are checked before they are routed. */
function makeApp(
  backend: ApiBackend,
  limits: ApiLimits,
  check: (request: IncomingMessage) => void,
): { app: FastifyInstance; server: Server } {
  const listen = (handler: RequestListener): Server =>
    createServer(
      {
        headersTimeout: limits.headersMs,
        requestTimeout: limits.requestMs,
        connectionsCheckingInterval: limits.checkMs,
        keepAliveTimeout: limits.keepAliveMs,
      },
      (request, response) => {
        try {
          check(request);
        } catch (error) {
          refuse(response, error, backend.errorText);
          return;
        }
        handler(request, response);
      },
    );
  const app = Fastify({
    serverFactory: listen,
    bodyLimit: limits.bodyBytes,
    exposeHeadRoutes: false,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    routerOptions: { maxParamLength: MOST_PARAM_CHARS },
    frameworkErrors: (error, _request, reply) => refuse(reply.raw, asAppError(error), backend.errorText),
    clientErrorHandler: (error, socket) => refuseUnparsed(error, socket, backend),
  });
  const { server } = app;
  server.maxConnections = limits.connections;
  server.setTimeout(limits.idleMs);

  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, String(body), done);
  });
  app.addHook('onRequest', async (_request, reply) => void reply.headers(HEADERS));
  app.setErrorHandler((thrown: FastifyError, _request, reply) => {
    const error = toErrorInfo(asAppError(thrown));
    const status = statusOf(error.code);
    if (status === 500) backend.failed(thrown);
    reply.code(status).headers(headersOf(error));
    return reply.send(errorBody(error, backend.errorText(error)));
  });
  return { app, server };
}

/** The methods that an address knows, of routes such as `GET /api/v1/users/:userId`. */
function methodsOf(routes: readonly string[], address: string): string[] {
  const parts = (path: string): string[] => (path.split('?')[0] ?? '').split('/');
  const asked = parts(address);
  return routes
    .map((route) => route.split(' '))
    .filter(([, path = '']) => {
      const known = parts(path);
      const isSame = (part: string, at: number): boolean =>
        part.startsWith(':') ? asked[at] !== '' : part === asked[at];
      return known.length === asked.length && known.every(isSame);
    })
    .map(([method = '']) => method);
}

/** Errors of fastify that a client caused, by its status. */
const CLIENT_ERRORS: Partial<Record<number, ErrorCode>> = {
  400: 'api.bad_request',
  404: 'api.not_found',
  413: 'api.too_large',
  414: 'api.too_large',
  415: 'api.content_type',
};

function asAppError(thrown: FastifyError | AppError): Error {
  if (thrown instanceof AppError) return thrown;
  const code = CLIENT_ERRORS[thrown.statusCode ?? 500];
  return code ? new AppError(code, {}, { cause: thrown }) : thrown;
}

/** Answers what is no HTTP request, or came too slowly. */
function refuseUnparsed(error: NodeJS.ErrnoException, socket: Socket, backend: ApiBackend): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const code: ErrorCode =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'api.timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? 'api.too_large'
        : 'api.bad_request';
  const body = JSON.stringify(errorBody({ code }, backend.errorText({ code })));
  const head = [
    `HTTP/1.1 ${statusOf(code)} Refused`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
