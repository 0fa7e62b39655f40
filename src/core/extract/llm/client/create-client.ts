import type { JsonMode, ModelSettings } from '../../../../shared/model.ts';
import type { FailureClass } from '../../../../shared/failure-classes.ts';
import { systemClock } from '../../../clock.ts';
import type { Clock } from '../../../clock.ts';
import { ModelError } from '../types.ts';
import type { AskHooks, ModelAnswer, ModelClient, ModelRequest, RequestParameter } from '../types.ts';
import { AnswerSoFar, TokenCounter } from './answer-so-far.ts';
import { readErrorBody } from './error-body.ts';
import type { ErrorSaid } from './error-body.ts';
import { lowerLimit } from './failure-table.ts';
import type { RefusedParameter } from './failure-table.ts';
import { normaliseBaseUrl, protocolHeaders, requestUrl, visibleHeaders } from './http.ts';
import { redirectError, refusalError, toModelError } from './model-error.ts';
import type { ErrorContext, Refusal } from './model-error.ts';
import { protocolOf } from './protocols.ts';
import type { BuiltRequest, Protocol } from './protocols.ts';
import { patientFetch } from './patient-fetch.ts';
import { readAnswer, readErrorText } from './read-body.ts';
import { createRedactor } from './redact.ts';

/** What a client is made of. */
export interface ClientConfig {
  settings: ModelSettings;
  /** Null for servers without one: then no header for it is sent. */
  apiKey: string | null;
  fetch?: typeof fetch;
  /** Counts what a provider does not report; by default three bytes are taken for a token. */
  countTokens?: (text: string) => number;
  clock?: Pick<Clock, 'now'>;
}

/** Successful answers after which another failure of a JSON mode counts as chance again. */
const ENOUGH_WELL_FORMED = 10;
/** Why a connection is closed once its answer is read. Without a reason of one's own, each `abort` makes an exception with its stack. */
const OVER = 'the exchange is over';

/**
 * A client of one provider and model. Asks for a stream unless the server refuses one, and takes a whole answer if it
 * gets one. Each `ask` sends exactly one HTTP request: nothing here or below retries, because pacing must see every
 * failure, and money is spent only where it is booked.
 * Throws AppError `model.bad_base_url`.
 */
export function createModelClient(config: ClientConfig): ModelClient {
  return new ProviderClient(config);
}

/** The request parameters that a complaint may be about, in the order in which they are dropped. */
const CARRIED_AS: Record<RefusedParameter, readonly RequestParameter[]> = {
  response_format: ['json_schema', 'response_format'],
  max_tokens: ['max_tokens', 'max_completion_tokens'],
  stream_options: ['stream_options'],
  temperature: ['temperature'],
  system_role: ['system_role'],
  stream: ['stream'],
};

/** What servers refuse without a word, the most likely first. */
const GUESSES: readonly RequestParameter[] = ['json_schema', 'response_format', 'stream_options'];
const SERVER_ERRORS_BEFORE_GUESS = 4;

/** A shorter prompt may be part of an answer by chance. */
const LEAST_ECHO_CHARS = 40;

/** The text behind the prompt where a server repeats it: the example in it is no answer. */
function withoutEcho(text: string, { system, user }: ModelRequest): string {
  for (const part of [user.trim(), system.trim()]) {
    const at = part.length < LEAST_ECHO_CHARS ? -1 : text.lastIndexOf(part);
    if (at >= 0) return text.slice(at + part.length);
  }
  return text;
}

/** One request on its way. */
interface Exchange {
  request: ModelRequest;
  built: BuiltRequest;
  answer: AnswerSoFar;
  /** Null, and empty, until the server has responded. */
  httpStatus: number | null;
  headers: Record<string, string>;
}

class ProviderClient implements ModelClient {
  readonly #config: ClientConfig;
  readonly #protocol: Protocol;
  readonly #baseUrl: string;
  readonly #apiKey: string | null;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #countTokens: (text: string) => number;
  readonly #tokens: TokenCounter;
  readonly #redact: ReturnType<typeof createRedactor>;
  readonly #dropped = new Set<RequestParameter>();
  /** Highest output limit that the provider accepts, as far as it is known. */
  #mostOutput = Number.POSITIVE_INFINITY;
  /** What is left out by way of trial; see #guess. */
  readonly #trials = new Set<RequestParameter>();
  #guesses: 'open' | 'over' = 'open';
  /** Errors of the server without a reason since the start. */
  #serverErrors = 0;
  /** Successful answers since the server last failed to produce JSON in a JSON mode; null if it never failed. */
  #wellFormed: number | null = null;

  constructor(config: ClientConfig) {
    const { settings } = config;
    this.#config = config;
    this.#protocol = protocolOf(settings.protocol);
    this.#baseUrl = normaliseBaseUrl(settings.baseUrl, settings.protocol);
    this.#apiKey = config.apiKey?.trim() || null;
    this.#clock = config.clock ?? systemClock;
    this.#countTokens = config.countTokens ?? ((text) => Math.ceil(Buffer.byteLength(text) / 3));
    this.#tokens = new TokenCounter(this.#countTokens);
    this.#redact = createRedactor(this.#apiKey);
  }

  drop(parameter: RequestParameter): void {
    this.#dropped.add(parameter);
  }

  outputLimit(wanted: number): number | null {
    const isTaken = !(this.#dropped.has('max_tokens') && this.#dropped.has('max_completion_tokens'));
    return isTaken || this.#config.settings.protocol === 'anthropic'
      ? Math.min(wanted, this.#mostOutput)
      : null;
  }

  async ask(
    asked: ModelRequest,
    jsonMode: JsonMode,
    hooks: AskHooks,
    signal: AbortSignal,
  ): Promise<ModelAnswer> {
    signal.throwIfAborted();
    // Other characters are not allowed in a header, and the error of `fetch` would quote the key.
    if (this.#apiKey !== null && !/^[\x21-\x7e]+$/.test(this.#apiKey)) {
      throw new ModelError('unauthorized', 'the key holds characters that no key can have', {
        recognised: true,
        billing: 'none',
      });
    }
    const request = { ...asked, maxOutputTokens: Math.min(asked.maxOutputTokens, this.#mostOutput) };
    const start = this.#clock.now();
    let firstTokenMs: number | null = null;
    const exchange: Exchange = {
      request,
      built: this.#protocol.build({
        settings: this.#config.settings,
        request,
        jsonMode,
        dropped: this.#dropped,
      }),
      answer: new AnswerSoFar({
        apiKey: this.#apiKey,
        maxOutputTokens: request.maxOutputTokens,
        countTokens: this.#countTokens,
        onText: hooks.onText,
        onActivity: () => {
          firstTokenMs ??= this.#clock.now() - start;
          hooks.onActivity?.();
        },
      }),
      httpStatus: null,
      headers: {},
    };
    const aborter = new AbortController();
    const abort = (): void => aborter.abort(signal.aborted ? signal.reason : OVER);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await this.#exchange(exchange, hooks, aborter.signal);
      signal.throwIfAborted();
      if (exchange.answer.isNothing) throw this.#nothingCame(exchange);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toModelError(error, this.#context(exchange));
    } finally {
      signal.removeEventListener('abort', abort);
      // Closes the connection after a failure. Has no effect after a complete answer.
      abort();
    }
    const latencyMs = this.#clock.now() - start;
    return this.#answerOf(exchange, firstTokenMs ?? latencyMs, latencyMs);
  }

  /** Sends the request and reads the response into the answer. Rejects with any error of the network or the response. */
  async #exchange(exchange: Exchange, hooks: AskHooks, signal: AbortSignal): Promise<void> {
    const { settings } = this.#config;
    const response = await (this.#config.fetch ?? patientFetch)(
      requestUrl(this.#baseUrl, this.#protocol.path),
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-client-request-id': hooks.requestId,
          ...protocolHeaders(settings.protocol, this.#baseUrl, this.#apiKey),
        },
        body: JSON.stringify(exchange.built.body),
        redirect: 'manual',
        signal,
      },
    );
    exchange.httpStatus = response.status;
    exchange.headers = visibleHeaders(response.headers, (text) => this.#redact(text));
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400) {
      throw redirectError(this.#baseUrl, location, this.#context(exchange));
    }
    if (!response.ok) {
      throw refusalError(readErrorBody(await readErrorText(response.body)), this.#context(exchange));
    }
    if (response.headers.get('content-type')?.startsWith('text/event-stream')) hooks.onAccepted?.();
    await readAnswer(response.body, this.#protocol, exchange.answer, hooks);
    exchange.answer.text = withoutEcho(exchange.answer.text, exchange.request);
  }

  #answerOf(exchange: Exchange, firstTokenMs: number, latencyMs: number): ModelAnswer {
    const { answer, request, httpStatus, headers } = exchange;
    this.#guesses = 'over';
    if (this.#wellFormed !== null) this.#wellFormed += 1;
    return {
      text: answer.text,
      reasoning: answer.reasoning,
      finishReason: answer.finish,
      usage: this.#tokens.whole(answer, request),
      firstTokenMs,
      latencyMs,
      httpStatus: httpStatus ?? 200,
      headers,
    };
  }

  /** The error of a body that is over and holds no answer: as a rule no model has worked, and nothing is billed. */
  #nothingCame({ answer, request, httpStatus, headers }: Exchange): ModelError {
    const mayBeBilled = answer.usage.inputTokens === null ? answer.begun : answer.usage.inputTokens > 0;
    const usage = this.#tokens.whole(answer, request);
    return new ModelError('empty', 'the answer is empty', {
      httpStatus,
      headers,
      partial: mayBeBilled ? { text: '', reasoning: '', usage } : null,
      billing: mayBeBilled ? 'possible' : 'none',
    });
  }

  #context(exchange: Exchange): ErrorContext {
    const { answer, request, built, httpStatus, headers } = exchange;
    const { text, reasoning } = answer;
    const usage = this.#tokens.partial(answer, request);
    return {
      redact: (said) => this.#redact(said, request.user),
      baseUrl: this.#baseUrl,
      headers,
      httpStatus,
      now: this.#clock.now(),
      partial: text || reasoning || usage ? { text, reasoning, usage } : null,
      refused: (parameter, said) => this.#refusalOf(parameter, said, request, built),
      unexplained: (failure) => this.#guess(failure, built),
    };
  }

  /** The parameter that the server does not accept. If the output limit is too high, it is lowered for all later requests. */
  #refusalOf(
    parameter: RefusedParameter | null,
    said: ErrorSaid,
    request: ModelRequest,
    { carries }: BuiltRequest,
  ): Refusal {
    const unsupported = parameter && CARRIED_AS[parameter].find((name) => carries.has(name));
    if (!unsupported) return { failure: 'bad_request', unsupported: null };
    if (unsupported === 'max_tokens' || unsupported === 'max_completion_tokens') {
      const limit = lowerLimit(said, request.maxOutputTokens);
      if (limit === null) return { failure: 'bad_request', unsupported };
      this.#mostOutput = Math.min(this.#mostOutput, limit);
      return { failure: 'bad_request', unsupported: 'output_limit' };
    }
    if (said.codes.includes('json_validate_failed') && !this.#failsOften()) {
      return { failure: 'bad_format', unsupported: null };
    }
    return { failure: 'bad_request', unsupported };
  }

  /**
   * The parameter to leave out of the next request by way of trial, after a refusal that does not say what is wrong and before
   * anything was answered: some servers name no parameter. Null when it is over, and nothing is left out by way of trial
   * any more, for it was of no use.
   */
  #guess(failure: FailureClass, { carries }: BuiltRequest): RequestParameter | null {
    if (this.#guesses === 'over') return null;
    // A server error usually passes.
    if (failure === 'server_error' && ++this.#serverErrors < SERVER_ERRORS_BEFORE_GUESS) return null;
    const guess = GUESSES.find((parameter) => carries.has(parameter) && !this.#dropped.has(parameter));
    if (guess === undefined) {
      this.#guesses = 'over';
      for (const parameter of this.#trials) this.#dropped.delete(parameter);
      return null;
    }
    this.#trials.add(guess);
    return guess;
  }

  /**
   * Groq fails a request whose answer turns out not to be JSON. The first time this is treated as chance, a second time
   * within a few answers as a fault of the JSON mode.
   */
  #failsOften(): boolean {
    const isOften = this.#wellFormed !== null && this.#wellFormed < ENOUGH_WELL_FORMED;
    this.#wellFormed = 0;
    return isOften;
  }
}
