import type { DatabaseSync } from 'node:sqlite';

/**
 * The figures of insights in plain SQL over the stored events, as an analyst could ask them with any SQLite tool. An event lies after
 * another one of the same user if its id is larger.
 */
const TYPES = `
  SELECT type, category, count(*) AS events, count(DISTINCT user_no) AS users FROM events
  GROUP BY type, category ORDER BY events DESC, type`;

/** For each first event the earliest way on; a user counts with the best of them. :window in milliseconds. */
const FUNNEL = `
  WITH begun AS (SELECT user_no, id, start_time AS t FROM events WHERE type = :first),
    second AS (SELECT a.user_no, a.t, min(e.id) AS id FROM begun a JOIN events e
      ON e.user_no = a.user_no AND e.id > a.id AND e.type = :second AND e.start_time <= a.t + :window GROUP BY a.id),
    third AS (SELECT DISTINCT b.user_no FROM second b JOIN events e
      ON e.user_no = b.user_no AND e.id > b.id AND e.type = :third AND e.start_time <= b.t + :window)
  SELECT (SELECT count(DISTINCT user_no) FROM begun) AS first,
    (SELECT count(DISTINCT user_no) FROM second) AS second, (SELECT count(*) FROM third) AS third`;

/** Which type directly follows which, with START before the first event of a user and END after the last one. */
const GRAPH = `
  WITH steps AS (SELECT user_no, type, lag(type) OVER w AS before, lead(type) OVER w AS after FROM events
      WINDOW w AS (PARTITION BY user_no ORDER BY id)),
    edges AS (SELECT user_no, coalesce(before, 'START') AS a, type AS b FROM steps
      UNION ALL SELECT user_no, type, 'END' FROM steps WHERE after IS NULL)
  SELECT a AS "from", b AS "to", count(DISTINCT user_no) AS users, count(*) AS events FROM edges
  GROUP BY a, b ORDER BY users DESC, events DESC, a, b`;

/** Repeated events of a type count once. */
const VARIANTS = `
  WITH steps AS (SELECT user_no, id, type, lag(type) OVER (PARTITION BY user_no ORDER BY id) AS before FROM events),
    ways AS (SELECT user_no, group_concat(type, ' > ' ORDER BY id) AS way FROM steps WHERE before IS NOT type GROUP BY user_no)
  SELECT way, count(*) AS users FROM ways GROUP BY way ORDER BY users DESC, way`;

/** How users with a value of a profile field convert, beside the others. */
const PROFILE = `
  SELECT json_extract(f.value, '$.value') AS value, count(*) AS users,
    sum(EXISTS (SELECT 1 FROM events e WHERE e.user_no = p.user_no AND e.type = :target)) AS converted
  FROM profiles p, json_each(p.fields) f
  WHERE json_extract(f.value, '$.name') = :field AND EXISTS (SELECT 1 FROM events e WHERE e.user_no = p.user_no)
  GROUP BY 1 ORDER BY 1`;

export interface SqlFigures {
  types: { type: string; category: string; events: number; users: number }[];
  funnel: number[];
  graph: { from: string; to: string; users: number; events: number }[];
  variants: { way: string; users: number }[];
  profile: { value: string; users: number; converted: number }[];
}

/** What SQL says of a workspace; `steps`: the three types of the funnel, of which the last one is the target. */
export function sqlFigures(
  db: DatabaseSync,
  { steps, windowDays, field }: { steps: readonly string[]; windowDays: number; field: string },
): SqlFigures {
  const all = (sql: string, values: Record<string, string | number> = {}): never =>
    db
      .prepare(sql)
      .all(values)
      .map((row) => ({ ...row })) as never;
  const [first = '', second = '', third = ''] = steps;
  const reached = db.prepare(FUNNEL).get({ first, second, third, window: windowDays * 86_400_000 });
  return {
    types: all(TYPES),
    funnel: ['first', 'second', 'third'].map((step) => Number(reached?.[step])),
    graph: all(GRAPH),
    variants: all(VARIANTS),
    profile: all(PROFILE, { field, target: third }),
  };
}
