import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backUp } from '../../../src/core/store/backup.ts';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { damagePage } from '../../support/damage-page.ts';
import { eventloom, runCli, startEventloom } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

async function finishedWorkspace(): Promise<string> {
  const home = tempFolder();
  await generateSample({ users: 40, rowsPerUser: 50, seed: 7, behaviorsPath: join(home, 'b.csv') });
  expect((await runCli(home, ['b.csv', '--workspace', 'w.db'])).code).toBe(0);
  return home;
}

describe('rescue', () => {
  it('is what extract names for a damaged workspace, and makes it usable again', async () => {
    const home = await finishedWorkspace();
    damagePage(join(home, 'w.db'), 'events');
    const damaged = await runCli(home, ['b.csv', '--workspace', 'w.db']);
    expect(damaged.code).toBe(2);
    expect(damaged.stderr).toContain(`command rescue "${join(home, 'w.db')}"`);

    const rescued = await eventloom(home, ['rescue', 'w.db']);
    expect(rescued.code).toBe(0);
    expect(rescued.stdout).toMatch(/Rescued .*w\.db: 40 users, 2,?000 behaviours/);
    expect(rescued.stdout).toContain('events');
    const [, backup = ''] = /put aside: (.*)$/m.exec(rescued.stdout) ?? [];
    expect(existsSync(backup)).toBe(true);

    const again = await runCli(home, ['b.csv', '--workspace', 'w.db']);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('was imported before');
    expect(again.stdout).toContain('40 users succeeded');
  });

  it('leaves a workspace that is not damaged as it is', async () => {
    const home = await finishedWorkspace();
    const before = readdirSync(home);
    const result = await eventloom(home, ['rescue', 'w.db'], 'zh_CN.UTF-8');
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('没有损坏');
    expect(readdirSync(home)).toEqual(before);
  });

  it.each([
    ['no file', [], 'the workspace file is missing'],
    ['two files', ['w.db', 'x.db'], 'too many arguments: x.db'],
    ['a file that is not there', ['none.db'], 'none.db'],
    ['a file that is no workspace', ['b.csv'], 'is not an EventLoom workspace'],
  ])('refuses %s with exit code 2 and touches nothing', async (_what, args, expected) => {
    const home = tempFolder();
    writeFileSync(join(home, 'b.csv'), 'user_id,action\n');
    const result = await eventloom(home, ['rescue', ...args]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(expected);
    expect(result.stderr).not.toMatch(/\n\s+at |undefined/);
    expect(readdirSync(home)).toEqual(['b.csv']);
    expect(readFileSync(join(home, 'b.csv'), 'utf8')).toBe('user_id,action\n');
  });
});

describe('Ctrl-C', () => {
  it.each(['rescue', 'restore'])('cancels a %s, and leaves everything as it was', async (command) => {
    const home = await finishedWorkspace();
    const { path: backup } = await backUp(join(home, 'w.db'), { now: Date.now(), keep: 1 });
    damagePage(join(home, 'w.db'), 'events');
    const before = readdirSync(home).sort();
    const damaged = readFileSync(join(home, 'w.db'));
    const args = command === 'rescue' ? ['rescue', 'w.db'] : ['restore', 'w.db', '--from', basename(backup)];
    const { child, ended } = startEventloom(home, args);
    // The first line of progress, or of what is done.
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { code, stdout, stderr } = await ended;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toContain('was cancelled. The workspace');
    expect(readdirSync(home).sort()).toEqual(before);
    expect(readFileSync(join(home, 'w.db')).equals(damaged)).toBe(true);
  });
});

describe('restore', () => {
  it('lists the backups of a workspace and restores one', async () => {
    const home = await finishedWorkspace();
    expect((await eventloom(home, ['restore', 'w.db'])).stderr).toContain('has no backups');
    const { path: backup } = await backUp(join(home, 'w.db'), { now: Date.now(), keep: 1 });
    const list = await eventloom(home, ['restore', 'w.db']);
    expect([list.code, list.stdout.trim()]).toEqual([0, backup]);

    damagePage(join(home, 'w.db'), 'events');
    const restored = await eventloom(home, ['restore', 'w.db', '--from', basename(backup)]);
    expect(restored.code).toBe(0);
    const [, kept = ''] = /put aside: (.*)$/m.exec(restored.stdout) ?? [];
    expect(existsSync(kept)).toBe(true);
    expect((await runCli(home, ['b.csv', '--workspace', 'w.db'])).code).toBe(0);

    const refused = await eventloom(home, ['restore', 'w.db', '--from', 'b.csv']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is not a backup of this workspace');
  });
});
