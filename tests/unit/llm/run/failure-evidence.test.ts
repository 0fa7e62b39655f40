import { describe, expect, it } from 'vitest';
import { FailureEvidence } from '../../../../src/core/extract/llm/run/failure-evidence.ts';
import type { FailureVerdict } from '../../../../src/core/extract/llm/run/failure-evidence.ts';
import type { UnitWork } from '../../../../src/core/extract/llm/run/unit-work.ts';
import { ModelError } from '../../../../src/core/extract/llm/types.ts';
import type { ModelErrorDetails } from '../../../../src/core/extract/llm/types.ts';
import type { FailureClass } from '../../../../src/shared/failure-classes.ts';
import { waitingUnits } from './support.ts';

const HOUR_MS = 3_600_000;

/** A run that has kept something, in a time that a test moves. */
class Court {
  now = 1_000_000_000;
  kept = true;
  isLast = false;
  readonly evidence = new FailureEvidence({
    now: () => this.now,
    hasKept: () => this.kept,
    baseUrl: 'http://localhost:11434/v1',
  });

  fail(
    units: UnitWork[],
    failure: FailureClass,
    words = '',
    details: ModelErrorDetails = {},
  ): FailureVerdict {
    const error = new ModelError(failure, words, { providerText: words, ...details });
    return this.evidence.failed({ units, error, mark: this.evidence.sent(), isLast: this.isLast });
  }
}

/** Units of one user each. */
const units = (count: number): UnitWork[] => waitingUnits(count);

describe('a host that cannot be reached', () => {
  const REFUSED = 'no connection (ECONNREFUSED)';

  /** Fails every eight seconds, for so many minutes at the most; the verdict that stops the run, and after how many seconds. */
  function refusedFor(court: Court, minutes: number): { stop: FailureVerdict['stop']; seconds: number } {
    const from = court.now;
    const [unit] = units(1);
    for (;;) {
      const { stop } = court.fail(unit ? [unit] : [], 'network', REFUSED);
      const seconds = (court.now - from) / 1000;
      if (stop !== null || seconds >= minutes * 60) return { stop, seconds };
      court.now += 8_000;
    }
  }

  it('stops a run that has kept nothing after five minutes, with the host and what was said', () => {
    const court = new Court();
    court.kept = false;
    const { stop, seconds } = refusedFor(court, 60);
    expect(seconds).toBe(304);
    expect(stop?.toInfo()).toEqual({
      code: 'model.unreachable',
      params: { host: 'localhost:11434', minutes: 5, detail: REFUSED },
    });
  });

  it('is waited for without end once something was kept', () => {
    expect(refusedFor(new Court(), 48 * 60).stop).toBeNull();
  });

  it('is counted anew after any connection, and a machine that was asleep is no five minutes', () => {
    const court = new Court();
    court.kept = false;
    expect(refusedFor(court, 4).stop).toBeNull();
    court.fail(units(1), 'server_error', 'starting', { httpStatus: 503 });
    expect(refusedFor(court, 4).stop).toBeNull();
    court.evidence.answered();
    expect(refusedFor(court, 2).stop).toBeNull();
    court.now += 8 * HOUR_MS;
    expect(refusedFor(court, 1).stop).toBeNull();
  });
});

describe('an outage after something was kept', () => {
  it('is waited for for a day, and no longer', () => {
    const court = new Court();
    const users = units(400);
    const down = (): FailureVerdict =>
      court.fail(users.splice(0, 2), 'server_error', 'internal error', { httpStatus: 500 });
    for (let hour = 0; hour < 24; hour++) {
      expect(down().stop).toBeNull();
      court.now += HOUR_MS;
    }
    expect(down().stop?.code).toBe('model.server_error');
  });

  it('blames no user, however often a unit fails', () => {
    const court = new Court();
    const [unit] = units(1);
    if (!unit) return;
    court.evidence.answered();
    for (let time = 0; time < 50; time++) {
      court.now += 60_000;
      expect([...court.fail([unit], 'server_error', 'internal error').blamed]).toEqual([]);
    }
    expect(unit.failures).toBe(1);
  });
});

describe('a unit that fails while others are answered', () => {
  it.each([
    ['is proven to be the reason by five failures where no other unit fails', 0, 5],
    ['needs more of them where every third request fails', 30, 11],
  ])('%s', (_, othersFailed, most) => {
    const court = new Court();
    for (let request = 0; request < 90; request++) {
      if (request % 3 === 0 && request / 3 < othersFailed) court.fail(units(1), 'server_error', 'busy');
      else court.evidence.answered();
    }
    const [unit] = units(1);
    if (!unit) return;
    let failures = 0;
    for (let isProven = false; !isProven && failures < 20; failures++) {
      isProven = court.fail([unit], 'server_error', 'busy').isProven;
      court.evidence.answered();
    }
    expect(failures).toBeGreaterThanOrEqual(5);
    expect(failures).toBeLessThanOrEqual(most + 1);
    if (othersFailed > 0) expect(failures).toBeGreaterThan(6);
  });
});

describe('the same words', () => {
  it('are recognised with other request ids', () => {
    const court = new Court();
    court.evidence.answered();
    const verdicts = [1, 2, 3, 4, 5].map((id) =>
      court.fail(units(2), 'forbidden', `Denied (request id: 0${id}4f9a2c77e${id})`, { httpStatus: 403 }),
    );
    expect(verdicts.map(({ stop }) => stop?.code)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'model.forbidden',
    ]);
  });

  it('of one user alone are no reason to stop', () => {
    const court = new Court();
    const [unit] = units(1);
    if (!unit) return;
    for (let time = 0; time < 20; time++)
      expect(court.fail([unit], 'bad_request', 'cannot parse', { httpStatus: 400 }).stop).toBeNull();
  });
});

describe('the last unit', () => {
  it('rests twice as long after each failure, up to ten seconds, and a second again once anything was answered', () => {
    const court = new Court();
    court.isLast = true;
    const [unit] = units(1);
    if (!unit) return;
    const rest = (): number => court.fail([unit], 'server_error', 'busy').restMs;
    court.evidence.answered();
    expect([rest(), rest(), rest(), rest(), rest(), rest()]).toEqual([
      1000, 2000, 4000, 8000, 10_000, 10_000,
    ]);
    court.evidence.answered();
    expect([rest(), rest()]).toEqual([1000, 2000]);
  });

  it('is blamed for a failure once in ten seconds at the most, however soon it is asked about again', () => {
    const court = new Court();
    court.isLast = true;
    const [unit] = units(1);
    if (!unit) return;
    const blamedAt: number[] = [];
    for (let second = 0; second < 30; second++) {
      if (court.fail([unit], 'server_error', 'busy').blamed.has(unit)) blamedAt.push(second);
      court.now += 1000;
    }
    expect(blamedAt).toEqual([0, 10, 20]);
  });
});

it('units that failed a few times say what the day is like, so that bad luck is not taken for a reason', () => {
  const court = new Court();
  const all = units(60);
  // Every fifth request fails, as on a bad day, and then each of those units twice more.
  for (const [place, unit] of all.entries()) {
    if (place % 5 > 0) court.evidence.answered();
    else court.fail([unit], 'server_error', 'busy');
  }
  const [unlucky, ...others] = all.filter(({ failures }) => failures > 0);
  if (!unlucky) return;
  for (const unit of others)
    for (let time = 0; time < 2; time++) {
      court.fail([unit], 'server_error', 'busy');
      court.evidence.answered();
    }
  let failures = 1;
  for (let isProven = false; !isProven && failures < 20; failures++) {
    isProven = court.fail([unlucky], 'server_error', 'busy').isProven;
    court.evidence.answered();
  }
  // Every third request failed: a dozen failures in a row would be one case in a million.
  expect(failures).toBeGreaterThan(9);
});
