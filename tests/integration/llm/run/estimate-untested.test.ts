import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateSample } from '../../../../src/core/sample/generate-sample.ts';
import { SHAPE_NAMES } from '../../../../src/core/sample/shapes/index.ts';
import type { ShapeName } from '../../../../src/core/sample/shapes/index.ts';
import { DETAILS } from '../../../../src/shared/abstraction.ts';
import { CODEBOOK_LANGUAGES } from '../../../../src/shared/codebook.ts';
import type { CountName } from '../../../../tools/fault-server/tokens.ts';
import { figuresOf, ModelHarness } from '../../../support/model-harness.ts';
import { tempFolder } from '../../../support/temp.ts';

const USERS: Record<ShapeName, number> = { auto: 16, shop: 16, web: 16, music: 12, app: 12, tickets: 100 };
const SCOPE = { kind: 'remaining' } as const;
/** How far tokens in and out, together, may be off where the provider has never been asked. */
const MOST_OFF = 0.3;
interface Counting {
  model: string;
  /** How its provider counts. */
  counts: CountName;
}
const MODELS: [Counting, ...Counting[]] = [
  { model: 'deepseek-v4-flash', counts: 'grouped' },
  { model: 'qwen-plus', counts: 'single' },
  { model: 'our-model', counts: 'grouped' },
  { model: 'our-model', counts: 'single' },
];

const CASES = SHAPE_NAMES.flatMap((shape) => DETAILS.map((detail) => ({ shape, detail }))).map(
  (one, place) => ({
    ...one,
    // Every model meets both languages, all details and most shapes.
    ...(MODELS[place % MODELS.length] ?? MODELS[0]),
    language:
      CODEBOOK_LANGUAGES[(place + Math.floor(place / MODELS.length)) % CODEBOOK_LANGUAGES.length] ?? 'zh',
  }),
);

describe('the estimate before any request', () => {
  it.each(CASES)(
    'tells the tokens of a log like $shape at $detail, asked about in $language, for $model counting $counts',
    async ({ shape, detail, language, model, counts }) => {
      const path = join(tempFolder(), 'log.csv');
      await generateSample({ shape, users: USERS[shape], seed: 7, behaviorsPath: path });
      const harness = await ModelHarness.open({ users: 0, server: { counts }, settings: { model } });
      const { engine } = harness;
      await engine.startImport({ path, kind: 'behaviours' });
      await expect
        .poll(async () => (await engine.importSnapshot()).status, { timeout: 30_000 })
        .toBe('completed');
      await engine.useRules({ pack: (await engine.suggestRules())?.pack ?? 'general' });
      await engine.changeCodebook({ kind: 'language', language });
      const { estimate } = await engine.preflightRun(SCOPE, 'llm', false, detail);
      expect(estimate?.basis).toBe('default');
      const run = await harness.run({ detail });
      expect(run).toMatchObject({ status: 'completed', successCount: USERS[shape] });
      const { inputTokens, outputTokens } = figuresOf(run);
      const told = (estimate?.inputTokens ?? 0) + (estimate?.outputTokens ?? 0);
      expect(Math.abs(told / (inputTokens + outputTokens) - 1)).toBeLessThan(MOST_OFF);
    },
  );
});
