import type { FailureClass } from '../../../../shared/failure-classes.ts';
import type { EventDraft, RunUser } from '../../extractor.ts';
import type { EncodedUnit } from '../prompt/encode-unit.ts';
import type { UnitVerdict } from '../types.ts';

/** What is taken for a unit in the end. */
export interface UnitResult {
  events: EventDraft[];
  coverage: number;
  unsupported: number;
  complete: boolean;
}

/** A unit on its way: how often it was asked about, and the best answer so far. */
export interface UnitWork {
  encoded: EncodedUnit;
  user: UserWork;
  /** Hash of everything that determines the answer. */
  key: string;
  /** Answers that could not be used, and requests that gave none while the service was up. */
  rejections: number;
  /** How often too little was covered, and how often nothing at all. */
  coverageTries: number;
  emptyTries: number;
  /** Tries in a row that failed for the latest cause while it was alone in its request. */
  aloneTries: number;
  /** When its latest request failed, as FailureEvidence numbers events; 0 for never. */
  failedAt: number;
  /** Failed requests in a row, without an answer about it between them. */
  failures: number;
  /** Failed requests that counted against it because others were answered. */
  blames: number;
  /** When one was last counted, in milliseconds since the epoch; 0 for never. */
  blamedAt: number;
  /** How often in a row it was let rest before it was asked about again, while nothing was answered. */
  rests: number;
  /** How often the unit was cut out of a longer one. */
  depth: number;
  /** So many units may be asked about together; null for as many as fit. */
  maxTogether: number | null;
  /** Why it is asked again; null for the first time. */
  cause: FailureClass | null;
  /** What the provider said about that; empty for nothing. */
  detail: string;
  /** The best answer that covers too little. */
  best: UnitResult | null;
  result: UnitResult | null;
}

/** A unit, or a part that an answer dealt with before it broke off, and how it was judged. */
export interface JudgedUnit {
  unit: UnitWork;
  verdict: UnitVerdict;
}

/** A user on the way: their units, and whether one of them is given up. */
export interface UserWork {
  user: RunUser;
  units: UnitWork[];
  /** Failed tries of parts that were alone in their request, while no part was answered. */
  triesAlone: number;
  failure: FailureClass | null;
  /** What the provider said of it. */
  detail: string;
  committed: boolean;
}

/** The work on a user of whom nothing was asked yet, without units. */
export function newUser(user: RunUser): UserWork {
  return { user, units: [], triesAlone: 0, failure: null, detail: '', committed: false };
}

/** A unit that was not asked about yet. */
export function newUnit(
  encoded: EncodedUnit,
  user: UserWork,
  { key, depth }: Pick<UnitWork, 'key' | 'depth'>,
): UnitWork {
  return {
    encoded,
    user,
    key,
    rejections: 0,
    coverageTries: 0,
    emptyTries: 0,
    aloneTries: 0,
    failedAt: 0,
    failures: 0,
    blames: 0,
    blamedAt: 0,
    rests: 0,
    depth,
    maxTogether: null,
    cause: null,
    detail: '',
    best: null,
    result: null,
  };
}

/** Whether a unit still has to be asked about. */
export function isOpen(unit: UnitWork): boolean {
  return unit.result === null && unit.user.failure === null;
}

/** A user is decided when all their units are, or one is given up. */
export function isDecided(work: UserWork): boolean {
  return work.failure !== null || work.units.every((unit) => unit.result !== null);
}
