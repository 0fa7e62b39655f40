import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventloom } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

/** 了解, 加购, 购买 · 了解, 购买 · 了解 · 加购, 了解; and forty users who only look, of twelve large and four small cities. */
const LOOKERS = Array.from({ length: 40 }, (_, at) => `c${String(at).padStart(2, '0')}`);
const LOG = [
  'user_id,timestamp,action,item',
  'u1,2025-12-01 10:00:00,browse,phone',
  'u1,2025-12-02 11:00:00,add_cart,phone',
  'u1,2025-12-03 11:00:00,purchase,phone',
  'u2,2025-12-08 10:00:00,browse,phone',
  'u2,2025-12-09 11:00:00,purchase,phone',
  'u3,2025-12-08 12:00:00,browse,tent',
  'u4,2025-12-08 12:00:00,add_cart,tent',
  'u4,2025-12-09 12:00:00,browse,tent',
  ...LOOKERS.map((user) => `${user},2025-12-10 12:00:00,browse,tent`),
];
const PROFILES = [
  'user_id,city',
  'u1,small0',
  'u2,large0',
  ...LOOKERS.map((user, at) => `${user},${at < 36 ? `large${at % 12}` : `small${at - 36}`}`),
];

it('insight names the users behind an edge, a variant, a sequence, a type and either side of a profile', async () => {
  const home = tempFolder();
  writeFileSync(join(home, 'log.csv'), `${LOG.join('\n')}\n`);
  writeFileSync(join(home, 'people.csv'), `${PROFILES.join('\n')}\n`);
  const made = await eventloom(
    home,
    ['extract', 'log.csv', '--profiles', 'people.csv', '--workspace', 'w.db', '--out', 'events.csv'],
    'en',
  );
  expect(made).toMatchObject({ code: 0 });
  const insight = async (question: string, ...more: string[]): Promise<string> => {
    writeFileSync(join(home, 'q.yaml'), question);
    const { code, stdout, stderr } = await eventloom(
      home,
      ['insight', 'q.yaml', '--workspace', 'w.db', ...more],
      'en',
    );
    expect({ question, code, stderr }).toEqual({ question, code: 0, stderr: '' });
    return stdout;
  };
  const usersOf = async (question: string, row: string, ...more: string[]): Promise<string[]> =>
    (await insight(question, '--users', row, ...more)).trim().split('\n');

  expect(await usersOf('analysis: graph', '加购 > 购买')).toEqual(['u1']);
  expect(await usersOf('analysis: variants', '了解 > 加购 > 购买')).toEqual(['u1']);
  expect(await usersOf('analysis: sequences\nsupport: 0.04', '了解 > 购买')).toEqual(['u1', 'u2']);
  // Directly before the purchase of the first user is what they put into the cart, not what they looked at before.
  expect(await usersOf('analysis: around\nevent: 购买\nwithin: 1 event', '了解')).toEqual(['u2']);

  const profile = 'analysis: profile\nevent: 购买';
  const table = await insight(profile);
  expect(table.split('\r\n').find((line) => line.includes('OTHER_VALUES'))).toMatch(
    /^city,OTHER_VALUES,1,0\.5,4,0\.1,0\.4,/,
  );
  expect(await usersOf(profile, 'city > OTHER_VALUES')).toEqual(['u1']);
  expect(await usersOf(profile, 'city > OTHER_VALUES', '--other')).toEqual(LOOKERS.slice(36));

  writeFileSync(join(home, 'q.yaml'), 'analysis: around\nevent: 购买\nwithin: 5 things');
  const wrong = await eventloom(home, ['insight', 'q.yaml', '--workspace', 'w.db'], 'en');
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('5 events') as string });
});
