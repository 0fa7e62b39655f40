import type { Codebook } from '../../shared/codebook.ts';
import type { ProposedTheme, ProposedType, ProposedWord } from '../../shared/induction.ts';
import { TypeFinder } from '../abstraction/codebook.ts';
import type { Rules } from '../extract/rules/rules-schema.ts';
import type { DraftType } from './draft.ts';
import type { ThemesPlan, ThemesProgress, WordsPlan, WordsProgress } from './ports.ts';

/** What is shown of the types that were found: each beside the present type that it is. */
export function proposalOf(
  drafts: readonly DraftType[],
  codebook: Codebook,
  userId: (userNo: number) => string,
): ProposedType[] {
  return drafts.map(({ examples, ...draft }) => {
    const present = codebook.types.find(({ id }) => id === draft.present);
    const isSame =
      present?.zh === draft.zh &&
      present.en === draft.en &&
      present.definition === draft.definition &&
      draft.replaces.length === 0;
    return {
      ...draft,
      kind: !present ? 'new' : isSame ? 'kept' : 'changed',
      examples: examples.map(({ userNo, text }) => ({ userId: userId(userNo), text })),
    };
  });
}

/** The words with the types that were found for them; those for which none was found are left out. */
export function assignedWords(plan: WordsPlan, progress: WordsProgress): ProposedWord[] {
  return progress.found.flatMap(({ place, into, name }) => {
    const word = plan.words[place];
    return word && (into !== null || name !== null) ? [{ ...word, into, name }] : [];
  });
}

/** The things with the themes that were found for them. */
export function classifiedThings({ things }: ThemesPlan, { found }: ThemesProgress): ProposedTheme[] {
  return found.flatMap(({ place, theme }) => {
    const thing = things[place];
    return thing === undefined ? [] : [{ thing, theme }];
  });
}

/** The ids of the present types that are conversions of the rules. */
export function conversionsOf(codebook: Codebook, { conversions }: Pick<Rules, 'conversions'>): string[] {
  const finder = new TypeFinder(codebook);
  const ids = conversions.flatMap(({ zh }) => finder.find({ word: zh, category: 'conversion' })?.id ?? []);
  return [...new Set(ids)];
}
