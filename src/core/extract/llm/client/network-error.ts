import type { FailureClass } from '../../../../shared/model.ts';

/** The connection stood, and nothing came over it for as long as the HTTP client waits. */
const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** What an error of the connection (socket, DNS, TLS, HTTP parser) says; null when it is none. */
export function networkFailure(error: unknown): { failure: FailureClass; detail: string } | null {
  for (const one of causes(error)) {
    const code = codeOf(one);
    if (code && TIMEOUTS.has(code)) return { failure: 'timeout', detail: code };
    if (
      code &&
      /^(E[A-Z]{3,}|EAI_|UND_ERR_|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HPE_)/.test(code)
    ) {
      return { failure: 'network', detail: code };
    }
  }
  // Ports that fetch refuses to ask (fetch.spec.whatwg.org#port-blocking).
  if ([...causes(error)].some((one) => one instanceof Error && one.message === 'bad port'))
    return { failure: 'network', detail: 'this port may not be asked' };
  // What fetch says when it has no code to give: a body that broke off, a failed handshake.
  const broken = [...causes(error)].find(
    (one) => one instanceof TypeError && /^(terminated|fetch failed|network)/i.test(one.message),
  );
  return broken ? { failure: 'network', detail: 'connection lost' } : null;
}

/** The error and what caused it, outermost first. */
export function* causes(error: unknown): Generator<unknown> {
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
