import type { ProviderCase } from './cases.ts';
import { ant, anthropic, only, oai, page, says } from './cases.ts';

/** Faults that pass. */
export const PASSING: Record<string, ProviderCase> = {
  'one HTTP 401 after successes': {
    face: only((n) => n === 5, says(401, oai('Authentication fails (governor)', 'authentication_error'))),
    expect: { requests: 12, seconds: 60 },
  },
  'one HTTP 404 after successes': {
    face: only(
      (n) => n === 5,
      says(404, {
        error: { code: 'DeploymentNotFound', message: 'The deployment does not exist yet; wait a moment.' },
      }),
    ),
    expect: { requests: 12, seconds: 60 },
  },
  'one challenge page of a firewall after successes': {
    face: only((n) => n === 5, says(403, page('Just a moment...'), { 'cf-mitigated': 'challenge' })),
    expect: { requests: 12, seconds: 60 },
  },
  'a sign-in page in the midst': {
    face: only((n) => n >= 4 && n <= 7, says(200, page('Hotel Wi-Fi'))),
    expect: { requests: 24, seconds: 120 },
  },
  'HTTP 409 now and then': {
    face: only((n) => n % 4 === 2, says(409, oai('The request conflicted with another one', 'conflict'))),
    expect: { requests: 24, seconds: 60 },
  },
  'HTTP 425 now and then': {
    face: only((n) => n % 4 === 2, says(425, oai('Too early', 'too_early'))),
    expect: { requests: 24, seconds: 60 },
  },
  'HTTP 499 now and then': {
    face: only(
      (n) => n % 4 === 2,
      says(499, [{ error: { code: 499, message: 'Cancelled.', status: 'CANCELLED' } }]),
    ),
    expect: { requests: 24, seconds: 60 },
  },
  'gateway pages now and then': {
    face: only(
      (n) => n % 3 === 2,
      (h) => h.send(h.n % 2 ? 502 : 504, page('Gateway Time-out')),
    ),
    expect: { requests: 24, seconds: 90 },
  },
  'an upstream error inside HTTP 200': {
    face: only(
      (n) => n % 3 === 2,
      says(200, {
        error: { message: 'Provider returned error', code: 502, metadata: { raw: 'upstream reset' } },
      }),
    ),
    expect: { requests: 30, seconds: 90 },
  },
  'a model that is still loading': {
    face: (h) =>
      h.elapsedMs < 12_000
        ? h.send(503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } })
        : h.ok(),
    expect: { requests: 30, seconds: 90 },
  },
  'an overloaded Anthropic': {
    face: only((n) => n >= 3 && n <= 6, says(529, ant('overloaded_error', 'Overloaded'))),
    settings: anthropic,
    expect: { requests: 30, seconds: 90 },
  },
  'structured output that fails at the start': {
    face: only(
      (n) => n <= 7,
      says(400, {
        error: {
          message: 'Failed to generate JSON. See failed_generation.',
          type: 'invalid_request_error',
          code: 'json_validate_failed',
          failed_generation: '{"users"',
        },
      }),
    ),
    expect: { requests: 40, seconds: 120 },
  },
};
