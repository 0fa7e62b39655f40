import { z } from 'zod';
import type { Codebook, EventWord } from '../../shared/codebook.ts';
import type { ListTaskParts } from './list-task.ts';
import type { WordsPlan, WordsProgress } from './ports.ts';
import { readAssignments } from './read-assignments.ts';
import type { SaidAssignment } from './read-assignments.ts';

/** The type that a model finds for a word: one of the codebook, or a new one of this name. Neither: it found none. */
export const assignmentSchema = z.object({
  into: z.string().nullable(),
  name: z.object({ zh: z.string(), en: z.string() }).nullable(),
});
export type Assignment = z.infer<typeof assignmentSchema>;

/** The types among which a word may find its own, in the order of their numbers: those in use, of its category. */
export function typesToChoose(codebook: Codebook): Codebook['types'] {
  return codebook.types.filter(({ id, state }) => state === 'active' && id !== codebook.other);
}

/**
 * What an answer means for a word. A number that there is not, or of a type of the other category, means none: whether
 * something is a conversion is not for a model to say.
 */
export function assignmentOf(word: EventWord, said: SaidAssignment, types: Codebook['types']): Assignment {
  const none = { into: null, name: null };
  const type = types[said.type - 1];
  if (type) return type.category === word.category ? { into: type.id, name: null } : none;
  const { zh, en } = said;
  return said.type === 0 && zh !== '' ? { into: null, name: { zh, en } } : none;
}

type Found = WordsProgress['found'][number];

/** Reads answers about the words of a plan. */
export function wordsReader({ codebook, words }: WordsPlan): ListTaskParts<Found, WordsProgress>['read'] {
  const types = typesToChoose(codebook);
  return (answer, from, count) => {
    const said = readAssignments(answer);
    if (said.items === null) return { found: null, failure: said.failure };
    const byNumber = new Map(said.items.map((item) => [item.n, item]));
    const found = words.slice(from, from + count).flatMap((word, index): Found[] => {
      const item = byNumber.get(index + 1);
      return item ? [{ place: from + index, ...assignmentOf(word, item, types) }] : [];
    });
    return { found, numbers: [...byNumber.keys()], failure: null };
  };
}
