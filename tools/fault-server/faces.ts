/** A refusal as some provider words it. */
export interface Face {
  status: number;
  /** A text is sent as it is, anything else as JSON. */
  body: unknown;
  contentType?: string;
  headers?: Record<string, string>;
}

const openai = (message: string, code: string | null = null, type = 'invalid_request_error'): unknown => ({
  error: { message, type, param: null, code },
});
const page = (title: string): string =>
  `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>${title}</body>\n</html>\n`;

/** Refusals whose status contradicts their text, long-lasting limits, and responses that are no answer of a model. */
export const FACES = {
  balance_in_500: {
    status: 500,
    body: { type: 'error', error: { type: 'api_error', message: 'insufficient balance (1008)' } },
  },
  balance_in_200: {
    status: 200,
    body: { choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient balance' } },
  },
  balance_in_403: {
    status: 403,
    body: { code: 30001, message: 'Sorry, your account balance is insufficient', data: null },
  },
  retired_model_in_400: {
    status: 400,
    body: openai('The model has been decommissioned and is no longer supported.', 'model_decommissioned'),
  },
  no_channel_in_503: {
    status: 503,
    body: openai(
      'No available channel for this model under group default',
      'model_not_found',
      'new_api_error',
    ),
  },
  disabled_in_400: { status: 400, body: openai('This organization has been disabled.') },
  spend_limit_in_400: {
    status: 400,
    body: openai(
      'You have reached your specified API usage limits. You will regain access on 2099-12-01 at 00:00 UTC.',
    ),
  },
  day_limit: {
    status: 429,
    body: openai(
      'Rate limit reached on tokens per day (TPD): Limit 100000, Used 99552. Please try again in 1h34m52.896s.',
      'rate_limit_exceeded',
      'tokens',
    ),
  },
  retry_info: {
    status: 429,
    body: [
      {
        error: {
          code: 429,
          message: 'Resource has been exhausted (e.g. check quota).',
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '17s' }],
        },
      },
    ],
  },
  wrapped_in_500: {
    status: 500,
    body: openai(
      "litellm.APIConnectionError: OpenAIException - Error code: 400 - {'error': {'message': \"Invalid schema for response_format 'events'\", 'type': 'invalid_request_error'}}",
      '500',
    ),
  },
  firewall: { status: 403, body: page('Attention Required! | Cloudflare'), contentType: 'text/html' },
  sign_in_page: { status: 200, body: page('Sign in'), contentType: 'text/html' },
  redirect: { status: 302, body: '', headers: { location: 'https://login.example/portal?from=here' } },
  censored_451: {
    status: 451,
    body: openai('The content you provided or machine outputted is blocked.', null, 'censorship_blocked'),
  },
  limit_in_chunk: {
    status: 200,
    body: `: PROCESSING\n\ndata: ${JSON.stringify({ choices: [], error: { code: 429, message: 'Rate limit exceeded' } })}\n\ndata: [DONE]\n\n`,
    contentType: 'text/event-stream',
  },
  unreadable: { status: 200, body: { answers: ['{}'], usage: { prompt_tokens: 31, completion_tokens: 4 } } },
} as const satisfies Record<string, Face>;

export type FaceName = keyof typeof FACES;
export const FACE_NAMES = Object.keys(FACES) as [FaceName, ...FaceName[]];
