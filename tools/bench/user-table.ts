import { rmSync } from 'node:fs';
import { Random } from '../../src/core/sample/random.ts';
import { UserStore } from '../../src/core/store/user-store.ts';
import { Workspace } from '../../src/core/store/workspace.ts';
import type { UsersQuery } from '../../src/shared/users.ts';

const USERS = 100_000;
const QUERIES = 200;

/** The 95th percentile, in milliseconds, of each kind of query on a table of 100,000 users, at the store. */
export interface UserTableFigures {
  users: number;
  pageP95Ms: number;
  searchP95Ms: number;
  filterP95Ms: number;
}

/** Fills a workspace at `path` with users of every status and queries pages as the window does. */
export function measureUserTable(path: string): UserTableFigures {
  const workspace = Workspace.open(path, true);
  const random = new Random(1, 1);
  workspace.db.exec(`
    BEGIN;
    WITH RECURSIVE n (no) AS (SELECT 1 UNION ALL SELECT no + 1 FROM n WHERE no < ${USERS})
      INSERT INTO users (no, id) SELECT no, printf('user_%07d', no * 7919 % ${USERS}) FROM n;
    INSERT INTO sequences (user_no, status, behaviour_count, first_time, last_time, event_count, conversion_count, updated_at)
      SELECT no, CASE WHEN no % 50 = 0 THEN 'failed' WHEN no % 3 = 0 THEN 'pending' ELSE 'succeeded' END,
        no * 31 % 997, no, no * 17 % 9973, no * 13 % 499, no % 5, no FROM users;
    COMMIT; ANALYZE;`);
  const users = new UserStore(workspace.db);
  const sorts = [
    'userId',
    'behaviourCount',
    'eventCount',
    'conversionCount',
    'lastTime',
    'updatedAt',
  ] as const;
  const statuses = ['pending', 'succeeded', 'failed'] as const;
  const base = (): UsersQuery => ({
    page: random.int(1, USERS / 20),
    pageSize: 20,
    search: '',
    status: 'all',
    sortBy: random.pick(sorts),
    sortOrder: random.chance(0.5) ? 'asc' : 'desc',
  });
  const p95 = (make: () => UsersQuery): number => {
    const times = Array.from({ length: QUERIES }, () => {
      const query = make();
      const start = performance.now();
      users.list(query);
      return performance.now() - start;
    });
    return times.sort((a, b) => a - b)[Math.floor(QUERIES * 0.95)] ?? 0;
  };
  const figures: UserTableFigures = {
    users: USERS,
    pageP95Ms: p95(base),
    searchP95Ms: p95(() => ({ ...base(), page: 1, search: String(random.int(0, 99_999)) })),
    filterP95Ms: p95(() => ({ ...base(), page: random.int(1, 100), status: random.pick(statuses) })),
  };
  workspace.close();
  for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(path + suffix, { force: true });
  return figures;
}
