import type { FailureClass, JsonMode } from '../../../shared/model.ts';
import type { ProfileField } from '../../../shared/users.ts';
import type { BehaviourInput, EventDraft } from '../extractor.ts';

/** What is asked about at once: a user, or one part of a user too long for one request. Behaviours in time order. */
export interface WorkUnit {
  userNo: number;
  userId: string;
  /** From 0. */
  part: number;
  parts: number;
  profile: ProfileField[] | null;
  behaviours: BehaviourInput[];
  /** Of the rest of a unit in which an answer broke off: how many behaviours the unit had as a whole. */
  of?: number | undefined;
}

/** A unit in a request: `u1`, and the number of its first behaviour; the others follow without gaps. */
export interface AskedUnit {
  alias: string;
  firstNumber: number;
  unit: WorkUnit;
}

/** A request, ready to be sent. */
export interface ModelRequest {
  system: string;
  user: string;
  /** JSON schema of the answer (design: wire format). */
  schema: Record<string, unknown>;
  asked: AskedUnit[];
  /** Of system and user, by our tokenizer. */
  inputTokens: number;
  /** What the answer will have, as far as we know. */
  predictedOutputTokens: number;
  /** What the answer may have: sent as the provider's limit. */
  maxOutputTokens: number;
}

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  /** False when the provider said nothing and our tokenizer counted. */
  reported: boolean;
}

/** `other`: a reason we do not know. `unknown`: the answer ended without one. */
export type FinishReason = 'stop' | 'length' | 'content_filter' | 'other' | 'unknown';

/** A complete answer of a provider; untrusted. */
export interface ModelAnswer {
  text: string;
  /** Thoughts that came in a field of their own. */
  reasoning: string;
  finishReason: FinishReason;
  usage: TokenUsage;
  firstTokenMs: number;
  latencyMs: number;
  httpStatus: number;
  /** Lower-case names. */
  headers: Record<string, string>;
}

/**
 * What a request carries beyond the conversation and a server may refuse. `json_schema` is the strict form of
 * `response_format`: without it a plain JSON object is asked for.
 */
export type RequestParameter =
  | 'json_schema'
  | 'response_format'
  | 'temperature'
  | 'max_tokens'
  | 'max_completion_tokens'
  /** Not the parameter but its value: the client has lowered it, and there is nothing to drop. */
  | 'output_limit'
  | 'stream_options';

/** A request without a usable answer. `message` carries no secret and no behaviour text. */
export class ModelError extends Error {
  readonly failure: FailureClass;
  readonly httpStatus: number | null;
  /** What the provider asked for; null when it did not. */
  readonly retryAfterMs: number | null;
  readonly headers: Record<string, string>;
  /** What had come when it broke off; may have been billed. */
  readonly partial: { text: string; reasoning: string; usage: TokenUsage | null } | null;
  /** What the request carried and the server does not take: asked again without it, the request may be accepted. */
  readonly unsupported: RequestParameter | null;

  constructor(
    failure: FailureClass,
    message: string,
    details: {
      httpStatus?: number | null;
      retryAfterMs?: number | null;
      headers?: Record<string, string>;
      partial?: ModelError['partial'];
      unsupported?: RequestParameter | null;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'ModelError';
    this.failure = failure;
    this.httpStatus = details.httpStatus ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.headers = details.headers ?? {};
    this.partial = details.partial ?? null;
    this.unsupported = details.unsupported ?? null;
  }
}

export interface AskHooks {
  /** Called with each piece of the answer as it comes. */
  onText?: (delta: string, kind: 'text' | 'reasoning') => void;
  /** Called when the first piece came, and at each later one: the moments that time-outs are measured from. */
  onActivity?: () => void;
  /** Called when a stream is announced, before any of the answer. Some gateways announce one and then put an error into it. */
  onAccepted?: () => void;
  /** Called once, when an event of the answer came that is no error, with or without text: key, model and parameters are good. */
  onStarted?: () => void;
  /** Sent as `X-Client-Request-Id`, so that both sides can name the request. */
  requestId: string;
}

/** One provider and model. Sends exactly one HTTP request per call, never retries by itself. */
export interface ModelClient {
  /** Rejects with ModelError; with the reason of the signal when that aborts. */
  ask(request: ModelRequest, jsonMode: JsonMode, hooks: AskHooks, signal: AbortSignal): Promise<ModelAnswer>;
  /** Leaves a parameter out of all later requests (ModelError.unsupported). Dropping one twice changes nothing. */
  drop(parameter: RequestParameter): void;
  /**
   * The limit of output tokens that a request for `wanted` carries: lower when the provider was seen to allow less, null
   * when it takes none, so that only the context bounds the answer.
   */
  outputLimit(wanted: number): number | null;
}

/** What an answer says of a unit before it breaks off. */
export interface BegunUnit {
  /** In time order; whole events only. */
  events: EventDraft[];
  /** Indexes of the behaviours in evidence. */
  covered: ReadonlySet<number>;
  unsupported: number;
}

/** How an answer was judged for one unit. */
export interface UnitVerdict {
  asked: AskedUnit;
  /** `complete`: all is accounted for. `partial`: usable, but too little is covered. `rejected`: nothing usable. */
  status: 'complete' | 'partial' | 'rejected';
  /** Why not complete. */
  reason: FailureClass | null;
  /** In time order, guardrail not yet applied; empty when rejected. */
  events: EventDraft[];
  /** Share of the unit's behaviours in evidence, 0 to 1. */
  coverage: number;
  /** Events dropped because none of their evidence is the unit's. */
  unsupported: number;
  /** What there is of a rejected unit when the answer broke off within it; null when that says nothing for sure. */
  begun: BegunUnit | null;
}
