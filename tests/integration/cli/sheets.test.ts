import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeXlsx } from 'hucre/xlsx';
import { expect, it } from 'vitest';
import { eventloom, runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

it('a workbook with two logs is asked about; one that is named is read, listed and undone', async () => {
  const home = tempFolder();
  const rows = (user: string) => [
    ['user_id', 'timestamp', 'action'],
    [user, '2026-02-03 09:05:00', 'purchase'],
    [user, 'soon', 'view'],
  ];
  const sheets = [
    { name: 'January', rows: rows('a') },
    { name: 'February', rows: rows('b') },
  ];
  writeFileSync(join(home, 'log.xlsx'), await writeXlsx({ sheets }));

  const asked = await runCli(home, ['log.xlsx', '--workspace', 'ws.eventloom']);
  expect([asked.code, asked.stdout]).toEqual([2, '']);
  expect(asked.stderr).toContain('January, February. Name one with --sheet or --table.');

  const named = await runCli(home, [
    'log.xlsx',
    '--workspace',
    'ws.eventloom',
    '--sheet',
    'February',
    '--accept-rejects',
    '--encoding',
    'gb18030',
  ]);
  expect(named.code).toBe(0);
  expect(named.stderr).toContain('Reading log.xlsx: XLSX, February, header in line 1, user=user_id');
  expect(named.stderr).toContain('The format of log.xlsx has no use for --encoding: ignored.');
  expect(named.stderr).toContain('row 3 (February): The time “soon” cannot be read');

  const list = await eventloom(home, ['imports', '--workspace', 'ws.eventloom']);
  expect([list.code, list.stdout.split('  ').slice(0, 5)]).toEqual([
    0,
    ['1', 'log.xlsx (February)', 'behaviours', '1', '1'],
  ]);
  const undone = await eventloom(home, ['imports', '--workspace', 'ws.eventloom', '--undo', '1']);
  expect([undone.code, undone.stdout]).toEqual([
    0,
    'The import of log.xlsx was undone: 1 rows, 1 users and 1 events are gone\n',
  ]);
  const again = await eventloom(home, ['imports', '--workspace', 'ws.eventloom', '--undo', '1']);
  expect([again.code, again.stderr.trim()]).toEqual([
    2,
    'The workspace has no such import; it may have been undone already.',
  ]);
});

it('of two imports of profiles the later one is undone, and the earlier one counts again', async () => {
  const home = tempFolder();
  writeFileSync(join(home, 'b.csv'), 'user_id,action,timestamp\na,view,2026-02-03 09:05:00\n');
  writeFileSync(join(home, 'p.csv'), 'user_id,city\na,Wuhan\n');
  writeFileSync(join(home, 'q.csv'), 'user_id,city\na,Xian\nz,Wuxi\n');
  for (const file of ['p.csv', 'q.csv'])
    expect((await runCli(home, ['b.csv', '--profiles', file, '--workspace', 'ws.eventloom'])).code).toBe(0);
  const undone = await eventloom(home, ['imports', '--workspace', 'ws.eventloom', '--undo', '3']);
  expect([undone.code, undone.stdout]).toEqual([
    0,
    'The import of profiles q.csv was undone: 2 profiles and 1 users are gone; 1 users have the profile of an earlier import again\n',
  ]);
  const list = await eventloom(home, ['imports', '--workspace', 'ws.eventloom']);
  expect(list.stdout).toContain('p.csv');
  expect(list.stdout).not.toContain('q.csv');
});

it('profiles are read as the options say: a sheet, the user by name, and what was read is told', async () => {
  const home = tempFolder();
  writeFileSync(join(home, 'b.csv'), 'user_id,action,timestamp\na,view,2026-02-03 09:05:00\n');
  const rows = (city: string) => [
    ['code', 'user_id', 'city'],
    ['a', '1', city],
    ['b', '2', city],
  ];
  const sheets = [
    { name: 'Old', rows: rows('Xian') },
    { name: 'New', rows: rows('Wuhan') },
  ];
  writeFileSync(join(home, 'p.xlsx'), await writeXlsx({ sheets }));
  const extract = ['b.csv', '--profiles', 'p.xlsx', '--workspace', 'ws.eventloom'];

  const asked = await runCli(home, extract);
  expect([asked.code, asked.stdout]).toEqual([2, '']);
  expect(asked.stderr).toContain('Old, New. Name one with --profiles-sheet or --profiles-table.');

  const named = await runCli(home, [...extract, '--profiles-sheet', 'New', '--profiles-map', 'user=code']);
  expect(named.code).toBe(0);
  expect(named.stderr).toContain('Reading profiles p.xlsx: XLSX, New, header in line 1, user=code');
  const out = ['--workspace', 'ws.eventloom', '--what', 'users', '--out', 'users.csv'];
  expect((await eventloom(home, ['export', ...out])).code).toBe(0);
  const [, ...users] = readFileSync(join(home, 'users.csv'), 'utf8').trimEnd().split('\r\n');
  expect(users.map((line) => line.split(',')[0] + line.slice(line.lastIndexOf(',')))).toEqual([
    'a,Wuhan',
    'b,Wuhan',
  ]);

  for (const [options, problem] of [
    [['--profiles-map', 'time=city'], '--profiles-map cannot be “time=city”'],
    [['--profiles-map', 'user=town'], 'The file has no column “town”. It has: code, user_id, city'],
    [['--profiles-encoding', 'latin'], '--profiles-encoding cannot be “latin”'],
  ] as const) {
    const wrong = await runCli(home, [...extract, '--profiles-sheet', 'New', ...options]);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining(problem)]);
  }
  const none = await runCli(home, ['b.csv', '--profiles-sheet', 'New']);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('--profiles-sheet needs --profiles')]);
});

it('profiles of which most rows would be refused change nothing, unless the others are wanted', async () => {
  const home = tempFolder();
  writeFileSync(join(home, 'b.csv'), 'user_id,action,timestamp\na,view,2026-02-03 09:05:00\n');
  writeFileSync(join(home, 'p.txt'), 'a;Wuhan;1\n;Xian;2\n;Wuxi;3\n');
  const extract = [
    'b.csv',
    ...['--workspace', 'ws.eventloom', '--profiles', 'p.txt', '--profiles-delimiter', ';'],
    ...['--profiles-no-header', '--profiles-map', 'user=#1'],
  ];
  const refused = await runCli(home, extract);
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('Of the 3 rows of the file 2 cannot be imported'),
  ]);
  expect(refused.stderr).toContain('Reading profiles p.txt: utf-8, delimiter “;”, no header, user=#1');
  expect((await eventloom(home, ['imports', '--workspace', 'ws.eventloom'])).stdout).not.toContain('p.txt');
  const accepted = await runCli(home, [...extract, '--accept-rejects']);
  expect([accepted.code, accepted.stderr]).toEqual([0, expect.stringContaining('1 rows added')]);
});
