import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { RunUser } from '../../../src/core/extract/extractor.ts';
import { BatchTables } from '../../../src/core/store/batch-tables.ts';
import { BehaviourLoader, LONGEST_BEHAVIOUR } from '../../../src/core/store/behaviour-loader.ts';
import { RunTables } from '../../../src/core/store/run-tables.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

let db: DatabaseSync;

beforeEach(() => {
  const workspace = Workspace.open(join(tempFolder(), 'test.db'), true);
  onTestFinished(() => workspace.close());
  db = workspace.db;
});

/** Users u1 … u4 of ten behaviours each, all in one batch; each behaviour of u3 has a text of 10,000 characters. */
function planned(recordLongest: boolean): number {
  fillWorkspace(db, 4, 10);
  db.exec("UPDATE behaviours SET text = printf('%.*c', 10000, '长') || id WHERE user_no = 3");
  if (recordLongest) {
    db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)').run(LONGEST_BEHAVIOUR, '10100');
  }
  const scope = { kind: 'remaining' } as const;
  const run = {
    extractor: 'rules',
    extractorVersion: '1',
    detail: 'fine',
    scope,
    startTime: 1,
    packing: null,
    basis: null,
  } as const;
  const created = new RunTables(db).create(run);
  if (!created) throw new Error('there is no user');
  return created.id;
}

function load(store: BatchTables, runId: number, after: number, count: number | null = null): RunUser[] {
  return store.load({ runId, batchNo: 1, afterUserNo: after, count, maxBehaviours: 1000 }) ?? [];
}

const loadedBy = (store: BatchTables, runId: number, after = 0) =>
  load(store, runId, after).map(({ input, refused }) => [
    input.userId,
    input.behaviours.length,
    refused?.code ?? null,
  ]);

describe.each([true, false])('loading the users of a batch (longest behaviour recorded: %s)', (recorded) => {
  it('takes all of them where they fit', () => {
    const runId = planned(recorded);
    expect(loadedBy(new BatchTables(db), runId)).toEqual([
      ['u1', 10, null],
      ['u2', 10, null],
      ['u3', 10, null],
      ['u4', 10, null],
    ]);
  });

  it('ends before the user for whom there is no room, and begins with that user the next time', () => {
    const runId = planned(recorded);
    const store = new BatchTables(db, 210_000);
    expect(loadedBy(store, runId).at(-1)).not.toEqual(['u4', 10, null]);
    const seen: string[] = [];
    for (let after = 0; after < 4;) {
      const users = load(store, runId, after);
      expect(users.length).toBeGreaterThan(0);
      seen.push(...users.map(({ input }) => input.userId));
      expect(users.every(({ refused, input }) => !refused && input.behaviours.length === 10)).toBe(true);
      after = users.at(-1)?.userNo ?? 4;
    }
    expect(seen).toEqual(['u1', 'u2', 'u3', 'u4']);
  });

  it('refuses a user who is too long alone, with a reason, and goes on with the next', () => {
    const runId = planned(recorded);
    const store = new BatchTables(db, 100_000);
    const users = [0, 1, 2, 3].flatMap((after) => load(store, runId, after, 1));
    expect(
      users.map(({ input, refused }) => [input.userId, input.behaviours.length, refused ?? null]),
    ).toEqual([
      ['u1', 10, null],
      ['u2', 10, null],
      ['u3', 0, { code: 'extract.user_too_long', params: { count: 10, limit: 0 } }],
      ['u4', 10, null],
    ]);
  });

  it('counts profiles too', () => {
    const runId = planned(recorded);
    const fields = JSON.stringify([{ name: 'note', value: 'x'.repeat(50_000) }]);
    db.prepare('INSERT INTO profiles (user_no, fields) VALUES (1, ?), (2, ?)').run(fields, fields);
    expect(loadedBy(new BatchTables(db, 150_000), runId)).toEqual([['u1', 10, null]]);
  });

  it('looks at as many users of a sample as fit', () => {
    planned(recorded);
    const ids = new BatchTables(db, 20_000).sample(null, 4, 1000).map(({ input }) => input.userId);
    expect(ids.length).toBeLessThan(4);
    expect(ids[0]).toBe('u1');
  });
});

it('loads equal values whether or not they are shared', () => {
  fillWorkspace(db, 1, 5000);
  db.exec(
    "UPDATE behaviours SET text = 'text ' || (id % 7), app = 'app ' || id, extra = '{\"a\":\"' || id || '\"}'",
  );
  const [user] = new BatchTables(db).sample(null, 1, 5000);
  expect(user?.input.behaviours).toEqual(
    Array.from({ length: 5000 }, (_, index) => ({
      id: index + 1,
      time: (index + 1) * 1000,
      text: `text ${(index + 1) % 7}`,
      action: 'browse',
      item: `item ${index}`,
      app: `app ${index + 1}`,
      media: null,
      poi: null,
      duration: null,
      extra: { a: String(index + 1) },
    })),
  );
});

it('loads a user beside others only where half of the memory is left for all of them', () => {
  const runId = planned(true);
  const store = new BatchTables(db, 40_000);
  const beside = (after: number, bytesInUse: number) =>
    store
      .load({ runId, batchNo: 1, afterUserNo: after, count: 1, maxBehaviours: 1000, bytesInUse })
      ?.map(({ input, refused }) => [input.userId, refused?.code ?? null]) ?? null;
  expect(beside(0, 0)).toEqual([['u1', null]]);
  expect(beside(1, 10_000)).toEqual([['u2', null]]);
  expect(beside(1, 19_000)).toBeNull();
  // Too long in any case, which is found out once no other user is being processed.
  expect(beside(2, 10_000)).toBeNull();
  expect(beside(2, 0)).toEqual([['u3', 'extract.user_too_long']]);
});

it('has names by their beginning and a hash where they are longer than a name', () => {
  fillWorkspace(db, 1, 3);
  db.exec("UPDATE behaviours SET item = printf('%.*c', 5000, '长') || (id % 2)");
  const loader = new BehaviourLoader(db);
  for (const longest of [5001, Infinity]) {
    const items = loader.load(1, 3, 1e8, longest)?.behaviours.map(({ item }) => item) ?? [];
    expect(items).toHaveLength(3);
    expect(new Set(items).size).toBe(2);
    expect(items[0]).toBe(items[2]);
    for (const item of items) expect(item).toMatch(/^长{1000}… [0-9a-f]{12}$/);
  }
});
