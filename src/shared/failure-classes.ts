/** Why a request, or a user of its answer, was not taken; each is a reason `model.<name>` in the catalogue. */
export const FAILURE_CLASSES = [
  'rate_limited',
  'timeout',
  'network',
  'server_error',
  'unauthorized',
  'forbidden',
  'quota',
  'usage_limit',
  'model_unknown',
  'not_an_answer',
  'bad_request',
  'too_long',
  'refused',
  'truncated',
  'empty',
  'bad_format',
  'missing_user',
  'duplicate_user',
  'low_coverage',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];
