import type { ErrorInfo } from './errors.ts';
import { FAILURE_CLASSES } from './failure-classes.ts';
import type { WaitFigures } from './model.ts';
import type { FailureClass } from './failure-classes.ts';

/** Why a run waits or has stopped, in as many words as fit a status line. */
export type WaitReason =
  | 'rate_limited'
  | 'usage_limit'
  | 'network'
  | 'server_error'
  | 'timeout'
  | 'not_an_answer'
  | 'rejected'
  | 'paced'
  | 'other';

const WAIT_REASONS: Record<FailureClass, WaitReason> = {
  rate_limited: 'rate_limited',
  usage_limit: 'usage_limit',
  quota: 'usage_limit',
  network: 'network',
  server_error: 'server_error',
  timeout: 'timeout',
  not_an_answer: 'not_an_answer',
  unauthorized: 'rejected',
  forbidden: 'rejected',
  model_unknown: 'rejected',
  bad_request: 'rejected',
  too_long: 'rejected',
  refused: 'rejected',
  truncated: 'other',
  empty: 'other',
  bad_format: 'other',
  missing_user: 'other',
  duplicate_user: 'other',
  low_coverage: 'other',
};

/** What holds requests back. */
interface Held {
  /** Null when no failure is the reason. */
  cause: FailureClass | null;
  reason: WaitReason;
  /** The provider's own words; null when it said nothing. */
  detail: string | null;
  /** Since when nothing useful has come, milliseconds since the epoch; null when that is not known. */
  since: number | null;
}

/** What work waits for, or what has stopped it. Times are milliseconds since the epoch. */
export type Wait =
  /** Another program has locked the workspace. */
  | { kind: 'locked' }
  /** Requests are in flight, and nothing of any answer has come since. */
  | { kind: 'silent'; since: number }
  /** Pieces of answers come, and none has ended since. */
  | { kind: 'unfinished'; since: number }
  /** After a failure or a limit one request tries, and all others wait for it. */
  | ({ kind: 'trying' } & Held)
  /** Nothing is sent until then. */
  | ({ kind: 'held'; until: number } & Held)
  /** The run has stopped for a reason that no user of it can escape; `until`: when the limit that stopped it ends. */
  | {
      kind: 'stopped';
      error: ErrorInfo;
      /** Null when no failure of the model is the reason. */
      reason: WaitReason | null;
      detail: string | null;
      until: number | null;
    };

/** Of a run or an induction, what decides whether it waits. */
export interface Waitable {
  status: string;
  error: ErrorInfo | null;
  waitsForLock?: boolean;
  model: WaitFigures | null;
}

/**
 * What a run or an induction waits for at a moment, or why it has stopped; null when it does neither. Window, tray, command line and
 * JSON all show this one value. `now`: milliseconds since the epoch.
 */
export function waitOf({ status, error, waitsForLock, model }: Waitable, now: number): Wait | null {
  if (status === 'failed') return error === null ? null : stopOf(error);
  if (status !== 'running') return null;
  if (waitsForLock === true) return { kind: 'locked' };
  if (model === null) return null;
  const { throttledUntil: until, throttledBy: cause, throttledDetail: detail } = model;
  const { waitingSince: since, unfinishedSince, pacedUntil } = model;
  if (until !== null || cause !== null) {
    const held: Held = { cause, reason: cause === null ? 'other' : WAIT_REASONS[cause], detail, since };
    return until !== null && until > now ? { kind: 'held', until, ...held } : { kind: 'trying', ...held };
  }
  if (pacedUntil !== null && pacedUntil > now)
    return { kind: 'held', until: pacedUntil, cause, reason: 'paced', detail: null, since };
  if (since !== null) return { kind: 'silent', since };
  return unfinishedSince === null ? null : { kind: 'unfinished', since: unfinishedSince };
}

/** Stops of a run by codes that are no failure class. */
const STOP_CLASSES: Partial<Record<string, FailureClass>> = {
  unreachable: 'network',
  timeout_too_short: 'timeout',
};

/** What stopped a run: the reason in short, the provider's own words, and the end of the limit, each null when there is none. */
export function stopOf(error: ErrorInfo): Wait & { kind: 'stopped' } {
  const [domain, name] = error.code.split('.');
  const isOfModel = domain === 'model' && name !== undefined;
  const cause = isOfModel
    ? (STOP_CLASSES[name] ?? FAILURE_CLASSES.find((failure) => failure === name))
    : undefined;
  const { detail, until } = error.params ?? {};
  return {
    kind: 'stopped',
    error,
    reason: cause === undefined ? null : WAIT_REASONS[cause],
    detail: isOfModel && typeof detail === 'string' && detail !== '' ? detail : null,
    until: typeof until === 'number' ? until : null,
  };
}
