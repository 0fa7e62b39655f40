import { APICallError } from '@ai-sdk/provider';
import { ModelError } from '../types.ts';
import type { RequestParameter } from '../types.ts';
import { classifyFailure, unsupportedBy } from './classify-error.ts';
import type { RefusedParameter } from './classify-error.ts';
import { errorInside, readErrorBody } from './error-body.ts';
import type { ErrorSaid } from './error-body.ts';
import { causes, networkFailure } from './network-error.ts';
import { retryAfterMs } from './retry-after.ts';

/** What is needed to turn a failure into a ModelError that can be shown. */
export interface ErrorContext {
  redact: (text: string) => string;
  /** Lower-case names, without secrets; empty while nothing was answered. */
  headers: Record<string, string>;
  httpStatus: number | null;
  /** Milliseconds since the epoch. */
  now: number;
  partial: ModelError['partial'];
  /** What of the request the server complained about. */
  sent: (refused: RefusedParameter | null, said: ErrorSaid) => RequestParameter | null;
}

/** The error of what a provider said, as the body of an answer or inside a stream. */
export function saidError(said: ErrorSaid, context: ErrorContext): ModelError {
  const waitMs = retryAfterMs(context.headers, context.now);
  const failure = classifyFailure({ status: context.httpStatus, said, retryAfterMs: waitMs });
  const label = said.code || said.type;
  const status = context.httpStatus === null || context.httpStatus < 300 ? '' : `HTTP ${context.httpStatus}`;
  const head = [status, label].filter(Boolean).join(' ');
  const message = [head, said.message].filter(Boolean).join(': ');
  return new ModelError(failure, context.redact(message || 'the answer is an error that says nothing'), {
    ...common(context),
    retryAfterMs: waitMs,
    unsupported: failure === 'bad_request' ? context.sent(unsupportedBy(said), said) : null,
  });
}

/** The error of anything that was thrown while a request was made or its answer read. Its cause is never kept: it holds the request. */
export function toModelError(error: unknown, context: ErrorContext): ModelError {
  for (const one of causes(error)) {
    if (one instanceof ModelError) return one;
    if (one instanceof SaidError) return saidError(one.said, context);
  }
  const network = networkFailure(error);
  if (network) {
    const where = context.httpStatus === null ? 'no connection' : 'the connection broke off';
    return new ModelError(network.failure, context.redact(`${where} (${network.detail})`), common(context));
  }
  if (APICallError.isInstance(error) && error.responseBody) {
    const said = errorInside(parse(error.responseBody)) ?? readErrorBody(error.responseBody);
    return saidError({ ...said, status: said.status ?? error.statusCode ?? null }, context);
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new ModelError(
    'server_error',
    context.redact(`the answer cannot be read: ${detail}`),
    common(context),
  );
}

/** Carries what was said through the provider package to where the rest of the context is known. */
export class SaidError extends Error {
  readonly said: ErrorSaid;

  constructor(said: ErrorSaid) {
    super('the provider answered with an error');
    this.name = 'SaidError';
    this.said = said;
  }
}

function common({ httpStatus, headers, partial }: ErrorContext): {
  httpStatus: number | null;
  headers: Record<string, string>;
  partial: ModelError['partial'];
} {
  return { httpStatus, headers, partial };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
