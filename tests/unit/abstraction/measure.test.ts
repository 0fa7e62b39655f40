import { describe, expect, it } from 'vitest';
import { addCounts } from '../../../src/core/abstraction/log-counts.ts';
import type { LogCounts, MeasuredBehaviour } from '../../../src/core/abstraction/log-counts.ts';
import {
  ALL_USERS,
  countLog,
  measureOf,
  themeLookup,
  themesOfThings,
} from '../../../src/core/abstraction/measure.ts';
import type { LogMeasure } from '../../../src/core/abstraction/measure.ts';

const HOUR = 3_600_000;
const NEVER = new AbortController().signal;
const at = (hour: number, more: Partial<MeasuredBehaviour> = {}): MeasuredBehaviour => ({
  userNo: 1,
  time: hour * HOUR,
  action: null,
  duration: null,
  item: null,
  app: null,
  media: null,
  poi: null,
  said: null,
  ...more,
});

const count = (
  portions: MeasuredBehaviour[][],
  onRead = (_behaviours: number): void => undefined,
): Promise<LogCounts> => countLog({ portions: () => portions }, ALL_USERS, { signal: NEVER, onRead });

const measure = async (portions: MeasuredBehaviour[][]): Promise<LogMeasure> =>
  measureOf(await count(portions), NEVER);

const silencesOf = async (portion: MeasuredBehaviour[]): Promise<number> =>
  (await measure([portion])).figures.rhythm.silences.reduce((total, count) => total + count, 0);

describe('the measure of a log', () => {
  it('counts no silence within an activity, but takes a duration that none can have for none', async () => {
    expect(await silencesOf([at(1, { duration: 4 * 3600 }), at(2)])).toBe(0);
    for (const duration of [-7200, 1e300, Infinity])
      expect(await silencesOf([at(1, { duration }), at(2)])).toBe(1);
  });

  it('is the same in whatever portions the log is read, and tells how far it is', async () => {
    const log = [at(1), at(2), at(3, { userNo: 2 }), at(30, { userNo: 2 })];
    const read: number[] = [];
    const whole = await count([log]);
    expect(
      await count([log.slice(0, 1), log.slice(1, 3), log.slice(3)], (behaviours) => read.push(behaviours)),
    ).toEqual(whole);
    expect(whole.rhythm).toMatchObject({ users: 2, behaviours: 4 });
    expect(read).toEqual([1, 2, 1]);
  });

  it('is the same when the users are counted in two parts', async () => {
    const users = Array.from({ length: 8 }, (_, userNo) =>
      Array.from({ length: 5 }, (_unused, row) =>
        at(row * (userNo + 1), {
          userNo,
          action: ['view', 'cart', 'pay'][(row + userNo) % 3] ?? null,
          item: `大众_${(row * userNo) % 4}`,
          said: row % 2 === 0 ? `class ${userNo % 2}` : null,
        }),
      ),
    );
    const whole = await count([users.flat()]);
    for (const border of [0, 3, 8]) {
      const parts = [users.slice(0, border), users.slice(border)].map((part) => count([part.flat()]));
      const [first, second] = (await Promise.all(parts)) as [LogCounts, LogCounts];
      const added = addCounts(first, second);
      expect(added).toEqual(whole);
      // Themes of equal weight are taken in the order in which names come.
      expect([...added.names.item.keys()]).toEqual([...whole.names.item.keys()]);
    }
  });

  it('keeps the themes of names that have another than themselves, column by column', async () => {
    const items = ['大众_途观', '大众_迈腾', '大众_朗逸', '本田_雅阁'].map((item, hour) =>
      at(hour, { item }),
    );
    const { things, figures } = await measure([[...items, at(9, { app: '大众_途观' })]]);
    const themes = themesOfThings(things);
    expect(new Set(themes.item.keys())).toEqual(new Set(['大众_途观', '大众_迈腾', '大众_朗逸']));
    const themeOf = themeLookup(themes);
    expect(themeOf({ field: 'item', name: '大众_途观' })).toBe('大众');
    expect(themeOf({ field: 'item', name: '本田_雅阁' })).toBe('本田_雅阁');
    expect(themeOf({ field: 'app', name: '大众_途观' })).toBe('大众_途观');
    expect(themeOf({ field: 'text', name: '大众_途观' })).toBe('大众_途观');
    expect(things).toHaveLength(5);
    expect(things).toContainEqual({
      field: 'item',
      name: '大众_途观',
      behaviours: 1,
      theme: '大众',
      by: 'names',
    });
    expect(things).toContainEqual({
      field: 'app',
      name: '大众_途观',
      behaviours: 1,
      theme: '大众_途观',
      by: 'itself',
    });
    expect(figures).toMatchObject({ namedFields: ['item', 'app'], crowded: [] });
  });

  it('counts the kinds of action, and tells how names are built', async () => {
    const names = [
      '大众_途观',
      '大众_迈腾',
      '/phones/apple',
      'https://a.cn/x?y',
      'a.b.c',
      '独一无二',
      '大众 > 朗逸',
    ];
    const things = names.map((item, hour) => at(hour, { item, action: hour < 4 ? 'view' : 'pay' }));
    const places = ['北京4S店', '上海4S店', '长城4S店'].map((poi, hour) => at(20 + hour, { poi }));
    const { figures } = await measure([[...things, ...places]]);
    expect(figures.actions).toEqual({
      kinds: 2,
      most: [
        ['view', 4],
        ['pay', 3],
      ],
      unnamed: 3,
    });
    expect(figures.fields).toEqual([
      {
        ...{ field: 'item', names: 7, isId: false, separator: '_' },
        shapes: { path: 2, dotted: 1, parted: 3, shared: 0, plain: 1 },
      },
      {
        ...{ field: 'poi', names: 3, isId: false, separator: null },
        shapes: { path: 0, dotted: 0, parted: 0, shared: 3, plain: 0 },
      },
    ]);
    // What is told is bounded, whatever the log holds.
    const many = Array.from({ length: 9_000 }, (_, hour) => at(hour, { action: `a${hour % 6_000}` }));
    const bounded = (await measure([many])).figures.actions;
    expect([bounded.kinds, bounded.most.length]).toEqual([5_000, 20]);
    expect(bounded.most[0]?.[1]).toBe(2);
    expect(bounded.unnamed).toBe(1_000);
  });

  it('tells columns of ids, and a log whose behaviours are steps of a process', async () => {
    const ids = Array.from({ length: 12 }, (_, hour) =>
      at(hour, { item: `itm_${2000 + hour}`, app: 'shop', action: 'view' }),
    );
    expect((await measure([ids])).figures).toMatchObject({ idFields: ['item'], isProcess: false });
    const cases = Array.from({ length: 40 }, (_, row) =>
      at(row, {
        userNo: Math.floor(row / 4),
        action: ['create', 'assign', 'solve', 'close'][row % 4] ?? null,
      }),
    );
    expect((await measure([cases])).figures).toMatchObject({ idFields: [], isProcess: true });
  });

  it('stops between two portions when it is no longer wanted', async () => {
    const abort = new AbortController();
    let read = 0;
    const reader = {
      *portions() {
        for (; read < 100; read += 1) {
          if (read === 3) abort.abort(new Error('enough'));
          yield [at(read)];
        }
      },
    };
    const counting = countLog(reader, ALL_USERS, { signal: abort.signal, onRead: () => undefined });
    await expect(counting).rejects.toThrow('enough');
    expect(read).toBe(3);
  });
});
