import { z } from 'zod';
import type { FinishReason, ModelRequest, TokenUsage } from '../types.ts';
import { createStreamMask } from './redact.ts';

/** The part of an answer that a piece of text belongs to. */
export type TextKind = 'text' | 'reasoning';
type Count = (text: string) => number;

/** An answer this many times as long as the limit that was sent is cut off: not every server keeps to a limit. */
const MOST_OVER_LIMIT = 1.5;
/** White space in a row that no answer has: some models write nothing else for as long as they are let. */
const MOST_BLANKS = 64 * 1024;
/** White space in a row that still counts as activity, as between the lines of a formatted answer. */
const FEW_BLANKS = 1024;
/** An answer is counted again after so many more characters. */
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
  .looseObject({
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    completion_tokens_details: z.looseObject({ reasoning_tokens: count }).nullish().catch(null),
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
  })
  .nullish()
  .catch(null);

/** Thrown while an answer is read, when it has become longer than any that was asked for. */
export class AnswerOverrun extends Error {}

/** An answer as far as it has come, filled by the adapters of the protocols. */
export class AnswerSoFar {
  text = '';
  reasoning = '';
  /** As the provider wrote it; null until it did. */
  finishReason: string | null = null;
  /** The model declined, in a field of its own. */
  refused = false;
  /** Whether the event that ends a stream came. */
  ended = false;
  /** Whether anything came that is part of an answer, with or without text. */
  begun = false;
  /** Tokens as the provider counts them; null where it has not said. */
  readonly usage: { inputTokens: number | null; outputTokens: number | null } = {
    inputTokens: null,
    outputTokens: null,
  };
  readonly #options: AnswerOptions;
  readonly #masks: Record<TextKind, ReturnType<typeof createStreamMask>>;
  /** Arguments of tool calls, by their index: some models answer in a call, although no tool was offered. */
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

  /** Takes in a piece of the answer. Throws AnswerOverrun when a stream has become too long. */
  add(delta: string, kind: TextKind): void {
    if (delta === '') return;
    this.#keep(this.#masks[kind].push(delta), kind);
    this.#blanks = /\S/.test(delta) ? 0 : this.#blanks + delta.length;
    if (this.#blanks < FEW_BLANKS) this.#options.onActivity?.();
    this.#bytes += Buffer.byteLength(delta);
    this.#uncounted += delta;
  }

  /** Takes in a piece of the arguments of a tool call. */
  addToolArguments(index: number, delta: string): void {
    if (delta === '') return;
    this.#toolArguments.set(index, (this.#toolArguments.get(index) ?? '') + delta);
    this.#bytes += Buffer.byteLength(delta);
    this.#uncounted += delta;
    this.#options.onActivity?.();
  }

  /** Takes in what a provider reports of tokens, in any of its forms; the highest counts, for some report on the way. */
  addUsage(reported: unknown): void {
    const usage = usageSchema.parse(reported);
    if (!usage) return;
    const cached = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
    const completion = usage.completion_tokens ?? usage.output_tokens ?? null;
    const total = usage.total_tokens ?? null;
    const input =
      usage.prompt_tokens ??
      (typeof usage.input_tokens === 'number' ? usage.input_tokens + cached : null) ??
      (total !== null && completion !== null && total > completion ? total - completion : null);
    const output = billedOutput(
      completion,
      usage.completion_tokens_details?.reasoning_tokens ?? 0,
      input !== null && total !== null ? total - input : null,
    );
    if (input !== null) this.usage.inputTokens = Math.max(input, this.usage.inputTokens ?? 0);
    if (output !== null) this.usage.outputTokens = Math.max(output, this.usage.outputTokens ?? 0);
  }

  /** Throws AnswerOverrun when the answer is longer than its limit allows, or goes on with nothing but white space. */
  checkLength(): void {
    if (this.#blanks > MOST_BLANKS) throw new AnswerOverrun();
    const most = MOST_OVER_LIMIT * this.#options.maxOutputTokens;
    // No token has less than a byte: most answers are never counted.
    if (this.#bytes > most && this.#uncounted.length >= COUNT_EVERY) {
      this.#counted += this.#options.countTokens(this.#uncounted);
      this.#uncounted = '';
    }
    if (this.#counted > most) throw new AnswerOverrun();
    if (this.finishReason === null && (this.usage.outputTokens ?? 0) > most) throw new AnswerOverrun();
  }

  /** Call once after the last piece: what the masks held back is added, and an answer in a tool call becomes the text. */
  complete(): void {
    for (const kind of ['text', 'reasoning'] as const) this.#keep(this.#masks[kind].flush(), kind);
    const called = [...this.#toolArguments.values()].join('\n');
    if (called === '' || /[{[]/.test(this.text)) return;
    this.#usesTools = true;
    const mask = createStreamMask(this.#options.apiKey);
    // What was said beside the call is a remark, not the answer.
    this.reasoning += this.text;
    this.text = '';
    this.#keep(mask.push(called) + mask.flush(), 'text');
  }

  /** The reason for the end as we know it: `unknown` when nothing was said, `other` for a name that we do not know. */
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

/** Only a word that is known for a regular end is one: whatever else a server says, or says nothing, the answer broke off. */
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

/** How many answers in full tell how a provider counts. */
const KEPT_ANSWERS = 5;

/**
 * The tokens of answers. What the provider does not report is counted by us, times the ratio between its count and ours
 * in answers that it did report.
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
    const { inputTokens, outputTokens } = answer.usage;
    const said = answer.text + answer.reasoning;
    // No prompt has no tokens, and no text either: a zero is a field that somebody had to fill.
    const inputKnown = inputTokens !== null && inputTokens > 0;
    const outputKnown = outputTokens !== null && (outputTokens > 0 || said === '');
    if (inputKnown) this.#learnInput(request, inputTokens);
    // Hidden thoughts are billed too: only an answer that is all there says how its text is counted.
    if (outputKnown && said !== '' && answer.reasoning === '') this.#learnOutput(said, outputTokens);
    // A body without anything in it is not an answer that was made.
    const guessed = answer.begun ? this.#input(request) : 0;
    return {
      inputTokens: inputKnown ? inputTokens : guessed,
      outputTokens: outputKnown ? outputTokens : this.#output(said),
      reported: inputKnown && outputKnown,
    };
  }

  /** The tokens of an answer that broke off; null when nothing of it came. Anthropic's first count of the output is 1: ours is nearer. */
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
