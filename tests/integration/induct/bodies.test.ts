import { describe, expect, it, onTestFinished } from 'vitest';
import type { InductionSnapshot } from '../../../src/shared/induction.ts';
import { waitOf } from '../../../src/shared/waiting.ts';
import { InductionHarness } from '../../support/induction-harness.ts';
import { inductionAnswer } from '../../support/induction-script.ts';
import { ScriptedProvider } from '../../support/scripted-provider.ts';
import { SimClock } from '../../support/sim-clock.ts';
import type { ProviderCase } from '../llm/providers/cases.ts';
import { BROKEN, COSTS, HUGE, PASSING_TROUBLE, REFUSED, SHAPES } from './bodies.ts';

/** Turns of the event loop in which an exchange over a local socket goes on. */
const TURNS = 200;
const PRICE = { priceIn: 100, priceOut: 400 };
/** A silence of 15 seconds is told, and looked for every 5. */
const LONGEST_SILENCE_SECONDS = 20;

interface Result {
  clock: SimClock;
  provider: ScriptedProvider;
  harness: InductionHarness;
  last: InductionSnapshot;
}

async function induce({ face, settings, maxCost }: ProviderCase): Promise<Result> {
  const clock = new SimClock(Date.now(), TURNS);
  const provider = await ScriptedProvider.open(
    (h) => (provider.memory.has('mended') ? h.ok() : face(h)),
    clock,
    inductionAnswer,
  );
  onTestFinished(() => provider.close());
  const harness = await InductionHarness.open({
    clock,
    settings: { baseUrl: `${provider.url}/v1`, ...PRICE, ...settings },
  });
  await harness.start(maxCost === undefined ? {} : { maxCost });
  const last = await clock.run(harness.ends('proposed', 'failed'));
  return { clock, provider, harness, last };
}

function billedBy({ billed: { prompt, completion } }: ScriptedProvider): number {
  return (prompt * PRICE.priceIn + completion * PRICE.priceOut) / 1e6;
}

/** Money set aside for requests of which it is not known whether they were billed. */
function setAside(harness: InductionHarness): number {
  return harness
    .ledger()
    .filter(({ cost }) => cost === null)
    .reduce((sum, { reservedCost }) => sum + reservedCost, 0);
}

/** The longest time, in seconds, in which an induction neither came on nor said what it waits for. */
function longestSilence({ snapshots, times }: InductionHarness): number {
  let since: number | null = null;
  let longest = 0;
  let before = '';
  for (const [index, snapshot] of snapshots.entries()) {
    const at = times[index] ?? 0;
    if (since !== null) longest = Math.max(longest, at - since);
    const reached = `${snapshot.step} ${snapshot.requests}`;
    const isSilent = snapshot.status === 'running' && waitOf({ ...snapshot, model: snapshot }, at) === null;
    since = isSilent ? (reached === before ? (since ?? at) : at) : null;
    before = reached;
  }
  return longest / 1000;
}

let right: Promise<InductionSnapshot> | null = null;
const undisturbed = (): Promise<InductionSnapshot> =>
  (right ??= induce({ face: (h) => h.ok(), expect: {} }).then(({ last }) => last));

const GROUPS: Record<string, Record<string, ProviderCase>> = {
  'an answer that breaks off': BROKEN,
  'a refusal': REFUSED,
  trouble: PASSING_TROUBLE,
  'an answer without measure': HUGE,
  'an answer of another shape': SHAPES,
  money: COSTS,
};

describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
  it.each(Object.entries(cases))('%s', async (_name, one) => {
    const { expect: wanted, maxCost } = one;
    const { proposal } = await undisturbed();
    const { clock, provider, harness, last } = await induce(one);
    const seconds = ((harness.times.at(-1) ?? 0) - provider.startedAt) / 1000;

    expect({ status: last.status, code: last.error?.code ?? null }).toEqual(
      wanted.stops ? { status: 'failed', code: wanted.stops } : { status: 'proposed', code: null },
    );
    if (wanted.stops) {
      expect(last.resumable).toBe(true);
      if (wanted.words) expect(String(last.error?.params?.['detail'])).toMatch(wanted.words);
      if (wanted.hasEnd) expect(Number(last.error?.params?.['until'])).toBeGreaterThan(provider.startedAt);
    } else expect(last.proposal).toEqual(proposal);
    expect(provider.statuses.length).toBeLessThanOrEqual(wanted.requests ?? 60);
    expect(seconds).toBeLessThanOrEqual(wanted.seconds ?? 60);
    expect(longestSilence(harness)).toBeLessThanOrEqual(LONGEST_SILENCE_SECONDS);
    if (wanted.waitsFor)
      expect(harness.snapshots.some(({ throttledBy }) => throttledBy === wanted.waitsFor)).toBe(true);

    const billed = billedBy(provider);
    const booked = last.cost ?? 0;
    if (wanted.unreported) {
      expect(booked + setAside(harness)).toBeGreaterThanOrEqual(
        (wanted.unreported.least ?? 1) * billed - 1e-9,
      );
      expect(booked).toBeLessThanOrEqual(wanted.unreported.most * billed + 1e-9);
    } else expect(Math.abs(booked - billed)).toBeLessThanOrEqual(0.01 * billed + 1e-9);
    if (maxCost !== undefined) expect(billed).toBeLessThanOrEqual(maxCost);

    if (one.isMended) {
      provider.memory.set('mended', 1);
      await harness.engine.resumeInduction();
      const resumed = await clock.run(harness.ends('proposed', 'failed'));
      expect(resumed.proposal).toEqual(proposal);
      // What was answered before is not paid for again.
      expect(billedBy(provider)).toBeCloseTo((await undisturbed()).cost ?? 0, 6);
    }
  });
});
