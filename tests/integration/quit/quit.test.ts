import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { scalar } from '../../../src/core/store/database.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

it('a quit while the engine is within a long statement ends the process, and what was committed stays', () => {
  const path = join(tempFolder(), 'test.db');
  let workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, 0, 0);
  workspace.db.exec("INSERT INTO users (no, id) VALUES (1, 'kept')");
  workspace.close();
  const child = fileURLToPath(new URL('quit-child.ts', import.meta.url));
  const { status, signal, stderr } = spawnSync(process.execPath, [child, path], {
    timeout: 60_000,
    // So that a time-out is told from the end that is expected.
    killSignal: 'SIGABRT',
    encoding: 'utf8',
  });
  expect({ status, signal, stderr }).toEqual({ status: null, signal: 'SIGKILL', stderr: '' });
  workspace = Workspace.open(path, false);
  expect(scalar(workspace.db, 'SELECT count(*) FROM users')).toBe(1);
  workspace.close();
});
