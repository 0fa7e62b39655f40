import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { LOOK_ALIKES } from '../../../src/core/sample/shapes/index.ts';
import type { LookAlike } from '../../../src/core/sample/shapes/index.ts';
import type { Conversions } from '../../../src/core/sample/shapes/shape.ts';
import type { EventRecord } from '../../../src/shared/users.ts';
import { abstractLog } from '../../support/abstract-log.ts';
import type { AbstractedLog, AbstractedUser } from '../../support/abstract-log.ts';
import { tempFolder } from '../../support/temp.ts';

/** Events for each behaviour at the most. */
const MOST = 0.6;
const USERS: Record<LookAlike, number> = { shop: 60, web: 60, music: 30, app: 50, tickets: 250 };
/** The actions of the look-alikes that are conversions, and the type that each is of. */
const CONVERSIONS: Record<string, string> = {
  purchase: 'purchase',
  af_purchase: 'purchase',
  cart: 'add_to_cart',
  add_to_cart: 'add_to_cart',
  af_add_to_cart: 'add_to_cart',
};
const ALL_SHAPES = Object.keys(LOOK_ALIKES) as LookAlike[];
const SHAPES = ALL_SHAPES.filter((shape) => shape !== 'tickets');

interface Made {
  rows: number;
  conversions: Conversions;
  gapMinutes: number;
  /** The type of the conversion in each row of the file, in order; null for none. */
  converts: (string | null)[];
  log: AbstractedLog;
}

async function make(
  shape: LookAlike,
  seed: number,
  { users = USERS[shape], gapMinutes = LOOK_ALIKES[shape].gapMinutes } = {},
): Promise<Made> {
  const behaviorsPath = join(tempFolder(), `${shape}.csv`);
  const made = await generateSample({ shape, users, seed, gapMinutes, behaviorsPath });
  const lines = readFileSync(behaviorsPath, 'utf8').trimEnd().split('\n').slice(1);
  const actionAt = LOOK_ALIKES[shape].header
    .split(',')
    .findIndex((name) => /^event(_type|_name)?$/.test(name));
  const converts = lines.map((line) => CONVERSIONS[line.split(',')[actionAt] ?? ''] ?? null);
  return { ...made, gapMinutes, converts, log: await abstractLog(behaviorsPath) };
}

const eventsOf = (users: readonly AbstractedUser[]): EventRecord[] => users.flatMap(({ events }) => events);

/** Every behaviour is in one event, every conversion alone in one of its type, and nothing reaches across one. */
function expectExact(users: readonly AbstractedUser[], { rows, conversions, converts }: Made): void {
  const events = eventsOf(users);
  const ids = events.flatMap(({ evidence }) => evidence).sort((a, b) => a - b);
  const [base = 0] = ids;
  expect(ids).toEqual(Array.from({ length: rows }, (_, row) => base + row));
  const counts: Record<string, number> = {};
  for (const { category, context, evidence } of events) {
    const types = new Set(evidence.map((id) => converts[id - base]));
    if (category === 'conversion') {
      const rule = String(context['rule']);
      expect([rule, evidence.length]).toEqual([[...types][0], 1]);
      counts[rule] = (counts[rule] ?? 0) + 1;
    } else expect([...types]).toEqual([null]);
  }
  expect(counts).toEqual(conversions);
  for (const user of users) {
    const conversionIds = user.events.flatMap((event) =>
      event.category === 'conversion' ? event.evidence : [],
    );
    for (const { evidence } of user.events) {
      const [first = 0, last = 0] = [evidence[0], evidence.at(-1)];
      expect(conversionIds.filter((id) => id > first && id < last)).toEqual([]);
    }
  }
}

function expectGap({ log, gapMinutes }: Made): void {
  expect(log.sessions.by).toBe('valley');
  const factor = (log.sessions.gapMs ?? 0) / 60_000 / gapMinutes;
  expect(factor).toBeGreaterThanOrEqual(0.5);
  expect(factor).toBeLessThanOrEqual(2);
}

describe.each(SHAPES)('a log in the manner of %s', (shape) => {
  it.each([1, 2, 3])('is abstracted, with its conversions and its session gap (seed %i)', async (seed) => {
    const made = await make(shape, seed);
    expectGap(made);
    const standard = await made.log.at('standard');
    expectExact(standard, made);
    expect(eventsOf(standard).length / made.rows).toBeLessThanOrEqual(MOST);
    const brief = await made.log.at('brief');
    expectExact(brief, made);
    expect(eventsOf(brief).length).toBeLessThanOrEqual(eventsOf(standard).length);
  });
});

it.each(ALL_SHAPES)('finds other gaps than the usual one of %s', async (shape) => {
  for (const gapMinutes of [10, 45, 240, 720]) expectGap(await make(shape, gapMinutes, { gapMinutes }));
});

describe('a log in the manner of a service desk', () => {
  it.each([1, 2, 3])('keeps the order of its steps: only repeats join (seed %i)', async (seed) => {
    const made = await make('tickets', seed);
    expectGap(made);
    for (const detail of ['standard', 'brief'] as const) {
      const cases = await made.log.at(detail);
      expectExact(cases, made);
      const events = eventsOf(cases);
      expect(events.length).toBeLessThan(made.rows);
      expect(events.length / made.rows).toBeGreaterThan(0.85);
      for (const { events: steps } of cases) {
        const order = steps.flatMap(({ evidence }) => evidence);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
        // One step after another: where the same one follows, it is days later.
        for (const step of steps) expect(step.context['kinds']).toHaveLength(1);
      }
    }
  });
});
