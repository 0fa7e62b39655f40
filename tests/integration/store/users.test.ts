import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { eventId } from '../../../src/core/store/event-id.ts';
import { RunTables } from '../../../src/core/store/run-tables.ts';
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
let db: DatabaseSync;

beforeEach(() => {
  const workspace = Workspace.open(join(tempFolder(), 'test.db'), true);
  onTestFinished(() => workspace.close());
  fillWorkspace(workspace.db, 25, 3);
  workspace.db.exec(`
    UPDATE users SET id = 'x_%''"' WHERE no = 25;
    UPDATE sequences SET status = 'succeeded', event_count = user_no, conversion_count = 1, updated_at = 5 WHERE user_no <= 10;
    UPDATE sequences SET status = 'failed', error = '{"code":"extract.user_too_large","params":{"count":9,"limit":1}}' WHERE user_no = 11;
  `);
  db = workspace.db;
  users = new UserStore(db);
});

const ids = (query: Partial<UsersQuery>): string[] =>
  users.list({ ...QUERY, ...query }).rows.map((row) => row.userId);

describe('the user table', () => {
  it('tells conversions apart for users with fewer events than a page has time for', () => {
    const insert = db.prepare(
      `INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
       VALUES (?, '购买', 'conversion', 1, 1, 'rule', 1, '{}', '[]')`,
    );
    for (const userNo of [1, 2, 3, 4]) insert.run(eventId(userNo, 1));
    const told = (lookedAt: number): number[] =>
      new UserStore(db, { lookedAt })
        .list({ ...QUERY, sortBy: 'eventCount', sortOrder: 'desc', status: 'succeeded' })
        .rows.flatMap(({ eventCount, conversions }) => (conversions.length > 0 ? [eventCount] : []));
    expect(told(1000)).toEqual([4, 3, 2, 1]);
    // 4 does not fit, 3 leaves room for nothing, and neither is a reason to leave out those that are not looked at.
    expect(told(3)).toEqual([3]);
    expect(told(4)).toEqual([4]);
  });

  it('pages without gaps or repetitions', () => {
    const all = [1, 2, 3].flatMap((page) => ids({ page, sortBy: 'behaviourCount' }));
    expect(new Set(all).size).toBe(25);
    expect(ids({ page: 4 })).toEqual([]);
  });

  it('gives the same order from the first page to the last, whichever end a page is read from', () => {
    for (const sortBy of ['userId', 'behaviourCount', 'conversionCount'] as const)
      for (const sortOrder of ['asc', 'desc'] as const)
        for (const filter of [{}, { search: 'u1' }, { status: 'pending' as const }]) {
          const whole = ids({ ...filter, sortBy, sortOrder, pageSize: 100 });
          const pages = [1, 2, 3, 4, 5, 6, 7].flatMap((page) =>
            ids({ ...filter, sortBy, sortOrder, page, pageSize: 4 }),
          );
          expect(pages, `${sortBy} ${sortOrder}`).toEqual(whole);
        }
  });

  it('counts and shows as of low coverage only users who succeeded, not those who wait or failed since', () => {
    // Users 10 to 12 have succeeded, failed, and got behaviours since.
    db.exec('UPDATE sequences SET low_coverage = 1 WHERE user_no BETWEEN 10 AND 12');
    for (const search of ['', 'u']) {
      const page = users.list({ ...QUERY, search, status: 'lowCoverage' });
      expect([page.total, page.counts.lowCoverage]).toEqual([1, 1]);
      expect(page.rows.map(({ userId }) => userId)).toEqual(['u10']);
      expect(users.ids({ search, status: 'lowCoverage', limit: 9 })).toEqual(['u10']);
    }
    expect(new RunTables(db).scopeFigures({ kind: 'lowCoverage' }).users).toBe(1);
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

describe('a user with more events or behaviours than one answer carries', () => {
  /** Gives u1 so many events; the context of each has so many characters. */
  function addEvents(count: number, contextChars: number): void {
    const insert = db.prepare(
      `INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
       VALUES (?, '浏览', 'engagement', 1, 2, 'rule', 1, ?, '[1]')`,
    );
    const context = JSON.stringify({ item: 'x'.repeat(contextChars) });
    for (let ordinal = 1; ordinal <= count; ordinal += 1) insert.run(eventId(1, ordinal), context);
    insert.run(eventId(2, 1), '{}');
  }

  /** The events of u1 page by page. */
  function pagesOf(store: UserStore): number[][] {
    const first = store.get('u1');
    const pages = [first.events.map(({ ordinal }) => ordinal)];
    for (let more = first.moreEvents; more;) {
      const page = store.events({ userId: 'u1', after: pages.at(-1)?.at(-1) ?? 0 });
      pages.push(page.events.map(({ ordinal }) => ordinal));
      more = page.more;
    }
    return pages;
  }

  it('gets the events in pages of so many', () => {
    addEvents(7, 1);
    expect(pagesOf(new UserStore(db, { firstEvents: 3, events: 3 }))).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
    expect(pagesOf(new UserStore(db, { firstEvents: 7 }))).toEqual([[1, 2, 3, 4, 5, 6, 7]]);
    expect(pagesOf(new UserStore(db, { firstEvents: 2, events: 4 }))).toEqual([[1, 2], [3, 4, 5, 6], [7]]);
  });

  it('tells when the days of the log begin', () => {
    expect(users.get('u1').dayStartMs).toBe(0);
    const sessions = { by: 'night', gapMs: null, dayStartMs: 4 * 3_600_000 };
    db.prepare('INSERT INTO log_measures (content, figures, measured_at) VALUES (?, ?, 1)').run(
      'c',
      JSON.stringify({ sessions }),
    );
    expect(users.get('u1').dayStartMs).toBe(4 * 3_600_000);
  });

  it('gets fewer long events in a page, but at least one', () => {
    addEvents(5, 1000);
    expect(pagesOf(new UserStore(db, { firstChars: 2500, chars: 2500 }))).toEqual([[1, 2], [3, 4], [5]]);
    expect(pagesOf(new UserStore(db, { firstChars: 10, chars: 10 }))).toEqual([[1], [2], [3], [4], [5]]);
  });

  it('gets the evidence of an event in pages, in its order', () => {
    addEvents(2, 1);
    db.exec(`UPDATE events SET evidence = '[3,1,2]' WHERE id = ${eventId(1, 2)}`);
    const page = (ordinal: number, offset: number, limit = 2) =>
      users.evidence({ userId: 'u1', ordinal, offset, limit });
    expect(page(1, 0)).toMatchObject({ total: 1, rows: [{ id: 1, rowNumber: 1, action: 'browse' }] });
    expect([page(2, 0), page(2, 2)].map(({ total, rows }) => [total, rows.map(({ id }) => id)])).toEqual([
      [3, [3, 1]],
      [3, [2]],
    ]);
    expect([page(3, 0), page(1e12, 0)]).toEqual([
      { total: 0, rows: [] },
      { total: 0, rows: [] },
    ]);
    expect(() => users.evidence({ userId: 'nobody', ordinal: 1, offset: 0, limit: 1 })).toThrow(
      expect.objectContaining({ code: 'workspace.user_not_found' }),
    );
    db.exec("UPDATE behaviours SET text = printf('%.*c', 1000, 'x')");
    const short = new UserStore(db, { chars: 2500 }).evidence({
      userId: 'u1',
      ordinal: 2,
      offset: 0,
      limit: 9,
    });
    expect([short.total, short.rows.length]).toEqual([3, 2]);
  });

  it('gets no events after the last, and none of another user', () => {
    addEvents(2, 1);
    expect(users.events({ userId: 'u1', after: 2 })).toEqual({ events: [], more: false });
    expect(users.events({ userId: 'u1', after: 1e12 })).toEqual({ events: [], more: false });
    expect(() => users.events({ userId: 'nobody', after: 0 })).toThrow(
      expect.objectContaining({ code: 'workspace.user_not_found' }),
    );
  });

  it('gets fewer long behaviours in a page, but at least one, and how many there are', () => {
    db.exec("UPDATE behaviours SET text = printf('%.*c', 1000, 'x') WHERE user_no = 2");
    const store = new UserStore(db, { chars: 2500 });
    const page = (offset: number) => store.behaviours({ userId: 'u2', offset, limit: 500 });
    expect(page(0).rows.map(({ id }) => id)).toEqual([4, 5]);
    expect(page(2).rows.map(({ id }) => id)).toEqual([6]);
    expect(page(0).total).toBe(3);
    const small = new UserStore(db, { chars: 10 }).behaviours({ userId: 'u2', offset: 0, limit: 500 });
    expect(small.rows.map(({ id }) => id)).toEqual([4]);
  });
});
