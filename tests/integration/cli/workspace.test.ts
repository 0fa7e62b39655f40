import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { BEFORE_FORMAT_13 } from '../../support/before-format-13.ts';
import { eventloom, jsonLines, runCli, startCli, startEventloom } from '../../support/run-cli.ts';
import type { CliProcess, CliResult } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

const USERS = 40;
const COMMAND = ['b.csv', '--workspace', 'w.db', '--json'];

async function desk(): Promise<string> {
  const home = tempFolder();
  await generateSample({ users: USERS, rowsPerUser: 5, seed: 7, behaviorsPath: join(home, 'b.csv') });
  return home;
}

/** Runs the command slowly, and does something to its workspace in the middle of the run. */
async function disturbed(home: string, disturb: () => void): Promise<CliResult> {
  const command = startCli(home, COMMAND, { EVENTLOOM_SLOW_RULES_MS: '200' });
  await command.printed(/"processed_users":[1-9]/);
  disturb();
  return command.ended;
}

const lastOf = ({ stdout }: CliResult): Record<string, unknown> => jsonLines(stdout).at(-1) ?? {};

describe('a workspace that is taken away from a running command', () => {
  it.each([
    ['the file', ['w.db']],
    ['the file and all beside it', ['w.db', 'w.db-wal', 'w.db-shm']],
  ])('is written back when %s was deleted, and the same command goes on', async (_what, names) => {
    const home = await desk();
    const result = await disturbed(home, () => names.forEach((name) => rmSync(join(home, name))));
    expect(result.code).toBe(4);
    expect(lastOf(result)).toMatchObject({ status: 'failed', error_code: 'workspace.gone' });
    expect(result.stderr).toContain('written back to its place');
    expect(result.stderr).toContain('run the same command again');
    expect(existsSync(join(home, 'w.db'))).toBe(true);
    const again = await runCli(home, COMMAND);
    expect(again.code).toBe(0);
    expect(jsonLines(again.stdout)[0]?.['processed_users']).toBeGreaterThanOrEqual(5);
    expect(lastOf(again)).toMatchObject({ run_id: 1, status: 'completed', success_count: USERS });
  });

  it('leaves alone what was put at its place, and puts all data aside', async () => {
    const home = await desk();
    const result = await disturbed(home, () => {
      renameSync(join(home, 'w.db'), join(home, 'kept.db'));
      writeFileSync(join(home, 'w.db'), 'mine');
    });
    expect(result.code).toBe(4);
    expect(lastOf(result)).toMatchObject({ status: 'failed', error_code: 'workspace.replaced' });
    expect(result.stderr).toContain(join(home, 'w.recovered.db'));
    expect(result.stderr).not.toContain('written back');
    expect(readFileSync(join(home, 'w.db'), 'utf8')).toBe('mine');
    const again = await runCli(home, ['b.csv', '--workspace', 'w.recovered.db', '--json']);
    expect(lastOf(again)).toMatchObject({ run_id: 1, status: 'completed', success_count: USERS });
  });
});

describe('a path that can be no workspace', () => {
  it.each(['b.csv/x.db', 'folder/x.db/y.db'])('is wrong usage (%s)', async (path) => {
    const home = await desk();
    mkdirSync(join(home, 'folder'));
    writeFileSync(join(home, 'folder', 'x.db'), '');
    const result = await runCli(home, ['b.csv', '--workspace', path]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(
      `Wrong usage: ${join(home, path)} cannot be used as the workspace: ENOTDIR`,
    );
  });

  it.skipIf(process.platform !== 'linux')('is wrong usage where no file can be made', async () => {
    const result = await runCli(await desk(), ['b.csv', '--workspace', '/proc/x.db']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('/proc/x.db cannot be used as the workspace');
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'nor one that may not be read',
    async () => {
      const home = await desk();
      mkdirSync(join(home, 'closed'), { mode: 0o000 });
      const result = await runCli(home, ['b.csv', '--workspace', 'closed/x.db']);
      chmodSync(join(home, 'closed'), 0o700);
      expect(result.code).toBe(2);
      expect(result.stderr).not.toMatch(/\bpress\b/);
    },
  );
});

describe('a workspace of an older format', () => {
  it('is changed by whatever command opens it, which says where it was kept as it was, once', async () => {
    const home = await desk();
    await runCli(home, COMMAND);
    const older = (): void => {
      const db = new DatabaseSync(join(home, 'w.db'));
      db.exec(`${BEFORE_FORMAT_13} PRAGMA user_version = 12;`);
      db.close();
    };
    const backup = join(home, 'w.format-12.db');
    const said = `A backup from before is at ${backup}`;
    for (const command of [
      ['extract', ...COMMAND],
      ['imports', '--workspace', 'w.db'],
      ['export', '--workspace', 'w.db', '--out', 'e.csv'],
    ]) {
      older();
      rmSync(backup, { force: true });
      const first = await eventloom(home, command);
      expect([first.code, first.stderr]).toEqual([0, expect.stringContaining(said)]);
      expect(existsSync(backup)).toBe(true);
    }
    expect((await eventloom(home, ['imports', '--workspace', 'w.db'])).stderr).not.toContain('A backup');
  });
});

describe('a workspace that another program has locked', () => {
  const complains = ({ child }: CliProcess): Promise<void> =>
    new Promise((resolve) => {
      child.stderr?.on('data', (chunk: string) => {
        if (chunk.includes('has locked the workspace')) resolve();
      });
    });

  it('is waited for with a word, and the wait can be interrupted', async () => {
    const home = await desk();
    await runCli(home, COMMAND);
    const other = new DatabaseSync(join(home, 'w.db'));
    other.exec('BEGIN IMMEDIATE');
    const interrupted = startCli(home, COMMAND);
    await complains(interrupted);
    interrupted.child.kill('SIGINT');
    expect(await interrupted.ended).toMatchObject({ code: 130 });
    const command = startEventloom(home, ['imports', '--workspace', 'w.db']);
    await complains(command);
    other.exec('ROLLBACK');
    other.close();
    const { code, stdout } = await command.ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining('b.csv')]);
  });
});
