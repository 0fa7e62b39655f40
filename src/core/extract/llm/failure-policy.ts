import type { ErrorCode } from '../../../shared/errors.ts';
import type { FailureClass } from '../../../shared/failure-classes.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How a failed request changes the pace of all others. */
export type PaceEffect =
  /** A limit of requests or tokens in a short time: the limits are learned, and all requests wait. */
  | 'rate_limit'
  /** A limit of hours or days: all requests wait for its end, or poll rarely where that is unknown. */
  | 'usage_limit'
  /** The service does not work: after some failures in a row all requests wait, and one at a time tries. */
  | 'outage'
  /** A refusal that may be meant for every request: all wait at once, and one at a time tries. */
  | 'refusal'
  /** The service works. */
  | 'none';

/** When a failed request counts as a failed try of the units in it. */
export type Blame =
  /** Never: the failure is about the service. */
  | 'never'
  /** Always: the provider, or the answer itself, names what is wrong with these units. */
  | 'always'
  /** Only if another request was answered since the units failed before. */
  | 'others_pass'
  /** The same, and where no other unit is left to compare with. */
  | 'others_pass_or_last';

/** When failures of a class stop the run. A stopped run is resumable, and no user is failed by it. */
export type StopRule =
  /** At the first one. */
  | { kind: 'at_once' }
  /** Where the wait is longer than the settings allow (maxWaitMinutes). */
  | { kind: 'max_wait' }
  /** By evidence: see StopEvidence. */
  | ({ kind: 'evidence' } & StopEvidence);

/**
 * A round is a failed request that was sent after the failure of the round before it was known: a burst of requests that
 * fail together is one round. Any answer begins the count anew.
 */
export interface StopEvidence {
  /** A refusal whose words name the class stops the run at once, as long as nothing was answered since its start. */
  atOnceBeforeAnswer: boolean;
  /** Rounds in a row before the run stops, if it has kept nothing yet. */
  roundsAtStart: number;
  /** Rounds in a row with the same words, about different users, before the run stops later on; null: never for these. */
  rounds: number | null;
  /** The same where the words say that the service has trouble, which may pass; null: no limit but `patienceMs`. */
  roundsInTrouble: number | null;
  /** Time without any answer before rounds stop a run that has kept something, in milliseconds. */
  leastMs: number;
  /** Longest time without any answer, in milliseconds, that is waited for later on. */
  patienceMs: number;
}

/** What is booked for a failed request that may be billed and for which the provider reports no usage. */
export type Unreported =
  /** Nothing. */
  | 'nothing'
  /** Unknown: what was set aside counts towards the spending cap, and is not shown as spent. */
  | 'unknown'
  /** An estimate: the prompt as we count it, and an answer as predicted. */
  | 'estimate';

/** What a run does about failures of one class. */
export interface FailurePolicy {
  pace: PaceEffect;
  /** For a `refusal`: from which round in a row on all requests wait, before and after the run has kept something. */
  hold: { atStart: number; later: number };
  /** Longest wait between two tries while nothing is answered, in milliseconds; without a wait that the provider asks for. */
  longestWaitMs: number;
  stop: StopRule;
  /** The text that a stop of the run shows: what happened, and the remedy. */
  stopCode: ErrorCode;
  blame: Blame;
  /** After so many failed tries a request is divided into so many smaller ones, by units. */
  split: { after: number; into: number };
  /** Tries in a row of a unit that is alone in its request, and tries in all, before it is cut or its user fails. */
  tries: { alone: number; inAll: number };
  /** Whether half of the unit may be answered: it is cut in two before its user fails. */
  cutHelps: boolean;
  unreported: Unreported;
}

/** A failed try more than this, of whatever classes, fails the user (see docs/model.md for the reason). */
export const MOST_TRIES = 16;

/** Nothing was sent for about a minute: what limits of a minute counted before is forgotten. */
export const QUIET_MS = 55_000;
/** So many requests in a row, each refused for the rate although it was quiet before, are too large for the limit. */
export const REFUSED_IN_QUIET = 2;

/** How long an outage is waited for once the run has kept something: a night and the day after. */
const OUTAGE_PATIENCE_MS = 24 * HOUR;

/** Of a unit that the service fails on while it answers others; how many in all are no bad luck is found out (failure-evidence.ts). */
const TRIES_OF_TROUBLE = { alone: 2, inAll: 2 };
const NEVER = { atStart: Infinity, later: Infinity };
/** Isolates a unit that the provider refuses in few requests: 8 units, then 2, then 1. */
const ISOLATE = { after: 1, into: 4 };

const stopByEvidence = (evidence: Partial<StopEvidence>): StopRule => ({
  kind: 'evidence',
  atOnceBeforeAnswer: false,
  roundsAtStart: 8,
  rounds: 6,
  roundsInTrouble: null,
  leastMs: 20 * SECOND,
  patienceMs: OUTAGE_PATIENCE_MS,
  ...evidence,
});

/** A key, permission or model that is refused. One refusal after answers may pass; the same one again and again does not. */
const ACCESS: Omit<FailurePolicy, 'stopCode'> = {
  pace: 'refusal',
  hold: { atStart: 1, later: 1 },
  longestWaitMs: 8 * SECOND,
  stop: stopByEvidence({
    atOnceBeforeAnswer: true,
    roundsAtStart: 4,
    rounds: 5,
    roundsInTrouble: 5,
    leastMs: 0,
  }),
  blame: 'others_pass',
  split: ISOLATE,
  tries: TRIES_OF_TROUBLE,
  cutHelps: false,
  unreported: 'nothing',
};

/** A service that does not work, or is not reached. */
const OUTAGE: Omit<FailurePolicy, 'stopCode'> = {
  pace: 'outage',
  hold: NEVER,
  longestWaitMs: MINUTE,
  stop: stopByEvidence({}),
  blame: 'others_pass_or_last',
  split: { after: 2, into: 4 },
  tries: TRIES_OF_TROUBLE,
  cutHelps: false,
  unreported: 'unknown',
};

/**
 * An answer, or part of one, that cannot be used. Answers that are judged so always count as a failed try, and stop the
 * run by a rule of their own (useless-watch.ts); `pace`, `stop` and `blame` are of requests that fail so on the wire.
 */
const ANSWER: Omit<FailurePolicy, 'stopCode'> = {
  ...OUTAGE,
  split: { after: 1, into: 2 },
  tries: { alone: 6, inAll: 6 },
  unreported: 'estimate',
};

/** A request that is too much for the model, or not to its liking. */
const REQUEST: Omit<FailurePolicy, 'stopCode'> = { ...ANSWER, pace: 'none', blame: 'always' };

/** A limit, or a balance, of the account. */
const LIMIT: Omit<FailurePolicy, 'stopCode' | 'pace'> = {
  hold: NEVER,
  longestWaitMs: 8 * SECOND,
  stop: { kind: 'max_wait' },
  blame: 'never',
  split: { after: Infinity, into: 1 },
  tries: { alone: Infinity, inAll: Infinity },
  cutHelps: false,
  unreported: 'nothing',
};

/** What is done about failures, complete: a class without a row does not compile. */
export const FAILURE_POLICIES: Record<FailureClass, FailurePolicy> = {
  rate_limited: { ...LIMIT, pace: 'rate_limit', stopCode: 'model.usage_limit' },
  usage_limit: { ...LIMIT, pace: 'usage_limit', longestWaitMs: 10 * MINUTE, stopCode: 'model.usage_limit' },
  quota: { ...LIMIT, pace: 'none', stop: { kind: 'at_once' }, stopCode: 'model.quota' },

  unauthorized: { ...ACCESS, stopCode: 'model.unauthorized' },
  model_unknown: { ...ACCESS, stopCode: 'model.model_unknown' },
  // A firewall refuses the text of one user with this status, too.
  forbidden: { ...ACCESS, stopCode: 'model.forbidden', blame: 'others_pass_or_last' },

  // Of failures without a connection no rounds are counted: failure-evidence.ts stops a run that has kept nothing after some minutes; later on
  // the run goes on when the network returns.
  network: { ...OUTAGE, longestWaitMs: 8 * SECOND, stopCode: 'model.network' },
  server_error: { ...OUTAGE, stopCode: 'model.server_error' },
  not_an_answer: {
    ...OUTAGE,
    stop: stopByEvidence({ roundsAtStart: 7 }),
    stopCode: 'model.not_an_answer',
    unreported: 'estimate',
  },
  timeout: {
    ...OUTAGE,
    // Each may be billed. Before anything is known, they take a minute each.
    stop: stopByEvidence({ roundsAtStart: 4, rounds: 30, roundsInTrouble: 30 }),
    stopCode: 'model.timeout',
    split: { after: 2, into: 2 },
    tries: { alone: 4, inAll: 4 },
    cutHelps: true,
  },

  bad_request: {
    ...ACCESS,
    // Usually about the request, or a user in it.
    hold: { atStart: Infinity, later: 2 },
    stop: stopByEvidence({ roundsAtStart: 6, rounds: 6, roundsInTrouble: 6, leastMs: 0 }),
    stopCode: 'model.bad_request',
    blame: 'others_pass_or_last',
    tries: { alone: 2, inAll: 2 },
  },
  refused: {
    ...REQUEST,
    // A filter that refuses everybody does not speak of the users.
    stop: stopByEvidence({ roundsAtStart: 12, rounds: 24, roundsInTrouble: 24, leastMs: 0 }),
    stopCode: 'model.refused',
    tries: { alone: 3, inAll: 3 },
  },
  too_long: {
    ...REQUEST,
    // Smaller and smaller requests are tried first.
    stop: stopByEvidence({ roundsAtStart: 24, rounds: null, leastMs: 0 }),
    stopCode: 'model.too_long',
    tries: { alone: 1, inAll: 1 },
    cutHelps: true,
  },

  truncated: { ...ANSWER, stopCode: 'model.truncated', tries: { alone: 2, inAll: 2 }, cutHelps: true },
  empty: { ...ANSWER, stopCode: 'model.empty', split: { after: 4, into: 2 } },
  bad_format: { ...ANSWER, stopCode: 'model.bad_format' },
  missing_user: { ...ANSWER, stopCode: 'model.missing_user' },
  duplicate_user: { ...ANSWER, stopCode: 'model.duplicate_user' },
  low_coverage: { ...ANSWER, stopCode: 'model.low_coverage', split: { after: 4, into: 2 } },
};
