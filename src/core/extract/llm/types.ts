import type { JsonMode } from '../../../shared/model.ts';
import type { FailureClass } from '../../../shared/failure-classes.ts';
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

/**
 * Only `stop` is a regular end. `other`: the server gave up, or gave a reason that we do not know. `unknown`: the answer
 * ended without a reason.
 */
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
  | 'stream_options'
  /** The system message: its text then goes in front of the user message. */
  | 'system_role'
  /** Streaming: a whole answer is requested then. */
  | 'stream';

/** Details of a failed request, as far as they are known. */
export interface ModelErrorDetails {
  httpStatus?: number | null;
  /** What the provider asked to wait, from headers or body; milliseconds. */
  retryAfterMs?: number | null;
  headers?: Record<string, string>;
  /** What had arrived when the request failed; may have been billed. */
  partial?: { text: string; reasoning: string; usage: TokenUsage | null } | null;
  /** What the request carried and the server does not accept. */
  unsupported?: RequestParameter | null;
  providerText?: string;
  recognised?: boolean;
  billing?: 'none' | 'possible';
  cause?: unknown;
}

/** Longest text of a provider that is kept of a failure, in characters. */
export const PROVIDER_TEXT_CHARS = 300;

/** A request without a usable answer. `message` and `providerText` carry no secret and no behaviour text. */
export class ModelError extends Error {
  readonly failure: FailureClass;
  readonly httpStatus: number | null;
  /** How long the provider asked to wait, in milliseconds; null when it did not say. */
  readonly retryAfterMs: number | null;
  readonly headers: Record<string, string>;
  /** What had arrived when the request failed; may have been billed. */
  readonly partial: NonNullable<ModelErrorDetails['partial']> | null;
  /** What the request carried and the server does not accept: without it, the request may be accepted. */
  readonly unsupported: RequestParameter | null;
  /** The provider's own words, redacted, at most PROVIDER_TEXT_CHARS; empty when it said nothing. */
  readonly providerText: string;
  /**
   * True when the words or codes of the response name the class. False when only the status, or nothing, points to it:
   * then the run looks for evidence before it acts on the class.
   */
  readonly recognised: boolean;
  /** `none`: the provider refused and charges nothing. `possible`: the request may be billed (see `partial`). */
  readonly billing: 'none' | 'possible';

  constructor(failure: FailureClass, message: string, details: ModelErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'ModelError';
    this.failure = failure;
    this.httpStatus = details.httpStatus ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.headers = details.headers ?? {};
    this.partial = details.partial ?? null;
    this.unsupported = details.unsupported ?? null;
    this.providerText = (details.providerText ?? '').slice(0, PROVIDER_TEXT_CHARS);
    this.recognised = details.recognised ?? false;
    this.billing =
      details.billing ?? (this.httpStatus !== null && this.httpStatus >= 400 ? 'none' : 'possible');
  }
}

export interface AskHooks {
  /** Called with each piece of the answer as it comes. */
  onText?: (delta: string, kind: 'text' | 'reasoning') => void;
  /** Called when the first piece came, and at each later one: the moments that time-outs are measured from. */
  onActivity?: () => void;
  /** Called when a stream is announced, before any of the answer. Some gateways announce one and then put an error into it. */
  onAccepted?: () => void;
  /** Called when the server shows that it is alive without sending any of the answer: an SSE comment, a ping, blank lines. */
  onKeepAlive?: () => void;
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
