// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextTick, shallowRef } from 'vue';
import type { EventRecord, UserDetail } from '@shared/users';
import { useReading } from '@/composables/useReading';
import type { Reading } from '@/composables/useReading';
import { setLocale } from '@/i18n';
import { useRulesStore } from '@/stores/rules';
import { installBridge, settled } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComposable, unmountAll } from './support/mount';
import { behaviours, events, rulesInfo, userDetail, userRow } from './support/samples';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installBridge();
});
afterEach(() => {
  unmountAll();
  setLocale('zh-CN');
});

const detailOf = (userId: string, list: EventRecord[]): UserDetail =>
  userDetail(userId, { user: userRow(userId, { status: 'succeeded', updatedAt: 1 }), events: list });

/** How a user with these events is read. */
function readingOf(list: EventRecord[]) {
  const detail = shallowRef<UserDetail | null>(detailOf('a', list));
  const reading = mountComposable(() => useReading(detail)).result;
  reading.view.value = 'events';
  return { detail, reading };
}
const keys = (reading: Reading): string => reading.rows.value.map(({ key }) => key).join(' ');

const list = events([
  { context: { object: '大众', kinds: [['browse', 3]] } },
  { type: '使用', context: { object: '短视频' } },
  { type: '到店', category: 'conversion', context: { poi: '长城4S店' } },
  {
    day: 2,
    context: {
      objects: [
        ['本田', 2],
        ['大众', 1],
      ],
    },
  },
]);

describe('the events of a user', () => {
  test('are read one by one or as stages, and the choice stays for the next user', async () => {
    const { detail, reading } = readingOf(list);
    expect(keys(reading)).toBe('day-1 event-1 event-2 event-3 day-4 event-4');
    reading.view.value = 'stages';
    expect(keys(reading)).toBe('stage-1 event-3 stage-2');
    detail.value = detailOf('b', events([{}, { category: 'conversion' }]));
    await nextTick();
    expect(keys(reading)).toBe('stage-1 event-2');
    // What is all there is needs no click.
    detail.value = detailOf('c', events([{}, {}]));
    await nextTick();
    expect(keys(reading)).toBe('stage-1 event-1 event-2');
  });

  test('are found by what their titles and contexts say in the language in use', async () => {
    const { reading } = readingOf(list);
    useRulesStore().info = rulesInfo({
      typeNames: { 使用: { 'zh-CN': '使用', en: 'Use' } },
      kindNames: { browse: { 'zh-CN': '浏览', en: 'Browse' } },
    });
    const found = (text: string): number[] => {
      reading.search.value = text;
      return reading.rows.value.flatMap((row) => (row.kind === 'event' ? [row.event.ordinal] : []));
    };
    expect(found('大众')).toEqual([1, 4]);
    expect(found(' 大众  浏览 ')).toEqual([1]);
    expect(found('4s店')).toEqual([3]);
    expect(found('转化')).toEqual([3]);
    expect(found('1970-01-03')).toEqual([4]);
    expect(found('nothing')).toEqual([]);
    expect(found('')).toEqual([1, 2, 3, 4]);
    setLocale('en');
    await nextTick();
    expect(found('use')).toEqual([2]);
    expect([reading.isFiltered.value, reading.shown.value]).toEqual([true, 1]);
  });

  test('are filtered by type, with the stages that are left unfolded', () => {
    const { reading } = readingOf(list);
    expect(reading.types.value).toEqual([
      ['了解', 2],
      ['使用', 1],
      ['到店', 1],
    ]);
    reading.filter.value = 'conversions';
    expect(keys(reading)).toBe('day-3 event-3');
    reading.filter.value = { type: '使用' };
    reading.view.value = 'stages';
    expect(keys(reading)).toBe('stage-1 event-2');
    reading.clearFilter();
    expect(keys(reading)).toBe('stage-1 event-3 stage-2');
    expect(reading.isFiltered.value).toBe(false);
  });

  test('unfold to their behaviours, of which the next are loaded when they are asked for', async () => {
    const { reading } = readingOf(list);
    const row = (key: string) => reading.rows.value.find((each) => each.key === key);
    const event = row('event-1');
    if (!event) throw new Error('there is no such row');
    reading.toggle(event);
    expect(keys(reading)).toContain('event-1 more-1 event-2');
    expect(bridge.waiting('users.evidence').input).toMatchObject({ userId: 'a', ordinal: 1, offset: 0 });
    await bridge.waiting('users.evidence').answer({ total: 3, rows: behaviours(1, 2) });
    expect(keys(reading)).toContain('event-1 evidence-1-1 evidence-1-2 more-1 event-2');
    const more = row('more-1');
    if (more) reading.toggle(more);
    expect(bridge.waiting('users.evidence').input).toMatchObject({ offset: 2 });
    await bridge.waiting('users.evidence').answer({ total: 3, rows: behaviours(3, 1) });
    expect(keys(reading)).toContain('evidence-1-2 evidence-1-3 event-2');
    reading.toggle(event);
    expect(keys(reading)).toContain('event-1 event-2');
  });

  test('take no behaviours of another user, however late they come', async () => {
    const { detail, reading } = readingOf(list);
    const [, event] = reading.rows.value;
    if (event) reading.toggle(event);
    const late = bridge.waiting('users.evidence');
    detail.value = detailOf('b', list);
    await nextTick();
    await late.answer({ total: 3, rows: behaviours(1, 3) });
    await settled();
    expect(keys(reading)).toBe('day-1 event-1 event-2 event-3 day-4 event-4');
  });
});

describe('the row that the reader is at', () => {
  test('tells the behaviours to mark: of an event, of a stage, or itself', () => {
    const { reading } = readingOf(list);
    const marked = (key: string): number[] => {
      reading.current.value = key;
      return [...reading.highlighted.value];
    };
    expect(marked('event-2')).toEqual([11, 12, 13]);
    expect(marked('no-such-row')).toEqual([]);
    reading.view.value = 'stages';
    expect(marked('stage-1')).toEqual([1, 2, 3, 11, 12, 13]);
  });

  test('is found from a behaviour, even where its event is folded in or filtered out', () => {
    const { reading } = readingOf(list);
    expect(reading.goToEventOf(12)).toBe('event-2');
    expect(reading.goToEventOf(99)).toBeNull();
    reading.filter.value = 'conversions';
    reading.view.value = 'stages';
    expect(reading.goToEventOf(32)).toBe('event-4');
    expect(keys(reading)).toBe('stage-1 event-3 stage-2 event-4');
    expect(reading.current.value).toBe('event-4');
    expect([...reading.highlighted.value]).toEqual([31, 32, 33]);
  });

  test('is forgotten with the user', async () => {
    const { detail, reading } = readingOf(list);
    reading.goToEventOf(12);
    reading.search.value = '大众';
    detail.value = detailOf('b', list);
    await nextTick();
    expect([reading.current.value, reading.search.value]).toEqual([null, '']);
  });
});
