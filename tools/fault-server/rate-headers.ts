import type { Limiter } from './limiter.ts';
import type { MeterState } from './meters.ts';

/** The headers with which a provider reports its limits, by protocol. */
export function rateHeaders(
  limiter: Limiter,
  protocol: 'openai' | 'anthropic',
  now: number,
): Record<string, string> {
  const headers: Record<string, string> = {};
  const { requests, tokens } = limiter.state(now);
  if (requests) Object.assign(headers, named('requests', requests, protocol, now));
  if (tokens) Object.assign(headers, named('tokens', tokens, protocol, now));
  return headers;
}

function named(
  what: 'requests' | 'tokens',
  state: MeterState,
  protocol: 'openai' | 'anthropic',
  now: number,
): Record<string, string> {
  const limit = String(Math.floor(state.limit));
  const remaining = String(state.remaining);
  return protocol === 'openai'
    ? {
        [`x-ratelimit-limit-${what}`]: limit,
        [`x-ratelimit-remaining-${what}`]: remaining,
        [`x-ratelimit-reset-${what}`]: goDuration(state.resetMs),
      }
    : {
        [`anthropic-ratelimit-${what}-limit`]: limit,
        [`anthropic-ratelimit-${what}-remaining`]: remaining,
        [`anthropic-ratelimit-${what}-reset`]: new Date(now + state.resetMs).toISOString(),
      };
}

/** `120ms`, `1s`, `6m0s`: how OpenAI writes how long. */
export function goDuration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
