import { describe, expect, it } from 'vitest';
import { measureLog, themeLookup, themesOfThings } from '../../../src/core/abstraction/measure.ts';
import type { LogMeasure, MeasuredBehaviour } from '../../../src/core/abstraction/measure.ts';

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

function measure(
  portions: MeasuredBehaviour[][],
  onProgress = (_share: number): void => undefined,
): Promise<LogMeasure> {
  const count = portions.reduce((total, portion) => total + portion.length, 0);
  return measureLog({ portions: () => portions, count: () => count }, { signal: NEVER, onProgress });
}

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
    const shares: number[] = [];
    const whole = await measure([log]);
    expect(
      await measure([log.slice(0, 1), log.slice(1, 3), log.slice(3)], (share) => shares.push(share)),
    ).toEqual(whole);
    expect(whole.figures.rhythm).toMatchObject({ users: 2, behaviours: 4 });
    expect(shares).toEqual([0.25, 0.75, 1]);
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
      count: () => 100,
      *portions() {
        for (; read < 100; read += 1) {
          if (read === 3) abort.abort(new Error('enough'));
          yield [at(read)];
        }
      },
    };
    const measuring = measureLog(reader, { signal: abort.signal, onProgress: () => undefined });
    await expect(measuring).rejects.toThrow('enough');
    expect(read).toBe(3);
  });
});
