import type { Codebook } from '../../shared/codebook.ts';
import type { ProposedType } from '../../shared/induction.ts';
import { TypeFinder } from '../abstraction/codebook.ts';
import type { Rules } from '../extract/rules/rules-schema.ts';
import type { DraftType } from './draft.ts';

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

/** The ids of the present types that are conversions of the rules. */
export function conversionsOf(codebook: Codebook, { conversions }: Pick<Rules, 'conversions'>): string[] {
  const finder = new TypeFinder(codebook);
  const ids = conversions.flatMap(({ zh }) => finder.find({ word: zh, category: 'conversion' })?.id ?? []);
  return [...new Set(ids)];
}
