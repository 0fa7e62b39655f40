import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import { SaxesParser } from 'saxes';
import { expect, it } from 'vitest';
import { findFonts } from '../../../src/core/insight/files/fonts.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import { SavedInsightStore } from '../../../src/core/store/saved-insight-store.ts';
import { Workspace } from '../../../src/core/store/workspace.ts';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { eventloom, runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

/** The names of the elements of an XML document; throws where it is none. */
function elementsOf(xml: string): string[] {
  const [parser, names] = [new SaxesParser(), [] as string[]];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => names.push(name));
  parser.write(xml).close();
  return names;
}

it('insight writes an answer as a table, a picture or a graph, by the ending of the name', async () => {
  const home = tempFolder();
  await generateSample({ users: 12, rowsPerUser: 40, seed: 5, behaviorsPath: join(home, 'log.csv') });
  expect(await runCli(home, ['log.csv', '--workspace', 'w.db'])).toMatchObject({ code: 0 });
  writeFileSync(join(home, 'graph.yaml'), 'analysis: graph\nview: {nodes: 4, edges: 6}\n');
  writeFileSync(join(home, 'funnel.yaml'), 'analysis: funnel\nsteps: [了解, 到店]\n');
  const insight = (...args: string[]) =>
    eventloom(home, ['insight', ...args, '--workspace', 'w.db'], 'zh_CN.UTF-8');
  const made = (name: string): Buffer => readFileSync(join(home, name));

  const svg = await insight('graph.yaml', '--out', 'graph.svg');
  expect(svg).toMatchObject({ code: 0, stderr: '' });
  expect(svg.stdout).toContain('graph.svg');
  const picture = made('graph.svg').toString();
  expect(picture).toContain('流程图');
  // Four types of one box each, and what is left out is said.
  expect(elementsOf(picture).filter((name) => name === 'text').length).toBeGreaterThan(8);
  expect(picture).toMatch(/另有 \d+ 个类型、\d+ 条边未显示/);

  expect(await insight('graph.yaml', '--out', 'graph.graphml')).toMatchObject({ code: 0 });
  const graphml = elementsOf(made('graph.graphml').toString());
  expect(graphml.filter((name) => name === 'edge')).toHaveLength(6);
  expect(await insight('graph.yaml', '--out', 'graph.dot')).toMatchObject({ code: 0 });
  expect(made('graph.dot').toString().match(/ -> /g)).toHaveLength(6);

  const png = await insight('funnel.yaml', '--out', 'funnel.png');
  if (findFonts().files.length > 0) {
    expect(png).toMatchObject({ code: 0 });
    const bytes = made('funnel.png');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    // Twice the width of a sheet: its charts and what is around them.
    expect(bytes.readUInt32BE(16)).toBe(2256);
    expect(png.stderr === '').toBe(findFonts().isChinese);
  } else expect(png).toMatchObject({ code: 2, stderr: expect.stringContaining('字体') as string });

  const table = await insight('funnel.yaml', '--out', 'funnel.csv');
  expect(table.stdout).toContain('2 行已写入');
  // A workbook has all tables; CSV and the terminal the first one, or that which is named.
  expect(await insight('funnel.yaml', '--out', 'funnel.xlsx')).toMatchObject({ code: 0 });
  const { sheets } = await readXlsx(made('funnel.xlsx'));
  expect(sheets.map(({ name }) => name)).toEqual(['insight', 'dropped', 'instead']);
  const lost = await insight('funnel.yaml', '--table', 'dropped');
  const [, dropped] = sheets[1]?.rows ?? [];
  expect(lost.stdout).toBe(`step,users,share\r\n${dropped?.join(',')}\r\n`);
  expect(await insight('funnel.yaml', '--table', 'instead', '--out', 'instead.csv')).toMatchObject({
    code: 0,
  });
  expect(made('instead.csv').toString()).toContain('step,type,users,share');
  const listed = await insight('funnel.yaml', '--table', 'dropped', '--users', '到店');
  expect(listed.stdout.split('\n')).toHaveLength(Number(dropped?.[1]) + 1);
  expect(await insight('funnel.yaml', '--table', 'times')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('main, dropped, instead') as string,
  });
  expect(await insight('funnel.yaml', '--out', 'funnel.json')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('不是图') as string,
  });
  expect(await insight('funnel.yaml', '--out', 'funnel.pdf')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('.pdf') as string,
  });
});

it('insight lists and answers what is saved, compares, and writes the report', async () => {
  const home = tempFolder();
  await generateSample({ users: 12, rowsPerUser: 40, seed: 5, behaviorsPath: join(home, 'log.csv') });
  expect(await runCli(home, ['log.csv', '--workspace', 'w.db'])).toMatchObject({ code: 0 });
  const asked = { analysis: 'funnel', steps: ['了解', '到店'], compare: { converted: '到店' } };
  const workspace = Workspace.open(join(home, 'w.db'), false);
  const saved = new SavedInsightStore(workspace.db);
  saved.saveQuestion('每周漏斗', questionSchema.parse(asked), { id: 'r', at: null }, 0);
  saved.saveSelection('看过的人', { did: ['了解'] }, 0);
  workspace.close();
  const insight = (...args: string[]) =>
    eventloom(home, ['insight', ...args, '--workspace', 'w.db'], 'zh_CN.UTF-8');

  const list = await insight('--list');
  expect(list).toMatchObject({ code: 0, stderr: '' });
  expect(list.stdout).toBe(
    '已存的问题（1）：\n  每周漏斗\tfunnel\t1970-01-01T00:00:00.000Z\n已存的筛选（1）：\n  看过的人\n',
  );
  const table = await insight('--question', '每周漏斗');
  const [head, first = '', second = ''] = table.stdout.split('\r\n');
  expect(head).toBe(
    'step,users,share,other_users,other_share,difference,low,high,median_seconds,other_median_seconds',
  );
  // Nobody without the event came to it.
  expect(second.split(',').slice(0, 5)).toEqual([
    '到店',
    second.split(',')[1],
    second.split(',')[2],
    '0',
    '0',
  ]);
  const usersOf = async (...more: string[]): Promise<number> =>
    (await insight('--question', '每周漏斗', '--users', '了解', ...more)).stdout.split('\n').length - 1;
  expect(await usersOf()).toBe(Number(first.split(',')[1]));
  expect(await usersOf('--other')).toBe(Number(first.split(',')[3]));

  writeFileSync(join(home, 'named.yaml'), 'analysis: overview\nselect: {saved: 看过的人}\n');
  expect(await insight('named.yaml')).toMatchObject({ code: 0 });
  for (const [args, said] of [
    [['--question', '没有'], '每周漏斗'],
    [['--question', '每周漏斗', '--list'], '只能用其中一个'],
    [['--report'], '--out'],
    [['--report', '--out', 'r.doc'], '.xlsx'],
    [['--report', '--out', 'r.html'], '报告里还没有'],
  ] as const)
    expect(await insight(...args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(said) as string,
    });

  const again = Workspace.open(join(home, 'w.db'), false);
  const question = JSON.stringify(questionSchema.parse(asked));
  again.db
    .prepare(
      `INSERT INTO report_items (place, title, note, question, created_at) VALUES (0, '漏斗', '', ?, 0)`,
    )
    .run(question);
  again.close();
  expect(await insight('--report', '--out', 'r.html')).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(join(home, 'r.html'), 'utf8')).toContain('<svg ');
  expect(await insight('--report', '--out', 'r.xlsx')).toMatchObject({ code: 0 });
});
