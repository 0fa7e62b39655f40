import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import type { SampleOptions } from '../../../src/core/sample/generate-sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'eventloom-generate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

async function generate(options: Omit<SampleOptions, 'behaviorsPath' | 'profilesPath'>) {
  const behaviorsPath = join(folder, `${++files}.csv`);
  const profilesPath = join(folder, `${files}-profiles.csv`);
  const { rows, conversions } = await generateSample({ ...options, behaviorsPath, profilesPath });
  const log = readFileSync(behaviorsPath, 'utf8');
  const profiles = readFileSync(profilesPath, 'utf8');
  return { rows, conversions, log, profiles, lines: log.trimEnd().split('\n').slice(1) };
}

const parts = (line: string): string[] => line.split(',');

describe('the sample log', () => {
  it('is the same for the same seed, on every machine', async () => {
    const first = await generate({ users: 50, seed: 1 });
    const second = await generate({ users: 50, seed: 1 });
    expect(second.log).toBe(first.log);
    expect(second.profiles).toBe(first.profiles);
    expect((await generate({ users: 50, seed: 2 })).log).not.toBe(first.log);
    expect(createHash('sha256').update(first.log).digest('hex')).toMatchInlineSnapshot(
      `"8c2c391406826a94373bf17c7ca6e698742df303f204353da064754acfdc25d0"`,
    );
  });

  it('begins with the people of a smaller one', async () => {
    const few = await generate({ users: 20, seed: 3 });
    const many = await generate({ users: 40, seed: 3 });
    expect(many.log.startsWith(few.log)).toBe(true);
    expect(many.profiles.startsWith(few.profiles)).toBe(true);
  });

  it('has as many rows as it says and is asked for', async () => {
    const free = await generate({ users: 30, seed: 1 });
    expect(free.lines).toHaveLength(free.rows);
    for (const rows of [1, 29, 30, 100, 1001]) {
      const exact = await generate({ users: 30, seed: 1, rows });
      expect(exact.rows).toBe(rows);
      expect(exact.lines).toHaveLength(rows);
    }
    expect((await generate({ users: 3, seed: 1, rowsPerUser: 7 })).lines).toHaveLength(21);
  });

  it('goes forward in time for each user, in sessions with minutes between', async () => {
    const { lines } = await generate({ users: 200, seed: 5 });
    let short = 0;
    let gaps = 0;
    for (let index = 1; index < lines.length; index++) {
      const [user, , time] = parts(lines[index] ?? '');
      const [userBefore, , timeBefore] = parts(lines[index - 1] ?? '');
      if (user !== userBefore) continue;
      const gap = Date.parse(`${time}Z`) - Date.parse(`${timeBefore}Z`);
      expect(gap, lines[index]).toBeGreaterThan(0);
      gaps++;
      if (gap < 30 * 60_000) short++;
    }
    expect(short / gaps).toBeGreaterThan(0.4);
    expect(short / gaps).toBeLessThan(0.9);
  });

  it('has every action, filled as such an action is', async () => {
    const { lines } = await generate({ users: 400, seed: 1 });
    const shapes = new Map<string, Set<string>>();
    for (const line of lines) {
      const [, action, , ...rest] = parts(line);
      const shape = rest.map((value) => (value === '' ? '-' : 'x')).join('');
      shapes.set(action ?? '', (shapes.get(action ?? '') ?? new Set()).add(shape));
    }
    expect(Object.fromEntries([...shapes].map(([action, set]) => [action, [...set].join(' ')]))).toEqual({
      browse: 'x-x-x',
      search: 'xx---',
      click: 'x-x--',
      use_app: '-x--x',
      visit_poi: '---xx',
      compare: 'xx--x',
      add_cart: 'xx---',
      purchase: 'x--x-',
    });
  });

  it('has paths that end in a purchase, after the cart and the dealer', async () => {
    const { lines } = await generate({ users: 400, seed: 1 });
    const byUser = Map.groupBy(lines.map(parts), ([user]) => user);
    let buyers = 0;
    for (const rows of byUser.values()) {
      const purchase = rows.findIndex(([, action]) => action === 'purchase');
      if (purchase < 0) continue;
      buyers++;
      expect(purchase).toBe(rows.length - 1);
      expect(rows.findIndex(([, action]) => action === 'add_cart')).toBeLessThan(purchase);
      expect(rows[purchase - 1]?.[6]).toMatch(/4S店|经销商/);
    }
    expect(buyers).toBeGreaterThan(400 * 0.02);
    expect(buyers).toBeLessThan(400 * 0.2);
  });
});

it('stops when told, and says so', async () => {
  const abort = new AbortController();
  const promise = generateSample({
    users: 1_000_000,
    seed: 1,
    behaviorsPath: join(folder, 'aborted.csv'),
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  await expect(promise).rejects.toMatchObject({ code: 'import.cancelled' });
});

it('says which file cannot be written', async () => {
  const path = join(folder, 'missing', 'x.csv');
  await expect(generateSample({ users: 1, seed: 1, behaviorsPath: path })).rejects.toMatchObject({
    code: 'sample.unwritable',
    params: { path },
  });
});
