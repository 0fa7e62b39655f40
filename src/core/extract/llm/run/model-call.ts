import { randomUUID } from 'node:crypto';
import type { FailureClass } from '../../../../shared/failure-classes.ts';
import type { Clock } from '../../../clock.ts';
import type { RunDesk } from '../../extractor.ts';
import type { AskedRef, NewRequest, RequestLedger } from '../../ports.ts';
import type { Lease } from '../pacing/pacer.ts';
import { ModelError } from '../types.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from '../types.ts';
import type { FailureVerdict } from './failure-evidence.ts';
import type { RequestFeed } from './request-feed.ts';
import type { Spending, Reservation } from './spending.ts';
import type { UnitWork } from './unit-work.ts';

/** How JSON is demanded; the client leaves out what the provider has refused. */
const STRICTEST = 'json_schema';

/** An error put into a stream comes with its headers: who is silent for so long after them is working. */
const PROOF_AFTER_HEADERS_MS = 1_000;
/** Why nothing is waited for any more. Without a reason of one's own, each `abort` makes an exception with its stack. */
const ANSWERED = 'the call is over';

/** A request as it goes on the books. */
export interface CallPlan {
  request: ModelRequest;
  /** What it asks about. */
  asked: AskedRef[];
  /** Whom it asks about. */
  userIds: string[];
  /** Money and tokens set aside. */
  reserved: Reservation;
  /** Why it is asked again; null for a first time. */
  cause: FailureClass | null;
}

/** A request whose units are chosen. */
export interface PlannedRequest extends Omit<CallPlan, 'asked' | 'userIds'> {
  units: UnitWork[];
  /** Whether nothing else had been sent for a minute when it was. */
  isAfterQuiet: boolean;
}

/** The books of what the request belongs to. */
export interface CallLedger extends Pick<RequestLedger, 'answered' | 'failed'> {
  begin(request: Omit<NewRequest, 'runId'>): number;
}

export interface ModelCallParts {
  desk: Pick<RunDesk, 'signal' | 'enter' | 'leave' | 'untilUnlocked'>;
  clock: Clock;
  client: ModelClient;
  ledger: CallLedger;
  feed: RequestFeed;
  spending: Spending;
  /** Finds out what a failure of the request means. */
  judge: (error: ModelError) => FailureVerdict;
}

/** What came of a request. */
export type CallOutcome =
  | { kind: 'answered'; answer: ModelAnswer }
  /** `came`: what there was of an answer when it broke off; null for none. */
  | {
      kind: 'failed';
      error: ModelError;
      verdict: FailureVerdict;
      came: { text: string; reasoning: string } | null;
    }
  /** The run is over. */
  | { kind: 'aborted' };

/** One request, on the books from before it is sent until it is known what it cost. */
export class ModelCall {
  readonly id: number;
  readonly #parts: ModelCallParts;
  readonly #planned: CallPlan;
  readonly #lease: Lease;
  readonly #clientId = randomUUID();
  readonly #startTime: number;
  /** What came before a time-out, which may be billed: the client only says that it was aborted. */
  readonly #came = { text: '', reasoning: '' };

  /** Writes the request down. */
  constructor(parts: ModelCallParts, planned: CallPlan, lease: Lease) {
    this.#parts = parts;
    this.#planned = planned;
    this.#lease = lease;
    const { desk, clock, ledger, feed } = parts;
    this.#startTime = clock.now();
    this.id = ledger.begin({
      clientId: this.#clientId,
      startTime: this.#startTime,
      asked: planned.asked,
      cause: planned.cause,
      reservedCost: planned.reserved.cost ?? 0,
      reservedTokens: planned.reserved.tokens,
      prompt: { system: planned.request.system, user: planned.request.user },
    });
    feed.started(this.id);
    desk.enter(this.id, planned.userIds);
  }

  /** Sends the request and stores what came. `accepted` is called when the provider is seen to take it. */
  async send(accepted: () => void): Promise<CallOutcome> {
    const { desk, clock, client, feed, spending } = this.#parts;
    const { request, reserved } = this.#planned;
    const lease = this.#lease;
    const over = new AbortController();
    const limit = client.outputLimit(request.maxOutputTokens);
    let answer: ModelAnswer;
    try {
      answer = await client.ask(
        request,
        STRICTEST,
        {
          requestId: this.#clientId,
          onAccepted: () => {
            lease.accepted();
            void clock.sleep(PROOF_AFTER_HEADERS_MS, over.signal).then(() => {
              if (!over.signal.aborted) accepted();
            });
          },
          onKeepAlive: () => lease.keptAlive(),
          onStarted: accepted,
          onActivity: () => {
            lease.activity();
            accepted();
          },
          onText: (delta, kind) => {
            this.#came[kind] += delta;
            feed.text(this.id, delta, kind);
          },
        },
        AbortSignal.any([desk.signal, lease.signal]),
      );
    } catch (error) {
      return await this.#failed(error);
    } finally {
      over.abort(ANSWERED);
      spending.release(reserved);
    }
    spending.learn(limit, answer.usage);
    const { inputTokens, outputTokens } = answer.usage;
    lease.succeeded({ tokens: inputTokens + outputTokens, headers: answer.headers });
    // It is paid for: a lock of another program is no reason to lose it.
    const unlocked = desk.untilUnlocked();
    if (unlocked) await unlocked;
    this.#parts.ledger.answered(this.id, { ...answer, ...spending.bill(answer.usage) });
    accepted();
    return desk.signal.aborted ? { kind: 'aborted' } : { kind: 'answered', answer };
  }

  /** What came is shown as it is on the books from now on. */
  end(): void {
    this.#parts.feed.ended(this.id);
    this.#parts.desk.leave(this.id);
  }

  /** Throws on what is neither the provider's failure nor the end of the run. */
  async #failed(thrown: unknown): Promise<CallOutcome> {
    const { desk, clock, ledger, spending, judge } = this.#parts;
    const lease = this.#lease;
    const error: unknown = lease.signal.aborted ? lease.signal.reason : thrown;
    const failure = !desk.signal.aborted && error instanceof ModelError ? error : null;
    const { text, reasoning } = this.#came;
    const partial = failure?.partial ?? (text + reasoning === '' ? null : { text, reasoning, usage: null });
    const verdict = failure ? judge(failure) : null;
    if (failure) lease.failed(failure, verdict?.about);
    else lease.released();
    const unlocked = desk.untilUnlocked();
    if (unlocked) await unlocked;
    ledger.failed(this.id, {
      ...spending.billFailed(this.#planned.request, failure, partial),
      state: failure ? 'failed' : 'aborted',
      failure: failure?.failure ?? null,
      detail: failure?.message ?? '',
      httpStatus: failure?.httpStatus ?? null,
      latencyMs: clock.now() - this.#startTime,
      text: partial?.text ?? '',
      reasoning: partial?.reasoning ?? '',
    });
    if (desk.signal.aborted) return { kind: 'aborted' };
    if (!failure || !verdict) throw error;
    return { kind: 'failed', error: failure, verdict, came: partial };
  }
}

/** What goes on the books of a request of a run. */
export function callPlanOf({ units, request, reserved, cause }: PlannedRequest): CallPlan {
  const userIds = [...new Set(units.map((unit) => unit.user.user.input.userId))];
  return { request, reserved, cause, asked: units.map(refOf), userIds };
}

function refOf({ encoded, key }: UnitWork): AskedRef {
  const { userNo, part, parts, behaviours } = encoded.unit;
  return [userNo, part, parts, behaviours.length, key];
}
