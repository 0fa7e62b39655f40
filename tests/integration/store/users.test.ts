import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { UserStore } from '../../../src/core/store/user-store.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import type { UsersQuery } from '../../../src/shared/users.ts';
import { fillWorkspace } from '../../support/fill-workspace.ts';
import { tempFolder } from '../../support/temp.ts';

const QUERY: UsersQuery = {
  page: 1,
  pageSize: 10,
  search: '',
  status: 'all',
  sortBy: 'userId',
  sortOrder: 'asc',
};
let users: UserStore;

beforeEach(() => {
  const workspace = Workspace.open(join(tempFolder(), 'test.db'), true);
  onTestFinished(() => workspace.close());
  fillWorkspace(workspace.db, 25, 3);
  workspace.db.exec(`
    UPDATE users SET id = 'x_%''"' WHERE no = 25;
    UPDATE sequences SET status = 'succeeded', event_count = user_no, conversion_count = 1, updated_at = 5 WHERE user_no <= 10;
    UPDATE sequences SET status = 'failed', error = '{"code":"extract.user_too_large","params":{"count":9,"limit":1}}' WHERE user_no = 11;
  `);
  users = new UserStore(workspace.db);
});

const ids = (query: Partial<UsersQuery>): string[] =>
  users.list({ ...QUERY, ...query }).rows.map((row) => row.userId);

describe('the user table', () => {
  it('pages without gaps or repetitions', () => {
    const all = [1, 2, 3].flatMap((page) => ids({ page, sortBy: 'behaviourCount' }));
    expect(new Set(all).size).toBe(25);
    expect(ids({ page: 4 })).toEqual([]);
  });

  it('filters by status and counts every status of the search', () => {
    expect(users.list({ ...QUERY, status: 'failed' })).toMatchObject({
      total: 1,
      counts: { all: 25, pending: 14, succeeded: 10, failed: 1 },
      rows: [
        {
          userId: 'u11',
          status: 'failed',
          failure: { code: 'extract.user_too_large', params: { count: 9, limit: 1 } },
        },
      ],
    });
    expect(users.list({ ...QUERY, search: 'u1', status: 'succeeded' })).toMatchObject({
      total: 2,
      counts: { all: 11, pending: 8, succeeded: 2, failed: 1 },
    });
  });

  it('takes search text as text', () => {
    expect(ids({ search: '_%' })).toEqual([`x_%'"`]);
    expect(ids({ search: '%' })).toEqual([`x_%'"`]);
    expect(ids({ search: '\\' })).toEqual([]);
  });

  it('sorts by any column both ways', () => {
    expect(ids({ sortBy: 'eventCount', sortOrder: 'desc' }).slice(0, 3)).toEqual(['u10', 'u9', 'u8']);
    expect(ids({ sortBy: 'lastTime', sortOrder: 'asc' })[0]).toBe('u1');
    expect(ids({ sortOrder: 'desc' })[0]).toBe(`x_%'"`);
  });

  it('gives behaviours with their row numbers', () => {
    const page = users.behaviours({ userId: 'u2', offset: 1, limit: 2 });
    expect(page.total).toBe(3);
    expect(page.rows).toMatchObject([
      { id: 5, rowNumber: 5, time: 5000, action: 'browse', item: 'item 1', extra: null },
      { id: 6, rowNumber: 6 },
    ]);
  });

  it('says which user is unknown', () => {
    expect(() => users.get('nobody')).toThrow(expect.objectContaining({ code: 'workspace.user_not_found' }));
  });
});
