import { z } from 'zod';

/** Tokens as a provider counts them; null where it has not said. */
export interface ReportedUsage {
  inputTokens: number | null;
  outputTokens: number | null;
}

const count = z.number().int().min(0).nullish().catch(null);
const usageSchema = z.looseObject({
  prompt_tokens: count,
  completion_tokens: count,
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});
const maybeUsage = usageSchema.nullish().catch(null);
const text = z.string().nullish().catch(null);
const chunkSchema = z.looseObject({
  usage: maybeUsage,
  /** Anthropic, first event. */
  message: z.looseObject({ usage: maybeUsage }).nullish().catch(null),
  /** Anthropic, last event but one. */
  delta: z.looseObject({ stop_reason: text }).nullish().catch(null),
  choices: z
    .array(
      z.looseObject({
        finish_reason: text,
        /** Moonshot counts here. */
        usage: maybeUsage,
        delta: z
          .looseObject({ content: text, reasoning_content: text, reasoning: text, refusal: text })
          .nullish()
          .catch(null),
      }),
    )
    .nullish()
    .catch(null),
});
type Usage = z.infer<typeof usageSchema>;

/**
 * What the raw chunks of a stream say besides text. The provider packages tell most of it, but only at the end, and
 * not at all when a chunk is a little off their schema or the stream breaks.
 */
export class StreamFacts {
  /** As the provider wrote it; null until it did. */
  finishReason: string | null = null;
  refused = false;
  readonly usage: ReportedUsage = { inputTokens: null, outputTokens: null };

  /** Takes in a chunk; gives the text in it for the case that the provider package could not read it, null if there is none. */
  note(raw: unknown): { text: string; reasoning: string } | null {
    const parsed = chunkSchema.safeParse(raw);
    if (!parsed.success) return null;
    const { usage, message, delta, choices } = parsed.data;
    const choice = choices?.[0];
    for (const given of [message?.usage, choice?.usage, usage]) if (given) this.#count(given);
    this.finishReason = choice?.finish_reason || delta?.stop_reason || this.finishReason;
    if (choice?.delta?.refusal) this.refused = true;
    if (!usage && !choice) return null;
    const said = choice?.delta;
    return {
      text: said?.content ?? said?.refusal ?? '',
      reasoning: said?.reasoning_content ?? said?.reasoning ?? '',
    };
  }

  #count(usage: Usage): void {
    const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
    const input =
      usage.prompt_tokens ?? (typeof usage.input_tokens === 'number' ? usage.input_tokens + cached : null);
    const output = usage.completion_tokens ?? usage.output_tokens ?? null;
    if (input !== null) this.usage.inputTokens = Math.max(input, this.usage.inputTokens ?? 0);
    if (output !== null) this.usage.outputTokens = Math.max(output, this.usage.outputTokens ?? 0);
  }
}
