import { describe, expect, it } from 'vitest';
import type { BehaviourInput, EventDraft } from '../../../../src/core/extract/extractor.ts';
import { applyGuardrail } from '../../../../src/core/extract/llm/answer/apply-guardrail.ts';
import type { Guarded } from '../../../../src/core/extract/llm/answer/apply-guardrail.ts';
import { joinParts } from '../../../../src/core/extract/llm/answer/unit-events.ts';
import { conversionMatcher } from '../../../../src/core/extract/rules/guardrail.ts';
import { Random } from '../../../../src/core/sample/random.ts';
import { defaultRules } from '../../rules/helpers.ts';
import { behaviour, ID_OFFSET, MINUTE, START } from './support.ts';

const { conversions } = defaultRules.rules;
const matcher = conversionMatcher(conversions);

const browse = { action: 'browse', item: '大众_迈腾' };
const cart = { action: 'add_cart', item: '大众_途观' };
const buy = { action: 'purchase', item: '大众_途观' };
const dealer = { action: 'visit_poi', poi: '长城4S店', duration: 600 };
const club = { action: 'visit_poi', poi: 'XX高尔夫俱乐部' };
const told = (text: string): Partial<BehaviourInput> => ({ action: null, text });

/** Behaviours with numbers from 1. */
const log = (...fields: Partial<BehaviourInput>[]): BehaviourInput[] =>
  fields.map((field, index) => behaviour(index + 1, field));

/** An event over these numbers: `!` for a conversion. */
function event(type: string, ...numbers: number[]): EventDraft {
  return {
    type: type.replace('!', ''),
    category: type.startsWith('!') ? 'conversion' : 'engagement',
    startTime: START + (numbers[0] ?? 0) * MINUTE,
    endTime: START + (numbers.at(-1) ?? 0) * MINUTE,
    origin: 'llm',
    confidence: 0.9,
    context: { note: '模型的话' },
    evidence: numbers.map((number) => ID_OFFSET + number),
  };
}

const guard = (behaviours: BehaviourInput[], ...events: EventDraft[]): Guarded =>
  applyGuardrail(events, behaviours, matcher, { conversionTypes: conversions.map(({ zh }) => zh) });

const brief = ({ events }: Guarded): [string, number[], string][] =>
  events.map(({ type, category, evidence, origin }) => [
    `${category === 'conversion' ? '!' : ''}${type}`,
    evidence.map((id) => id - ID_OFFSET),
    origin,
  ]);

describe('applyGuardrail', () => {
  it('leaves what is right as it is', () => {
    const events = [event('浏览', 1), event('!加购', 2), event('!购买', 3)];
    const guarded = guard(log(browse, cart, buy), ...events);
    expect(guarded).toEqual({ events, changed: 0 });
  });

  it('makes an event of a conversion that no event has, as the rules would', () => {
    const guarded = guard(log(browse, dealer), event('浏览', 1));
    expect(guarded.changed).toBe(1);
    expect(guarded.events[1]).toEqual({
      type: '到店',
      category: 'conversion',
      startTime: START + 2 * MINUTE,
      endTime: START + 12 * MINUTE,
      origin: 'guardrail',
      confidence: 1,
      context: { count: 1, duration: 600, poi: '长城4S店', rule: 'visit_dealer' },
      evidence: [ID_OFFSET + 2],
    });
  });

  it('makes one event of neighbours of one rule about one thing, and two with something between', () => {
    expect(brief(guard(log(cart, cart, browse, cart), event('浏览', 3)))).toEqual([
      ['!加购', [1, 2], 'guardrail'],
      ['浏览', [3], 'llm'],
      ['!加购', [4], 'guardrail'],
    ]);
    expect(brief(guard(log(cart, { ...cart, item: '长城_哈弗' }, buy)))).toEqual([
      ['!加购', [1], 'guardrail'],
      ['!加购', [2], 'guardrail'],
      ['!购买', [3], 'guardrail'],
    ]);
  });

  it('makes a conversion of what was called an engagement', () => {
    const guarded = guard(log(buy), event('购买', 1));
    expect(brief(guarded)).toEqual([['!购买', [1], 'guardrail']]);
    expect(guarded.changed).toBe(1);
  });

  it('takes a conversion out of an engagement, which keeps the rest', () => {
    const guarded = guard(log(browse, buy, browse), event('逛商城', 1, 2, 3));
    expect(brief(guarded)).toEqual([
      ['逛商城', [1, 3], 'llm'],
      ['!购买', [2], 'guardrail'],
    ]);
    expect(guarded.events[0]).toMatchObject({ confidence: 0.9, context: { note: '模型的话' } });
  });

  it('takes what is no conversion out of one, under a name that is none', () => {
    const guarded = guard(log(browse, buy, browse), event('!购买', 1, 2, 3));
    expect(brief(guarded)).toEqual([
      ['相关行为', [1, 3], 'llm'],
      ['!购买', [2], 'guardrail'],
    ]);
    expect(guarded.events[1]).toMatchObject({
      startTime: START + 2 * MINUTE,
      endTime: START + 2 * MINUTE,
      confidence: 1,
      context: { note: '模型的话' },
    });
    expect(guarded.changed).toBe(1);
  });

  it('gives a conversion the type of its rule', () => {
    const guarded = guard(log(buy), event('!成交', 1));
    expect(brief(guarded)).toEqual([['!购买', [1], 'guardrail']]);
    expect(guarded.events[0]?.context).toEqual({ note: '模型的话' });
  });

  it('keeps together what the model put together', () => {
    expect(
      brief(guard(log(buy, browse, { ...buy, item: '别的' }), event('!购买', 1, 3), event('浏览', 2))),
    ).toEqual([
      ['!购买', [1, 3], 'llm'],
      ['浏览', [2], 'llm'],
    ]);
  });

  it('parts conversions of two rules', () => {
    expect(brief(guard(log(cart, buy), event('!购买', 1, 2)))).toEqual([
      ['!加购', [1], 'guardrail'],
      ['!购买', [2], 'guardrail'],
    ]);
  });

  it('demotes a conversion whose behaviours are none', () => {
    const guarded = guard(log(club, browse), event('!到店', 1), event('!预约', 2));
    expect(brief(guarded)).toEqual([
      ['相关行为', [1], 'guardrail'],
      ['预约', [2], 'guardrail'],
    ]);
    expect(guarded.changed).toBe(2);
  });

  it('believes the model of free text', () => {
    const behaviours = log(told('在门店签了合同'), told('购买大众迈腾一辆'), told('晒提车照'));
    expect(brief(guard(behaviours, event('!签约', 1), event('!购买', 2, 3)))).toEqual([
      ['!签约', [1], 'llm'],
      ['!购买', [2, 3], 'llm'],
    ]);
  });

  it('never loses a conversion, never keeps a false one, never gives a behaviour to two events', () => {
    const random = new Random(7, 1);
    const kinds = [browse, cart, buy, dealer, club];
    for (let round = 0; round < 300; round += 1) {
      const behaviours = log(...Array.from({ length: 12 }, () => kinds[random.int(0, 4)] ?? browse));
      const events = Array.from({ length: 5 }, (_, group) => ({
        type: ['购买', '到店', '浏览', '加购', '成交'][random.int(0, 4)] ?? '',
        mark: random.chance(0.5) ? '!' : '',
        numbers: behaviours
          .map((_behaviour, index) => index + 1)
          .filter((number) => (number * 7 + round) % 6 === group),
      })).flatMap(({ type, mark, numbers }) => (numbers.length > 0 ? [event(mark + type, ...numbers)] : []));
      const guarded = guard(behaviours, ...events);
      const evidence = guarded.events.flatMap((made) => made.evidence);
      expect(new Set(evidence).size).toBe(evidence.length);
      const covered = new Set(events.flatMap((made) => made.evidence));
      for (const { id, ...fields } of behaviours) {
        const rule = matcher(fields);
        const holder = guarded.events.find((made) => made.evidence.includes(id));
        if (rule) expect(holder).toMatchObject({ category: 'conversion', type: rule.zh });
        else if (covered.has(id)) expect(holder?.category).toBe('engagement');
      }
      expect(guarded.changed).toBe(guarded.events.filter(({ origin }) => origin === 'guardrail').length);
      const starts = guarded.events.map(({ startTime }) => startTime);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    }
  });
});

describe('joinParts', () => {
  it('is one sequence in time order; at the same moment the earlier part comes first', () => {
    const late = event('b', 5);
    const early = event('a', 1);
    const same = { ...event('c', 9), startTime: late.startTime };
    expect(
      joinParts([
        [early, late],
        [same, event('d', 7)],
      ]).map(({ type }) => type),
    ).toEqual(['a', 'b', 'c', 'd']);
  });
});
