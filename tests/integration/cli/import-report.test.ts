import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

describe('extract tells of its import', () => {
  it('which durations could not be read, of rows that are in', async () => {
    const home = tempFolder();
    writeFileSync(
      join(home, 'b.csv'),
      'user_id,action,timestamp,duration\nu1,purchase,2025-12-01 10:00,ten\nu1,browse,2025-12-01 11:00,12s\n',
    );
    const result = await runCli(home, ['b.csv']);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('2 rows added');
    expect(result.stderr).toContain('Durations that cannot be read: 1.');
    expect(result.stderr).toContain('The first is in line 2: “ten” (column “duration”)');
  });

  it('every rejected row, and saves them, when there are no others', async () => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'user_id,action,timestamp\nu1,browse,soon\nu2,browse,later\n');
    const result = await runCli(home, ['b.csv', '--bad-rows', 'bad.csv']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('line 2: The time “soon” cannot be read');
    expect(result.stderr).toContain('line 3: The time “later” cannot be read');
    expect(result.stderr).toContain('No row of the file is usable');
    expect(readFileSync(join(home, 'bad.csv'), 'utf8').trimEnd().split('\r\n')).toHaveLength(3);
  });

  it('that the file is in already, read in another zone', async () => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'user_id,action,timestamp\nu1,browse,2025-12-01T10:00:00Z\n');
    expect((await runCli(home, ['b.csv', '--time-zone', 'UTC'])).code).toBe(0);
    const other = await runCli(home, ['b.csv', '--time-zone', 'Asia/Shanghai']);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('the time zone (UTC then, Asia/Shanghai now)');
  });
});
