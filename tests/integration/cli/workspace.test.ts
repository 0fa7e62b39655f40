import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

const USERS = 40;

async function desk(): Promise<string> {
  const home = tempFolder();
  await generateSample({ users: USERS, rowsPerUser: 5, seed: 7, behaviorsPath: join(home, 'b.csv') });
  return home;
}

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
