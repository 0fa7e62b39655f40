import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../../src/core/extract/extractor.ts';
import { applyDetail } from '../../../../src/core/extract/llm/answer/apply-detail.ts';
import type { DetailBasis } from '../../../../src/core/extract/llm/answer/apply-detail.ts';
import { makeClassifier } from '../../../../src/core/extract/rules/classifier.ts';
import { Random } from '../../../../src/core/sample/random.ts';
import { behaviour, defaultRules } from '../../rules/helpers.ts';

const DAY = 86_400_000;

const basis = (detail: 'standard' | 'brief'): DetailBasis => ({
  classify: makeClassifier(defaultRules.rules),
  sequence: {
    detail,
    sessionGapMs: 1_800_000,
    dayStartMs: 0,
    themeGapMs: 2 * DAY,
    themeOf: ({ name }) => name,
    namedFields: [],
    idFields: [],
    grain: 'themes' as const,
  },
});

/** One behaviour a day, so that ids are days. */
const LOG = ['browse', 'search', 'browse', 'purchase', 'browse', 'browse'].map((action, day) =>
  behaviour({ action, item: '大众_途观', minute: day * 1440 }, day + 1),
);

const event = (
  type: string,
  evidence: number[],
  note?: string,
  more: Partial<EventDraft> = {},
): EventDraft => ({
  type,
  category: 'engagement',
  startTime: 0,
  endTime: 0,
  origin: 'llm',
  confidence: 1,
  context: note === undefined ? {} : { note },
  evidence,
  ...more,
});
const PURCHASE = event('购买', [LOG[3]?.id ?? 0], undefined, { category: 'conversion', origin: 'guardrail' });

const id = (day: number): number => LOG[day - 1]?.id ?? 0;
const ids = (...days: number[]): number[] => days.map(id);
const told = (events: readonly EventDraft[]) =>
  events.map(({ type, evidence, origin }) => [type, evidence.map((each) => each - id(1) + 1), origin]);

describe('what a model made', () => {
  it('is joined where it is too fine, and has the contents of an event of the detail', () => {
    const made = applyDetail(
      [
        event('了解', ids(1), '大众'),
        event('了解', ids(2), '大众', { confidence: 0.5 }),
        event('了解', ids(3), '大众'),
        PURCHASE,
      ],
      LOG,
      basis('standard'),
    );
    expect(told(made.events)).toEqual([
      ['了解', [1, 2, 3], 'llm'],
      ['购买', [4], 'guardrail'],
    ]);
    expect(made.changed).toBe(1);
    expect(made.events[0]?.confidence).toBe(0.83);
    expect(made.events[0]?.context).toMatchObject({
      object: '大众',
      kinds: [
        ['browse', 2],
        ['search', 1],
      ],
      days: 3,
    });
  });

  it('is divided at a conversion, and where the detail asks for less', () => {
    const across = applyDetail([event('了解', ids(1, 2, 3, 5, 6), '大众'), PURCHASE], LOG, basis('standard'));
    expect(told(across.events)).toEqual([
      ['了解', [1, 2, 3], 'llm'],
      ['购买', [4], 'guardrail'],
      ['了解', [5, 6], 'llm'],
    ]);
    expect(across.changed).toBe(2);
    const silent = applyDetail([event('了解', ids(1, 5, 6), '大众')], LOG, basis('standard'));
    expect(told(silent.events)).toEqual([
      ['了解', [1], 'llm'],
      ['了解', [5, 6], 'llm'],
    ]);
  });

  it('keeps apart what the model calls by different objects, unless the detail is without them', () => {
    const made = [event('了解', ids(1, 3), '大众'), event('了解', ids(2), '丰田')];
    expect(told(applyDetail(made, LOG, basis('standard')).events)).toEqual([
      ['了解', [1, 3], 'llm'],
      ['了解', [2], 'llm'],
    ]);
    expect(told(applyDetail(made, LOG, basis('brief')).events)).toEqual([['了解', [1, 2, 3], 'llm']]);
  });

  it('has every behaviour that was in an event in exactly one, and no other, whatever the model made', () => {
    const random = new Random(11, 0);
    for (let round = 0; round < 200; round += 1) {
      const log = Array.from({ length: 40 }, (_, index) =>
        behaviour(
          {
            action: random.pick(['browse', 'search', 'purchase']),
            item: random.pick(['a', 'b']),
            minute: index * random.pick([1, 3000]),
          },
          index + 1,
        ),
      ).sort((a, b) => a.time - b.time);
      const groups = new Map<number, number[]>();
      for (const { id: each } of log) {
        const group = random.int(0, 8);
        if (group > 0) groups.set(group, [...(groups.get(group) ?? []), each]);
      }
      const events = [...groups].map(([group, evidence]) =>
        event(group % 2 ? '了解' : '搜索', evidence, group % 3 ? '大众' : undefined),
      );
      const covered = events.flatMap(({ evidence }) => evidence).sort((a, b) => a - b);
      const once = applyDetail(events, log, basis('standard'));
      expect(once.events.flatMap(({ evidence }) => evidence).sort((a, b) => a - b)).toEqual(covered);
      expect(applyDetail(events, log, basis('standard'))).toEqual(once);
    }
  });
});
