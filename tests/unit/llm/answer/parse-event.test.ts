import { describe, expect, it } from 'vitest';
import { isLeftOut, parseEvent, parseNumbers } from '../../../../src/core/extract/llm/answer/parse-event.ts';
import { parseEventTime } from '../../../../src/core/extract/llm/answer/event-time.ts';

const BOUNDS = { first: 10, last: 20 };
const parse = (raw: unknown): ReturnType<typeof parseEvent> => parseEvent(raw, BOUNDS);

describe('an event as text', () => {
  it('has type, numbers and note', () => {
    expect(parse('浏览汽车资讯|10-12,15|大众迈腾')).toEqual({
      type: '浏览汽车资讯',
      category: 'engagement',
      numbers: [10, 11, 12, 15],
      foreign: 0,
      startTime: null,
      endTime: null,
      context: { note: '大众迈腾' },
    });
  });

  it('is a conversion when marked', () => {
    expect(parse('!到店|10')).toMatchObject({ type: '到店', category: 'conversion', context: {} });
    expect(parse('！到店｜10')).toMatchObject({ type: '到店', category: 'conversion', numbers: [10] });
  });

  it('keeps bars in its note', () => {
    expect(parse('浏览|10|a|b')?.context).toEqual({ note: 'a|b' });
  });

  it.each([
    '',
    '浏览',
    '浏览|',
    '|10',
    '!|10',
    '浏览|abc',
    '浏览|10,x',
    '浏览|12-10',
    '"user_id":"u2|10',
    'a]},{|10',
  ])('is nothing when it is %j', (raw) => {
    expect(parse(raw)).toBeNull();
  });

  it('is shortened between characters, and has no control characters', () => {
    expect(parse(`${'𠮷'.repeat(80)}|10`)?.type).toBe('𠮷'.repeat(60));
    expect(parse(`浏\u0000览\n页|10|${'长'.repeat(400)}`)).toMatchObject({
      type: '浏 览 页',
      context: { note: '长'.repeat(300) },
    });
  });

  it('may say that others were left out', () => {
    expect(['...', '…', '……', '(省略)', '其余略'].map(isLeftOut)).toEqual([true, true, true, true, true]);
    expect(['浏览|10', '…|10', 3].map(isLeftOut)).toEqual([false, false, false]);
  });
});

describe('an event as an object', () => {
  const full = {
    event_type: '到店',
    category: 'conversion',
    timestamp: '2025-12-26 14:00:00',
    end_time: '2025-12-26T15:00:00Z',
    behavior_ids: [12, 13],
    context: { poi: '长城4S店', count: 2, sure: true, deep: { a: 1 }, list: [1], none: null },
  };

  it('has all of its members, and of its context what is simple', () => {
    expect(parse(full)).toEqual({
      type: '到店',
      category: 'conversion',
      numbers: [12, 13],
      foreign: 0,
      startTime: Date.UTC(2025, 11, 26, 14),
      endTime: Date.UTC(2025, 11, 26, 15),
      context: { poi: '长城4S店', count: 2, sure: true },
    });
  });

  it.each([
    ['转化', 'conversion'],
    ['Conversion', 'conversion'],
    ['convert', 'conversion'],
    ['互动', 'engagement'],
    ['ENGAGEMENT', 'engagement'],
    ['其他', null],
    [7, null],
  ])('of the category %j is %j', (category, expected) => {
    expect(parse({ ...full, category })?.category).toBe(expected);
  });

  it('holds no more than 20 members of a context, and no prototype', () => {
    const context = JSON.parse(
      `{"__proto__":"x",${Array.from({ length: 30 }, (_, index) => `"k${index}":"v"`).join(',')}}`,
    ) as unknown;
    const parsed = parse({ ...full, context })?.context ?? {};
    expect(Object.keys(parsed)).toHaveLength(20);
    expect(Object.hasOwn(parsed, '__proto__')).toBe(false);
  });

  it('may be named otherwise', () => {
    expect(parse({ type: '到店', behaviourIds: '#12, 13' })).toMatchObject({
      type: '到店',
      numbers: [12, 13],
    });
  });
});

describe('numbers', () => {
  it.each([
    [
      [12, 13],
      [12, 13],
    ],
    [
      ['12', '#13', '14-15'],
      [12, 13, 14, 15],
    ],
    ['12–14', [12, 13, 14]],
    ['12~13、15 至 16', [12, 13, 15, 16]],
    ['#12 - #14', [12, 13, 14]],
    ['[12, 13]', [12, 13]],
    [12, [12]],
    [[12, 12, '12'], [12]],
    ['12, ..., 14', [12, 14]],
  ])('of %j are %j', (raw, own) => {
    expect(parseNumbers(raw, BOUNDS)).toEqual({ own, foreign: 0 });
  });

  it('are clipped to the bounds, however far a range reaches', () => {
    expect(parseNumbers('18-999999999999', BOUNDS)).toEqual({ own: [18, 19, 20], foreign: 999_999_999_979 });
    expect(parseNumbers([1, 12, 99], BOUNDS)).toEqual({ own: [12], foreign: 2 });
  });

  it.each([[[12.5]], [[-12]], [[null]], [{}], ['十二'], ['12; DROP'], [[[12]]], [true], [Infinity], ['1e3']])(
    'are not to be had from %j',
    (raw) => {
      expect(parseNumbers(raw, BOUNDS)).toBeNull();
    },
  );
});

describe('times', () => {
  it.each([
    ['2025-12-26 14:00:05', Date.UTC(2025, 11, 26, 14, 0, 5)],
    ['2025/12/26 14:00', Date.UTC(2025, 11, 26, 14)],
    ['2025-12-26T14:00:00.123+08:00', Date.UTC(2025, 11, 26, 14)],
    ['2025年12月26日 9:30', Date.UTC(2025, 11, 26, 9, 30)],
  ])('%s is wall-clock time', (raw, expected) => {
    expect(parseEventTime(raw)).toBe(expected);
  });

  it.each([
    '2025-12-26',
    '2025-04-31 10:00:00',
    '2025-13-01 10:00:00',
    '25:00',
    '',
    '昨天',
    1766728800,
    null,
  ])('%j is none', (raw) => {
    expect(parseEventTime(raw)).toBeNull();
  });
});
