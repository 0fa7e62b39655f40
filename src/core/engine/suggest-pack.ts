import { RULES_PACKS } from '../../shared/workspace.ts';
import type { PackSuggestion, RulesPack } from '../../shared/workspace.ts';
import { makeClassifier } from '../extract/rules/classifier.ts';
import type { LoadedRules } from '../extract/rules/load-rules.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';

/** So many users are looked at, none with more behaviours than this: the answer is to be there at once. */
const SAMPLE_USERS = 60;
const MOST_BEHAVIOURS = 20_000;
/** A pack is worth a word when it knows this share of the behaviours more, or has this share of them its own way. */
const WORTH = 0.005;

interface Score {
  pack: RulesPack;
  known: number;
  own: number;
}

/**
 * The pack that knows most of what is in the log, in place of the chosen one: what it has a rule for counts first, then what
 * it has a rule of its own for. Null when there is none to speak of.
 */
export function suggestPack(
  workspace: OpenWorkspace,
  chosen: RulesPack,
  packs: Record<RulesPack, LoadedRules>,
): PackSuggestion | null {
  const behaviours = workspace.batches
    .sample(null, SAMPLE_USERS, MOST_BEHAVIOURS)
    .flatMap(({ input }) => input.behaviours);
  const scores = RULES_PACKS.map((pack): Score => {
    const { rules, own } = packs[pack];
    const classify = makeClassifier(rules);
    const score = { pack, known: 0, own: 0 };
    for (const behaviour of behaviours) {
      const { id, isKnown } = classify(behaviour);
      if (!isKnown) continue;
      score.known += 1;
      // Every rule of the general pack is its own: it has no others to differ from.
      if (pack !== 'general' && own.has(id)) score.own += 1;
    }
    return score;
  });
  const now = scores.find(({ pack }) => pack === chosen);
  if (!now) return null;
  const [best] = scores.filter((score) => isWorth(score, now, behaviours.length)).sort(byWorth);
  if (!best) return null;
  return {
    pack: best.pack,
    looked: behaviours.length,
    known: best.known,
    knownNow: now.known,
    own: best.own,
  };
}

function isWorth(score: Score, now: Score, looked: number): boolean {
  const least = Math.max(1, looked * WORTH);
  if (score.known - now.known >= least) return true;
  return score.known >= now.known && score.own - now.own >= least;
}

const byWorth = (a: Score, b: Score): number => b.known - a.known || b.own - a.own;
