import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunSnapshot } from '../../../../src/shared/run.ts';
import { waitOf } from '../../../../src/shared/waiting.ts';
import type { StoredEvent } from '../../../support/model-books.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import { POISON, ScriptedProvider } from '../../../support/scripted-provider.ts';
import { SimClock } from '../../../support/sim-clock.ts';
import { shoppers } from '../../../support/shoppers.ts';
import type { TestUser } from '../../../support/shoppers.ts';
import { ANSWER_FORMS } from './answer-forms.ts';
import { ANSWERS } from './answers.ts';
import { anthropic } from './cases.ts';
import type { ProviderCase } from './cases.ts';
import { LIMITS } from './limits.ts';
import { MONEY } from './money.ts';
import { ONE_USER } from './one-user.ts';
import { OUTAGES } from './outages.ts';
import { LENGTHS, PARAMETERS } from './parameters.ts';
import { PASSING } from './passing.ts';
import { PROVIDER_LIMITS } from './provider-limits.ts';
import { RECORDED } from './recorded.ts';
import { PERMANENT } from './refusals.ts';
import { USELESS } from './useless.ts';

/** Turns of the event loop in which an exchange over a local socket goes on, before the time of the case moves. */
const TURNS = 200;
/** The same where another thread unpacks the answer. */
const TURNS_WITH_THREADS = 10_000;
const POISONED = ['user-0005'];
/** A run that goes on for longer than this must be seen to wait. */
const SILENCE_SECONDS = 60;
/** A silence of 15 seconds is told, and looked for every 5. */
const LONGEST_SILENCE_SECONDS = 20;
const PRICE = { priceIn: 100, priceOut: 400 };

/** Users of whom some have a word in each of their behaviours that a provider may not stand. */
function users(poisoned: readonly string[]): TestUser[] {
  return shoppers(24).map((user) =>
    poisoned.includes(user.id)
      ? { ...user, behaviours: user.behaviours.map((behaviour) => ({ ...behaviour, item: `${POISON}_1` })) }
      : user,
  );
}

/** What the provider bills, in money. */
function billedBy({ billed: { prompt, completion } }: ScriptedProvider): number {
  return (prompt * PRICE.priceIn + completion * PRICE.priceOut) / 1e6;
}

interface Result {
  clock: SimClock;
  last: RunSnapshot;
  provider: ScriptedProvider;
  seconds: number;
  events: Map<string, string>;
  harness: ModelHarness;
}

async function runWith({
  face,
  path = '/v1',
  settings,
  maxCost,
  usesThreads = false,
  poisoned = POISONED,
  expect: wanted,
}: ProviderCase): Promise<Result> {
  const longest = wanted.seconds ?? SILENCE_SECONDS;
  const clock = new SimClock(Date.now(), usesThreads ? TURNS_WITH_THREADS : TURNS);
  const provider = await ScriptedProvider.open(face, clock);
  onTestFinished(() => provider.close());
  const harness = await ModelHarness.open({
    users: users(poisoned),
    clock,
    settings: { baseUrl: `${provider.url}${path}`, maxConcurrency: 4, ...PRICE, ...settings },
  });
  await harness.start(maxCost === undefined ? {} : { maxCost });
  const ended = await clock.run(
    Promise.race([harness.ended(), clock.sleep(longest * 1000).then(() => null)]),
  );
  const last = ended ?? harness.snapshots.at(-1);
  if (!last) throw new Error('no snapshot');
  return {
    clock,
    last,
    provider,
    seconds: (clock.now() - provider.startedAt) / 1000,
    events: eventsByUser(harness.events()),
    harness,
  };
}

function eventsByUser(events: StoredEvent[]): Map<string, string> {
  const byUser = new Map<string, unknown[]>();
  for (const { userId, type, category, startTime, endTime, evidence } of events) {
    byUser.set(userId, [...(byUser.get(userId) ?? []), [type, category, startTime, endTime, evidence]]);
  }
  return new Map([...byUser].map(([id, list]) => [id, JSON.stringify(list)]));
}

/** Users whose events are not those of a run that nothing disturbed; a user without events is left out. */
function usersThatDiffer(events: Map<string, string>, undisturbed: Map<string, string>): string[] {
  return [...events].filter(([id, list]) => list !== undisturbed.get(id)).map(([id]) => id);
}

const undisturbed = new Map<string, Promise<Map<string, string>>>();

function undisturbedEvents({ settings, poisoned }: ProviderCase): Promise<Map<string, string>> {
  const key = JSON.stringify([settings?.protocol, poisoned]);
  const known = undisturbed.get(key);
  if (known) return known;
  const events = runWith({
    face: (h) => h.ok(),
    ...(settings?.protocol === 'anthropic' ? { settings: anthropic } : {}),
    ...(poisoned ? { poisoned } : {}),
    expect: {},
  }).then((result) => result.events);
  undisturbed.set(key, events);
  return events;
}

const GROUPS: Record<string, Record<string, ProviderCase>> = {
  'a refusal that no user can escape': PERMANENT,
  'a fault that passes': PASSING,
  'a refusal about one user': ONE_USER,
  'a service that is away': OUTAGES,
  'a limit': LIMITS,
  'a limit of a provider': PROVIDER_LIMITS,
  'an answer': ANSWERS,
  'an answer in another form': ANSWER_FORMS,
  'answers of no use': USELESS,
  'a server that does not take': PARAMETERS,
  'a request that is too long, in': LENGTHS,
  money: MONEY,
  'a provider, as it was seen with': RECORDED,
};

describe.each(Object.entries(GROUPS))('%s', (_group, cases) => {
  it.each(Object.entries(cases))('%s', async (_name, one) => {
    const wanted = one.expect;
    const right = await undisturbedEvents(one);
    const { clock, last, provider, seconds, events, harness } = await runWith(one);
    const words = String(last.error?.params?.['detail'] ?? '');
    const figures = figuresOf(last);

    expect({ status: last.status, code: last.error?.code ?? null }).toEqual(
      wanted.stops ? { status: 'failed', code: wanted.stops } : { status: 'completed', code: null },
    );
    if (wanted.stops) {
      expect(last.resumable).toBe(true);
      if (wanted.words) expect(words).toMatch(wanted.words);
      if (wanted.hasEnd) expect(Number(last.error?.params?.['until'])).toBeGreaterThan(provider.startedAt);
    }
    const failed = harness.read((db) =>
      db
        .prepare(
          `SELECT u.id, json_extract(s.error, '$.code') AS code FROM sequences s JOIN users u ON u.no = s.user_no WHERE s.status = 'failed'`,
        )
        .all(),
    ) as unknown as { id: string; code: string }[];
    const poisoned = one.poisoned ?? POISONED;
    expect(failed.map(({ id }) => id)).toEqual(wanted.failsPoisoned ? poisoned : []);
    const allowed = [wanted.failsPoisoned ?? []].flat().map((failure) => `model.${failure}`);
    for (const { code } of failed) expect(allowed).toContain(code);

    expect(usersThatDiffer(events, right)).toEqual([]);
    if (!wanted.stops) expect(last.successCount).toBe(24 - failed.length);

    expect(provider.statuses.length).toBeLessThanOrEqual(wanted.requests ?? 60);
    expect(seconds).toBeLessThanOrEqual(wanted.seconds ?? SILENCE_SECONDS);
    expect(longestSilence(harness)).toBeLessThanOrEqual(LONGEST_SILENCE_SECONDS);
    if (wanted.waitsFor) {
      const waits = harness.snapshots.filter(({ model }) => model?.throttledBy === wanted.waitsFor);
      expect(waits.length).toBeGreaterThan(0);
      expect(waits.some(({ model }) => model?.waitingSince !== null)).toBe(true);
    }

    if (one.isMended) {
      provider.memory.set('mended', 1);
      await harness.engine.resumeRun();
      const resumed = await clock.run(harness.ended());
      expect(resumed).toMatchObject({ status: 'completed', successCount: 24, failedCount: 0 });
      expect(figuresOf(resumed).cost).toBeCloseTo(billedBy(provider), 6);
      return;
    }
    const billed = billedBy(provider);
    const booked = figures.cost ?? 0;
    const { unreported } = wanted;
    if (unreported) {
      expect(booked + setAside(harness)).toBeGreaterThanOrEqual((unreported.least ?? 1) * billed - 1e-9);
      expect(booked).toBeLessThanOrEqual(unreported.most * billed + 1e-9);
    } else {
      expect(Math.abs(booked - billed)).toBeLessThanOrEqual((wanted.money ?? 0.01) * billed + 1e-9);
    }
    if (one.maxCost !== undefined) expect(billed).toBeLessThanOrEqual(one.maxCost);
    expect(harness.problems).toEqual([]);
  });
});

/** Money set aside for requests of which it is not known whether they were billed: it counts towards a cap. */
function setAside(harness: ModelHarness): number {
  const row = harness.read((db) =>
    db.prepare('SELECT sum(uncertain_cost) AS money FROM ledger_totals').get(),
  );
  return Number(row?.['money'] ?? 0);
}

/** The longest time, in seconds, in which a run neither came on nor said what it waits for. */
function longestSilence({ snapshots, times }: ModelHarness): number {
  let since: number | null = null;
  let longest = 0;
  let progress = '';
  for (const [index, snapshot] of snapshots.entries()) {
    const at = times[index] ?? 0;
    if (since !== null) longest = Math.max(longest, at - since);
    const { status, processedUsers, model } = snapshot;
    const reached = `${processedUsers} ${model?.requests}`;
    const isSilent = status === 'running' && waitOf(snapshot, at) === null;
    since = isSilent ? (reached === progress ? (since ?? at) : at) : null;
    progress = reached;
  }
  return longest / 1000;
}
