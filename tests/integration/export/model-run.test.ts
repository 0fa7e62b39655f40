import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ExportReport } from '../../../src/shared/export.ts';
import { figuresOf, KEY, ModelHarness } from '../../support/model-harness.ts';
import { tempFolder } from '../../support/temp.ts';

/** Exports the events; the manifest as it is read, and as text. */
async function manifestOf({ engine }: ModelHarness): Promise<{ manifest: unknown; text: string }> {
  await engine.startExport({ format: 'csv', what: 'events', path: join(tempFolder(), 'events.csv') });
  await expect
    .poll(async () => (await engine.exportSnapshot()).status, { timeout: 20_000 })
    .toBe('completed');
  const { manifestPath } = (await engine.exportSnapshot()).report as ExportReport;
  const text = readFileSync(manifestPath, 'utf8');
  return { manifest: JSON.parse(text), text };
}

test('the manifest of events of a model says by what they were made, and what that took', async () => {
  const harness = await ModelHarness.open({ users: 6, settings: { currency: 'CNY' } });
  const { engine } = harness;
  const run = await harness.run();
  const { inputTokens, outputTokens, cost, requests } = figuresOf(run);
  const ledger = harness.ledger();
  expect([inputTokens > 0, outputTokens > 0, cost === null, requests]).toEqual([
    true,
    true,
    false,
    ledger.length,
  ]);
  const { version: prompt } = await engine.promptView();
  const { version: rules } = await engine.rulesInfo();
  // Model, prompt and rules, each with its version.
  const version = `fault-model; ${prompt}; ${rules}`;
  const first = {
    ...{ extractor: 'llm', extractor_version: version, model: 'fault-model', detail: 'fine' },
    ...{ users: 6, succeeded: 6, failed: 0, events: run.eventCount },
    ...{ requests, input_tokens: inputTokens, output_tokens: outputTokens, currency: 'CNY' },
    cost: expect.closeTo(cost ?? NaN, 9) as number,
  };
  const { manifest, text } = await manifestOf(harness);
  expect(manifest).toMatchObject({
    codebook: { version: 0 },
    results: [{ version, users: 6 }],
    runs: [{ ...first, status: 'completed' }],
  });
  expect(text).not.toContain(KEY);

  // Another codebook, and a second run without prices: each run is told as it was.
  const yaml = join(tempFolder(), 'types.yaml');
  await engine.exportCodebook(yaml);
  const { version: codebook } = await engine.importCodebook(yaml);
  await harness.use({ priceIn: null, priceOut: null });
  const again = await harness.run({ scope: { kind: 'all' }, fresh: true });
  expect(again.runId).not.toBe(run.runId);
  const { manifest: later } = await manifestOf(harness);
  expect(codebook).toBeGreaterThan(0);
  expect(later).toMatchObject({
    codebook: { version: codebook },
    runs: expect.arrayContaining([
      expect.objectContaining({ ...first, run: run.runId }),
      expect.objectContaining({
        ...{ run: again.runId, cost: null, currency: null, users: 6 },
        extractor_version: expect.stringContaining('fault-model') as string,
      }),
    ]) as unknown[],
  });
  expect(harness.problems).toEqual([]);
});
