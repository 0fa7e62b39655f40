import { linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

const LOG = 'user_id,action,timestamp\nu1,browse,2025-12-01 10:00\n';

/** A folder with a log `b.csv`, profiles `p.csv`, and the finished workspace `w.db` of the log. */
async function desk(): Promise<string> {
  const home = tempFolder();
  writeFileSync(join(home, 'b.csv'), LOG);
  writeFileSync(join(home, 'p.csv'), 'user_id,city\nu1,Wuhan\n');
  expect((await runCli(home, ['b.csv', '--workspace', 'w.db'])).code).toBe(0);
  return home;
}

/** Every file of a folder with what is in it. */
const contents = (home: string): Record<string, string> =>
  Object.fromEntries(readdirSync(home).map((name) => [name, readFileSync(join(home, name), 'latin1')]));

describe('extract writes over none of its files', () => {
  const INPUT = 'the input file';
  const cases: [string[], string, string][] = [
    [['--out', 'b.csv'], INPUT, '--out'],
    [['--bad-rows', './b.csv'], INPUT, '--bad-rows'],
    [['--workspace', 'b.csv'], INPUT, '--workspace'],
    [['--profiles', 'p.csv', '--out', 'p.csv'], '--profiles', '--out'],
    [['--rules', 'r.yaml', '--bad-rows', 'r.yaml'], '--rules', '--bad-rows'],
    [['--prompt', 'm.md', '--out', 'm.md'], '--prompt', '--out'],
    [['--workspace', 'w.db', '--out', 'w.db'], '--workspace', '--out'],
    [['--workspace', 'w.db', '--bad-rows', 'w.db-wal'], '--workspace', '--bad-rows'],
    [['--workspace', 'new.db', '--out', 'new.db'], '--workspace', '--out'],
    [['--workspace', 'new.db', '--out', 'new.db-lock'], '--workspace', '--out'],
    [['--out', 'e.csv', '--bad-rows', 'e.csv'], '--out', '--bad-rows'],
    [['--profiles', 'e.csv.part', '--out', 'e.csv'], '--profiles', '--out'],
    [['--out', 'symlink.csv'], INPUT, '--out'],
    [['--out', 'hardlink.csv'], INPUT, '--out'],
    [['--profiles', 'folder/b.csv', '--bad-rows', 'b.csv'], INPUT, '--bad-rows'],
  ];
  it.each(cases)('%j: %s and %s are one', async (more, one, other) => {
    const home = await desk();
    for (const name of ['r.yaml', 'm.md', 'e.csv.part']) writeFileSync(join(home, name), name);
    symlinkSync(join(home, 'b.csv'), join(home, 'symlink.csv'));
    linkSync(join(home, 'b.csv'), join(home, 'hardlink.csv'));
    symlinkSync('.', join(home, 'folder'));
    const before = readdirSync(home);
    const result = await runCli(home, ['b.csv', ...more]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(`Wrong usage: ${one} and ${other} cannot be the same file: `);
    expect(readdirSync(home)).toEqual(before);
    expect(readFileSync(join(home, 'b.csv'), 'utf8')).toBe(LOG);
  });

  it('and over the workspace that it chose itself neither', async () => {
    const home = await desk();
    const first = await runCli(home, ['b.csv']);
    const chosen = /^Workspace: (.*)$/m.exec(first.stderr)?.[1] ?? '';
    const before = readFileSync(chosen);
    const result = await runCli(home, ['b.csv', '--out', chosen]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('the workspace that follows from the input and --out');
    expect(readFileSync(chosen)).toEqual(before);
  });
});

describe('what extract is to write', () => {
  it.each(['--out', '--bad-rows'])('is no other workspace (%s)', async (option) => {
    const home = await desk();
    const before = contents(home);
    const result = await runCli(home, ['b.csv', '--workspace', 'new.db', option, 'w.db']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('w.db belongs to a database');
    expect(contents(home)).toEqual(before);
  });

  it.each([
    ['--out', 'none/x.csv'],
    ['--bad-rows', 'none/x.csv'],
    ['--out', 'b.csv/x.csv'],
    ['--out', '.'],
  ])('is known to be writable before anything is done (%s %s)', async (option, path) => {
    const home = await desk();
    const before = contents(home);
    const result = await runCli(home, ['b.csv', '--workspace', 'new.db', '--json', option, path]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(join(home, path));
    expect(contents(home)).toEqual(before);
  });
});
