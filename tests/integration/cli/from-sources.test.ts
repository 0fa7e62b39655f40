import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startEventloom } from '../../support/run-cli.ts';
import type { CliResult } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

const LOG = `user_id,timestamp,action,item
u1,2025-12-01 10:00:00,browse,phone
u1,2025-12-01 11:00:00,purchase,phone
u2,2025-12-08 10:00:00,browse,tent
`;

/** The other tests start a bundle of them (tests/support/bundle.ts). */
it('the sources are a command line too, with all of its threads, as the npm scripts start it', async () => {
  const home = tempFolder();
  writeFileSync(join(home, 'log.csv'), LOG);
  writeFileSync(join(home, 'types.yaml'), 'analysis: overview\n');
  const run = (script: string, ...args: string[]): Promise<CliResult> => {
    const path = fileURLToPath(new URL(`../../../src/cli/${script}.ts`, import.meta.url));
    return startEventloom(home, [...args, '--workspace', 'w.db'], {}, path).ended;
  };
  for (const [script, ...args] of [
    ['extract', 'log.csv', '--out', 'events.csv'],
    ['main', 'export', '--out', 'again.csv'],
    ['main', 'insight', 'types.yaml', '--out', 'types.svg'],
  ] as const) {
    // Node warns of what it thinks is odd about a start.
    expect(await run(script, ...args)).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('Warning') as string,
    });
  }
  expect(readFileSync(join(home, 'events.csv'), 'utf8').split('\n').length).toBeGreaterThan(3);
  expect(readFileSync(join(home, 'again.csv'), 'utf8').split('\n').length).toBeGreaterThan(3);
  expect(readFileSync(join(home, 'types.svg'), 'utf8')).toMatch(/^<svg|^<\?xml/);
});
