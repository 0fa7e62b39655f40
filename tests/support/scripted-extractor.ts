import type { BatchLimits, Extractor, UserInput, UserOutcome } from '../../src/core/extract/extractor.ts';

/**
 * An extractor whose timing and answers a test decides: one event for each user with all their behaviours as evidence,
 * unless `answer` says otherwise. `hold` keeps batches in work until `release`; `step` releases those in work once.
 */
export class ScriptedExtractor implements Extractor {
  readonly id = 'rules';
  version = 'scripted 1';
  readonly maxBehavioursPerUser = 1000;
  readonly concurrency: number;
  readonly limits: BatchLimits;
  readonly asked: string[][] = [];
  answer: (user: UserInput) => UserOutcome = succeed;
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => undefined;

  constructor(options: { concurrency?: number; maxUsers?: number } = {}) {
    this.concurrency = options.concurrency ?? 1;
    this.limits = { maxUsers: options.maxUsers ?? 2, maxBehaviours: 100 };
  }

  hold(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  release(): void {
    this.#open();
    this.#gate = Promise.resolve();
  }

  step(): void {
    this.release();
    this.hold();
  }

  async extract(users: UserInput[], signal: AbortSignal): Promise<UserOutcome[]> {
    this.asked.push(users.map((user) => user.userId));
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    await Promise.race([this.#gate, aborted]);
    return users.map((user) => this.answer(user));
  }
}

export function succeed(user: UserInput): UserOutcome {
  const first = user.behaviours[0];
  if (!first) return { userId: user.userId, status: 'succeeded', events: [] };
  return {
    userId: user.userId,
    status: 'succeeded',
    events: [
      {
        type: '浏览',
        category: 'engagement',
        startTime: first.time,
        endTime: user.behaviours.at(-1)?.time ?? first.time,
        origin: 'rule',
        confidence: 1,
        context: { count: user.behaviours.length },
        evidence: user.behaviours.map((behaviour) => behaviour.id),
      },
    ],
  };
}

export function fail(user: UserInput): UserOutcome {
  return {
    userId: user.userId,
    status: 'failed',
    error: { code: 'extract.user_too_large', params: { count: 1, limit: 0 } },
  };
}
