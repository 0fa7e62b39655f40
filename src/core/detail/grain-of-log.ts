import { chooseGrain } from '../abstraction/theme-grain.ts';
import type { ThemeGrain } from '../../shared/abstraction.ts';
import type { UserInput } from '../extract/extractor.ts';
import type { LoadedRules } from '../extract/rules/load-rules.ts';
import { RulesExtractor } from '../extract/rules/rules-extractor.ts';
import type { Abstraction } from '../extract/rules/rules-extractor.ts';
import type { BatchTables } from '../store/batch-tables.ts';

/** So many users are looked at, none with more behaviours than this, and so many behaviours in all: a run is not to wait for it. */
const SAMPLE_USERS = 100;
const MOST_BEHAVIOURS = 2_000;
const SAMPLE_BEHAVIOURS = 20_000;

/**
 * How finely the themes of a log have to be told apart so that these rules abstract it, found out from a sample of its users.
 * `isDecided`: the analyst or the rules have decided on themes.
 */
export async function grainOf(
  { batches }: { batches: Pick<BatchTables, 'sample'> },
  rules: Pick<LoadedRules, 'rules' | 'version'>,
  log: Omit<Abstraction, 'detail' | 'grain'>,
  isDecided: boolean,
): Promise<ThemeGrain> {
  // The steps of a process join by what they are, or not at all.
  if (log.isProcess) return 'themes';
  const users: UserInput[] = [];
  let behaviours = 0;
  for (const { refused, input } of batches.sample(null, SAMPLE_USERS, MOST_BEHAVIOURS)) {
    if (refused) continue;
    users.push(input);
    behaviours += input.behaviours.length;
    if (behaviours >= SAMPLE_BEHAVIOURS) break;
  }
  return chooseGrain(behaviours, isDecided, async (grain) => {
    const abstraction: Abstraction = { ...log, detail: 'standard', grain };
    const outcomes = await new RulesExtractor(rules, { abstraction }).extract(
      users,
      new AbortController().signal,
    );
    return outcomes.reduce((sum, each) => sum + (each.status === 'succeeded' ? each.events.length : 0), 0);
  });
}
