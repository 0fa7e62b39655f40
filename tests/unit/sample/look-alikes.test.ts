import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rolesByName } from '../../../src/core/import/recognise/role-names.ts';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { LOOK_ALIKES } from '../../../src/core/sample/shapes/index.ts';
import type { LookAlike } from '../../../src/core/sample/shapes/index.ts';
import { tempFolder } from '../../support/temp.ts';

interface Row {
  user: string;
  time: number;
  action: string;
  /** Seconds. */
  duration: number;
}

async function rowsOf(shape: LookAlike, options: { rows?: number; gapMinutes?: number; seed?: number } = {}) {
  const behaviorsPath = join(tempFolder(), 'log.csv');
  const made = await generateSample({ shape, users: 40, seed: 1, behaviorsPath, ...options });
  const text = readFileSync(behaviorsPath, 'utf8').replace(/^\uFEFF/, '');
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const roles = rolesByName(header.split(','), 'behaviours');
  const rows = lines.map((line): Row => {
    const fields = line.split(',');
    const at = (role: (typeof roles)[number]): string => fields[roles.indexOf(role)] ?? '';
    const time = Date.parse(`${at('time').replace(/ UTC$/, '').replace(' ', 'T')}Z`);
    return { user: at('userId'), time, action: at('action'), duration: Number(at('duration')) };
  });
  return { ...made, text, lines: rows };
}

const SHAPES = Object.keys(LOOK_ALIKES) as LookAlike[];
const ROLES: Record<LookAlike, string> = {
  shop: 'time action item extra theme extra extra userId extra',
  web: 'userId time action item extra',
  music: 'userId time action theme item duration',
  app: 'userId time action item extra extra',
  tickets: 'userId action time extra extra',
};

describe.each(SHAPES)('%s', (shape) => {
  it('has columns that are recognised', () => {
    const header = LOOK_ALIKES[shape].header.trimEnd().split(',');
    expect(rolesByName(header, 'behaviours').join(' ')).toBe(ROLES[shape]);
  });

  it('is the same for the same seed, and has as many rows as are asked for', async () => {
    const first = await rowsOf(shape);
    expect((await rowsOf(shape)).text).toBe(first.text);
    expect((await rowsOf(shape, { seed: 2 })).text).not.toBe(first.text);
    expect(first.lines).toHaveLength(first.rows);
    expect((await rowsOf(shape, { rows: 333 })).lines).toHaveLength(333);
  });

  it('counts its conversions', async () => {
    const { lines, conversions } = await rowsOf(shape);
    const count = (pattern: RegExp): number | undefined =>
      lines.filter(({ action }) => pattern.test(action)).length || undefined;
    expect(conversions['purchase']).toBe(count(/^(?:af_)?purchase$/));
    expect(conversions['add_to_cart']).toBe(count(/^(?:cart|(?:af_)?add_to_cart)$/));
    if (shape === 'shop' || shape === 'web' || shape === 'app')
      expect(conversions['purchase']).toBeGreaterThan(3);
  });

  it.each([undefined, 10, 720])('has no silence near its session gap (%s minutes)', async (gapMinutes) => {
    const { lines } = await rowsOf(shape, gapMinutes === undefined ? {} : { gapMinutes });
    const gap = (gapMinutes ?? LOOK_ALIKES[shape].gapMinutes) * 60_000;
    const sides = { short: 0, long: 0 };
    lines.forEach(({ user, time }, index) => {
      const before = lines[index - 1];
      if (before?.user !== user) return;
      const silence = time - before.time - before.duration * 1000;
      expect(silence <= gap * 0.6 + 1000 || silence >= gap * 1.7 - 1000, `${silence / gap}`).toBe(true);
      sides[silence < gap ? 'short' : 'long'] += 1;
    });
    expect(sides.short).toBeGreaterThan(sides.long);
    expect(sides.long).toBeGreaterThan(20);
  });
});

it('car shoppers count their conversions, too', async () => {
  const behaviorsPath = join(tempFolder(), 'log.csv');
  const { conversions } = await generateSample({ users: 300, seed: 1, behaviorsPath });
  const lines = readFileSync(behaviorsPath, 'utf8').split('\n');
  const count = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
  expect(conversions).toEqual({
    purchase: count(/,purchase,/),
    add_to_cart: count(/,add_cart,/),
    visit_dealer: count(/,visit_poi,.*(?:4S店|经销商)/),
  });
});
