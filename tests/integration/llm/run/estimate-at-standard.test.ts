import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateSample } from '../../../../src/core/sample/generate-sample.ts';
import type { ModelFigures, RunEstimate } from '../../../../src/shared/model.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import { tempFolder } from '../../../support/temp.ts';

const USERS = 150;
const ROWS = 90;
const PILOT_USERS = 24;
const SCOPE = { kind: 'remaining' } as const;
/** Output tokens for each behaviour at fine were 6.5; at standard 0.6 of that are wanted. */
const MOST_OUT = 3.9;

const tokensOf = (figures: Pick<ModelFigures | RunEstimate, 'inputTokens' | 'outputTokens'> | null): number =>
  (figures?.inputTokens ?? Number.NaN) + (figures?.outputTokens ?? Number.NaN);
const errorOf = (estimated: number, actual: number): number => Math.abs(estimated / actual - 1);

it('at standard an answer is short, and its tokens are told before a pilot, and closely after it', async () => {
  const path = join(tempFolder(), 'log.csv');
  const made = await generateSample({ users: USERS, rowsPerUser: ROWS, seed: 5, behaviorsPath: path });
  const harness = await ModelHarness.open({ users: 0, settings: { maxConcurrency: 4 } });
  const { engine } = harness;
  await engine.startImport({ path, kind: 'behaviours' });
  await expect
    .poll(async () => (await engine.importSnapshot()).status, { timeout: 30_000 })
    .toBe('completed');
  const estimate = async (): Promise<RunEstimate | null> =>
    (await engine.preflightRun(SCOPE, 'llm', false, 'standard')).estimate;
  // The server counts otherwise than our tokenizer, and says so in the test of the connection.
  const untested = await estimate();
  expect(untested?.basis).toBe('default');
  expect(await engine.testModel()).toMatchObject({ reachable: true, usageReported: true });
  const before = await estimate();
  expect(before?.basis).toBe('counted');
  // That holds at every detail.
  const { estimate: brief } = await engine.preflightRun(SCOPE, 'llm', false, 'brief');
  expect(brief?.basis).toBe('counted');
  await harness.start({ detail: 'standard', pilotUsers: PILOT_USERS });
  const pilot = await harness.until(({ model }) => model?.pilotDone === true);
  const after = await estimate();
  expect(after?.basis).toBe('learned');
  await engine.resumeRun();
  const last = await harness.ended();
  expect(last).toMatchObject({ status: 'completed', successCount: USERS });

  const actual = tokensOf(figuresOf(last));
  expect(errorOf(tokensOf(before), actual)).toBeLessThan(0.3);
  expect(errorOf(tokensOf(untested), actual)).toBeGreaterThan(errorOf(tokensOf(before), actual));
  expect(errorOf(tokensOf(after), actual - tokensOf(figuresOf(pilot)))).toBeLessThan(0.1);
  expect(figuresOf(last).outputTokens / (USERS * ROWS)).toBeLessThan(MOST_OUT);
  const conversions = Object.values(made.conversions).reduce((sum, count) => sum + count, 0);
  const converted = harness.events().filter(({ category }) => category === 'conversion');
  expect(converted.every(({ evidence }) => evidence.length === 1)).toBe(true);
  expect(converted).toHaveLength(conversions);
});
