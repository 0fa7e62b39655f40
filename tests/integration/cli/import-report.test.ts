import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventloom, runCli } from '../../support/run-cli.ts';
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

  it('how it reads the file, and what of that may be wrong', async () => {
    const home = tempFolder();
    writeFileSync(
      join(home, 'b.csv'),
      'user_id,device_id,date,time,action,duration\n,d1,2025-12-01,10:00,browse,65000\nu1,d1,2025-12-01,11:00,browse,30000\n',
    );
    const result = await runCli(home, ['b.csv', '--time-zone', 'UTC']);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain(
      'Reading b.csv: utf-8, delimiter “,”, header in line 1, durations in s, user=user_id,anonymous=device_id,time=date,clock=time,action=action,duration=duration, time zone UTC',
    );
    expect(result.stderr).toContain('their unit may be milliseconds');
    expect(result.stderr).toContain('(On the command line: --duration-unit s|ms|us|ns|min|h|d.)');
  });

  it('with which order of dates, delimiter and unit it reads the file, as the options name them', async () => {
    const home = tempFolder();
    writeFileSync(
      join(home, 'b.tsv'),
      'user_id\taction\ttime\tduration_ms\nu1\tbrowse\t13/2/2025 10:00\t5000\nu1\tbuy\t14/2/2025 10:00\t7000\n',
    );
    const result = await runCli(home, ['b.tsv', '--time-zone', 'UTC']);
    expect(result.stderr).toContain(
      'Reading b.tsv: utf-8, delimiter “tab”, header in line 1, dates day-first, durations in ms, user=user_id',
    );
    const chinese = await eventloom(home, ['extract', 'b.tsv', '--time-zone', 'UTC'], 'zh_CN.UTF-8');
    expect(chinese.stderr).toContain('分隔符“tab”，表头在第 1 行，日期顺序 day-first，时长单位 ms');
  });

  it('with which option a file is read in another way', async () => {
    const home = tempFolder();
    const said = async (content: string | Uint8Array, ...options: string[]): Promise<string> => {
      writeFileSync(join(home, 'b.csv'), content);
      return (await runCli(home, ['b.csv', ...options])).stderr;
    };
    expect(await said('who,when\nu1,2025-12-01\n')).toContain('--map user=…,time=…,action=…');
    expect(await said('user_id~time~action\nu1~2025-12-01~view\n')).toContain(
      '(On the command line: --delimiter.)',
    );
    const western = Buffer.from(
      'user_id;time;text\nu;2025-12-01;Gerät für Küche\nv;2025-12-01;déjà vu\n',
      'latin1',
    );
    expect(await said(western)).toContain('(On the command line: --encoding.)');
    expect(await said(western, '--encoding', 'windows-1252')).not.toContain('--encoding');
  });

  it('which import to undo where the file was read another way before', async () => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'user_id,time,action,item\nu1,2025-12-01T10:00:00Z,view,car\n');
    await runCli(home, ['b.csv', '--time-zone', 'UTC', '--workspace', 'w.eventloom']);
    const again = await runCli(home, ['b.csv', '--time-zone', 'Asia/Shanghai', '--workspace', 'w.eventloom']);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('Undo that import first (only its rows go, all other data stays)');
    expect(again.stderr).toContain('(On the command line: imports --undo 1.)');
  });

  it('what is gone when it is undone, in numbers, and that there is nothing to undo a second time', async () => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'user_id,time,action\nu1,2025-12-01T10:00:00Z,view\n');
    await runCli(home, ['b.csv', '--workspace', 'w.eventloom']);
    const undo = (): ReturnType<typeof eventloom> =>
      eventloom(home, ['imports', '--workspace', 'w.eventloom', '--undo', '1']);
    expect(await undo()).toMatchObject({
      code: 0,
      stdout: 'The import of b.csv was undone: 1 rows, 1 users and 1 events are gone\n',
    });
    const again = await undo();
    expect([again.code, again.stderr]).toEqual([
      2,
      'The workspace has no such import; it may have been undone already.\n',
    ]);
  });

  it('that the file has no header, unless it is told that there is one', async () => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'u1,browse,2025-12-01 10:00\nu1,buy,2025-12-01 11:00\n');
    const result = await runCli(home, ['b.csv', '--time-zone', 'UTC']);
    expect(result.stderr).toContain(
      'Reading b.csv: utf-8, delimiter “,”, no header, user=#1,action=#2,time=#3',
    );
    expect(result.stderr).toContain('The file seems to have no header: line 1 is data already.');
    expect(result.stderr).toContain('2 rows added');
    const said = await runCli(home, ['b.csv', '--header', '--workspace', 'other.eventloom']);
    expect(said.code).toBe(2);
    expect(said.stderr).toContain('The columns found are: u1, browse, 2025-12-01 10:00.');
  });

  it('that dates can be read in two ways, and reads them as it is told', async () => {
    const home = tempFolder();
    writeFileSync(
      join(home, 'b.csv'),
      'user_id,action,time\nu1,browse,3/2/2025 10:00\nu1,browse,4/2/2025 10:00\n',
    );
    const asked = await runCli(home, ['b.csv']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('may be 2025-02-03 or 2025-03-02');
    const told = await runCli(home, ['b.csv', '--date-order', 'month-first', '--out', 'e.jsonl']);
    expect(told.code).toBe(0);
    expect(readFileSync(join(home, 'e.jsonl'), 'utf8')).toContain('2025-03-02 10:00:00');
    // The other way would put wrong rows beside the right ones.
    const other = await runCli(home, ['b.csv', '--date-order', 'day-first']);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('the order of day and month');
  });

  it('what the columns are, by their names', async () => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'who;what;when;where\nu1;browse;2025-12-01 10:00;x\n');
    const unknown = await runCli(home, ['b.csv', '--map', 'user=whom,time=when,action=what']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('The file has no column “whom”. It has: who, what, when, where');
    const result = await runCli(home, [
      'b.csv',
      '--delimiter',
      ';',
      '--map',
      'user=who,time=when,action=what',
    ]);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('user=who,action=what,time=when');
    expect((await runCli(home, ['b.csv', '--map', 'person=who'])).stderr).toContain(
      '--map cannot be “person=who”',
    );
    expect((await runCli(home, ['b.csv', '--date-order', 'dmy'])).stderr).toContain(
      '--date-order cannot be “dmy”',
    );
  });

  it('that most rows would be refused, and imports the others only when told to', async () => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'user_id,action,time\nu1,a,2025-12-01 10:00\nu2,a,soon\nu3,a,later\n');
    const result = await runCli(home, ['b.csv', '--bad-rows', 'bad.csv']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(
      'Of the 3 rows of the file 2 cannot be imported, and the workspace is unchanged',
    );
    expect(readFileSync(join(home, 'bad.csv'), 'utf8').trimEnd().split('\r\n')).toHaveLength(3);
    const accepted = await runCli(home, ['b.csv', '--accept-rejects']);
    expect(accepted.code).toBe(0);
    expect(accepted.stderr).toContain('1 rows added, 0 known already, 2 rejected');
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
