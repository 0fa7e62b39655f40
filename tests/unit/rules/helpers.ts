import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BehaviourInput, EventDraft } from '../../../src/core/extract/extractor.ts';
import { loadRules } from '../../../src/core/extract/rules/load-rules.ts';
import type { LoadedRules } from '../../../src/core/extract/rules/load-rules.ts';
import { RulesExtractor } from '../../../src/core/extract/rules/rules-extractor.ts';

export const DEFAULT_RULES_PATH = fileURLToPath(
  new URL('../../../resources/rules/default.yaml', import.meta.url),
);
export const defaultRules = loadRules(DEFAULT_RULES_PATH);

export const MINUTE = 60_000;
const NEVER = new AbortController().signal;

/** A behaviour of which only what matters is said; ids count up from 1 in `behaviours`. */
export type Draft = Partial<Omit<BehaviourInput, 'time'>> & { minute?: number };

export function behaviour(draft: Draft, id = 1): BehaviourInput {
  const { minute = 0, ...fields } = draft;
  return {
    id,
    time: Date.UTC(2025, 10, 24, 10) + minute * MINUTE,
    text: null,
    action: null,
    item: null,
    app: null,
    media: null,
    poi: null,
    duration: null,
    extra: null,
    ...fields,
  };
}

/** The events of one user with these behaviours. */
export async function eventsOf(drafts: Draft[], loaded: LoadedRules = defaultRules): Promise<EventDraft[]> {
  const behaviours = drafts.map((draft, index) => behaviour(draft, index + 1));
  const [outcome] = await new RulesExtractor(loaded).extract(
    [{ userId: 'u', profile: null, behaviours }],
    NEVER,
  );
  if (outcome?.status !== 'succeeded') throw new Error(`not succeeded: ${JSON.stringify(outcome)}`);
  return outcome.events;
}

/** Writes a rules file and gives its path to `use`; the file is gone afterwards. */
export function withRulesFile<T>(content: string | Buffer, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'eventloom-rules-'));
  try {
    const path = join(folder, 'rules.yaml');
    writeFileSync(path, content);
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const defaultText = readFileSync(DEFAULT_RULES_PATH, 'utf8');
