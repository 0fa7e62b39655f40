import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TestWorkspace } from './support.ts';

const SCRIPT = fileURLToPath(new URL('../../../tools/generate.ts', import.meta.url));

function generate(folder: string, ...args: string[]) {
  const env = { ...process.env, INIT_CWD: folder, LC_ALL: 'en_US.UTF-8' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('npm run generate', () => {
  it('writes a log and profiles that import without a bad row', async () => {
    const workspace = new TestWorkspace();
    const files = ['--out', 'log.csv', '--profiles', 'profiles.csv'];
    const { status, stdout } = generate(
      workspace.folder,
      '--users',
      '40',
      '--seed',
      '7',
      '--rows',
      '3000',
      ...files,
    );
    expect(status).toBe(0);
    expect(stdout).toContain('3000 rows of 40 users');
    const log = await workspace.import(join(workspace.folder, 'log.csv'));
    expect(log).toMatchObject({ rowsAdded: 3000, badRowCount: 0, usersAdded: 40 });
    const profiles = await workspace.import(join(workspace.folder, 'profiles.csv'), 'profiles');
    expect(profiles).toMatchObject({ rowsAdded: 40, badRowCount: 0, usersAdded: 0 });
  });

  it('writes over no workspace', () => {
    const workspace = new TestWorkspace();
    const before = readFileSync(workspace.path);
    expect(generate(workspace.folder, '--users', '5', '--out', workspace.path).status).toBe(2);
    expect(readFileSync(workspace.path).equals(before)).toBe(true);
  });

  it.each([
    [[], '--users is missing'],
    [['--users', '5'], '--out is missing'],
    [['--users', '0', '--out', 'x.csv'], '--users must be a whole number'],
    [['--users', '5', '--out', 'x.csv', '--seed', '-1'], '--seed'],
    [['--users', '5', '--out', 'x.csv', '--rows', '1e3'], '--rows must be a whole number'],
    [['--users', '5', '--out', 'x.csv', '--colour'], '--colour'],
    [['--users', '5', '--out', join('no', 'x.csv')], 'cannot be written'],
  ])('refuses %j with exit code 2', (args, message) => {
    const workspace = new TestWorkspace();
    const { status, stdout, stderr } = generate(workspace.folder, ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(existsSync(join(workspace.folder, 'x.csv'))).toBe(false);
  });
});
