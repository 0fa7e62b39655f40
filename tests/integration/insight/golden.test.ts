import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { AskedQuestion, InsightResult, ResultOf } from '../../../src/shared/insight.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';
import { sqlFigures } from './golden-sql.ts';
import type { SqlFigures } from './golden-sql.ts';

/** So many rows of each table are in the golden file; all are compared with SQL. */
const MOST_ROWS = 12;
const WINDOW_DAYS = 30;
/** A folder with the log of 500 users that the product began with (`behavior_data.csv`, `user_profiles.csv`), where it is at hand. */
const SEED_LOG = process.env['EVENTLOOM_SEED_LOG'];

interface Logs {
  behaviours: string;
  profiles: string;
  /** A field of the profiles. */
  field: string;
  /** A funnel of three steps. */
  steps: readonly [string, string, string];
}

/** The same figures by the engine, in the order of SQL. */
async function engineFigures(
  engine: EngineHarness['engine'],
  { field, steps }: Logs,
  sql: SqlFigures,
): Promise<SqlFigures> {
  const ask = async <A extends InsightResult['analysis']>(
    asked: AskedQuestion & { analysis: A },
  ): Promise<ResultOf<A>> =>
    (await engine.askInsight(questionSchema.parse(asked))) as InsightResult as ResultOf<A>;
  const overview = await ask({ analysis: 'overview' });
  const funnel = await ask({ analysis: 'funnel', steps: [...steps], window: `${WINDOW_DAYS}d` });
  const graph = await ask({ analysis: 'graph' });
  const variants = await ask({ analysis: 'variants', collapse: true, limit: 1000 });
  const byValue = await Promise.all(
    sql.profile.map(async ({ value }) => {
      const select = { profile: { [field]: value } };
      const { users, types } = await ask({ analysis: 'overview', select });
      return { value, users, converted: types.find(({ type }) => type === steps[2])?.users ?? 0 };
    }),
  );
  const byText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
  return {
    types: overview.types
      .map(({ type, category, events, users }) => ({ type, category, events, users }))
      .sort((a, b) => b.events - a.events || byText(a.type, b.type)),
    funnel: funnel.steps.map(({ users }) => users),
    graph: graph.edges
      .map(({ from, to, users, events }) => ({ from, to, users, events }))
      .sort(
        (a, b) => b.users - a.users || b.events - a.events || byText(a.from, b.from) || byText(a.to, b.to),
      ),
    variants: variants.rows
      .map(({ types, users }) => ({ way: types.join(' > '), users }))
      .sort((a, b) => b.users - a.users || byText(a.way, b.way)),
    profile: byValue,
  };
}

async function compare(logs: Logs, golden: string): Promise<void> {
  const harness = new EngineHarness();
  const path = join(tempFolder(), 'w.eventloom');
  await harness.engine.openWorkspace({ path, create: true, resumePolicy: 'leave' });
  for (const [file, kind] of [
    [logs.behaviours, 'behaviours'],
    [logs.profiles, 'profiles'],
  ] as const) {
    await harness.engine.startImport({ path: file, kind });
    await harness.importEnded();
  }
  await harness.engine.startRun({ ...ALL, detail: 'standard' });
  await harness.runIs('completed');
  const db = new DatabaseSync(path, { readOnly: true });
  const sql = sqlFigures(db, { steps: logs.steps, windowDays: WINDOW_DAYS, field: logs.field });
  db.close();
  expect(await engineFigures(harness.engine, logs, sql)).toEqual(sql);
  for (const count of [...sql.funnel, sql.variants.length, sql.profile.length])
    expect(count).toBeGreaterThan(0);
  const shown = {
    ...sql,
    types: sql.types.slice(0, 2 * MOST_ROWS),
    graph: sql.graph.slice(0, MOST_ROWS),
    variants: sql.variants.slice(0, MOST_ROWS),
    counts: { types: sql.types.length, edges: sql.graph.length, variants: sql.variants.length },
  };
  await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`golden/${golden}.json`);
}

it('the figures of a generated log are those of SQL, and of the golden file', async () => {
  const folder = tempFolder();
  const [behaviours, profiles] = [join(folder, 'log.csv'), join(folder, 'people.csv')];
  const files = { behaviorsPath: behaviours, profilesPath: profiles };
  await generateSample({ users: 100, rowsPerUser: 90, seed: 5, ...files });
  await compare({ behaviours, profiles, field: 'gender', steps: ['了解', '到店', '购买'] }, 'generated');
});

it.skipIf(SEED_LOG === undefined)(
  'the figures of the log of 500 users are those of SQL, and of the golden file',
  async () => {
    const [behaviours, profiles] = [
      join(SEED_LOG ?? '', 'behavior_data.csv'),
      join(SEED_LOG ?? '', 'user_profiles.csv'),
    ];
    await compare({ behaviours, profiles, field: 'gender', steps: ['了解', '到店', '购买'] }, 'seed');
  },
);
