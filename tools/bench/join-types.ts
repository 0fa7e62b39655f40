import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { Workspace } from '../../src/core/store/workspace.ts';
import type { CodebookUse } from '../../src/shared/codebook.ts';
import type { UserDetail, UsersQuery } from '../../src/shared/users.ts';
import { startThreadedEngine } from './llm/threaded-engine.ts';

const USERS = 10_000;
const EVENTS_PER_USER = 100;
const KEPT = '浏览';
const GONE = '搜索';
/** Words that events carry, in turn: types of the rules, and words of a model that are none. */
const WORDS = [KEPT, GONE, '点击', '对比', '观看', '收藏', '闲逛', '看看'];
const PAGE: UsersQuery = {
  page: 250,
  pageSize: 20,
  search: '',
  status: 'all',
  sortBy: 'eventCount',
  sortOrder: 'desc',
};

export interface JoinFigures {
  /** The types of all events counted for the first time, as the page of types does when it opens. */
  countMs: number;
  /** Two types joined, and their counts shown. */
  joinMs: number;
  undoMs: number;
  /** A page of users and the events of one of them, after the join. */
  pageMs: number;
  /** Counts and events that are not what they are to be after the join, or not what they were after its undoing. */
  wrong: number;
}

/** Joins two types over 1,000,000 stored events by the engine in its thread, and undoes it. */
export async function measureJoin(path: string): Promise<JoinFigures> {
  fill(path);
  const before = contentOf(path);
  const engine = startThreadedEngine();
  try {
    const { api } = engine;
    await api.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    const seen = async (): Promise<[CodebookUse, UserDetail]> => [
      await api.codebookUse(),
      await api.getUser('user_000007'),
    ];
    const counted = await timed(() => api.codebookUse());
    const first = await seen();
    const joined = await timed(async () => {
      await api.changeCodebook({ kind: 'join', ids: [GONE], into: KEPT });
      return api.codebookUse();
    });
    const page = await timed(async () => {
      await api.listUsers(PAGE);
      return api.getUser('user_000007');
    });
    const undone = await timed(async () => {
      await api.undoCodebook();
      return api.codebookUse();
    });
    const last = await seen();
    const both = [KEPT, GONE].reduce((sum, type) => sum + (first[0].types[type]?.events ?? 0), 0);
    const checks = [
      joined.value.types[KEPT]?.events === both && joined.value.types[GONE] === undefined,
      page.value.events.every(({ type }) => type !== GONE),
      page.value.events.length === EVENTS_PER_USER,
      isDeepStrictEqual(undone.value, first[0]),
      isDeepStrictEqual(last, first),
    ];
    await api.closeWorkspace();
    checks.push(contentOf(path) === before);
    return {
      countMs: counted.ms,
      joinMs: joined.ms,
      undoMs: undone.ms,
      pageMs: page.ms,
      wrong: checks.filter((isRight) => !isRight).length,
    };
  } finally {
    await engine.dispose();
    for (const suffix of ['', '-wal', '-shm', '-lock']) rmSync(path + suffix, { force: true });
  }
}

function fill(path: string): void {
  const workspace = Workspace.open(path, true);
  workspace.db.exec(`
    BEGIN;
    WITH RECURSIVE n (no) AS (SELECT 1 UNION ALL SELECT no + 1 FROM n WHERE no < ${USERS})
      INSERT INTO users (no, id) SELECT no, printf('user_%06d', no) FROM n;
    INSERT INTO sequences (user_no, status, behaviour_count, first_time, last_time, event_count, updated_at)
      SELECT no, 'succeeded', ${EVENTS_PER_USER}, no, no, ${EVENTS_PER_USER}, no FROM users;
    WITH RECURSIVE k (no) AS (SELECT 1 UNION ALL SELECT no + 1 FROM k WHERE no < ${EVENTS_PER_USER})
      INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
      SELECT (u.no << 21) | k.no, json_extract('${JSON.stringify(WORDS)}', '$[' || ((u.no * 31 + k.no * 7) % ${WORDS.length}) || ']'),
        'engagement', k.no * 60000, k.no * 60000, 'llm', 0.9, '{"count":1}', '[' || (u.no * 1000 + k.no) || ']'
      FROM users u, k;
    COMMIT; ANALYZE;`);
  workspace.close();
}

/** Of all stored events. */
function contentOf(path: string): string {
  const db = new DatabaseSync(path, { readOnly: true });
  const hash = createHash('sha256');
  for (const row of db
    .prepare('SELECT id, type, category, origin, context, evidence FROM events ORDER BY id')
    .iterate())
    hash.update(JSON.stringify(row));
  db.close();
  return hash.digest('hex');
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}
