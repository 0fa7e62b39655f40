import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../../src/core/extract/extractor.ts';
import { applyDetail } from '../../../../src/core/extract/llm/answer/apply-detail.ts';
import type { DetailBasis } from '../../../../src/core/extract/llm/answer/apply-detail.ts';
import { applyGuardrail } from '../../../../src/core/extract/llm/answer/apply-guardrail.ts';
import { regrouper } from '../../../../src/core/extract/llm/answer/regroup.ts';
import { codebookOfRules } from '../../../../src/core/engine/codebook-service.ts';
import { makeClassifier } from '../../../../src/core/extract/rules/classifier.ts';
import { conversionMatcher } from '../../../../src/core/extract/rules/guardrail.ts';
import { makeSequence } from '../../../../src/core/extract/rules/sequence.ts';
import { DETAILS, THEME_GRAINS } from '../../../../src/shared/abstraction.ts';
import type { Detail, ThemeGrain } from '../../../../src/shared/abstraction.ts';
import { behaviour, defaultRules } from '../../rules/helpers.ts';

const DAY = 86_400_000;

const basis = (detail: Detail): DetailBasis => ({
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

  it('is parted at the detail fine where the rules would part, and keeps what the model said', () => {
    const log = ['browse', 'browse', 'search', 'browse', 'browse', 'browse'].map((action, index) =>
      // The last one follows after a silence that ends the session; the fifth is about something else.
      behaviour(
        { action, item: index === 4 ? '丰田' : '大众_途观', minute: index === 5 ? 300 : index },
        index + 1,
      ),
    );
    const made = applyDetail([event('看车', [1, 2, 3, 4, 5, 6], '大众')], log, basis('fine'));
    expect(told(made.events)).toEqual([
      ['看车', [1, 2], 'llm'],
      ['看车', [3], 'llm'],
      ['看车', [4], 'llm'],
      ['看车', [5], 'llm'],
      ['看车', [6], 'llm'],
    ]);
    expect(made.changed).toBe(5);
    expect(made.events.map(({ context }) => context['session'])).toEqual([1, 1, 1, 1, 2]);
    expect(made.events[0]?.context).toMatchObject({ note: '大众', count: 2, item: '大众_途观' });
  });

  it('is joined at the detail fine with its neighbour of the same type, kind and thing', () => {
    const log = [0, 1, 2, 3].map((minute) =>
      behaviour({ action: 'browse', item: '大众', minute }, minute + 1),
    );
    const made = applyDetail(
      [event('看车', [1]), event('看车', [2, 3]), event('比较', [4], '大众')],
      log,
      basis('fine'),
    );
    expect(told(made.events)).toEqual([
      ['看车', [1, 2, 3], 'llm'],
      ['比较', [4], 'llm'],
    ]);
    expect(made.changed).toBe(1);
    // What is in no event parts neighbours, and stays in none.
    const parted = applyDetail([event('看车', [1, 3])], log, basis('fine'));
    expect(told(parted.events)).toEqual([
      ['看车', [1], 'llm'],
      ['看车', [3], 'llm'],
    ]);
  });
});

describe('what a model calls by a kind whose intent has the theme in its name', () => {
  const apps = ['汽车之家', '懂车帝', '微信', '汽车之家'];
  const log = apps.map((app, minute) => behaviour({ action: 'use_app', app, minute }, minute + 1));
  const themes: Record<string, string> = { 汽车之家: '汽车媒体', 懂车帝: '汽车媒体' };
  const named = (detail: Detail, namedFields = ['app']): DetailBasis => {
    const { classify, sequence } = basis(detail);
    return { classify, sequence: { ...sequence, namedFields, themeOf: ({ name }) => themes[name] ?? name } };
  };
  const answered = [event('使用应用', [1, 2]), event('使用应用', [3]), event('使用应用', [4], '汽车媒体')];

  it('has the name that the rules give it', () => {
    const rules = makeSequence(log, named('standard').classify, named('standard').sequence);
    const told = (events: readonly EventDraft[]) => events.map(({ type, evidence }) => [type, evidence]);
    expect(told(rules)).toEqual([
      ['使用汽车媒体', [1, 2, 4]],
      ['使用微信', [3]],
    ]);
    expect(told(applyDetail(answered, log, named('standard')).events)).toEqual(told(rules));
    // Also where the model joined what is about several themes, and where it made up a name of its own.
    const joined = [event('使用应用', [1, 3, 4]), event('使用懂车帝', [2])];
    expect(told(applyDetail(joined, log, named('standard')).events)).toEqual(told(rules));
  });

  it('keeps its own where the themes cannot be named, at other details, and for another type', () => {
    const types = (events: readonly EventDraft[], by: DetailBasis): string[] => [
      ...new Set(applyDetail(events, log, by).events.map(({ type }) => type)),
    ];
    expect(types(answered, named('standard', []))).toEqual(['使用应用']);
    expect(types(answered, named('brief'))).toEqual(['使用应用']);
    expect(types(answered, named('fine'))).toEqual(['使用应用']);
    expect(types([event('上网', [1, 2, 3, 4])], named('standard'))).toEqual(['上网']);
  });

  it('takes along what else its event stands for', () => {
    const mixed = [...log.slice(0, 2), behaviour({ action: 'browse', item: '汉', minute: 2 }, 3)];
    const made = applyDetail([event('使用应用', [1, 2, 3], '看车')], mixed, named('standard'));
    expect(made.events.map(({ type, evidence }) => [type, evidence])).toEqual([['使用汽车媒体', [1, 2, 3]]]);
    expect(made.changed).toBe(0);
  });

  it('is that kind again at another detail', () => {
    const { rules } = defaultRules;
    const codebook = codebookOfRules(rules);
    const standard = applyDetail(answered, log, named('standard')).events;
    const to = (from: Detail, detail: Detail) => regrouper({ from, codebook, rules, ...named(detail) });
    const brief = to('standard', 'brief')(standard, log).events;
    expect(brief.map(({ type, evidence }) => [type, evidence])).toEqual([['使用应用', [1, 2, 3, 4]]]);
    const back = to('brief', 'standard')(brief, log).events;
    expect(back.map(({ type }) => type)).toEqual(['使用汽车媒体', '使用微信']);
  });
});

/** Themes of a log: two of one upper level, one that is a class of its own, and a thing of which nothing else is known. */
const THEMES: Record<string, string> = {
  '/phones/apple/15': '/phones/apple',
  '/phones/nokia/3310': '/phones/nokia',
  大众_途观: '大众',
  独一无二: '独一无二',
};

/** The behaviours of a user, in the order of time. */
const anyLog = (items: readonly string[]) =>
  fc
    .array(
      fc.record({
        action: fc.constantFrom('browse', 'search', 'purchase'),
        item: fc.constantFrom(...items, null),
        silence: fc.constantFrom(1, 1, 1, 45, 5_000),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .map((rows) => {
      let minute = 0;
      return rows.map(({ action, item, silence }, index) => {
        minute += silence;
        return behaviour({ action, item, minute }, index + 1);
      });
    });

/** A log, and what a model made of it: each behaviour in one event, or in none. */
const anyAnswer = anyLog(['大众_途观', '大众_迈腾', '丰田']).chain((log) =>
  fc.array(fc.integer({ min: 0, max: 5 }), { minLength: log.length, maxLength: log.length }).map((chosen) => {
    const groups = Map.groupBy(log, (_, index) => chosen[index] ?? 0);
    groups.delete(0);
    const answered = [...groups].map(([group, own]) =>
      event(
        group % 2 ? '了解' : '比较',
        own.map((each) => each.id),
        group % 3 ? '大众' : undefined,
      ),
    );
    const matcher = conversionMatcher(defaultRules.rules.conversions);
    return { log, events: applyGuardrail(answered, log, matcher).events };
  }),
);

describe.each(DETAILS)('whatever a model made, at the detail %s', (detail) => {
  const made = basis(detail);
  const sorted = (numbers: number[]): number[] => numbers.sort((a, b) => a - b);

  it('every behaviour of an event is in exactly one, of its type, and no other is in any', () => {
    fc.assert(
      fc.property(anyAnswer, ({ log, events }) => {
        const typeOf = new Map(
          events.flatMap(({ type, category, evidence }) =>
            evidence.map((each) => [each, { type, category }]),
          ),
        );
        const regrouped = applyDetail(events, log, made).events;
        expect(sorted(regrouped.flatMap(({ evidence }) => evidence))).toEqual(sorted([...typeOf.keys()]));
        for (const { type, category, evidence } of regrouped)
          for (const each of evidence) expect(typeOf.get(each)).toEqual({ type, category });
      }),
    );
  });

  it('events are in the order of time, conversions single, and none reaches across one', () => {
    fc.assert(
      fc.property(anyAnswer, ({ log, events }) => {
        const regrouped = applyDetail(events, log, made).events;
        const starts = regrouped.map(({ startTime }) => startTime);
        expect(starts).toEqual(sorted([...starts]));
        const conversions = regrouped.filter(({ category }) => category === 'conversion');
        expect(conversions).toHaveLength(log.filter(({ action }) => action === 'purchase').length);
        for (const { evidence: own } of conversions) {
          const [converted = 0] = own;
          expect(own).toEqual([converted]);
          for (const { evidence } of regrouped)
            if (evidence[0] !== converted)
              expect(
                evidence.every((each) => each > converted) || evidence.every((each) => each < converted),
              ).toBe(true);
        }
      }),
    );
  });

  it('what was put right stays as it is, and the same is made of events in any order', () => {
    fc.assert(
      fc.property(anyAnswer, ({ log, events }) => {
        const once = applyDetail(events, log, made);
        expect(applyDetail(events.toReversed(), log, made)).toEqual(once);
        // Objects are told in another form once events are joined; what belongs together is not.
        const again = applyDetail(
          once.events.map((each) => ({
            ...each,
            context: { note: each.context['object'] ?? each.context['note'] },
          })),
          log,
          made,
        );
        expect(told(again.events)).toEqual(told(once.events));
        expect(again.changed).toBe(0);
      }),
    );
  });
});

it('an event at the detail fine lies within one of the rules', () => {
  const fine = basis('fine');
  fc.assert(
    fc.property(anyAnswer, ({ log, events }) => {
      const ofRules = makeSequence(log, fine.classify, { ...fine.sequence, joinsConversions: false });
      const place = new Map(ofRules.flatMap(({ evidence }, index) => evidence.map((each) => [each, index])));
      for (const { evidence } of applyDetail(events, log, fine).events)
        expect(new Set(evidence.map((each) => place.get(each))).size).toBe(1);
    }),
  );
});

describe.each(THEME_GRAINS)('where themes are told apart by “%s”', (grain) => {
  const standard = basis('standard');
  const scattered: DetailBasis = {
    ...standard,
    sequence: { ...standard.sequence, grain, themeOf: ({ name }) => THEMES[name] ?? name },
  };

  it('a model that joins nothing ends with the groups of the rules', () => {
    fc.assert(
      fc.property(anyLog(Object.keys(THEMES)), (log) => {
        const ofRules = makeSequence(log, scattered.classify, scattered.sequence);
        const intents = new Map(ofRules.flatMap((each) => each.evidence.map((own) => [own, each])));
        const singles = log.map(({ id: own }) =>
          event(intents.get(own)?.type ?? '', [own], undefined, {
            category: intents.get(own)?.category ?? 'engagement',
          }),
        );
        expect(told(applyDetail(singles, log, scattered).events)).toEqual(
          ofRules.map((each) => [each.type, each.evidence, 'llm']),
        );
      }),
    );
  });
});

it('objects that a model named keep behaviours apart only where themes do', () => {
  const log = ['/a/1', '/a/2', 'song 1', 'song 2'].map((item, index) =>
    behaviour({ action: 'browse', item, minute: index }, index + 1),
  );
  const named = log.map(({ id: own, item }) => event('了解', [own], item ?? ''));
  const joinedAt = (grain: ThemeGrain) => {
    const { classify, sequence } = basis('standard');
    return applyDetail(named, log, { classify, sequence: { ...sequence, grain } }).events.map(
      ({ evidence }) => evidence,
    );
  };
  expect(joinedAt('themes')).toEqual([[1], [2], [3], [4]]);
  expect(joinedAt('upper')).toEqual([[1, 2], [3], [4]]);
  expect(joinedAt('known')).toEqual([[1, 2, 3, 4]]);
  expect(joinedAt('none')).toEqual([[1, 2, 3, 4]]);
});
