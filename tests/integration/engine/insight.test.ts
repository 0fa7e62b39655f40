import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readXlsx } from 'hucre/xlsx';
import { expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { AskedQuestion, InsightResult, Question, ResultOf } from '../../../src/shared/insight.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

/** A workspace with the events of a generated log, and its path. */
async function abstracted(users: number): Promise<{ harness: EngineHarness; path: string }> {
  const folder = tempFolder();
  const [behaviors, profiles] = [join(folder, 'log.csv'), join(folder, 'people.csv')];
  await generateSample({
    users,
    rowsPerUser: 60,
    seed: 11,
    behaviorsPath: behaviors,
    profilesPath: profiles,
  });
  const harness = new EngineHarness();
  const path = join(folder, 'w.eventloom');
  await harness.engine.openWorkspace({ path, create: true, resumePolicy: 'leave' });
  for (const [file, kind] of [
    [behaviors, 'behaviours'],
    [profiles, 'profiles'],
  ] as const) {
    await harness.engine.startImport({ path: file, kind });
    await harness.importEnded();
  }
  await harness.engine.startRun({ ...ALL, detail: 'standard' });
  await harness.runIs('completed');
  return { harness, path };
}

const question = (asked: AskedQuestion): Question => questionSchema.parse(asked);

const ask = async <A extends InsightResult['analysis']>(
  { engine }: EngineHarness,
  asked: AskedQuestion & { analysis: A },
): Promise<ResultOf<A>> => (await engine.askInsight(question(asked))) as InsightResult as ResultOf<A>;

it('answers from the events as they are: the numbers of SQL, their users, and again after a change', async () => {
  const { harness, path } = await abstracted(30);
  const { engine } = harness;
  const overview = await ask(harness, { analysis: 'overview' });
  const db = new DatabaseSync(path, { readOnly: true });
  const types = db
    .prepare(
      `SELECT type, category, count(*) AS events, count(DISTINCT user_no) AS users FROM events
       GROUP BY type, category ORDER BY type, category`,
    )
    .all();
  const byName = (a: { type?: unknown; category?: unknown }, b: typeof a): number =>
    `${String(a.type)} ${String(a.category)}` < `${String(b.type)} ${String(b.category)}` ? -1 : 1;
  expect(
    overview.types
      .map(({ type, category, events, users }) => ({ type, category, events, users }))
      .sort(byName),
  ).toEqual(types.map((row) => ({ ...row })).sort(byName));
  expect(overview.behaviours).toBe(
    Number(db.prepare('SELECT sum(json_array_length(evidence)) AS n FROM events').get()?.['n']),
  );

  // From step to step, in plain SQL.
  const [first = '', second = ''] = [
    '了解',
    overview.types.find(({ category }) => category === 'conversion')?.type,
  ];
  const asked = question({ analysis: 'funnel', steps: [first, second] });
  const funnel = await ask(harness, { analysis: 'funnel', steps: [first, second] });
  const reached = db
    .prepare(
      `SELECT DISTINCT u.id FROM events a JOIN events b ON b.user_no = a.user_no AND b.id > a.id JOIN users u ON u.no = a.user_no
       WHERE a.type = ? AND b.type = ? ORDER BY u.no`,
    )
    .all(first, second)
    .map((row) => String(row['id']));
  expect(reached.length).toBeGreaterThan(0);
  expect(funnel.steps.map(({ users }) => users)).toEqual([
    Number(db.prepare('SELECT count(DISTINCT user_no) AS n FROM events WHERE type = ?').get(first)?.['n']),
    reached.length,
  ]);
  const page = await engine.insightUsers({ question: asked, key: 'step:1', offset: 0, limit: 1000 });
  expect(page).toEqual({ total: reached.length, userIds: reached });
  const rest = await engine.insightUsers({ question: asked, key: 'step:1', offset: 1, limit: 1 });
  expect(rest.userIds).toEqual(reached.slice(1, 2));
  await expect(
    engine.insightUsers({ question: asked, key: 'step:9', offset: 0, limit: 1 }),
  ).rejects.toMatchObject({ code: 'insight.unknown_row' });

  // As a workbook it has the same cells.
  const workbook = `${path}.xlsx`;
  expect(
    await engine.writeInsight(workbook, asked, { format: 'xlsx', locale: 'en', theme: 'light' }),
  ).toEqual({
    rows: 2,
    lacksChineseFont: false,
  });
  const { sheets } = await readXlsx(readFileSync(workbook));
  expect(sheets[0]?.rows.map((row) => row.slice(0, 3))).toEqual([
    ['step', 'users', 'share_of_first'],
    [first, funnel.steps[0]?.users, 1],
    [second, reached.length, reached.length / (funnel.steps[0]?.users ?? 1)],
  ]);

  // By profile, of the profiles that were imported.
  const fields = db.prepare('SELECT fields FROM profiles').all();
  const [field] = JSON.parse(String(fields[0]?.['fields'])) as { name: string; value: string }[];
  const { name = '', value = '' } = field ?? {};
  const same = fields.filter((row) =>
    (JSON.parse(String(row['fields'])) as { name: string; value: string }[]).some(
      (each) => each.name === name && each.value === value,
    ),
  );
  const chosen = await ask(harness, { analysis: 'overview', select: { profile: { [name]: value } } });
  expect(chosen.users).toBe(same.length);
  db.close();

  // Types that are joined are one type in the answer at once.
  const { codebook } = await engine.codebook();
  const [into, from] = overview.types.filter(
    ({ type, category }) => category === 'engagement' && codebook.types.some(({ id }) => id === type),
  );
  await engine.changeCodebook({ kind: 'join', ids: [from?.type ?? ''], into: into?.type ?? '' });
  const joined = await ask(harness, { analysis: 'overview' });
  expect(joined.types.find(({ type }) => type === into?.type)?.events).toBe(
    (into?.events ?? 0) + (from?.events ?? 0),
  );
  await engine.undoCodebook();

  // What is kept beside the workspace is used when it fits, and nothing is lost with it.
  expect(existsSync(`${path}-insight`)).toBe(true);
  writeFileSync(`${path}-insight`, readFileSync(`${path}-insight`).subarray(0, 200));
  await engine.cancelInsight();
  expect(await ask(harness, { analysis: 'overview' })).toEqual(overview);
  await engine.clearWorkspace('events');
  expect(existsSync(`${path}-insight`)).toBe(false);
  await expect(ask(harness, { analysis: 'overview' })).rejects.toMatchObject({ code: 'insight.no_events' });
});
