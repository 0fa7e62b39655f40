import { z } from 'zod';
import type { FinishReason, ModelRequest, TokenUsage } from '../types.ts';
import { createStreamMask } from './redact.ts';

/** `reasoning`: text of the model's thoughts, as far as the provider keeps them apart. */
export type TextKind = 'text' | 'reasoning';
type Count = (text: string) => number;

/** Servers may ignore the output limit: an answer longer than this many times the limit is cut off. */
const MOST_OVER_LIMIT = 1.5;
/** Characters of consecutive white space after which an answer is cut off: in JSON mode, some models write it without end. */
const MOST_BLANKS = 64 * 1024;
/** Characters of consecutive white space that still count as activity (indentation of formatted JSON). */
const FEW_BLANKS = 1024;
/** Characters between two counts of the tokens of an answer. */
const COUNT_EVERY = 2048;

export interface AnswerOptions {
  /** Masked in the text and the reasoning; null for none. */
  apiKey: string | null;
  /** Output tokens that the request allows. */
  maxOutputTokens: number;
  countTokens: Count;
  /** Called with each piece as it comes, masked. */
  onText?: ((delta: string, kind: TextKind) => void) | undefined;
  /** Called when a piece came that is more than white space. */
  onActivity?: (() => void) | undefined;
}

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
  thoughts_token_count: 'reasoning_tokens',
  total_token_count: 'total_tokens',
  cache_write_input_tokens: 'cache_creation_input_tokens',
  prompt_eval_count: 'prompt_tokens',
  eval_count: 'completion_tokens',
};

/** The counts under the names of OpenAI and Anthropic: gateways pass on what the provider behind them says. */
function inOneSpelling(reported: unknown): unknown {
  if (typeof reported !== 'object' || reported === null || Array.isArray(reported)) return null;
  const named = Object.entries(reported).map(([name, value]): [string, unknown] => {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return [OTHER_NAMES[snake] ?? snake, value];
  });
  return Object.fromEntries(named);
}

/** Thrown while an answer is read that has become too long. */
export class AnswerOverrun extends Error {}

/** The part of an answer that has been received. The adapters of the protocols fill it. */
export class AnswerSoFar {
  text = '';
  reasoning = '';
  /** The finish reason as the provider wrote it; null before it was sent. */
  finishReason: string | null = null;
  /** Whether the model declined in OpenAI's `refusal` field. */
  refused = false;
  /** Whether the last event of the stream was received (`[DONE]`, `message_stop`). */
  ended = false;
  /** Whether any part of an answer was received, with or without text. */
  begun = false;
  /** Tokens as reported by the provider; null for those not reported. */
  readonly usage: { inputTokens: number | null; outputTokens: number | null } = {
    inputTokens: null,
    outputTokens: null,
  };
  /** All reports of output tokens together: a few providers report each piece by itself. */
  outputSum = 0;
  readonly #options: AnswerOptions;
  readonly #masks: Record<TextKind, ReturnType<typeof createStreamMask>>;
  /** Arguments of tool calls by index. Some models answer with a tool call although no tool was offered. */
  readonly #toolArguments = new Map<number, string>();
  #usesTools = false;
  #blanks = 0;
  #bytes = 0;
  #counted = 0;
  #uncounted = '';

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#masks = { text: createStreamMask(options.apiKey), reasoning: createStreamMask(options.apiKey) };
  }

  /** Appends a piece of the answer. */
  add(delta: string, kind: TextKind): void {
    if (delta === '') return;
    this.#keep(this.#masks[kind].push(delta), kind);
    this.#blanks = /\S/.test(delta) ? 0 : this.#blanks + delta.length;
    if (this.#blanks < FEW_BLANKS) this.#options.onActivity?.();
    this.#bytes += Buffer.byteLength(delta);
    this.#uncounted += delta;
  }

  /** Appends a piece of the arguments of a tool call. */
  addToolArguments(index: number, delta: string): void {
    if (delta === '') return;
    this.#toolArguments.set(index, (this.#toolArguments.get(index) ?? '') + delta);
    this.#bytes += Buffer.byteLength(delta);
    this.#uncounted += delta;
    this.#options.onActivity?.();
  }

  /** Records reported tokens, in any provider's form. Some providers report repeatedly: the highest value is kept. */
  addUsage(reported: unknown): void {
    const usage = usageSchema.parse(reported);
    if (!usage) return;
    const completion = usage.completion_tokens ?? usage.output_tokens ?? null;
    const total = usage.total_tokens ?? null;
    const input = promptTokens(usage, completion);
    const output = billedOutput(
      completion,
      usage.completion_tokens_details?.reasoning_tokens ?? usage.reasoning_tokens ?? 0,
      input !== null && total !== null ? total - input : null,
    );
    if (input !== null) this.usage.inputTokens = Math.max(input, this.usage.inputTokens ?? 0);
    if (output === null) return;
    this.usage.outputTokens = Math.max(output, this.usage.outputTokens ?? 0);
    this.outputSum += output;
  }

  /** Throws AnswerOverrun when the answer is longer than its limit allows, or goes on with nothing but white space. */
  checkLength(): void {
    if (this.#blanks > MOST_BLANKS) throw new AnswerOverrun();
    const most = MOST_OVER_LIMIT * this.#options.maxOutputTokens;
    // A token has at least one byte, so most answers need not be counted.
    if (this.#bytes > most && this.#uncounted.length >= COUNT_EVERY) {
      this.#counted += this.#options.countTokens(this.#uncounted);
      this.#uncounted = '';
    }
    if (this.#counted > most) throw new AnswerOverrun();
    if (this.finishReason === null && (this.usage.outputTokens ?? 0) > most) throw new AnswerOverrun();
  }

  /** Call once after the last piece. Appends what the masks held back, and makes an answer in a tool call the text. */
  complete(): void {
    for (const kind of ['text', 'reasoning'] as const) this.#keep(this.#masks[kind].flush(), kind);
    const called = [...this.#toolArguments.values()].join('\n');
    if (called === '' || /[{[]/.test(this.text)) return;
    this.#usesTools = true;
    const mask = createStreamMask(this.#options.apiKey);
    // Text beside a tool call is a remark, not the answer.
    this.reasoning += this.text;
    this.text = '';
    this.#keep(mask.push(called) + mask.flush(), 'text');
  }

  /** Whether a body that is over held no sign of a model that worked. */
  get isNothing(): boolean {
    const { outputTokens } = this.usage;
    return this.text + this.reasoning === '' && this.finishReason === null && !outputTokens;
  }

  /** The finish reason in our terms. */
  get finish(): FinishReason {
    const reason = finishReasonOf(this.finishReason, this.#usesTools);
    // OpenAI reports a refusal in a field of its own and ends with `stop`.
    return this.refused && reason === 'stop' ? 'content_filter' : reason;
  }

  #keep(piece: string, kind: TextKind): void {
    if (piece === '') return;
    this[kind] += piece;
    this.#options.onText?.(piece, kind);
  }
}

/** Tokens of the whole prompt, those included that were read from a cache. */
function promptTokens(usage: ReportedUsage, completion: number | null): number | null {
  const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  const { prompt_tokens: prompt = null, input_tokens: input = null, total_tokens: total = null } = usage;
  if (prompt !== null) {
    // OpenAI counts them within the prompt; gateways that write Anthropic's usage in its form count them beside it.
    const isBeside = cached > prompt || total === prompt + (completion ?? 0) + cached;
    return isBeside ? prompt + cached : prompt;
  }
  if (input !== null) return input + cached;
  return total !== null && completion !== null && total > completion ? total - completion : null;
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

const FINISHED =
  /^(stop|stop_sequence|end_turn|end|eos|eos_token|eos_found|complete|completed|finished?|done)$/;
const CUT =
  /^(length|max_length|max_tokens|max_output_tokens|max_new_tokens|token_limit|model_length|model_context_window_exceeded)$/;
const FILTERED =
  /content.?filter|sensitive|refusal|safety|blocklist|block_reason|prohibited|recitation|spii|censor|moderation/;
const CALLED = /^(tool_calls?|tool_use|function_call)$/;

/** Only known words for a regular end give `stop`. After any other word, or none, the answer is treated as broken off. */
function finishReasonOf(raw: string | null, usesTools: boolean): FinishReason {
  if (raw === null) return 'unknown';
  // Gemini's enumeration is written `STOP` and `FinishReason.STOP`.
  const word = raw
    .trim()
    .toLowerCase()
    .replace(/^finish_?reason[._]/, '');
  if (FINISHED.test(word) || (usesTools && CALLED.test(word))) return 'stop';
  if (CUT.test(word)) return 'length';
  return FILTERED.test(word) ? 'content_filter' : 'other';
}

/**
 * A count of the output that is a smaller share of ours than this is not of the whole answer: a placeholder sent before
 * it, or the count of a piece. Tokenizers do not differ by so much.
 */
const LEAST_SHARE = 0.25;
/** Of fewer tokens, as we count, the share tells nothing. */
const ENOUGH_TO_TELL = 64;
/** Number of answers that the ratio between the provider's token counts and ours is taken from. */
const KEPT_ANSWERS = 5;

/**
 * Determines the tokens of answers. Counts that the provider does not report are our own, corrected by the ratio between
 * the provider's counts and ours in earlier answers.
 */
export class TokenCounter {
  readonly #count: Count;
  #inputs = { ours: 0, reported: 0 };
  /** Texts and reported tokens of the latest answers. */
  #outputs: { text: string; reported: number }[] = [];

  constructor(countTokens: Count) {
    this.#count = countTokens;
  }

  /** The tokens of a whole answer. */
  whole(answer: AnswerSoFar, request: ModelRequest): TokenUsage {
    const { inputTokens, outputTokens: highest } = answer.usage;
    const said = answer.text + answer.reasoning;
    const counts = highest === null ? [] : [highest, answer.outputSum];
    const outputTokens = counts.find((reported) => this.#isCountOf(said, reported)) ?? null;
    // A prompt of zero tokens does not exist: a reported zero is a placeholder.
    const inputKnown = inputTokens !== null && inputTokens > 0;
    const outputKnown = outputTokens !== null;
    if (inputKnown) this.#learnInput(request, inputTokens);
    // With thoughts in another field, the reported count is not that of the visible text alone.
    if (outputKnown && said !== '' && answer.reasoning === '') this.#learnOutput(said, outputTokens);
    // An empty body was not generated by a model, and is not billed.
    const guessed = answer.begun ? this.#input(request) : 0;
    return {
      inputTokens: inputKnown ? inputTokens : guessed,
      outputTokens: outputKnown ? outputTokens : this.#output(said),
      reported: inputKnown && outputKnown,
    };
  }

  /**
   * The tokens of an answer that broke off; null when none of it was received. Anthropic reports one output token at
   * first, so the higher of the provider's count and ours is used.
   */
  partial(answer: AnswerSoFar, request: ModelRequest): TokenUsage | null {
    const { inputTokens, outputTokens } = answer.usage;
    const said = answer.text + answer.reasoning;
    if (said === '' && inputTokens === null) return null;
    return {
      inputTokens: inputTokens || this.#input(request),
      outputTokens: Math.max(outputTokens ?? 0, this.#output(said)),
      reported: false,
    };
  }

  #isCountOf(said: string, reported: number): boolean {
    if (said === '' || reported === 0) return said === '';
    // A token has at least one byte, so some answers need not be counted.
    if (reported >= LEAST_SHARE * Buffer.byteLength(said)) return true;
    const ours = this.#count(said);
    return ours < ENOUGH_TO_TELL || reported >= LEAST_SHARE * ours;
  }

  #learnInput({ inputTokens }: ModelRequest, reported: number): void {
    this.#inputs = {
      ours: this.#inputs.ours + inputTokens,
      reported: this.#inputs.reported + reported,
    };
  }

  #learnOutput(text: string, reported: number): void {
    this.#outputs = [...this.#outputs.slice(1 - KEPT_ANSWERS), { text, reported }];
  }

  #input({ inputTokens }: ModelRequest): number {
    const { ours, reported } = this.#inputs;
    return ours === 0 ? inputTokens : Math.round((inputTokens * reported) / ours);
  }

  #output(said: string): number {
    const ours = this.#outputs.reduce((sum, { text }) => sum + this.#count(text), 0);
    const reported = this.#outputs.reduce((sum, answer) => sum + answer.reported, 0);
    return ours === 0 ? this.#count(said) : Math.round((this.#count(said) * reported) / ours);
  }
}
