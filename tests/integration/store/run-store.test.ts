import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RunStore } from '../../../src/core/run/ports.ts';
import { OpenWorkspace } from '../../../src/core/store/open-workspace.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { delayedStore } from '../../support/delayed-store.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { describeRunStore } from '../../support/run-store-contract.ts';
import type { StoreUnderTest } from '../../support/run-store-contract.ts';
import { tempFolder } from '../../support/temp.ts';

function openAt(path: string, wrap: (store: RunStore) => RunStore): StoreUnderTest {
  const workspace = new OpenWorkspace(Workspace.open(path, true));
  let open = true;
  const close = (): void => {
    if (open) workspace.file.close();
    open = false;
  };
  onTestFinished(close);
  return {
    store: wrap(workspace.runStore),
    ledger: workspace.requests,
    answers: workspace.answers,
    statusOf: (userId) => Promise.resolve(workspace.users.get(userId).user.status),
    eventsOf: (userId) => Promise.resolve(workspace.users.get(userId).events.map(({ type }) => type)),
    reopen: () => {
      close();
      return Promise.resolve(openAt(path, wrap));
    },
  };
}

async function withUsers(wrap: (store: RunStore) => RunStore): Promise<StoreUnderTest> {
  const path = join(tempFolder(), 'test.db');
  const file = Workspace.open(path, true);
  fillWorkspace(file.db, 6, 3);
  file.close();
  return openAt(path, wrap);
}

describeRunStore('SQLite', () => withUsers((store) => store));
// The engine takes a store that answers later as well: the same promises hold for such a one.
describeRunStore('one that answers later', () => withUsers(delayedStore));
