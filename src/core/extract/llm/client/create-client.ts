import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { JsonMode, ModelSettings } from '../../../../shared/model.ts';
import { systemClock } from '../../../clock.ts';
import type { Clock } from '../../../clock.ts';
import { ModelError } from '../types.ts';
import type { AskHooks, ModelAnswer, ModelClient, ModelRequest, RequestParameter } from '../types.ts';
import { normaliseBaseUrl } from './base-url.ts';
import type { RefusedParameter } from './classify-error.ts';
import type { ErrorSaid } from './error-body.ts';
import { answeringFetch } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { finishReasonOf } from './finish-reason.ts';
import { lowerLimit } from './output-limit.ts';
import { patientFetch } from './patient-fetch.ts';
import { callOptions, providerModel } from './provider-model.ts';
import { AnswerSoFar, readStream } from './read-stream.ts';
import { createRedactor } from './redact.ts';
import { requestShape, sentParameter } from './request-shape.ts';
import type { RequestShape } from './request-shape.ts';
import { toModelError } from './to-model-error.ts';
import { partialUsage, wholeUsage } from './usage.ts';

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

/**
 * A client of one provider and model. Always asks for a stream, and takes a whole answer if it gets one. Each `ask`
 * sends exactly one HTTP request: nothing here or below retries, because pacing must see every failure, and money is
 * spent only where it is booked.
 * Throws AppError `model.bad_base_url`.
 */
export function createModelClient(config: ClientConfig): ModelClient {
  return new ProviderClient(config);
}

class ProviderClient implements ModelClient {
  readonly #config: ClientConfig;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #countTokens: (text: string) => number;
  readonly #redact: ReturnType<typeof createRedactor>;
  readonly #dropped = new Set<RequestParameter>();
  /** The most output tokens that the provider allows to ask for, as far as it has said. */
  #mostOutput = Number.POSITIVE_INFINITY;
  /** The package hands our signal through to `fetch`: by it an exchange finds its call. */
  readonly #exchanges = new WeakMap<AbortSignal, Exchange>();
  readonly #withUsage: LanguageModelV4;
  readonly #withoutUsage: LanguageModelV4;
  readonly #keyIsSendable: boolean;

  constructor(config: ClientConfig) {
    const { settings } = config;
    const apiKey = config.apiKey?.trim() || null;
    this.#config = config;
    this.#clock = config.clock ?? systemClock;
    this.#countTokens = config.countTokens ?? ((text) => Math.ceil(Buffer.byteLength(text) / 3));
    this.#redact = createRedactor(apiKey);
    // Anything else cannot stand in a header, and the error about it would quote the key.
    this.#keyIsSendable = apiKey === null || /^[\x21-\x7e]+$/.test(apiKey);
    const source = {
      settings,
      baseUrl: normaliseBaseUrl(settings.baseUrl, settings.protocol),
      apiKey,
      fetch: answeringFetch(
        config.fetch ?? patientFetch,
        settings.protocol,
        (signal) => this.#exchanges.get(signal),
        apiKey !== null,
        (text) => this.#redact(text),
      ),
    };
    this.#withUsage = providerModel(source, true);
    this.#withoutUsage = providerModel(source, false);
  }

  drop(parameter: RequestParameter): void {
    this.#dropped.add(parameter);
  }

  outputLimit(wanted: number): number | null {
    const { tokenLimit } = requestShape(this.#config.settings, 'none', {}, this.#dropped);
    return tokenLimit === null ? null : Math.min(wanted, this.#mostOutput);
  }

  async ask(
    asked: ModelRequest,
    jsonMode: JsonMode,
    hooks: AskHooks,
    signal: AbortSignal,
  ): Promise<ModelAnswer> {
    signal.throwIfAborted();
    if (!this.#keyIsSendable) {
      throw new ModelError('unauthorized', 'the key holds characters that no key can have');
    }
    const request = { ...asked, maxOutputTokens: Math.min(asked.maxOutputTokens, this.#mostOutput) };
    const shape = requestShape(this.#config.settings, jsonMode, request.schema, this.#dropped);
    const answer = new AnswerSoFar();
    const exchange: Exchange = {
      httpStatus: null,
      headers: {},
      ...(hooks.onAccepted ? { accepted: hooks.onAccepted } : {}),
    };
    const aborter = new AbortController();
    const abort = (): void => aborter.abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#exchanges.set(aborter.signal, exchange);
    try {
      return await this.#exchange(request, shape, hooks, aborter.signal, answer, exchange);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw this.#failure(error, request, shape, answer, exchange);
    } finally {
      signal.removeEventListener('abort', abort);
      // Closes what a failure left open; after a whole answer there is nothing to close.
      abort();
    }
  }

  async #exchange(
    request: ModelRequest,
    shape: RequestShape,
    hooks: AskHooks,
    signal: AbortSignal,
    answer: AnswerSoFar,
    exchange: Exchange,
  ): Promise<ModelAnswer> {
    const start = this.#clock.now();
    let firstTokenMs: number | null = null;
    const model = shape.usage ? this.#withUsage : this.#withoutUsage;
    const options = callOptions(this.#config.settings, request, shape, hooks.requestId, signal);
    const { stream } = await model.doStream(options);
    const onPiece = (delta: string, kind: 'text' | 'reasoning'): void => {
      firstTokenMs ??= this.#clock.now() - start;
      hooks.onActivity?.();
      hooks.onText?.(delta, kind);
    };
    await readStream(stream, answer, onPiece, hooks.onStarted);
    // What breaks after the answer has ended costs nothing but the usage, and the answer is paid for.
    const ended = answer.facts.finishReason !== null && !signal.aborted;
    if (exchange.broken !== undefined && !ended) throw exchange.broken;
    const latencyMs = this.#clock.now() - start;
    return {
      text: answer.text,
      reasoning: answer.reasoning,
      finishReason: finishReasonOf(answer.facts.finishReason, answer.facts.refused),
      usage: wholeUsage(answer, request, this.#countTokens),
      firstTokenMs: firstTokenMs ?? latencyMs,
      latencyMs,
      httpStatus: exchange.httpStatus ?? 200,
      headers: exchange.headers,
    };
  }

  #failure(
    error: unknown,
    request: ModelRequest,
    shape: RequestShape,
    answer: AnswerSoFar,
    exchange: Exchange,
  ): ModelError {
    const { text, reasoning } = answer;
    const usage = partialUsage(answer, request, this.#countTokens);
    return toModelError(error, {
      redact: (said) => this.#redact(said, request.user),
      headers: exchange.headers,
      httpStatus: exchange.httpStatus,
      now: this.#clock.now(),
      partial: text || reasoning || usage ? { text, reasoning, usage } : null,
      sent: (refused, said) => this.#refusedParameter(refused, said, request, shape),
    });
  }

  /** What the server does not take of the request; a limit that it finds too high is lower from now on. */
  #refusedParameter(
    refused: RefusedParameter | null,
    said: ErrorSaid,
    request: ModelRequest,
    shape: RequestShape,
  ): RequestParameter | null {
    const parameter = sentParameter(refused, shape);
    if (parameter !== 'max_tokens' && parameter !== 'max_completion_tokens') return parameter;
    const limit = lowerLimit(said, request.maxOutputTokens);
    if (limit === null) return parameter;
    this.#mostOutput = Math.min(this.#mostOutput, limit);
    return 'output_limit';
  }
}
