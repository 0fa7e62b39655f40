import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

const HEADER = 'user_id,action,timestamp\n';
const GOOD = 'u1,browse,2025-12-01 10:00\n';
const BAD = ',browse,2025-12-01 10:00\n';

/** A folder with a log `b.csv` and profiles `p.csv` of these rows. */
function desk(log: string, profiles = 'u1,Wuhan\n'): string {
  const home = tempFolder();
  writeFileSync(join(home, 'b.csv'), HEADER + log);
  writeFileSync(join(home, 'p.csv'), `user_id,city\n${profiles}`);
  return home;
}

const savedIn = (home: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(readFileSync(join(home, 'bad.csv'), 'utf8').replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: true,
  }).data;

const BOTH = ['b.csv', '--profiles', 'p.csv', '--workspace', 'w.db', '--bad-rows', 'bad.csv'];

describe('--bad-rows', () => {
  it('saves those of the log and of the profiles, each with its file, whenever it is asked', async () => {
    const home = desk(GOOD + BAD, 'u1,Wuhan\nu2,Bern\n,Xian\nu3\n');
    const expected = [
      { file: 'b.csv', line: '3', code: 'import.row.missing_user', row: BAD.trim() },
      { file: 'p.csv', line: '4', code: 'import.row.missing_user', row: ',Xian' },
      { file: 'p.csv', line: '5', code: 'import.row.column_count', row: 'u3' },
    ];
    for (const nth of ['first', 'second']) {
      const result = await runCli(home, BOTH);
      expect(result.code, nth).toBe(0);
      expect(result.stderr).toContain(`3 rejected rows saved to ${join(home, 'bad.csv')}`);
      expect(savedIn(home)).toMatchObject(expected);
    }
  });

  it('names no file when there is one only', async () => {
    const home = desk(GOOD + BAD);
    expect((await runCli(home, ['b.csv', '--bad-rows', 'bad.csv'])).code).toBe(0);
    expect(Object.keys(savedIn(home)[0] ?? {})).toEqual(['line', 'reason', 'code', 'row']);
  });

  it('tells and saves those of a log that has no other', async () => {
    const home = desk(BAD.repeat(30));
    const result = await runCli(home, ['b.csv', '--bad-rows', 'bad.csv']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('line 2: The user id is missing');
    expect(result.stderr.match(/^ {2}line /gm)).toHaveLength(20);
    expect(result.stderr).toContain('30 rows rejected in all');
    expect(result.stderr).toContain('No row of the file is usable');
    expect(savedIn(home)).toHaveLength(30);
  });

  it('saves those of profiles that have no other beside those of the log', async () => {
    const home = desk(GOOD + BAD, ',Xian\n,Wuhan\n');
    const result = await runCli(home, BOTH);
    expect(result.code).toBe(2);
    expect(savedIn(home).map(({ file, line }) => `${file}:${line}`)).toEqual([
      'b.csv:3',
      'p.csv:2',
      'p.csv:3',
    ]);
  });

  it('saves those of the log when the profiles cannot be read', async () => {
    const home = desk(GOOD + BAD);
    writeFileSync(join(home, 'p.csv'), 'a,b\n1,2\n');
    const result = await runCli(home, BOTH);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('A required column is missing');
    expect(result.stderr).toContain('Name the columns so in the first line');
    expect(savedIn(home)).toHaveLength(1);
    expect(existsSync(join(home, 'bad.csv.part'))).toBe(false);
  });
});
