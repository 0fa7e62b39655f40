import type { SessionLimits } from '../../../abstraction/sessions.ts';
import { createHash } from 'node:crypto';
import type { CodebookLanguage } from '../../../../shared/codebook.ts';
import type { ErrorInfo } from '../../../../shared/errors.ts';
import type { FailureClass } from '../../../../shared/failure-classes.ts';
import { conversionMatcher } from '../../rules/guardrail.ts';
import type { ConversionMatcher } from '../../rules/guardrail.ts';
import type { ConversionRule } from '../../rules/rules-schema.ts';
import type {
  Awaitable,
  AnswersSince,
  EventDraft,
  ModelTally,
  RunUser,
  UserOutcome,
} from '../../extractor.ts';
import type { AnswerCache, AskedRef, ExtraWrites, StoredAnswer } from '../../ports.ts';
import { applyDetail } from '../answer/apply-detail.ts';
import type { DetailBasis } from '../answer/apply-detail.ts';
import { applyGuardrail } from '../answer/apply-guardrail.ts';
import { joinParts } from '../answer/unit-events.ts';
import { splitBefore, splitUser, answeredPart } from '../planning/split-user.ts';
import { encodeUnit } from '../prompt/encode-unit.ts';
import type { BegunUnit, UnitVerdict, WorkUnit } from '../types.ts';
import { isDecided, newUnit, newUser } from './unit-work.ts';
import type { JudgedUnit, UnitResult, UnitWork, UserWork } from './unit-work.ts';

/** Grows with every change of how answers are judged, so that an answer judged otherwise is not taken over. */
const JUDGE_VERSION = 3;
/** Parts are cut between sessions: with no slack one more would be needed for a few behaviours. */
const CUT_SLACK = 0.05;
/** Hex digits of a key: enough that no two ever meet. */
const KEY_CHARS = 32;

export interface UnitPlannerOptions {
  /** What determines an answer besides the unit: endpoint, model, parameters, prompt, rules. */
  answerBasis: string;
  sendUserIds: boolean;
  conversions: readonly ConversionRule[];
  sessions: SessionLimits;
  /** Tokens that one unit may have at first; must not depend on what was learned, so that parts are the same after a restart. */
  unitTokens: number;
  maxBehavioursPerUser: number;
  /** How the events of a user are joined and divided in the end. */
  detail: DetailBasis;
  /** The type of an event that a model named after a conversion which it is not. */
  otherType: string;
  language: CodebookLanguage;
  answers: () => AnswerCache;
  /** Loads a user anew, for an answer about them that a dead process had stored. */
  load: (userNo: number) => Awaitable<RunUser | null>;
}

/** Tokens that a unit may have, how often it was cut before, and from when on an answer to the whole counts. */
interface Cutting {
  maxTokens: number;
  depth: number;
  since: AnswersSince;
}

/** No answer counts: the unit was asked about just now. */
const NEVER: AnswersSince = { complete: Infinity, partial: Infinity };

/** Where a unit was cut: before the behaviour of that index. */
export interface CutUnit {
  key: string;
  at: number;
}

/** Users that were decided, and what there is to count of them. */
export interface Decision {
  decided: { user: RunUser; outcome: UserOutcome }[];
  tally: ModelTally;
}

export interface Admitted extends Decision {
  /** Units that have to be asked about. */
  waiting: UnitWork[];
}

/** Users from being handed out to their outcome: cut into units, looked up among the answers, joined and guarded. */
export class UnitPlanner {
  readonly #options: UnitPlannerOptions;
  readonly #matcher: ConversionMatcher;
  readonly #works = new Map<number, UserWork>();

  constructor(options: UnitPlannerOptions) {
    this.#options = options;
    this.#matcher = conversionMatcher(options.conversions);
  }

  /** Takes users in, and what is there of answers. */
  admit(users: RunUser[], since: AnswersSince): Admitted {
    const works = users.map((user) => this.#works.get(user.userNo) ?? this.#begin(user, since));
    for (const unit of works.flatMap((work) => work.units)) unit.result ??= this.#recall(unit, since);
    const cached = works.filter((work) => work.units.length > 0 && isDecided(work)).length;
    const { decided, tally } = this.decide(works);
    return {
      waiting: works
        .filter((work) => !work.committed)
        .flatMap((work) => work.units.filter((unit) => !unit.result)),
      decided,
      tally: { ...tally, cachedUsers: cached },
    };
  }

  /**
   * The units of a stored answer, begun anew; null for one whose user is done, or about which something else would be
   * asked now.
   */
  async find(asked: AskedRef[], since: AnswersSince): Promise<(UnitWork | null)[]> {
    const found: (UnitWork | null)[] = [];
    for (const [userNo, , , , key] of asked) {
      const known = this.#works.get(userNo);
      const user = known ? null : await this.#options.load(userNo);
      const work = known ?? (user && this.#begin(user, since));
      found.push(work?.units.find((unit) => unit.key === key) ?? null);
    }
    return found;
  }

  /** The outcomes of those users that are decided now and were not before. */
  decide(works: UserWork[]): Decision {
    const tally: ModelTally = {
      cachedUsers: 0,
      guardrailEvents: 0,
      regroupedEvents: 0,
      unsupportedEvents: 0,
      lowCoverageUsers: 0,
    };
    const decided: Decision['decided'] = [];
    for (const work of new Set(works)) {
      if (work.committed || !isDecided(work)) continue;
      work.committed = true;
      this.#works.delete(work.user.userNo);
      decided.push({ user: work.user, outcome: this.#outcome(work, tally) });
    }
    return { decided, tally };
  }

  /**
   * Cuts a unit whose answer does not fit into units of so many tokens, as one too long for a request is cut from the
   * start; null when there is nothing to cut.
   */
  cut(unit: UnitWork, parts: number, now: number): UnitWork[] | null {
    const { tokens } = unit.encoded;
    const maxTokens = Math.ceil(tokens / parts) + Math.ceil(tokens * CUT_SLACK);
    const work = unit.user;
    const cut = this.#unitsOf(work, unit.encoded.unit, { maxTokens, depth: unit.depth + 1, since: NEVER });
    if (cut.length < 2) return null;
    // What is known of the whole is known of its parts: they are no fresh units that might fare better.
    for (const part of cut) {
      part.rejections = Math.min(1, unit.rejections);
      part.best = bestWithin(part, unit);
    }
    this.#options.answers().cut(unit.key, { maxTokens }, now);
    work.units.splice(work.units.indexOf(unit), 1, ...cut);
    return cut;
  }

  /**
   * Of units in which an answer broke off, what it had dealt with by then: such a unit is cut there, and its first part
   * has a verdict of its own. The others, and their verdicts, stay as they are. The cuts have to be remembered in the
   * transaction that keeps the answers: after a kill between the two, the whole unit would be sought and not be found.
   */
  keepBegun(units: UnitWork[], verdicts: UnitVerdict[]): { judged: JudgedUnit[]; cuts: CutUnit[] } {
    const cuts: CutUnit[] = [];
    const judged = units.flatMap((unit, index): JudgedUnit[] => {
      const verdict = verdicts[index];
      if (!verdict) return [];
      const { behaviours } = unit.encoded.unit;
      const at = verdict.begun ? answeredPart(behaviours, verdict.begun, this.#options.sessions) : 0;
      if (!verdict.begun || at === 0) return [{ unit, verdict }];
      const answered = verdictUntil(at, verdict, verdict.begun);
      if (at === behaviours.length) return [{ unit, verdict: answered }];
      const [head, tail] = this.#cutBefore(unit, at);
      cuts.push({ key: unit.key, at });
      return [
        { unit: head, verdict: answered },
        { unit: tail, verdict: { ...verdict, begun: null } },
      ];
    });
    return { judged, cuts };
  }

  #cutBefore(unit: UnitWork, at: number): [UnitWork, UnitWork] {
    const work = unit.user;
    const [first, second] = splitBefore(unit.encoded.unit, at);
    const head = this.#newUnit(work, first, unit.depth);
    const tail = this.#newUnit(work, second, unit.depth);
    tail.best = bestWithin(tail, unit);
    // They get on: earlier refusals are not held against them for ever.
    tail.rejections = Math.min(1, unit.rejections);
    tail.maxTogether = unit.maxTogether;
    work.units.splice(work.units.indexOf(unit), 1, head, tail);
    return [head, tail];
  }

  /** The answers for units, as they are kept so that they are never paid for again. */
  answersOf(units: UnitWork[]): NonNullable<ExtraWrites['answers']> {
    return units.flatMap(({ key, result, encoded }) =>
      result ? [{ key, answer: toStored(result, encoded.unit), complete: result.complete }] : [],
    );
  }

  #begin(user: RunUser, since: AnswersSince): UserWork {
    const work = newUser(user);
    const { unitTokens, maxBehavioursPerUser } = this.#options;
    if (!user.refused && user.behaviourCount > 0 && user.behaviourCount <= maxBehavioursPerUser) {
      const whole: WorkUnit = {
        userNo: user.userNo,
        userId: user.input.userId,
        part: 0,
        parts: 1,
        profile: user.input.profile,
        behaviours: user.input.behaviours,
      };
      work.units = this.#unitsOf(work, whole, { maxTokens: unitTokens, depth: 0, since });
    }
    this.#works.set(user.userNo, work);
    return work;
  }

  /**
   * Cuts to size; a part that had to be cut further in an earlier run is, again, unless there is an answer to the whole
   * of it by now.
   */
  #unitsOf(work: UserWork, whole: WorkUnit, { maxTokens, depth, since }: Cutting): UnitWork[] {
    const { sendUserIds, language, sessions, answers } = this.#options;
    return splitUser(whole, { sessions, maxTokens, sendUserIds, language }).flatMap((part) => {
      const unit = this.#newUnit(work, part, depth);
      const cut = answers().cutOf(unit.key);
      if (cut === null || this.#recall(unit, since)) return [unit];
      if ('at' in cut) {
        if (cut.at >= part.behaviours.length) return [unit];
        const pieces = splitBefore(part, cut.at);
        return pieces.flatMap((piece) => this.#unitsOf(work, piece, { maxTokens, depth, since }));
      }
      if (cut.maxTokens >= maxTokens) return [unit];
      return this.#unitsOf(work, part, { maxTokens: cut.maxTokens, depth: depth + 1, since });
    });
  }

  #newUnit(work: UserWork, unit: WorkUnit, depth: number): UnitWork {
    const { sendUserIds, language } = this.#options;
    const encoded = encodeUnit(unit, { sendUserIds, language });
    return newUnit(encoded, work, { key: this.#keyOf(encoded.contentKey, unit.of), depth });
  }

  /** `of`: what is judged otherwise is another answer. */
  #keyOf(contentKey: string, of: number | undefined): string {
    const { answerBasis } = this.#options;
    return createHash('sha256')
      .update(JSON.stringify([JUDGE_VERSION, answerBasis, contentKey, of]))
      .digest('hex')
      .slice(0, KEY_CHARS);
  }

  #recall(unit: UnitWork, since: AnswersSince): UnitResult | null {
    const stored = this.#options.answers().get(unit.key);
    if (!stored || stored.createdAt < (stored.complete ? since.complete : since.partial)) return null;
    return fromStored(stored.answer, stored.complete, unit.encoded.unit);
  }

  #outcome(work: UserWork, tally: ModelTally): UserOutcome {
    const { userId, behaviours } = work.user.input;
    const { detail, otherType } = this.#options;
    if (work.user.refused) return { userId, status: 'failed', error: work.user.refused };
    if (work.user.behaviourCount > this.#options.maxBehavioursPerUser) {
      const params = { count: work.user.behaviourCount, limit: this.#options.maxBehavioursPerUser };
      return { userId, status: 'failed', error: { code: 'extract.user_too_large', params } };
    }
    if (work.failure) return { userId, status: 'failed', error: errorOf(work.failure, work.detail) };
    const results = work.units.flatMap((unit) => (unit.result ? [unit.result] : []));
    const guarded = applyGuardrail(
      joinParts(results.map((result) => result.events)),
      behaviours,
      this.#matcher,
      { conversionTypes: this.#options.conversions.map((rule) => rule.zh), neutralType: otherType },
    );
    const grouped = applyDetail(guarded.events, behaviours, detail);
    const lowCoverage = results.some((result) => !result.complete);
    tally.guardrailEvents += guarded.changed;
    tally.regroupedEvents += grouped.changed;
    tally.unsupportedEvents += results.reduce((sum, result) => sum + result.unsupported, 0);
    if (lowCoverage) tally.lowCoverageUsers += 1;
    const covered = grouped.events.reduce((sum, event) => sum + event.evidence.length, 0);
    return {
      userId,
      status: 'succeeded',
      events: grouped.events,
      coverage: behaviours.length === 0 ? 1 : covered / behaviours.length,
      lowCoverage,
    };
  }
}

/** Of a unit in which the answer broke off: complete as far as the behaviour of that index. */
function verdictUntil(at: number, verdict: UnitVerdict, begun: BegunUnit): UnitVerdict {
  const ids = new Set(verdict.asked.unit.behaviours.slice(0, at).map(({ id }) => id));
  return {
    ...verdict,
    status: 'complete',
    reason: null,
    events: begun.events.filter(({ evidence }) => evidence.every((id) => ids.has(id))),
    coverage: 1,
    unsupported: begun.unsupported,
    begun: null,
  };
}

/** Of the best answer for a unit, what lies within a part of it; null when that is nothing. */
function bestWithin(part: UnitWork, { best }: UnitWork): UnitResult | null {
  if (!best) return null;
  const { behaviours } = part.encoded.unit;
  const ids = new Set(behaviours.map(({ id }) => id));
  const events = best.events.filter(({ evidence }) => evidence.every((id) => ids.has(id)));
  if (events.length === 0) return null;
  const covered = new Set(events.flatMap(({ evidence }) => evidence));
  return { ...best, events, coverage: covered.size / behaviours.length, complete: false };
}

function errorOf(failure: FailureClass, detail: string): ErrorInfo {
  return { code: `model.${failure}`, ...(detail === '' ? {} : { params: { detail } }) };
}

function toStored(result: UnitResult, unit: WorkUnit): StoredAnswer {
  const position = new Map(unit.behaviours.map((behaviour, index) => [behaviour.id, index]));
  return {
    coverage: result.coverage,
    unsupported: result.unsupported,
    events: result.events.map(({ origin: _origin, ...event }) => ({
      ...event,
      evidence: event.evidence.flatMap((id) => position.get(id) ?? []),
    })),
  };
}

/** Null when the answer names behaviours that the unit does not have: it is not this unit's. */
function fromStored(stored: StoredAnswer, complete: boolean, unit: WorkUnit): UnitResult | null {
  const events: EventDraft[] = [];
  for (const event of stored.events) {
    const evidence = event.evidence.flatMap((index) => unit.behaviours[index]?.id ?? []);
    if (evidence.length !== event.evidence.length) return null;
    events.push({ ...event, origin: 'llm', evidence });
  }
  return { events, coverage: stored.coverage, unsupported: stored.unsupported, complete };
}
