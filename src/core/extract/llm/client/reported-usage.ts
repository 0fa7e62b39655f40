import { z } from 'zod';

const count = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\s*\d+(\.\d+)?\s*$/)
      .transform(Number),
  ])
  .pipe(z.number().min(0).max(1e9))
  .nullish()
  .catch(null);
const usageSchema = z
  .preprocess(
    inOneSpelling,
    z.looseObject({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      reasoning_tokens: count,
      /** Gemini's, which its count of the output never holds. */
      thoughts_tokens: count,
      completion_tokens_details: z.looseObject({ reasoning_tokens: count }).nullish().catch(null),
      input_tokens: count,
      output_tokens: count,
      cache_read_input_tokens: count,
      cache_creation_input_tokens: count,
    }),
  )
  .nullable()
  .catch(null);
type ReportedUsage = NonNullable<z.infer<typeof usageSchema>>;

/** Names that Gemini, Bedrock and Ollama have for the counts, in snake case. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  prompt_token_count: 'prompt_tokens',
  candidates_token_count: 'completion_tokens',
  thoughts_token_count: 'thoughts_tokens',
  total_token_count: 'total_tokens',
  cache_write_input_tokens: 'cache_creation_input_tokens',
  prompt_eval_count: 'prompt_tokens',
  eval_count: 'completion_tokens',
};

/** The counts under the names of OpenAI and Anthropic: gateways pass on what the provider behind them says. */
function inOneSpelling(reported: unknown): unknown {
  const given: unknown = Array.isArray(reported) ? reported[0] : reported;
  if (typeof given !== 'object' || given === null) return null;
  const named = Object.entries(given).map(([name, value]): [string, unknown] => {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return [OTHER_NAMES[snake] ?? snake, value];
  });
  return Object.fromEntries(named);
}

/**
 * The tokens of prompt and answer that a provider reports, in any provider's form, as it bills them: with what was read from
 * a cache and with thoughts. Null for what it does not say.
 */
export function readUsage(reported: unknown): { input: number | null; output: number | null } {
  const usage = usageSchema.parse(reported);
  if (!usage) return { input: null, output: null };
  // Gateways that know both names write zeros under the other one.
  const said = usage.completion_tokens || (usage.output_tokens ?? usage.completion_tokens ?? null);
  const completion = said === null ? null : said + (usage.thoughts_tokens ?? 0);
  const total = usage.total_tokens ?? null;
  const input = promptTokens(usage, completion);
  const output = billedOutput(
    completion,
    usage.completion_tokens_details?.reasoning_tokens ?? usage.reasoning_tokens ?? 0,
    input !== null && total !== null ? total - input : null,
  );
  return { input, output };
}

/** Tokens of the whole prompt, those included that were read from a cache. */
function promptTokens(usage: ReportedUsage, completion: number | null): number | null {
  const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  const { prompt_tokens: prompt = null, input_tokens: input = null, total_tokens: total = null } = usage;
  // A prompt of zero tokens does not exist: a reported zero is a placeholder.
  if (prompt) {
    // OpenAI counts them within the prompt; gateways that write Anthropic's usage in its form count them beside it.
    const isBeside = cached > prompt || total === prompt + (completion ?? 0) + cached;
    return isBeside ? prompt + cached : prompt;
  }
  if (input) return input + cached;
  if (total !== null && completion !== null && total > completion) return total - completion;
  return prompt ?? (input === null ? null : input + cached);
}

/**
 * Output tokens that are billed: Gemini and xAI count thoughts outside `completion_tokens`, but in the total.
 * `beyondInput`: the total without the input; null when it is not known.
 */
function billedOutput(
  completion: number | null,
  reasoning: number,
  beyondInput: number | null,
): number | null {
  if (beyondInput !== null && beyondInput >= (completion ?? 0)) return beyondInput;
  if (completion === null) return null;
  return reasoning > completion ? completion + reasoning : completion;
}
