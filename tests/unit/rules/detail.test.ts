import { describe, expect, it } from 'vitest';
import type { Detail } from '../../../src/shared/abstraction.ts';
import type { EventDraft } from '../../../src/core/extract/extractor.ts';
import { RulesExtractor } from '../../../src/core/extract/rules/rules-extractor.ts';
import { behaviour, defaultRules } from './helpers.ts';
import type { Draft } from './helpers.ts';

const DAY = 24 * 60;

async function eventsAt(detail: Detail, drafts: Draft[]): Promise<EventDraft[]> {
  const behaviours = drafts.map((draft, index) => behaviour(draft, index + 1));
  const abstraction = {
    detail,
    sessionGapMs: 30 * 60_000,
    dayStartMs: 0,
    namedFields: ['app'],
    idFields: [],
    grain: 'themes' as const,
    themeGapMs: 3 * DAY * 60_000,
    themeOf: ({ name }: { name: string }) => name.split('_')[0] ?? name,
  };
  const extractor = new RulesExtractor(defaultRules, { abstraction });
  const [outcome] = await extractor.extract(
    [{ userId: 'u', profile: null, behaviours }],
    AbortSignal.any([]),
  );
  return outcome?.status === 'succeeded' ? outcome.events : [];
}

const WEEK: Draft[] = [
  { action: 'browse', item: '大众_途观', duration: 60 },
  { action: 'use_app', app: '微信', minute: 5 },
  { action: 'search', item: '大众_迈腾', minute: 10 },
  { action: 'click', item: '本田_雅阁', minute: DAY },
  { action: 'browse', item: '大众_途观', minute: DAY + 5, duration: 30 },
  { action: 'visit_poi', poi: '大众4S店', minute: 2 * DAY },
  { action: 'browse', item: '大众_途观', minute: 2 * DAY + 60 },
];

describe('events of the rules', () => {
  it.each(['item', 'text'] as const)(
    'tell apart values that differ after 100,000 characters, and repeat them nowhere: %s',
    async (field) => {
      const [one, other] = ['a', 'b'].map((end) => '长'.repeat(100_000) + end);
      const drafts = [one, other, one].map((value, minute): Draft => ({ [field]: value ?? '', minute }));
      const browsed = field === 'item' ? drafts.map((draft) => ({ action: 'browse', ...draft })) : drafts;
      const events = await eventsAt('standard', browsed);
      expect(events.map(({ evidence }) => evidence)).toEqual([[1, 3], [2]]);
      for (const { context } of events) expect(JSON.stringify(context).length).toBeLessThan(4000);
    },
  );

  it('at “standard” join what serves one intent about one theme, with what they are made of', async () => {
    const events = await eventsAt('standard', WEEK);
    expect(events.map(({ type, evidence }) => [type, evidence])).toEqual([
      ['了解', [1, 3, 5]],
      ['使用微信', [2]],
      ['了解', [4]],
      ['到店', [6]],
      ['了解', [7]],
    ]);
    expect(events[0]).toMatchObject({
      category: 'engagement',
      startTime: behaviour({}).time,
      endTime: behaviour({ minute: DAY + 5.5 }).time,
      context: {
        count: 3,
        duration: 90,
        object: '大众',
        kinds: [
          ['browse', 2],
          ['search', 1],
        ],
        things: 2,
        days: 2,
      },
    });
    expect(events[3]).toMatchObject({
      category: 'conversion',
      context: { rule: 'visit_dealer', poi: '大众4S店' },
    });
  });

  it('at “brief” join by intent alone and list the themes by weight', async () => {
    const events = await eventsAt('brief', WEEK);
    expect(events.map(({ type, evidence }) => [type, evidence])).toEqual([
      ['了解', [1, 3, 4, 5]],
      ['使用应用', [2]],
      ['到店', [6]],
      ['了解', [7]],
    ]);
    expect(events[0]?.context).toMatchObject({
      count: 4,
      objects: [
        ['大众', 3],
        ['本田', 1],
      ],
      things: 3,
      days: 2,
    });
  });

  it('at “fine” are as the rules have always made them', async () => {
    const events = await eventsAt('fine', WEEK);
    expect(events.map(({ type }) => type)).toEqual([
      '浏览',
      '使用应用',
      '搜索',
      '点击',
      '浏览',
      '到店',
      '浏览',
    ]);
    expect(events[0]?.context).toEqual({ count: 1, duration: 60, item: '大众_途观', session: 1 });
  });
});
