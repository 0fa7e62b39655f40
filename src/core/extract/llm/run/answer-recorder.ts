import { aliasOf } from '../../../../shared/model.ts';
import type { UserVerdict } from '../../../../shared/model.ts';
import type { Clock } from '../../../clock.ts';
import type { RunDesk, StreamedWork } from '../../extractor.ts';
import type { AskedRef, ExtraWrites, RequestLedger } from '../../ports.ts';
import { judgeAnswer } from '../answer/judge-answer.ts';
import type { NumberedTypes } from '../prompt/numbered-types.ts';
import type { AskedUnit, FinishReason, ModelAnswer, ModelError, UnitVerdict } from '../types.ts';
import type { FailureVerdict } from './failure-evidence.ts';
import type { PlannedRequest } from './model-call.ts';
import { settleAnswer, settleFailure, uncut } from './settlement.ts';
import type { Settlement } from './settlement.ts';
import type { CutUnit, Decision, UnitPlanner } from './unit-planner.ts';
import type { JudgedUnit, UnitWork } from './unit-work.ts';

/** What was learned is stored once in so many answers, and after each of the first: the estimate after a pilot rests on them. */
const LEARN_EVERY = 20;

export interface AnswerRecorderParts {
  desk: RunDesk;
  clock: Clock;
  users: UnitPlanner;
  /** What the types in answers mean. */
  types: NumberedTypes;
  requests: () => RequestLedger;
  /** What was learned of the model up to now. */
  learned: () => NonNullable<ExtraWrites['learned']>;
  /** How many requests the run will have had. */
  totalBatches: () => number;
}

/** What becomes of units once their request is over: what was accepted is kept, and the users decided by it are committed. */
export class AnswerRecorder {
  readonly #parts: AnswerRecorderParts;
  #kept = 0;
  /** Commits that are on their way. */
  readonly #open = new Set<Promise<void>>();

  constructor(parts: AnswerRecorderParts) {
    this.#parts = parts;
  }

  /** Whether any answer was kept so far. */
  get anyKept(): boolean {
    return this.#kept > 0;
  }

  /** Judges answers that a dead process had stored and not looked at. */
  async replayStored(): Promise<void> {
    const { desk, requests, types, users } = this.#parts;
    for (const stored of requests().unjudged(desk.runId)) {
      const found = await users.find(stored.asked, desk.answersSince);
      const { text, reasoning, finishReason } = stored;
      const answer = { text, reasoning, finishReason: toFinishReason(finishReason) };
      const verdicts = types.decode(judgeAnswer(answer, askedUnits(stored.asked, found)));
      // What is still open after this is handed out with the other users, and waits for that.
      const units = found.flatMap((unit) => unit ?? []);
      await this.settle(stored.id, units, verdicts).stored;
    }
  }

  /** Settles when no commit is on its way any more. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  /** Commits users that were decided without a request of their own. */
  commit({ decided, tally }: Decision): Promise<void> {
    if (decided.length === 0) return Promise.resolve();
    const { totalBatches } = this.#parts;
    return this.#store({ outcomes: decided, tally, batchesDone: 0, totalBatches: totalBatches() });
  }

  /**
   * Decides what becomes of each unit of an answer and commits the users that are decided, all in one transaction. Gives
   * the units that have to be asked about again, and all as they were judged.
   */
  settle(
    id: number,
    units: UnitWork[],
    verdicts: UnitVerdict[],
  ): { again: UnitWork[]; judged: JudgedUnit[]; stored: Promise<void> } {
    const { judged, cuts } = this.#parts.users.keepBegun(units, verdicts);
    const again = this.#goOnWith(settleAnswer(judged, units.length));
    const stored = this.#keep(id, judged, cuts, shownVerdicts(judged));
    return { again, judged, stored };
  }

  /**
   * Takes what is complete in what came before an answer broke off: it may have been paid for. Gives the units of the
   * rest, and those taken.
   */
  salvage(
    id: number,
    { units, request }: PlannedRequest,
    came: Pick<ModelAnswer, 'text' | 'reasoning'> | null,
  ): { rest: UnitWork[]; kept: UnitWork[]; stored: Promise<void> } {
    const nothing = { rest: units, kept: [], stored: Promise.resolve() };
    if (came === null) return nothing;
    const verdicts = this.#parts.types.decode(
      judgeAnswer({ ...came, finishReason: 'length' }, request.asked),
    );
    const { judged, cuts } = this.#parts.users.keepBegun(units, verdicts);
    const complete = judged.filter(({ verdict }) => verdict.status === 'complete');
    if (complete.length === 0) return nothing;
    settleAnswer(complete, units.length);
    // Of those that nothing came of, the request says what there is to say.
    const users = new Set(complete.map(({ unit }) => unit.user));
    const shown = shownVerdicts(judged.filter(({ unit }) => users.has(unit.user)));
    const stored = this.#keep(id, complete, cuts, shown);
    return {
      rest: judged.filter(({ verdict }) => verdict.status !== 'complete').map(({ unit }) => unit),
      kept: complete.map(({ unit }) => unit),
      stored,
    };
  }

  /**
   * Decides what becomes of the units of a request without an answer; those that had enough failed tries are given up.
   * Returns the units that have to be asked about again.
   */
  withoutAnswer(
    units: UnitWork[],
    error: ModelError,
    verdict: FailureVerdict,
  ): { again: UnitWork[]; stored: Promise<void> } {
    const again = this.#goOnWith(settleFailure(units, error, verdict));
    const stored = this.commit(this.#parts.users.decide(units.map((unit) => unit.user)));
    return { again, stored };
  }

  /** Keeps what was accepted of an answer, and commits the users that are decided by it. */
  #keep(id: number, judged: JudgedUnit[], cuts: CutUnit[], shown: UserVerdict[]): Promise<void> {
    const { desk, users, learned, totalBatches } = this.#parts;
    const { decided, tally } = users.decide(judged.map(({ unit }) => unit.user));
    const accepted = judged.map(({ unit }) => unit).filter((unit) => unit.result !== null);
    this.#kept += 1;
    const isLast = desk.usersLeft() <= decided.length;
    const learns = isLast || this.#kept <= LEARN_EVERY || this.#kept % LEARN_EVERY === 0;
    return this.#store({
      outcomes: decided,
      tally,
      batchesDone: 1,
      totalBatches: totalBatches(),
      extraWrites: {
        judged: { requestId: id, verdicts: shown },
        answers: users.answersOf(accepted),
        cuts,
        ...(learns ? { learned: learned() } : {}),
      },
    });
  }

  /**
   * Begins a commit at once. What follows from an answer does not wait for it, so that nothing else is sent in between; the
   * request that brought the answer does.
   */
  #store(work: StreamedWork): Promise<void> {
    const stored = (async () => this.#parts.desk.commit(work))();
    this.#open.add(stored);
    void stored.catch(() => undefined).then(() => this.#open.delete(stored));
    return stored;
  }

  /** Cuts what is too much for one answer; gives what has to be asked about now. */
  #goOnWith({ again, cut }: Settlement): UnitWork[] {
    return [
      ...again,
      ...cut.flatMap((unit) => {
        const parts = this.#parts.users.cut(unit, 2, this.#parts.clock.now());
        return parts ?? uncut(unit);
      }),
    ];
  }
}

/** The units of a request that are still to be judged, as they were numbered in it: the same as `buildRequest` does. */
function askedUnits(asked: AskedRef[], found: (UnitWork | null)[]): AskedUnit[] {
  let firstNumber = 1;
  return asked.flatMap(([, , , behaviours], index) => {
    const unit = found[index]?.encoded.unit;
    const first = firstNumber;
    firstNumber += behaviours;
    return unit ? [{ alias: aliasOf(index), firstNumber: first, unit }] : [];
  });
}

const FINISH_REASONS: readonly FinishReason[] = ['stop', 'length', 'content_filter', 'other', 'unknown'];

function toFinishReason(stored: string): FinishReason {
  return FINISH_REASONS.find((reason) => reason === stored) ?? 'unknown';
}

/** What windows are told of an answer: one verdict for each user, who may have had several units in it. */
function shownVerdicts(judged: readonly JudgedUnit[]): UserVerdict[] {
  const byUser = new Map<string, JudgedUnit[]>();
  for (const each of judged) {
    const { userId } = each.unit.user.user.input;
    const before = byUser.get(userId);
    if (before) before.push(each);
    else byUser.set(userId, [each]);
  }
  return [...byUser].map(([userId, units]) => ({
    userId,
    accepted: units.every(({ unit }) => unit.result !== null),
    reason: units.find(({ verdict }) => verdict.reason !== null)?.verdict.reason ?? null,
    events: units.reduce((sum, { verdict }) => sum + verdict.events.length, 0),
    coverage: coverageOf(units),
    unsupported: units.reduce((sum, { verdict }) => sum + verdict.unsupported, 0),
  }));
}

/** Null when nothing was answered. */
function coverageOf(units: readonly JudgedUnit[]): number | null {
  if (units.every(({ verdict }) => verdict.status === 'rejected')) return null;
  const counts = units.map(({ unit }) => unit.encoded.unit.behaviours.length);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const covered = units.reduce((sum, { verdict }, index) => sum + verdict.coverage * (counts[index] ?? 0), 0);
  return all === 0 ? 1 : covered / all;
}
