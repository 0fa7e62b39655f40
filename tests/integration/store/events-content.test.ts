import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { WorkspaceStore } from '../../../src/core/store/workspace-store.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

it('the content of the events is known of thousands of users, and differs with one of them', () => {
  const workspace = Workspace.open(join(tempFolder(), 'test.db'), true);
  onTestFinished(() => workspace.close());
  fillWorkspace(workspace.db, 6_000, 1);
  // 6,000 times of today add up to more than a number of JavaScript holds.
  workspace.db.exec(`UPDATE sequences SET status = 'succeeded', updated_at = 1795699627672`);
  const contents = new WorkspaceStore(workspace.db);
  const before = contents.eventsContent();
  workspace.db.exec('UPDATE sequences SET updated_at = updated_at - 1 WHERE user_no = 1');
  expect(contents.eventsContent()).not.toBe(before);
});
