import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import { expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { AskedQuestion, Question } from '../../../src/shared/insight.ts';
import { tableOf } from '../../../src/shared/insight-table.ts';
import { tablesOf } from '../../../src/shared/insight-tables.ts';
import { changesOf } from '../../../src/shared/report-changes.ts';
import { ALL, EngineHarness } from '../../support/engine-harness.ts';
import { tempFolder } from '../../support/temp.ts';

const question = (asked: AskedQuestion): Question => questionSchema.parse(asked);

async function abstracted(users: number): Promise<{ harness: EngineHarness; folder: string; path: string }> {
  const folder = tempFolder();
  const behaviors = join(folder, 'log.csv');
  await generateSample({ users, rowsPerUser: 40, seed: 11, behaviorsPath: behaviors });
  const harness = new EngineHarness();
  const path = join(folder, 'w.eventloom');
  await harness.engine.openWorkspace({ path, create: true, resumePolicy: 'leave' });
  await harness.engine.startImport({ path: behaviors, kind: 'behaviours' });
  await harness.importEnded();
  await harness.engine.startRun({ ...ALL, detail: 'standard' });
  await harness.runIs('completed');
  return { harness, folder, path };
}

it('answers a saved question with the same numbers after the workspace was opened anew, and by its file', async () => {
  const { harness, folder, path } = await abstracted(20);
  const { engine } = harness;
  const asked = question({ analysis: 'graph', select: { saved: '早期' }, compare: 'others' });
  await engine.changeSavedInsights({ do: 'save-selection', name: '早期', selection: { did: ['了解'] } });
  const first = await engine.askInsight(asked);
  await engine.changeSavedInsights({ do: 'save-question', name: '一问', question: asked, data: first.data });
  await expect(
    engine.askInsight(question({ analysis: 'overview', select: { saved: '无' } })),
  ).rejects.toMatchObject({ code: 'insight.unknown_selection', params: { known: '早期' } });

  await engine.closeWorkspace();
  await engine.openWorkspace({ path, create: false, resumePolicy: 'leave' });
  const { questions } = await engine.savedInsights();
  expect(questions[0]?.question).toEqual(asked);
  expect(await engine.askInsight(await engine.savedQuestion('一问'))).toEqual(first);
  await expect(engine.savedQuestion('别的')).rejects.toMatchObject({ code: 'insight.unknown_question' });

  // The file of a question stands on nothing of the workspace.
  const file = join(folder, '再问.yaml');
  await engine.writeQuestionFile(questions[0]?.id ?? 0, file);
  await engine.changeSavedInsights({ do: 'delete', id: 1 });
  expect(await engine.readQuestionFile(file)).toBe('再问');
  expect(await engine.readQuestionFile(file)).toBe('再问 2');
  const again = await engine.askInsight(await engine.savedQuestion('再问'));
  expect(again).toEqual(first);
  writeFileSync(file, 'analysis: funnel\nsteps: [了解]\n');
  await expect(engine.readQuestionFile(file)).rejects.toMatchObject({
    code: 'insight.invalid',
    params: { line: 2 },
  });
});

it('names the sheets of a workbook apart, as Excel takes them', async () => {
  const { harness, folder } = await abstracted(8);
  const { engine } = harness;
  const overview = question({ analysis: 'overview', compare: 'others', select: { did: ['了解'] } });
  const long = '四月到六月：了解、到店与购买的人数和时间，按城市与年龄分开看，供周会使用';
  for (const title of [long, long, 'A/B', 'a b'])
    await engine.changeReport({ do: 'add', title, question: overview });
  const path = join(folder, 'r.xlsx');
  await engine.writeReport(path, { format: 'xlsx', locale: 'zh-CN' });
  const names = (await readXlsx(readFileSync(path))).sheets.map(({ name }) => name);
  // Of each the main table, three further ones, and three of the other selection.
  expect(names).toHaveLength(4 * 7);
  expect(names.every((name) => name.length <= 31 && !/[\\/?*[\]:]/.test(name))).toBe(true);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  expect(names.filter((name) => / · (other_)?(times|hours|sizes)$/.test(name))).toHaveLength(4 * 6);
  expect(names.slice(14, 16)).toEqual(['A B', 'A B · times']);
  expect(names.slice(21, 23)).toEqual(['a b 2', 'a b 2 · times']);
});

it('keeps answers in order with notes, and says what changed when it is computed anew', async () => {
  const { harness, folder } = await abstracted(20);
  const { engine } = harness;
  const funnel = question({ analysis: 'funnel', steps: ['了解', { category: 'conversion' }] });
  await expect(
    engine.writeReport(join(folder, 'r.html'), { format: 'html', locale: 'en' }),
  ).rejects.toMatchObject({
    code: 'insight.report_empty',
  });
  await engine.changeReport({ do: 'add', title: '漏斗', question: funnel });
  await engine.changeReport({ do: 'add', title: '', question: question({ analysis: 'overview' }) });
  await engine.changeReport({ do: 'title', title: '周报 <b>' });
  const hostile = '<script>alert(1)</script>\n=HYPERLINK("http://x")';
  await engine.changeReport({ do: 'edit', id: 1, title: '__proto__ & =1+1', note: hostile });
  const { items } = await engine.changeReport({ do: 'move', id: 2, place: 0 });
  expect(items.map(({ id, title }) => [id, title])).toEqual([
    [2, ''],
    [1, '__proto__ & =1+1'],
  ]);

  const html = join(folder, 'r.html');
  expect(await engine.writeReport(html, { format: 'html', locale: 'zh-CN' })).toBe(2);
  const text = readFileSync(html, 'utf8');
  expect(text).not.toContain('<script');
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(text).not.toMatch(/(?:src|href)="?(?:https?:)?\/\//);
  expect(text.match(/<svg /g)?.length).toBeGreaterThanOrEqual(4);

  // The cells of the workbook are those of the tables.
  const workbook = join(folder, 'r.xlsx');
  await engine.writeReport(workbook, { format: 'xlsx', locale: 'zh-CN' });
  const { sheets } = await readXlsx(readFileSync(workbook));
  expect(sheets.map(({ name }) => name)).toEqual([
    ...['overview', 'overview · times', 'overview · hours', 'overview · sizes'],
    ...['__proto__ & =1+1', '__proto__ & =1+1 · dropped', '__proto__ & =1+1 · instead'],
  ]);
  const { codebook } = await engine.codebook();
  const nameOf = (id: string): string => codebook.types.find((type) => type.id === id)?.zh ?? id;
  const tables = items.flatMap((item) => (item.answer ? tablesOf(item.answer, item.question, nameOf) : []));
  expect(sheets.map(({ rows }) => rows)).toEqual(tables.map(({ table }) => [table.columns, ...table.rows]));

  // Other data: what changed is told, and the figures before stay beside it.
  const [overview] = items;
  const joined = overview?.answer?.analysis === 'overview' ? overview.answer.types : [];
  const [into, from] = joined.filter(
    ({ type, category }) => category === 'engagement' && codebook.types.some(({ id }) => id === type),
  );
  expect((await engine.computeReport()).items.every(({ former }) => former === null)).toBe(true);
  await engine.changeCodebook({ kind: 'join', ids: [from?.type ?? ''], into: into?.type ?? '' });
  const computed = await engine.computeReport();
  const [now] = computed.items;
  expect(now?.former).toEqual(overview?.answer);
  if (!now?.answer || !now.former) throw new Error('nothing was computed');
  const changes = changesOf(
    tableOf(now.answer, now.question, nameOf),
    tableOf(now.former, now.question, nameOf),
  );
  expect(changes.gone).toBe(1);
  expect(changes.changed).toBeGreaterThan(0);
  await engine.writeReport(html, { format: 'html', locale: 'en' });
  expect(readFileSync(html, 'utf8')).toMatch(/<del>\d[\d,.]*<\/del><ins>\d/);

  // The figures go with the data that they are of; the questions stay.
  await engine.clearWorkspace('all');
  expect((await engine.report()).items.map(({ answer, former }) => [answer, former])).toEqual([
    [null, null],
    [null, null],
  ]);
});
