import { writeFileSync } from 'node:fs';
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
  ]);
  expect(named.code).toBe(0);
  expect(named.stderr).toContain('Reading log.xlsx: XLSX, February, header in line 1, user=user_id');
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
