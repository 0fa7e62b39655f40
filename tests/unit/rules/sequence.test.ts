import { describe, expect, it } from 'vitest';
import { loadRules } from '../../../src/core/extract/rules/load-rules.ts';
import type { LoadedRules } from '../../../src/core/extract/rules/load-rules.ts';
import { behaviour, defaultText, eventsOf, withRulesFile } from './helpers.ts';
import type { Draft } from './helpers.ts';

const browse = (minute: number, rest: Draft = {}): Draft => ({
  action: 'browse',
  item: 'A',
  minute,
  ...rest,
});

async function evidence(drafts: Draft[]): Promise<number[][]> {
  return (await eventsOf(drafts)).map((event) => event.evidence);
}

describe('sessions', () => {
  it('go on over a silence of exactly the gap, and end after one millisecond more', async () => {
    expect(await evidence([browse(0), browse(30)])).toEqual([[1, 2]]);
    expect(await evidence([browse(0), browse(30 + 1 / 60_000)])).toEqual([[1], [2]]);
  });

  it('are numbered from 1 in the context', async () => {
    const events = await eventsOf([browse(0), browse(5, { item: 'B' }), browse(100)]);
    expect(events.map((event) => event.context['session'])).toEqual([1, 1, 2]);
  });

  it('count the silence from the end of an activity, not from its start', async () => {
    expect(await evidence([browse(0, { duration: 3600 }), browse(90)])).toEqual([[1, 2]]);
    expect(await evidence([browse(0, { duration: 3599 }), browse(90)])).toEqual([[1], [2]]);
  });

  it('count it from whichever activity ends last, though a shorter one began later', async () => {
    const drafts = [browse(0, { duration: 7200 }), browse(10, { duration: 60 }), browse(140)];
    expect(await evidence(drafts)).toEqual([[1, 2, 3]]);
    const [event] = await eventsOf(drafts.slice(0, 2));
    expect(event?.endTime).toBe(behaviour({ minute: 120 }).time);
  });

  it('are not stretched by a duration that no activity can have', async () => {
    expect(await evidence([browse(0, { duration: -7200 }), browse(31)])).toEqual([[1], [2]]);
    const [event] = await eventsOf([browse(0, { duration: 1e300 }), browse(1, { duration: -5 })]);
    expect(event?.endTime).toBe(behaviour({ minute: 1 }).time);
    expect(event?.context).not.toHaveProperty('duration');
  });
});

describe('grouping', () => {
  it('joins neighbours of one kind on one thing, and counts and sums them', async () => {
    const events = await eventsOf([
      browse(0, { media: 'X', duration: 60.1 }),
      browse(2, { media: 'Y', duration: 0.2 }),
      browse(3, { media: 'Y' }),
    ]);
    expect(events).toEqual([
      {
        type: '浏览',
        category: 'engagement',
        startTime: behaviour({ minute: 0 }).time,
        endTime: behaviour({ minute: 3 }).time,
        origin: 'rule',
        confidence: 1,
        context: { count: 3, duration: 60.3, item: 'A', session: 1 },
        evidence: [1, 2, 3],
      },
    ]);
  });

  it('begins a new event when the thing, or the kind, changes and when it comes back', async () => {
    const drafts = [
      browse(0),
      browse(1, { item: 'B' }),
      browse(2),
      { action: 'click', item: 'A', minute: 3 },
      browse(4),
    ];
    expect(await evidence(drafts)).toEqual([[1], [2], [3], [4], [5]]);
  });

  it('names in the context only what all behaviours share, in one order', async () => {
    const [event] = await eventsOf([
      { minute: 0, action: 'browse', item: 'A', app: 'p', media: 'm', poi: 'x', duration: 1 },
      { minute: 1, action: 'browse', item: 'A', app: 'q', media: 'm', duration: 2 },
    ]);
    expect(JSON.stringify(event?.context)).toBe(
      '{"count":2,"duration":3,"item":"A","media":"m","session":1}',
    );
    const [bought] = await eventsOf([{ action: 'purchase', item: 'A' }]);
    expect(JSON.stringify(bought?.context)).toBe('{"count":1,"item":"A","rule":"purchase","session":1}');
  });

  it('takes the first field that has a value as the thing', async () => {
    const byMedia = [
      { action: 'browse', media: 'X' },
      { action: 'browse', media: 'X' },
      { action: 'browse', media: 'Y' },
    ];
    expect(await evidence(byMedia)).toEqual([[1, 2], [3]]);
    expect(await evidence([{ action: 'login' }, { action: 'sign_in' }])).toEqual([[1, 2]]);
  });

  it('never mixes a conversion with anything else', async () => {
    const visit = (poi: string): Draft => ({ action: 'visit_poi', poi });
    const events = await eventsOf([
      visit('长城4S店'),
      visit('长城4S店'),
      visit('XX西餐厅'),
      visit('某经销商'),
    ]);
    expect(events.map((event) => [event.type, event.category, event.evidence])).toEqual([
      ['到店', 'conversion', [1]],
      ['到店', 'conversion', [2]],
      ['到访', 'engagement', [3]],
      ['到店', 'conversion', [4]],
    ]);
  });

  it('joins neighbouring conversions of one place only by rules that have a session gap of their own', async () => {
    const twice: Draft[] = [
      { action: 'visit_poi', poi: '长城4S店' },
      { action: 'visit_poi', poi: '长城4S店', minute: 5 },
    ];
    const evidenceBy = async (loaded?: LoadedRules): Promise<number[][]> =>
      (await eventsOf(twice, loaded)).map((event) => event.evidence);
    expect(await evidenceBy()).toEqual([[1], [2]]);
    const own = withRulesFile(defaultText.replace('gapMinutes: auto', 'gapMinutes: 30'), (path) =>
      loadRules(path),
    );
    expect(await evidenceBy(own)).toEqual([[1, 2]]);
  });

  it('keeps an unknown action under its own name, apart from a conversion of that name', async () => {
    const placesOnly = withRulesFile(defaultText.replace('visit_4s, 到店, 进店', 'visit_4s'), (path) =>
      loadRules(path),
    );
    const drafts: Draft[] = [
      { action: '__proto__', item: 'A' },
      { action: '__proto__', item: 'A' },
      { action: '到店', item: 'A' },
      { action: 'visit_poi', poi: '长城4S店' },
    ];
    const events = await eventsOf(drafts, placesOnly);
    expect(events.map((event) => [event.type, event.category, event.evidence])).toEqual([
      ['__proto__', 'engagement', [1, 2]],
      ['到店', 'engagement', [3]],
      ['到店', 'conversion', [4]],
    ]);
  });

  it('shortens a long text in the context without cutting a character', async () => {
    const text = `浏览${'😀'.repeat(200)}`;
    const [event] = await eventsOf([{ text }]);
    expect(event?.context['text']).toBe(`浏览${'😀'.repeat(98)}…`);
    const [short] = await eventsOf([{ text: '浏览宝马' }]);
    expect(short?.context['text']).toBe('浏览宝马');
  });

  it('shortens names in the context, and an unknown action as type, only when they are no names', async () => {
    const url = `https://example.com/${'path/'.repeat(100)}`;
    const [named] = await eventsOf([{ action: 'browse', item: url, poi: url }]);
    expect([named?.context['item'], named?.context['poi']]).toEqual([url, url]);
    const [long] = await eventsOf([{ action: '行'.repeat(10_000), item: 'x'.repeat(10_000) }]);
    expect(long?.type).toBe(`${'行'.repeat(200)}…`);
    expect(long?.context['item']).toBe(`${'x'.repeat(1000)}…`);
    // What tells two events apart is the whole value.
    const events = await evidence([
      { action: 'browse', item: `${'x'.repeat(10_000)}1` },
      { action: 'browse', item: `${'x'.repeat(10_000)}2` },
    ]);
    expect(events).toEqual([[1], [2]]);
  });
});

/** mulberry32: small, seeded, good enough to shuffle. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function randomLog(seed: number): Draft[] {
  const random = generator(seed);
  const pick = <T>(values: T[]): T => values[random(values.length)] as T;
  const actions = [
    'browse',
    'click',
    'purchase',
    'add_cart',
    'add_to_cart',
    'visit_poi',
    'visit_poi',
    'odd',
    null,
  ];
  let minute = 0;
  return Array.from({ length: random(300) }, () => {
    minute += pick([0, 0, 1, 5, 29, 30, 31, 600]);
    return {
      minute,
      action: pick(actions),
      item: pick([null, 'A', 'B']),
      poi: pick([null, '长城4S店', '某经销商', '公园']),
      text: pick([null, '浏览A', '购买B', '想购买B', '搜索4S店']),
      duration: pick([null, null, 0, 30, 4000, -1]),
    };
  });
}

const byAction = (draft: Draft): boolean =>
  draft.action === 'purchase' ||
  draft.action === 'add_cart' ||
  draft.action === 'add_to_cart' ||
  (draft.action === 'visit_poi' && /4S店|经销商/.test(draft.poi ?? ''));
const isConversion = (draft: Draft): boolean =>
  draft.action === null ? draft.text === '购买B' : byAction(draft);

describe('any log', () => {
  it.each(Array.from({ length: 200 }, (_, index) => index + 1))(
    'holds its promises (seed %i)',
    async (seed) => {
      const drafts = randomLog(seed);
      const events = await eventsOf(drafts);

      expect(events.flatMap((event) => event.evidence)).toEqual(drafts.map((_, index) => index + 1));
      for (const event of events) {
        const of = event.evidence.map((id) => drafts[id - 1] as Draft);
        expect(of.map(isConversion)).toEqual(of.map(() => event.category === 'conversion'));
        expect(event.context['count']).toBe(event.evidence.length);
        expect(event.startTime).toBe(behaviour(of[0] as Draft).time);
        expect(event.endTime).toBeGreaterThanOrEqual(behaviour(of.at(-1) as Draft).time);
        expect(Number.isSafeInteger(event.endTime)).toBe(true);
      }
      expect(JSON.stringify(await eventsOf(drafts))).toBe(JSON.stringify(events));
    },
  );
});
