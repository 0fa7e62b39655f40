import { USUAL_SESSIONS } from '../../abstraction/rhythm.ts';
import { systemClock } from '../../clock.ts';
import type { Clock } from '../../clock.ts';
import type { BatchLimits, Extractor, UserInput, UserOutcome } from '../extractor.ts';
import { makeClassifier } from './classifier.ts';
import type { Classifier } from './classifier.ts';
import type { LoadedRules } from './load-rules.ts';
import { makeSequence } from './sequence.ts';
import type { SequenceOptions } from './sequence.ts';
import { sessionLimits } from './session-limits.ts';

/** A batch and its commit take about 50 ms: few commits, and the thread still answers requests in between. */
const DEFAULT_LIMITS: BatchLimits = { maxUsers: 200, maxBehaviours: 10_000 };

export interface RulesExtractorOptions {
  /** Slow mode for tests: every batch takes this long, in milliseconds. */
  delayMs?: number;
  clock?: Clock;
  limits?: Partial<BatchLimits>;
  /** The finest detail by default. */
  abstraction?: Abstraction;
}

/** How much joins into one event, and what the log says of that; a session gap in the rules goes before that of the log. */
export type Abstraction = SequenceOptions;

/** The finest detail, which needs nothing of a log whose sessions the rules tell apart. */
export const FINE: Abstraction = {
  ...USUAL_SESSIONS,
  detail: 'fine',
  themeGapMs: 0,
  themeOf: ({ name }) => name,
  namedFields: [],
  idFields: [],
  grain: 'themes',
};

/** The built-in extractor: offline, deterministic, and as fast as the database behind it. */
export class RulesExtractor implements Extractor {
  readonly id = 'rules';
  readonly version: string;
  readonly limits: BatchLimits;
  readonly concurrency = 1;
  readonly maxBehavioursPerUser: number;
  readonly #classify: Classifier;
  readonly #sequence: SequenceOptions;
  readonly #delayMs: number;
  readonly #clock: Clock;

  constructor(loaded: Pick<LoadedRules, 'rules' | 'version'>, options: RulesExtractorOptions = {}) {
    this.version = loaded.version;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.maxBehavioursPerUser = loaded.rules.limits.maxBehavioursPerUser;
    this.#classify = makeClassifier(loaded.rules);
    const abstraction = options.abstraction ?? FINE;
    this.#sequence = {
      ...abstraction,
      ...sessionLimits(loaded.rules, abstraction),
      joinsConversions: loaded.rules.session.gapMinutes !== 'auto',
    };
    this.#delayMs = options.delayMs ?? 0;
    this.#clock = options.clock ?? systemClock;
  }

  /** Answers for every user in the order given. Rejects with the reason of the signal when that aborts. */
  async extract(users: UserInput[], signal: AbortSignal): Promise<UserOutcome[]> {
    signal.throwIfAborted();
    if (this.#delayMs > 0) {
      await this.#clock.sleep(this.#delayMs, signal);
      signal.throwIfAborted();
    }
    return users.map((user) => this.outcomeOf(user));
  }

  /** What becomes of one user. */
  outcomeOf({ userId, behaviours }: UserInput): UserOutcome {
    const count = behaviours.length;
    const limit = this.maxBehavioursPerUser;
    if (count > limit) {
      return {
        userId,
        status: 'failed',
        error: { code: 'extract.user_too_large', params: { count, limit } },
      };
    }
    return { userId, status: 'succeeded', events: makeSequence(behaviours, this.#classify, this.#sequence) };
  }
}
