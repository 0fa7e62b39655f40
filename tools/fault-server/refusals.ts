import type { Refusal } from './journal.ts';
import type { Settings } from './options.ts';
import type { WireError } from './wire.ts';

export interface Refused {
  refusal: Refusal;
  error: WireError;
}

/** The error text of a provider for a status. */
export function errorOf(status: number, model = ''): WireError {
  switch (status) {
    case 400:
      return { status, code: 'invalid_request', message: 'The request is not one of this protocol.' };
    case 401:
      return { status, code: 'invalid_api_key', message: 'Incorrect API key provided.' };
    case 402:
      return { status, code: 'insufficient_balance', message: 'Insufficient Balance' };
    case 403:
      return {
        status,
        code: 'model_access_denied',
        message: `Your key does not have access to model \`${model}\`.`,
      };
    case 404:
      return {
        status,
        code: 'model_not_found',
        message: `The model \`${model}\` does not exist or you do not have access to it.`,
      };
    case 429:
      return { status, code: 'rate_limit_exceeded', message: 'Rate limit reached. Please try again later.' };
    case 503:
      return { status, code: 'overloaded', message: 'The server is overloaded.' };
    default:
      return {
        status,
        code: 'server_error',
        message: 'The server had an error while processing the request.',
      };
  }
}

/** The fate of all requests during an outage; null when there is none (or the port is closed instead). */
export function outageRefusal(outage: Settings['outage'], model: string): Refused | null {
  return outage === null || outage === 'refuse'
    ? null
    : { refusal: 'outage', error: errorOf(Number(outage), model) };
}

/** Null when the key is accepted. */
export function keyRefusal(required: string | null, given: string | null): Refused | null {
  return required === null || given === required ? null : { refusal: 'key', error: errorOf(401) };
}

export function tooLong(limit: number, tokens: number): Refused {
  return {
    refusal: 'too_long',
    error: {
      status: 400,
      code: 'context_length_exceeded',
      message: `This model's maximum context length is ${limit} tokens. However, your messages resulted in ${tokens} tokens.`,
    },
  };
}
