import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { inductionAnswer } from '../../support/induction-script.ts';
import { eventloom, runCli } from '../../support/run-cli.ts';
import { startScriptedModel } from '../../support/scripted-model.ts';
import { tempFolder } from '../../support/temp.ts';

it('codebook induce writes what a model finds as a file that import takes over; a cap stops it, and it goes on', async () => {
  const home = tempFolder();
  await generateSample({ users: 20, rowsPerUser: 20, seed: 5, behaviorsPath: join(home, 'log.csv') });
  await runCli(home, ['log.csv', '--workspace', 'w.db', '--detail', 'standard']);
  const model = await startScriptedModel((_units, number) => ({
    text: inductionAnswer(model.received[number - 1]?.user ?? ''),
    inputTokens: 4000,
  }));
  const induce = (...more: string[]) =>
    eventloom(home, [
      ...['codebook', 'induce', '--workspace', 'w.db', '--out', 'types.yaml'],
      ...['--base-url', model.baseUrl, '--model', 'scripted', '--context', '9000', '--max-output', '2000'],
      ...['--users', '20', ...more],
    ]);
  const capped = await induce('--max-total-tokens', '18000');
  expect(capped).toMatchObject({ code: 5 });
  expect(capped.stderr).toContain('18,000 tokens');
  const before = model.received.length;
  expect(before).toBeGreaterThan(0);

  const done = await induce();
  expect(done).toMatchObject({ code: 0 });
  expect(done.stdout).toContain('types.yaml');
  const asked = model.received.map(({ user }) => user);
  expect(new Set(asked).size).toBe(asked.length);
  // The workspace keeps its own types until the file is taken over.
  const codebook = (action: string, file: string) =>
    eventloom(home, ['codebook', action, file, '--workspace', 'w.db']);
  await codebook('export', 'own.yaml');
  expect(readFileSync(join(home, 'own.yaml'), 'utf8')).not.toContain('选车');
  expect(readFileSync(join(home, 'types.yaml'), 'utf8')).toContain('zh: 选车');
  expect(await codebook('import', 'types.yaml')).toMatchObject({ code: 0 });
  await runCli(home, ['log.csv', '--workspace', 'w.db', '--out', 'events.csv']);
  const events = readFileSync(join(home, 'events.csv'), 'utf8');
  expect(events).toContain(',选车,');
  expect(events).not.toContain(',了解,');
});

it.each([
  [['--workspace', 'w.db', '--model', 'm'], '--out'],
  [['--out', 't.yaml', '--model', 'm'], '--workspace'],
  [['--out', 't.yaml', '--workspace', 'w.db'], '--model'],
  [['--out', 't.yaml', '--workspace', 'w.db', '--model', 'm', '--users', '0'], '--users'],
  [['--out', 't.yaml', '--workspace', 'w.db', '--model', 'm', '--max-cost', '1'], '--price-in'],
  [['types.yaml', '--out', 't.yaml', '--workspace', 'w.db', '--model', 'm'], 'types.yaml'],
])('codebook induce %j is told what is wrong', async (args, named) => {
  const said = await eventloom(tempFolder(), ['codebook', 'induce', ...args]);
  expect(said).toMatchObject({ code: 2 });
  expect(said.stderr).toContain(named);
});
