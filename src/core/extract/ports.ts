import type {
  RequestDetail,
  RequestState,
  RequestSummary,
  SentPrompt,
  UserVerdict,
} from '../../shared/model.ts';
import type { FailureClass } from '../../shared/failure-classes.ts';

/**
 * What an extractor that asks a model needs of the workspace: the ledger of its requests, and the answers that were paid
 * for. Both are used within the process of the run and answer at once; what has to be stored together with the users of a
 * commit travels with that commit as ExtraWrites.
 */

/**
 * A unit of a request: whose, which part of how many, of how many behaviours, and the key of its answer (see AnswerCache).
 * An answer that is judged after a restart is one to what was asked then, not to what would be asked now.
 */
export type AskedRef = [userNo: number, part: number, parts: number, behaviours: number, key: string];

export interface NewRequest {
  runId: number;
  /** Sent to the provider, so that both sides can name the request. */
  clientId: string;
  /** Milliseconds since the epoch. */
  startTime: number;
  asked: AskedRef[];
  /** Why the units are asked about again; null for a first time. */
  cause: FailureClass | null;
  /** Money set aside for the request; 0 without a price. */
  reservedCost: number;
  /** Tokens set aside for the request. */
  reservedTokens: number;
  /** The texts of the request, as they are sent. */
  prompt: SentPrompt;
}

/** What a request used and cost. Null tokens: nothing is known to have been billed. */
export interface Billing {
  inputTokens: number | null;
  outputTokens: number | null;
  /** False when our tokenizer counted, because the provider did not report any usage. */
  reported: boolean;
  cost: number | null;
}

export interface AnsweredRequest extends Billing {
  text: string;
  reasoning: string;
  finishReason: string;
  httpStatus: number;
  firstTokenMs: number;
  latencyMs: number;
}

export interface FailedRequest extends Billing {
  state: Extract<RequestState, 'failed' | 'aborted'>;
  failure: FailureClass | null;
  /** Without secrets and behaviour text. */
  detail: string;
  httpStatus: number | null;
  latencyMs: number;
  /** What had arrived. */
  text: string;
  reasoning: string;
}

/** An answer that was stored, but not judged before the process died. */
export interface UnjudgedAnswer {
  id: number;
  asked: AskedRef[];
  text: string;
  reasoning: string;
  finishReason: string;
}

/** The sums of a run's requests. */
export interface RequestTotals {
  requests: number;
  retries: number;
  retriesByReason: Partial<Record<FailureClass, number>>;
  inputTokens: number;
  outputTokens: number;
  cost: number;
  /** Money and tokens set aside for requests of which it is not known whether they were billed. */
  uncertainCost: number;
  uncertainTokens: number;
}

/** The sums of a run that has made no request. */
export const NO_REQUESTS: Readonly<RequestTotals> = {
  requests: 0,
  retries: 0,
  retriesByReason: {},
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
  uncertainCost: 0,
  uncertainTokens: 0,
};

/** The ledger: every request to a model, from before it is sent. */
export interface RequestLedger {
  /** Records a request before it is sent; returns its id. */
  begin(request: NewRequest): number;
  /** Stores an answer and what it cost, before it is judged. */
  answered(id: number, answer: AnsweredRequest): void;
  /** Stores that a request gave no answer, and what it cost all the same. */
  failed(id: number, failed: FailedRequest): void;
  /** Answers of a run that were paid for and stored, but not judged. */
  unjudged(runId: number): UnjudgedAnswer[];
  /** Marks what a dead process had in flight, in one run or (null) in any; returns how many. */
  markLost(runId: number | null): number;
  /** The sums of the requests of a run. */
  totals(runId: number): Readonly<RequestTotals>;
  /** The latest requests, newest first. */
  latest(limit: number): RequestSummary[];
  get(id: number): RequestDetail | null;
}

/** An event of a judged answer; evidence counts from 0 within the unit. Times are wall-clock milliseconds. */
export interface StoredEvent {
  type: string;
  category: 'conversion' | 'engagement';
  startTime: number;
  endTime: number;
  confidence: number;
  context: Record<string, unknown>;
  evidence: number[];
}

/** The judged answer for a unit, before the guardrail. */
export interface StoredAnswer {
  events: StoredEvent[];
  coverage: number;
  unsupported: number;
}

/** How a unit was cut: into units of so many tokens, or before the behaviour of that index. */
export type StoredCut = { maxTokens: number } | { at: number };

/** Judged answers by a hash of everything that determines them, and what was learned of models. */
export interface AnswerCache {
  /** `createdAt` in milliseconds since the epoch; null when there is no answer. */
  get(key: string): { answer: StoredAnswer; complete: boolean; createdAt: number } | null;
  /** How a unit was cut because its answer was too long, or broke off; null when it was not. */
  cutOf(key: string): StoredCut | null;
  /** Remembers a cut, so that the same unit is cut the same way the next time, and its answered parts are found. */
  cut(key: string, cut: StoredCut, now: number): void;
  /** What was learned of a provider's model, as it was stored; null when nothing was. */
  learned(key: string): unknown;
  learn(key: string, state: unknown, now: number): void;
}

/** What an extractor stores together with the users of a commit: all of it, or nothing. */
export interface ExtraWrites {
  /** The request whose answer was judged, and the verdict on each of its users. */
  judged?: { requestId: number; verdicts: UserVerdict[] };
  /** Answers to keep. A complete answer is never replaced by one that is not. */
  answers?: { key: string; answer: StoredAnswer; complete: boolean }[];
  /** Where units were cut. Of several cuts of one unit, the one that goes furthest is kept. */
  cuts?: { key: string; at: number }[];
  learned?: { key: string; state: unknown };
}
