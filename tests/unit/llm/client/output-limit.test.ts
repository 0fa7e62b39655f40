import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../../../src/core/extract/llm/client/classify-error.ts';
import { readErrorBody } from '../../../../src/core/extract/llm/client/error-body.ts';
import type { ErrorSaid } from '../../../../src/core/extract/llm/client/error-body.ts';
import { lowerLimit } from '../../../../src/core/extract/llm/client/output-limit.ts';

const said = (message: string, code = ''): ErrorSaid =>
  readErrorBody(JSON.stringify({ error: { message, code } }));

describe('a limit of output tokens that is refused', () => {
  it.each([
    ['Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', 100_000, 8_192],
    ['max_tokens is too large: 100000. This model supports at most 16384 completion tokens', 100_000, 16_384],
    [
      'max_tokens: 100,000 > 8,192, which is the maximum allowed for claude-3-5-sonnet-20240620',
      100_000,
      8_192,
    ],
    ['Range of max_tokens should be [1,8192]', 100_000, 8_192],
    ['max_tokens is too large', 4_096, 2_048],
    ['max_tokens 参数非法', 20, null],
  ])('is lowered by %j', (message, sent, expected) => {
    expect(lowerLimit(said(message), sent)).toBe(expected);
    expect(classifyFailure({ status: 400, said: said(message), retryAfterMs: null })).toBe('bad_request');
  });

  it.each([
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    'Unrecognized request argument supplied: max_tokens',
    '[{"loc":["body","max_tokens"],"msg":"extra fields not permitted"}]',
  ])('is left out after %j', (message) => {
    expect(lowerLimit(said(message), 4_096)).toBeNull();
  });

  it('is not taken for a prompt that is too long where the context is named', () => {
    const vllm =
      "'max_tokens' or 'max_completion_tokens' is too large: 9000. This model's maximum context length is 8192";
    const failure = classifyFailure({ status: 400, said: said(vllm), retryAfterMs: null });
    expect(failure).toBe('bad_request');
  });
});
