import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { killRuns } from '../../../tools/bench/kill-runs.ts';
import { EXTRACT } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

it('a run killed at random moments ends as if nothing had happened', { timeout: 240_000 }, async () => {
  const folder = tempFolder();
  const log = join(folder, 'behaviors.csv');
  await generateSample({ users: 150, seed: 3, behaviorsPath: log });
  const report = await killRuns({ log, folder, runs: 6, seed: 11, command: EXTRACT });
  expect(report.problems).toEqual([]);
  expect(report.kills).toBeGreaterThanOrEqual(6);
  expect(report.killsMidRun).toBeGreaterThan(0);
});
