import type { FinishReason } from '../types.ts';

const REASONS = new Map<string, FinishReason>(
  Object.entries({
    stop: 'stop',
    end_turn: 'stop',
    stop_sequence: 'stop',
    eos: 'stop',
    eos_token: 'stop',
    length: 'length',
    max_tokens: 'length',
    max_output_tokens: 'length',
    model_length: 'length',
    model_context_window_exceeded: 'length',
    content_filter: 'content_filter',
    sensitive: 'content_filter',
    refusal: 'content_filter',
    safety: 'content_filter',
    blocklist: 'content_filter',
    prohibited_content: 'content_filter',
    // The server gave up in the middle: the answer did not end, whatever it calls it.
    error: 'unknown',
    abort: 'unknown',
    network_error: 'unknown',
    insufficient_system_resource: 'unknown',
  } as const),
);

/** The reason as we know it. Null (nothing was said) gives `unknown`, a name we do not know gives `other`. */
export function finishReasonOf(raw: string | null, refused: boolean): FinishReason {
  if (raw === null) return 'unknown';
  const reason = REASONS.get(raw.toLowerCase()) ?? 'other';
  // OpenAI reports a refusal in a field of its own and ends with `stop`.
  return refused && reason === 'stop' ? 'content_filter' : reason;
}
