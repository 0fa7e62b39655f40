import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BehaviourInput } from '../../../../src/core/extract/extractor.ts';
import { encodeUnit } from '../../../../src/core/extract/llm/prompt/encode-unit.ts';
import type { EncodedUnit } from '../../../../src/core/extract/llm/prompt/encode-unit.ts';
import { loadPrompt } from '../../../../src/core/extract/llm/prompt/prompt.ts';
import { codebookOfRules } from '../../../../src/core/engine/codebook-service.ts';
import type { PromptLimits } from '../../../../src/core/extract/llm/prompt/describe-types.ts';
import type { Prompt, PromptBasis } from '../../../../src/core/extract/llm/prompt/prompt.ts';
import type { WorkUnit } from '../../../../src/core/extract/llm/types.ts';
import { generateSample } from '../../../../src/core/sample/generate-sample.ts';
import { sessionLimits } from '../../../../src/core/extract/rules/session-limits.ts';
import type { LoadedRules } from '../../../../src/core/extract/rules/load-rules.ts';
import { defaultRules } from '../../rules/helpers.ts';

export const PROMPTS = fileURLToPath(new URL('../../../../resources/prompts', import.meta.url));
export const ALIASED = { sendUserIds: false };

/** What a prompt tells of rules at the finest detail. */
export function basisOf(rules: LoadedRules, limits: Partial<PromptLimits> = {}): PromptBasis {
  return {
    rules,
    codebook: codebookOfRules(rules.rules),
    limits: { detail: 'fine', ...sessionLimits(rules.rules, null), themeGapMs: 0, ...limits },
  };
}

/** The prompt of a run with the default rules. */
export function promptOf(own: string | null = null, rules: LoadedRules = defaultRules): Prompt {
  return loadPrompt(own, basisOf(rules), PROMPTS);
}

export function unitOf(behaviours: BehaviourInput[], fields: Partial<WorkUnit> = {}): WorkUnit {
  return { userNo: 1, userId: 'someone', part: 0, parts: 1, profile: null, ...fields, behaviours };
}

/** Units of `counts[i]` plain behaviours each, users counted from 1. */
export function plainUnits(counts: readonly number[]): EncodedUnit[] {
  let id = 0;
  return counts.map((count, index) => {
    const behaviours = Array.from({ length: count }, (_, at) => plain(++id, at));
    return encodeUnit(unitOf(behaviours, { userNo: index + 1, userId: `user${index + 1}` }), ALIASED);
  });
}

/** A behaviour `minute` minutes after the first day began. */
export function plain(id: number, minute: number): BehaviourInput {
  return {
    id,
    time: Date.UTC(2026, 0, 5, 8) + minute * 60_000,
    text: null,
    action: 'browse',
    item: `大众_迈腾${id % 7}`,
    app: null,
    media: '易车网',
    poi: null,
    duration: 129,
    extra: null,
  };
}

/** Users of the generated log, with profiles, as whole units. */
export async function sampleUnits(users: number, seed = 1): Promise<WorkUnit[]> {
  const folder = mkdtempSync(join(tmpdir(), 'eventloom-planning-'));
  try {
    const [behaviorsPath, profilesPath] = [join(folder, 'log.csv'), join(folder, 'profiles.csv')];
    await generateSample({ users, seed, behaviorsPath, profilesPath });
    const profiles = new Map(
      rows(profilesPath).map(([id = '', age = '', gender = '', income = '']) => [
        id,
        { age, gender, income },
      ]),
    );
    const units = new Map<string, WorkUnit>();
    rows(behaviorsPath).forEach(([userId = '', action, time, item, app, media, poi, duration], index) => {
      let unit = units.get(userId);
      if (!unit) {
        const profile = Object.entries(profiles.get(userId) ?? {}).map(([name, value]) => ({ name, value }));
        unit = unitOf([], { userNo: units.size + 1, userId, profile });
        units.set(userId, unit);
      }
      unit.behaviours.push({
        id: index + 1,
        time: Date.parse(`${time?.replace(' ', 'T')}Z`),
        text: null,
        action: action || null,
        item: item || null,
        app: app || null,
        media: media || null,
        poi: poi || null,
        duration: duration ? Number(duration) : null,
        extra: null,
      });
    });
    return [...units.values()];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rows(path: string): string[][] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split(','));
}
