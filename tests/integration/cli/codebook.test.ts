import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { eventloom, runCli } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

it('codebook writes the event types of a workspace, and takes over those of a file', async () => {
  const home = tempFolder();
  await generateSample({ users: 8, rowsPerUser: 40, seed: 5, behaviorsPath: join(home, 'log.csv') });
  expect(await runCli(home, ['log.csv', '--workspace', 'w.db'])).toMatchObject({ code: 0 });
  const codebook = (...args: string[]) => eventloom(home, ['codebook', ...args, '--workspace', 'w.db']);
  expect(await codebook('export', 'types.yaml')).toMatchObject({ code: 0 });
  const text = readFileSync(join(home, 'types.yaml'), 'utf8');
  writeFileSync(join(home, 'types.yaml'), text.replace('zh: 使用应用', 'zh: 用应用'));
  expect(await codebook('import', 'types.yaml')).toMatchObject({ code: 0 });
  await runCli(home, ['log.csv', '--workspace', 'w.db', '--out', 'events.csv']);
  const events = readFileSync(join(home, 'events.csv'), 'utf8');
  expect(events).toContain(',用应用,');
  expect(events).not.toContain(',使用应用,');

  writeFileSync(join(home, 'types.yaml'), text.replace('language: zh', 'language: fr'));
  const refused = await codebook('import', 'types.yaml');
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toMatch(/第 \d+ 行，字段 language|line \d+, field language/);
  expect(await codebook('merge', 'types.yaml')).toMatchObject({ code: 2 });
});
