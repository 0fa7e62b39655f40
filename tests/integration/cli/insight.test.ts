import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { expect, it } from 'vitest';
import { findFonts } from '../../../src/core/insight/files/fonts.ts';
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
  expect(await insight('funnel.yaml', '--out', 'funnel.json')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('不是图') as string,
  });
  expect(await insight('funnel.yaml', '--out', 'funnel.pdf')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('.pdf') as string,
  });
});
