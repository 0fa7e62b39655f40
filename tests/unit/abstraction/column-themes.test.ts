import { describe, expect, it } from 'vitest';
import { themesOfValues } from '../../../src/core/abstraction/column-themes.ts';
import type { MeasuredBehaviour } from '../../../src/core/abstraction/log-counts.ts';
import { ALL_USERS, countLog, measureOf } from '../../../src/core/abstraction/measure.ts';

const themed = (values: string[]): Record<string, string> => Object.fromEntries(themesOfValues(values));

describe('the themes of the values of a column', () => {
  it('are the values, but of dotted categories and paths the levels that names would take', () => {
    expect(themed(['大众', '宝马 X5', 'SUV/MPV', '3.5', 'LG_1', 'LG_2', 'LG_3'])).toEqual({
      大众: '大众',
      '宝马 X5': '宝马 X5',
      'SUV/MPV': 'SUV/MPV',
      3.5: '3.5',
      LG_1: 'LG_1',
      LG_2: 'LG_2',
      LG_3: 'LG_3',
    });
    const categories = [
      'electronics.smartphone.apple',
      'electronics.smartphone.samsung',
      'electronics.smartphone',
    ];
    expect(themed([...categories, '/phones/apple/17'])).toEqual({
      'electronics.smartphone.apple': 'electronics.smartphone',
      'electronics.smartphone.samsung': 'electronics.smartphone',
      'electronics.smartphone': 'electronics.smartphone',
      '/phones/apple/17': '/phones/apple',
    });
  });
});

describe('the measure of a log with a column that says the theme', () => {
  const row = (more: Partial<MeasuredBehaviour>): MeasuredBehaviour => ({
    userNo: 1,
    time: 0,
    action: null,
    duration: null,
    item: null,
    app: null,
    media: null,
    poi: null,
    said: null,
    ...more,
  });
  const themesOf = async (rows: MeasuredBehaviour[]): Promise<string[]> => {
    const { signal } = new AbortController();
    const options = { signal, onRead: () => undefined };
    const { things } = await measureOf(
      await countLog({ portions: () => [rows] }, ALL_USERS, options),
      signal,
    );
    return things.map(({ field, name, theme, by }) => `${field} ${name}: ${theme} (${by})`);
  };

  it('takes what most behaviours say, of the first thing of a row, and the names where the column is empty', async () => {
    const rows = [
      row({ item: '1001', said: '大众', media: '易车' }),
      row({ item: '1001', said: '宝马' }),
      row({ item: '1001', said: '大众' }),
      row({ item: '1002', said: 'b' }),
      row({ item: '1002', said: 'a' }),
      row({ item: '大众_途观' }),
      row({ item: '大众_迈腾' }),
      row({ item: '大众_朗逸', said: 'VW' }),
      row({ app: '懂车帝', said: '媒体' }),
      row({ said: 'nothing to say it of' }),
    ];
    expect(await themesOf(rows)).toEqual([
      'item 1001: 大众 (column)',
      'item 1002: a (column)',
      'item 大众_途观: 大众 (names)',
      'item 大众_迈腾: 大众 (names)',
      'item 大众_朗逸: VW (column)',
      'app 懂车帝: 媒体 (column)',
      'media 易车: 易车 (itself)',
    ]);
  });

  it('counts categories below one level together', async () => {
    const rows = ['x.y.a', 'x.y.b', 'z.w.c', 'z.w.c'].map((said) => row({ item: '1', said }));
    const [more = ''] = await themesOf([...rows, row({ item: '1', said: 'x.y.a' })]);
    expect(more).toBe('item 1: x.y (column)');
  });
});
