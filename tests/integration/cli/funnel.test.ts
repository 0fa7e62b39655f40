import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { expect, it } from 'vitest';
import { eventloom } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

/** Three users of a shop in two weeks: the second one buys a week after the first, the third does not. */
const LOG = `user_id,timestamp,action,item
u1,2025-12-01 10:00:00,browse,phone
u1,2025-12-01 11:00:00,purchase,phone
u2,2025-12-08 10:00:00,browse,phone
u2,2025-12-09 11:00:00,purchase,phone
u3,2025-12-08 12:00:00,browse,tent
`;

it('answers a funnel by time and along a path, and names the users behind a row', async () => {
  const home = tempFolder();
  writeFileSync(join(home, 'log.csv'), LOG);
  const extracted = await eventloom(
    home,
    ['extract', 'log.csv', '--workspace', 'w.db', '--out', 'events.csv'],
    'en',
  );
  expect(extracted).toMatchObject({ code: 0 });
  const ask = async (question: string, ...more: string[]): Promise<string> => {
    writeFileSync(
      join(home, 'q.yaml'),
      `analysis: funnel\nsteps: [{category: engagement}, 购买]\n${question}`,
    );
    const { code, stdout, stderr } = await eventloom(
      home,
      ['insight', 'q.yaml', '--workspace', 'w.db', ...more],
      'en',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  const { data, meta } = Papa.parse<Record<string, string>>(await ask('window: 25h\nby: {time: week}\n'), {
    header: true,
    skipEmptyLines: true,
  });
  expect(meta.fields).toEqual(['period', 'step', 'open', 'users', 'share_of_first', 'share_of_previous']);
  expect(data.map(({ period, open, users, share_of_first: share }) => [period, open, users, share])).toEqual([
    ['2025-12-01', '0', '1', '1'],
    ['2025-12-01', '0', '1', '1'],
    ['2025-12-08', '1', '2', '1'],
    ['2025-12-08', '1', '1', '0.5'],
  ]);
  expect(await ask('by: {time: week}\n', '--users', '4')).toBe('u2\n');
  expect(await ask('order: path\n', '--users', '2')).toBe('u1\nu2\n');
  expect(await ask('order: path\nselect: {until: 购买}\n', '--users', '1')).toBe('u1\nu2\nu3\n');

  const wrong = await (async () => {
    writeFileSync(join(home, 'q.yaml'), 'analysis: funnel\nsteps: [了解, 购买]\nby: {object: 3}\n');
    return eventloom(home, ['insight', 'q.yaml', '--workspace', 'w.db'], 'en');
  })();
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('no step 3');
});
