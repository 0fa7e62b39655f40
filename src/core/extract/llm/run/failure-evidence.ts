import type { ModelSettings } from '../../../../shared/model.ts';
import { AppError } from '../../../errors.ts';
import { FAILURE_POLICIES } from '../failure-policy.ts';
import type { FailurePolicy, StopEvidence } from '../failure-policy.ts';
import { PROVIDER_TEXT_CHARS } from '../types.ts';
import type { ModelError } from '../types.ts';
import { isOpen } from './unit-work.ts';
import type { UnitWork } from './unit-work.ts';

/** Where no other unit is left to compare with, a failure counts against a unit this often at the most. */
const BLAME_LAST_EVERY_MS = 10_000;
/**
 * A unit that failed alone before is asked about again after so long, and twice as long each time: others may be answered meanwhile. The
 * same for the last one that meets trouble of the service, which may pass.
 */
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = BLAME_LAST_EVERY_MS;
/** Failed requests of a unit while others were answered that make it a suspect; one is enough where it was alone. */
const SUSPECT_AFTER = 2;
/** A service that is coming up is waited for so long before anything was answered. */
const COMING_UP_MS = 10 * 60_000;

/** Where nothing was ever kept, a host that cannot be reached is tried for so long. */
const UNREACHABLE_MS = 5 * 60_000;
/** Between two failed tries no more than this counts: the machine may have been asleep, and its network needs a moment then. */
const LONGEST_BETWEEN_TRIES_MS = 60_000;

/** What a service says of trouble of its own, which may pass. */
const TROUBLE =
  /internal (server )?error|server (had an )?error|unavailable|overload|\bbusy\b|temporar|try again|bad gateway|gateway time|time[d-]? ?out|upstream|connection|maintenance|loading|starting|<!doctype|<html|繁忙|稍后|内部错误|服务(异常|错误|不可用)|超时|维护|过载/i;
/** A model that is not ready yet. */
const COMING_UP = /loading|starting|warming|initiali[sz]ing|not (yet )?ready|加载中|启动中/i;
/** What the connection says when the server had accepted it. */
const WAS_CONNECTED = /ECONNRESET|EPIPE|UND_ERR_SOCKET|connection lost|broke off/;
const KEY_CHARS = 160;
/** Failures whose words differ each time stop the run after so many times the rounds of those with the same words. */
const TIMES_OTHER_WORDS = 2;
/**
 * What differs from one failure to the next: numbers, times, and identifiers of requests, which may be hexadecimal, or Base64 in either
 * alphabet, and so begin or end with any of its signs.
 */
const VARYING =
  /\b(?:[Rr]equest|[Rr]eq|[Tt]race|[Rr]ay|[Ll]og|[Ee]rror)[ _-]?[Ii][Dd]\W{1,4}[\w+/=-]+|(?<![\w+/=-])(?:[\w+/=-]*\d[\w+/=-]*|(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])[\w+/=-]{12,})/g;
/** What becomes of the weight of a request with each one after it. */
const FORGETTING = 0.99;
/** Before anything is known: one request in eleven fails. */
const PRIOR = { failed: 0.5, passed: 5 };
/** A unit that fails so often in a row, which would be bad luck in one of a million cases, is itself the reason. */
const PROVEN = { failures: 5, luck: 1e-6 };

/** A failed request. */
export interface FailedCall {
  units: readonly UnitWork[];
  error: ModelError;
  /** What `sent` gave for it. */
  mark: number;
  /** Whether no unit but these, and such as failed before while others were answered, is left to be asked about. */
  isLast: boolean;
}

/** What a failed request means. */
export interface FailureVerdict {
  /** `service`: it may be meant for all requests, and the pacing makes them wait. `units`: it is about these units only. */
  about: 'service' | 'units';
  /** Units for which it counts as a failed try. */
  blamed: ReadonlySet<UnitWork>;
  /** Whether a unit that is alone in the request failed too often for bad luck, by how often others fail. */
  isProven: boolean;
  /** Whether others are to be tried before these units are asked about again. */
  parks: boolean;
  /** How long these units wait before they are asked about again, in milliseconds. */
  restMs: number;
  /** What stops the run; null while it goes on. */
  stop: AppError | null;
}

/** A request that was refused for a parameter of ours, and is sent again without it. */
export const NO_FAILURE: FailureVerdict = {
  about: 'units',
  blamed: new Set(),
  isProven: false,
  parks: false,
  restMs: 0,
  stop: null,
};

export interface EvidenceParts {
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Whether the run has kept anything, in an earlier drive too. */
  hasKept: () => boolean;
  /** Where requests are sent to. */
  baseUrl: string;
}

/** Failed requests in a row, without an answer between them. */
interface Streak {
  since: number;
  rounds: number;
  /** The words of the latest failures, and the rounds in which they were the same. */
  words: string;
  roundsOfWords: number;
  /** Users that each of those requests was about. */
  common: ReadonlySet<number>;
  /** Rounds in a row, whatever the words, that can stop the run, and the users that each of their requests was about. */
  anyRounds: number;
  commonOfAny: ReadonlySet<number>;
  /** Requests sent later than this belong to the next round. */
  mark: number;
}

/**
 * Finds out whom a failed request is about: the service, or the units in it. The same words for different users, and no
 * answer between them, mean the service; for the same users, while others are answered, they mean those users. What
 * follows for each class is in FAILURE_POLICIES.
 */
export class FailureEvidence {
  readonly #parts: EvidenceParts;
  /** Numbers requests, answers and failures in the order in which they become known. */
  #events = 0;
  #lastAnswer = 0;
  #streak: Streak | null = null;
  /** Requests of late that were answered, and that failed; those long ago count for less. */
  #passed = 0;
  #failed = 0;
  readonly #suspects = new Set<UnitWork>();
  /** Whether an answer broke off that may be billed. */
  #brokeOff = false;
  /** Tries without a connection in a row: how long they have gone on, and when the last of them failed. Null after a connection. */
  #unreachable: { forMs: number; at: number } | null = null;

  constructor(parts: EvidenceParts) {
    this.#parts = parts;
  }

  /** Whether anything was answered in this drive. */
  get anyAnswer(): boolean {
    return this.#lastAnswer > 0;
  }

  /** Whether nothing was ever answered, and answers that broke off are paid for: to ask one at a time is enough. */
  get paysForNothing(): boolean {
    return this.#brokeOff && !this.anyAnswer && !this.#parts.hasKept();
  }

  /** Notes that a request is sent; gives its mark. */
  sent(): number {
    return ++this.#events;
  }

  /** Notes that a request was answered. */
  answered(): void {
    this.#lastAnswer = ++this.#events;
    this.#streak = null;
    this.#unreachable = null;
    this.#count(true);
  }

  /** Judges a failed request, and notes the failure in its units. */
  failed(call: FailedCall): FailureVerdict {
    const { units } = call;
    const policy = this.#policyFor(call);
    const blamed = new Set(units.filter((unit) => this.#isBlamed(unit, policy, call)));
    const failedAt = ++this.#events;
    if (call.error.partial) this.#brokeOff = true;
    const byEvidence = policy.blame === 'others_pass' || policy.blame === 'others_pass_or_last';
    // Of an outage only the first counts: while no request is answered, failures say nothing about a unit.
    const counted = units.filter((unit) => blamed.has(unit) || unit.failures === 0);
    if (byEvidence && counted.length > 0) this.#count(false);
    for (const unit of counted) unit.failures += 1;
    for (const unit of units) {
      if (this.#lastAnswer > unit.failedAt) unit.rests = 0;
      unit.failedAt = failedAt;
      if (!blamed.has(unit) || !byEvidence) continue;
      unit.blames += 1;
      unit.blamedAt = this.#parts.now();
      if (isSuspect(unit)) this.#suspects.add(unit);
    }
    const stop = this.#stopOf(call, policy);
    const rounds = this.#streak?.rounds ?? 0;
    const holdFrom = this.#parts.hasKept() ? policy.hold.later : policy.hold.atStart;
    const isHeld = policy.pace !== 'refusal' || rounds >= holdFrom;
    return {
      about: blamed.size < units.length && isHeld ? 'service' : 'units',
      blamed,
      isProven: !byEvidence || units.every((unit) => this.#isProven(unit)),
      parks: byEvidence && blamed.size < units.length && !call.isLast && (rounds > 1 || !this.anyAnswer),
      restMs: byEvidence ? this.#restOf(call, policy) : 0,
      stop,
    };
  }

  #count(isAnswer: boolean): void {
    this.#passed = this.#passed * FORGETTING + (isAnswer ? 1 : 0);
    this.#failed = this.#failed * FORGETTING + (isAnswer ? 0 : 1);
  }

  /** Whether requests about other units fail so rarely that the failures of this one are no bad luck. */
  #isProven(unit: UnitWork): boolean {
    this.#forgetClosed();
    let others = this.#failed - unit.failures;
    for (const suspect of this.#suspects) {
      // Few failures of another user say what the day is like; many may have their reason in that user.
      const isSaying = suspect.user !== unit.user && suspect.failures < PROVEN.failures;
      if (suspect !== unit && !isSaying) others -= suspect.failures;
    }
    const failed = Math.max(0, others) + PRIOR.failed;
    const rate = failed / (failed + this.#passed + PRIOR.passed);
    return unit.failures >= PROVEN.failures && rate ** unit.failures <= PROVEN.luck;
  }

  /** Of a suspect who was given up, too, the failures say nothing of others. */
  #forgetClosed(): void {
    for (const suspect of this.#suspects) {
      if (isOpen(suspect)) continue;
      this.#suspects.delete(suspect);
      this.#failed = Math.max(0, this.#failed - suspect.failures);
    }
  }

  #restOf({ units, isLast, error }: FailedCall, { blame }: FailurePolicy): number {
    const [unit] = units;
    const isLastOne = isLast && blame === 'others_pass_or_last' && this.#parts.hasKept();
    const isAlone = units.length === 1 && unit !== undefined && unit.blames > 0;
    if (!isLastOne && !isAlone) return 0;
    const rests = Math.max(...units.map((each) => each.rests));
    for (const each of units) each.rests += 1;
    // What does not pass by itself is asked about no more often than it can count.
    if (isLastOne && !isTrouble(error)) return BLAME_LAST_EVERY_MS;
    const times = isTrouble(error) ? rests : (unit?.blames ?? 1) - 1;
    return Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** times);
  }

  /** For a suspect that is alone in its request, no other unit has to be left to compare with. */
  #policyFor({ units, error }: FailedCall): FailurePolicy {
    const policy = FAILURE_POLICIES[error.failure];
    const isLoneSuspect = units.length === 1 && units.every(isSuspect);
    if (policy.blame !== 'others_pass' || !isLoneSuspect || error.recognised) return policy;
    return { ...policy, blame: 'others_pass_or_last' };
  }

  #isBlamed(unit: UnitWork, { blame }: FailurePolicy, { error, isLast }: FailedCall): boolean {
    if (blame === 'never' || blame === 'always') return blame === 'always';
    if (error.failure === 'network' && !wasConnected(error)) return false;
    if (unit.failedAt > 0 && this.#lastAnswer > unit.failedAt) return true;
    if (blame !== 'others_pass_or_last' || !isLast || !this.#parts.hasKept()) return false;
    return this.#parts.now() - unit.blamedAt >= BLAME_LAST_EVERY_MS;
  }

  #stopOf(call: FailedCall, policy: FailurePolicy): AppError | null {
    const { error } = call;
    const { stop } = policy;
    if (error.failure === 'network' && !wasConnected(error)) return this.#unreachableFor(error);
    this.#unreachable = null;
    if (stop.kind === 'at_once') return stopError(error, policy);
    if (stop.kind !== 'evidence') return null;
    // What suspects meet says nothing of the service.
    if (!error.recognised && call.units.every(isSuspect)) return null;
    const streak = this.#extend(call, stop);
    if (stop.atOnceBeforeAnswer && error.recognised && !this.anyAnswer) return stopError(error, policy);
    return this.#isEnough(streak, error, policy, stop) ? stopError(error, policy) : null;
  }

  /** A host that is not reached stops only a run that has kept nothing: later on the network will return. */
  #unreachableFor(error: ModelError): AppError | null {
    const at = this.#parts.now();
    const before = this.#unreachable ?? { forMs: 0, at };
    const forMs = before.forMs + Math.min(LONGEST_BETWEEN_TRIES_MS, Math.max(0, at - before.at));
    this.#unreachable = { forMs, at };
    if (forMs < UNREACHABLE_MS || this.#parts.hasKept()) return null;
    const { baseUrl } = this.#parts;
    const params = {
      host: URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl,
      minutes: Math.round(forMs / 60_000),
      detail: error.message.slice(0, PROVIDER_TEXT_CHARS),
    };
    return new AppError('model.unreachable', params, { cause: error });
  }

  /** The streak with this failure. */
  #extend({ units, error, mark }: FailedCall, stop: StopEvidence): Streak {
    const words = wordsOf(error);
    const users = new Set(units.map((unit) => unit.encoded.unit.userNo));
    const before = this.#streak;
    const isRound = before === null || mark > before.mark;
    const isSame = before?.words === words;
    const canStop = roundsFor(error, stop) !== null;
    const common = (known: ReadonlySet<number>): ReadonlySet<number> =>
      new Set([...known].filter((user) => users.has(user)));
    this.#streak = {
      since: before?.since ?? this.#parts.now(),
      rounds: (before?.rounds ?? 0) + (isRound ? 1 : 0),
      words,
      roundsOfWords: isSame ? before.roundsOfWords + (isRound ? 1 : 0) : 1,
      common: isSame ? common(before.common) : users,
      anyRounds: canStop ? (before?.anyRounds ?? 0) + (isRound ? 1 : 0) : 0,
      commonOfAny: canStop && before && before.anyRounds > 0 ? common(before.commonOfAny) : users,
      mark: isRound ? this.#events : before.mark,
    };
    return this.#streak;
  }

  #isEnough(streak: Streak, error: ModelError, { blame }: FailurePolicy, stop: StopEvidence): boolean {
    const waited = this.#parts.now() - streak.since;
    if (!this.#parts.hasKept()) {
      const isComingUp = COMING_UP.test(error.providerText) && waited < COMING_UP_MS;
      return streak.rounds >= stop.roundsAtStart && !isComingUp;
    }
    if (waited >= stop.patienceMs) return true;
    if (waited < stop.leastMs) return false;
    const rounds = roundsFor(error, stop);
    if (rounds === null) return false;
    // One user common to all of them may be the reason, and is found out by other means where there are any.
    const isOfAll = (common: ReadonlySet<number>): boolean => common.size === 0 || blame === 'others_pass';
    if (streak.roundsOfWords >= rounds) return isOfAll(streak.common);
    return streak.anyRounds >= TIMES_OTHER_WORDS * rounds && isOfAll(streak.commonOfAny);
  }
}

/** After so many rounds a failure stops a run that has kept something; null: never. */
function roundsFor(error: ModelError, stop: StopEvidence): number | null {
  return isTrouble(error) ? stop.roundsInTrouble : stop.rounds;
}

/** Whether a unit is likely to be the reason of its failures: it failed while others were answered. */
export function isSuspect({ blames, aloneTries }: UnitWork): boolean {
  return blames >= SUSPECT_AFTER || (blames > 0 && aloneTries > 0);
}

/** Whether the failure may pass by itself. An answer that is paid for and cannot be used will cost the same again. */
function isTrouble(error: ModelError): boolean {
  if (error.partial?.usage) return false;
  const isGateway = error.httpStatus !== null && error.httpStatus > 501;
  return error.recognised || isGateway || error.providerText === '' || TROUBLE.test(error.providerText);
}

function wasConnected(error: ModelError): boolean {
  return error.httpStatus !== null || error.partial !== null || WAS_CONNECTED.test(error.message);
}

/** What was said, without what differs from one request to the next. */
function wordsOf({ failure, providerText, message }: ModelError): string {
  const words = (providerText || message).replace(VARYING, '#').toLowerCase();
  return `${failure} ${words.replace(/\s+/g, ' ').slice(0, KEY_CHARS)}`;
}

/** What stops work when only our own time-out ended a request that was still being worked on; null for other failures. */
export function timeoutTooShort(
  { failure, message }: ModelError,
  { timeoutSeconds }: Pick<ModelSettings, 'timeoutSeconds'>,
): AppError | null {
  if (failure !== 'timeout' || timeoutSeconds === null || !/keep-alives/.test(message)) return null;
  return new AppError('model.timeout_too_short', { seconds: timeoutSeconds });
}

/** What stops a run, with the provider's words. `until`: when a limit ends, milliseconds since the epoch. */
export function stopError(error: ModelError, policy: FailurePolicy, until: number | null = null): AppError {
  const detail = (error.providerText || error.message).slice(0, PROVIDER_TEXT_CHARS);
  return new AppError(
    policy.stopCode,
    { ...(detail === '' ? {} : { detail }), ...(until === null ? {} : { until }) },
    { cause: error },
  );
}
