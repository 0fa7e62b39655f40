import type { FinishReason, ModelRequest, TokenUsage } from '../types.ts';
import { createStreamMask } from './redact.ts';
import { readUsage } from './reported-usage.ts';

/** `reasoning`: text of the model's thoughts, as far as the provider keeps them apart. */
export type TextKind = 'text' | 'reasoning';
type Count = (text: string) => number;

/** Servers may ignore the output limit: an answer longer than this many times the limit is cut off. */
const MOST_OVER_LIMIT = 1.5;
/** Characters of consecutive white space after which an answer is cut off: in JSON mode, some models write it without end. */
const MOST_BLANKS = 64 * 1024;
/** Characters of consecutive white space that still count as activity (indentation of formatted JSON). */
const FEW_BLANKS = 1024;
/** A piece that begins with so many characters, and these are all that came before, repeats them. */
const LEAST_REPEATED = 32;
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

/** Thrown while an answer is read that has become too long. */
export class AnswerOverrun extends Error {}

/** The part of an answer that has been received. The adapters of the protocols fill it. */
export class AnswerSoFar {
  text = '';
  reasoning = '';
  /** The finish reason as the provider wrote it; null before it was sent. */
  finishReason: string | null = null;
  /** The index of the choice that is read; null before the first. */
  choice: number | null = null;
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
  /** The text as it came: the masks hold back what may be the beginning of a key. */
  #received = '';
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
    if (kind === 'text') this.#received += delta;
    this.#keep(this.#masks[kind].push(delta), kind);
    this.#blanks = /\S/.test(delta) ? 0 : this.#blanks + delta.length;
    if (this.#blanks < FEW_BLANKS) this.#options.onActivity?.();
    this.#bytes += Buffer.byteLength(delta);
    this.#uncounted += delta;
  }

  /** Appends what a text has beyond all that came before it, or all of a text that does not begin with that. */
  addBeyond(whole: string): void {
    this.add(whole.startsWith(this.#received) ? whole.slice(this.#received.length) : whole, 'text');
  }

  /** Appends a piece of the text. Some servers repeat in each piece all that came before it. */
  addPiece(delta: string): void {
    const before = this.#received.length;
    if (before >= LEAST_REPEATED && delta.length > before) this.addBeyond(delta);
    else this.add(delta, 'text');
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
    const { input, output } = readUsage(reported);
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

const FINISHED =
  /^(stop|stop_sequence|stop_token|end_turn|end|end_of_text|im_end|eos|eos_token|eos_found|eot|eot_id|s|complete|completed|finish|finished|done|normal|success)$/;
const CUT =
  /^(length|truncated|incomplete|error_limit|model_length)$|max_\w*(tokens|length|context)|(token|output|length)_limit|context_(length|window)/;
const FILTERED =
  /content.?filter|sensitive|refusal|safety|blocklist|block_reason|blocked|prohibited|recitation|spii|censor|moderation|guardrail|toxic|violat|^risk|policy/;
const CALLED = /^(tool_calls?|tool_use|function_call)$/;

/** Only known words for a regular end give `stop`. After any other word, or none, the answer is treated as broken off. */
function finishReasonOf(raw: string | null, usesTools: boolean): FinishReason {
  if (raw === null) return 'unknown';
  // Gemini's enumeration is written `STOP` and `FinishReason.STOP`.
  const word = raw
    .trim()
    .toLowerCase()
    .replace(/^finish_?reason[._]/, '')
    // `</s>` and `<|im_end|>` are the marks themselves.
    .replace(/[<>|/]/g, '')
    .replace(/ /g, '_');
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
