import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { RunRow } from '../../../src/core/run/ports.ts';
import { OpenWorkspace } from '../../../src/core/store/open-workspace.ts';
import { scalar } from '../../../src/core/store/database.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { succeed } from '../../support/scripted-extractor.ts';
import { tempFolder } from '../../support/temp.ts';

const USERS = 30;

let workspace: OpenWorkspace;

/** A run of one user. */
function create(userNo: number): RunRow {
  const run = workspace.runStore.create({
    extractor: 'llm',
    extractorVersion: 'm',
    detail: 'fine',
    scope: { kind: 'users', userIds: [`u${userNo}`] },
    startTime: 0,
    packing: null,
    basis: null,
  });
  if (!run) throw new Error('no user');
  return run;
}

/** A workspace with a history: each user abstracted by a run of one request. */
beforeEach(() => {
  workspace = new OpenWorkspace(Workspace.open(join(tempFolder(), 'test.db'), true));
  onTestFinished(() => workspace.file.close());
  fillWorkspace(workspace.file.db, USERS, 1);
  for (let userNo = 1; userNo <= USERS; userNo += 1) {
    const runId = create(userNo).id;
    workspace.requests.begin({
      runId,
      clientId: `c${userNo}`,
      startTime: 0,
      asked: [[userNo, 0, 1, 1, 'k']],
      cause: null,
      prompt: { system: '', user: '' },
      reservedTokens: 0,
      reservedCost: 1,
    });
    const load = { runId, batchNo: 1, afterUserNo: 0, count: null, maxBehaviours: 100 };
    const [user] = workspace.runStore.loadUsers(load) ?? [];
    if (!user) throw new Error('no user');
    workspace.runStore.commit({
      runId,
      batchNo: 1,
      outcomes: [{ userNo, outcome: succeed(user.input) }],
      weight: 2,
      done: true,
      pauseAt: null,
      now: 0,
      activeMs: 0,
    });
  }
});

const count = (table: string): number => scalar(workspace.file.db, `SELECT count(*) FROM ${table}`);

/** What holds of every workspace: its references are whole, and will be checked. */
function expectSound(): void {
  expect(workspace.file.db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  expect(scalar(workspace.file.db, 'PRAGMA foreign_keys')).toBe(1);
}

describe('clearing a workspace', () => {
  it('of its events keeps behaviours and the ledger, and a new run begins with sums of its own', () => {
    workspace.contents.clear('events');
    expect(workspace.contents.figures()).toMatchObject({
      users: USERS,
      behaviours: USERS,
      events: 0,
      sequences: { pending: USERS, succeeded: 0, failed: 0 },
    });
    expect(['events', 'runs', 'run_users', 'batches', 'ledger_totals'].map(count)).toEqual([0, 0, 0, 0, 0]);
    expect(count('requests WHERE run_id IS NULL')).toBe(USERS);
    expect(workspace.requests.latest(1)).toMatchObject([{ runId: 0 }]);
    const again = create(1);
    expect(again.id).toBe(1);
    expect(workspace.requests.totals(again.id).requests).toBe(0);
    expectSound();
  });

  it('of everything leaves its identity only', () => {
    workspace.contents.clear('all');
    const tables = workspace.file.db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .all()
      .map(({ name }) => String(name));
    expect(tables.filter((table) => count(table) > 0)).toEqual(['meta']);
    expectSound();
  });

  it('that fails leaves it as it was', () => {
    workspace.file.db.exec(
      "CREATE TRIGGER stuck BEFORE UPDATE ON requests BEGIN SELECT RAISE(FAIL, 'stuck'); END",
    );
    expect(() => workspace.contents.clear('events')).toThrow('stuck');
    expect(workspace.contents.figures()).toMatchObject({ events: USERS, sequences: { succeeded: USERS } });
    expectSound();
  });
});
