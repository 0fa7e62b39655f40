import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/core/store/database.ts';
import { checkIntegrity, damageMark, markDamaged } from '../../../src/core/store/integrity.ts';
import { rescueWorkspace } from '../../../src/core/store/rescue.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { damagePage } from '../../support/damage-page.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

/** Every file counts as one that is too large to be checked as a whole. */
const LARGE = 0;

function filledWorkspace(): string {
  const path = join(tempFolder(), 'test.db');
  const workspace = Workspace.open(path, true);
  fillWorkspace(workspace.db, 2000, 20);
  workspace.db.exec(`
    INSERT INTO answers (key, verdict, complete, created_at)
      SELECT hex(randomblob(16)), '{}', 1, 0 FROM behaviours LIMIT 2000;`);
  workspace.close();
  return path;
}

function check(path: string, fullCheckBytes?: number): void {
  const db = connect(path);
  try {
    checkIntegrity(db, path, fullCheckBytes);
  } finally {
    db.close();
  }
}

describe('a file that is too large to be checked as a whole', () => {
  it('is whole as far as can be seen', () => {
    check(filledWorkspace(), LARGE);
  });

  it.each([
    ['behaviours', 0],
    ['behaviours', 1],
    ['users', 1],
    ['sequences', 0],
    ['sequences_by_status', 0],
    ['behaviours_by_user', 1],
    ['answers', 0],
  ])('shows damage at an end of %s (%i)', (name, where) => {
    const path = filledWorkspace();
    damagePage(path, name, where);
    expect(() => check(path, LARGE)).toThrow('malformed');
  });

  it('shows damage that covers a stretch of a table', () => {
    const path = filledWorkspace();
    for (let where = 0.3; where <= 0.4; where += 0.001) damagePage(path, 'behaviours', where);
    expect(() => check(path, LARGE)).toThrow('malformed');
  });

  it('is checked as a whole once damage was met in it', () => {
    const path = filledWorkspace();
    damagePage(path, 'behaviours_by_user');
    check(path, LARGE);
    markDamaged(path);
    expect(() => check(path, LARGE)).toThrow('workspace.damaged');
    expect(existsSync(damageMark(path))).toBe(true);
  });
});

describe('the mark of damage', () => {
  it('goes when the file is whole again', () => {
    const path = filledWorkspace();
    markDamaged(path);
    Workspace.open(path, false).close();
    expect(existsSync(damageMark(path))).toBe(false);
  });

  it('goes with the damaged file when it is rescued', () => {
    const path = filledWorkspace();
    damagePage(path, 'behaviours');
    writeFileSync(damageMark(path), '');
    rescueWorkspace(path, { now: 0 });
    expect(existsSync(damageMark(path))).toBe(false);
    Workspace.open(path, false).close();
  });
});
