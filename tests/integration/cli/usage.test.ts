import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

/** A folder with a small log, `b.csv`. */
function desk(): string {
  const home = tempFolder();
  writeFileSync(join(home, 'b.csv'), 'user_id,action,timestamp\nu1,browse,2025-12-01 10:00\n');
  return home;
}

describe('what extract says', () => {
  it('is in the language of the environment, in which an empty value says nothing', async () => {
    const env = { LC_ALL: '', LC_MESSAGES: '', LANG: 'zh_CN.UTF-8' };
    const result = await runCli(desk(), ['b.csv', '--frobnicate'], env);
    expect(result.stderr).toContain('没有选项 --frobnicate');
  });

  it.each([
    ['an unknown option', ['b.csv', '--frobnicate'], 'there is no option --frobnicate'],
    ['an option without its value', ['b.csv', '--out'], '--out needs a value'],
    ['an option in place of a value', ['b.csv', '--out', '--json'], '--out needs a value'],
    ['a value that is none of its', ['b.csv', '--json=1'], '--json takes no value'],
    ['an empty name', ['b.csv', '--out', ''], '--out needs a file name'],
    ['an empty input', [''], 'the input file needs a file name'],
    ['a zone that is none', ['b.csv', '--time-zone', 'Mars/X'], '--time-zone cannot be “Mars/X”'],
    ['an empty zone', ['b.csv', '--time-zone', ''], '--time-zone cannot be “”'],
  ])('of %s is the mistake, and where the rest is told', async (_what, args, mistake) => {
    const home = desk();
    const result = await runCli(home, args);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toBe(`Wrong usage: ${mistake}\n--help tells all options\n`);
    expect(readdirSync(home)).toEqual(['b.csv']);
  });

  it('moves no cursor and sets no colour, whatever is in the log or in a name', async () => {
    const home = desk();
    const evil = '\u001b[31mred\u001b]0;title\u0007\u009b2J\u202e';
    writeFileSync(
      join(home, 'b.csv'),
      `user_id,action,timestamp\nu1,browse,2025-12-01 10:00\nu2,browse,${evil}\n`,
    );
    const harmless = /^[^\p{Cc}\u202e]*$/u;
    const log = await runCli(home, ['b.csv']);
    expect(log.code).toBe(0);
    expect(log.stderr).toContain('line 3: The time “');
    expect(log.stderr.replaceAll('\n', '')).toMatch(harmless);
    for (const option of ['--users', '--out']) {
      const name = await runCli(home, ['b.csv', option, `${evil}/x.csv`]);
      expect(name.code).toBe(2);
      expect(name.stderr).toContain('\\u001b[31mred\\u001b]0;title\\u0007\\u009b2J\\u202e');
      expect(name.stderr.replaceAll('\n', '')).toMatch(harmless);
    }
  });
});
