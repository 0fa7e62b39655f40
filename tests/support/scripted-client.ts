import type { Clock } from '../../src/core/clock.ts';
import { ModelError } from '../../src/core/extract/llm/types.ts';
import type {
  AskHooks,
  FinishReason,
  ModelAnswer,
  ModelClient,
  ModelErrorDetails,
  ModelRequest,
  RequestParameter,
  TokenUsage,
} from '../../src/core/extract/llm/types.ts';
import type { JsonMode } from '../../src/shared/model.ts';
import type { FailureClass } from '../../src/shared/failure-classes.ts';
import { answerUnit, renderUsers } from '../../tools/fault-server/answer-from-prompt.ts';
import { promptUnits } from '../../tools/fault-server/prompt-units.ts';

/** Time from sending to an answer, and to an error, unless a script says otherwise. */
const ANSWER_MS = 500;
const ERROR_MS = 20;

/** What the provider does with a request. Left out: the right answer after half a second. */
export interface Reply {
  /** Fails with this instead of an answer. */
  error?: ModelError;
  /** Never ends by itself. */
  hang?: boolean;
  /** Milliseconds until the answer or error. */
  ms?: number;
  /** Milliseconds until the provider is seen to take the request; left out: with the answer. */
  firstMs?: number;
  /** Interval of signs of life without content until then. */
  keepAliveMs?: number;
  /** Interval of pieces of text until the end. */
  dripMs?: number;
  text?: string;
  reasoning?: string;
  finish?: FinishReason;
  usage?: Partial<TokenUsage>;
}

/** A request as the script sees it. */
export interface ScriptedCall {
  /** From 1. */
  number: number;
  /** Milliseconds since the first request. */
  at: number;
  userIds: string[];
  request: ModelRequest;
  outcome: 'open' | 'answered' | 'failed' | 'aborted';
}

/** A client without a provider: a script decides the result of each request, in the time of a given clock. */
export class ScriptedClient implements ModelClient {
  readonly calls: ScriptedCall[] = [];
  readonly dropped: RequestParameter[] = [];
  readonly #clock: Clock;
  readonly #script: (call: ScriptedCall) => Reply;
  #start: number | null = null;

  constructor(clock: Clock, script: (call: ScriptedCall) => Reply) {
    this.#clock = clock;
    this.#script = script;
  }

  /** How many requests had this user in them. */
  about(userId: string): ScriptedCall[] {
    return this.calls.filter(({ userIds }) => userIds.includes(userId));
  }

  failures(): ScriptedCall[] {
    return this.calls.filter(({ outcome }) => outcome === 'failed');
  }

  drop(parameter: RequestParameter): void {
    this.dropped.push(parameter);
  }

  outputLimit(wanted: number): number | null {
    return wanted;
  }

  async ask(
    request: ModelRequest,
    _jsonMode: JsonMode,
    hooks: AskHooks,
    signal: AbortSignal,
  ): Promise<ModelAnswer> {
    const sentAt = this.#clock.now();
    this.#start ??= sentAt;
    const userIds = request.asked.map(({ unit }) => unit.userId);
    const call: ScriptedCall = {
      ...{ number: this.calls.length + 1, at: sentAt - this.#start, userIds, request },
      outcome: 'open',
    };
    this.calls.push(call);
    const reply = this.#script(call);
    await this.#wait(reply, hooks, signal);
    if (signal.aborted) {
      call.outcome = 'aborted';
      throw signal.reason;
    }
    if (reply.error) {
      call.outcome = 'failed';
      throw reply.error;
    }
    call.outcome = 'answered';
    hooks.onStarted?.();
    const { text = rightAnswer(request), reasoning = '' } = reply;
    if (text !== '') this.#say(text, 'text', hooks);
    if (reasoning !== '') this.#say(reasoning, 'reasoning', hooks);
    const latencyMs = this.#clock.now() - sentAt;
    return {
      text,
      reasoning,
      finishReason: reply.finish ?? 'stop',
      usage: {
        inputTokens: request.inputTokens,
        outputTokens: request.predictedOutputTokens,
        reported: true,
        ...reply.usage,
      },
      firstTokenMs: latencyMs,
      latencyMs,
      httpStatus: 200,
      headers: {},
    };
  }

  async #wait(reply: Reply, hooks: AskHooks, signal: AbortSignal): Promise<void> {
    const { keepAliveMs = Infinity, dripMs = Infinity } = reply;
    const ms = reply.hang ? Infinity : (reply.ms ?? (reply.error ? ERROR_MS : ANSWER_MS));
    const end = this.#clock.now() + ms;
    const step = Math.min(keepAliveMs, dripMs);
    if (reply.firstMs !== undefined) {
      await this.#clock.sleep(reply.firstMs, signal);
      hooks.onAccepted?.();
      hooks.onStarted?.();
    }
    if (keepAliveMs < Infinity) hooks.onKeepAlive?.();
    for (;;) {
      const left = end - this.#clock.now();
      if (left <= 0 || signal.aborted) return;
      await this.#clock.sleep(Math.min(step, left, 1e12), signal);
      if (signal.aborted || this.#clock.now() >= end) continue;
      if (keepAliveMs < Infinity) hooks.onKeepAlive?.();
      if (dripMs < Infinity) this.#say(' ', 'text', hooks);
    }
  }

  #say(delta: string, kind: 'text' | 'reasoning', hooks: AskHooks): void {
    hooks.onActivity?.();
    hooks.onText?.(delta, kind);
  }
}

/** The right answer to a request. */
export function rightAnswer({ user }: ModelRequest): string {
  return renderUsers(promptUnits(user).map(answerUnit), 'compact');
}

/** A failure as a client reports it. */
export function failure(
  failureClass: FailureClass,
  providerText: string,
  details: ModelErrorDetails = {},
): ModelError {
  return new ModelError(failureClass, providerText, { providerText, ...details });
}
