import { z } from 'zod';
import { CODEBOOK_LIMITS } from '../../shared/codebook.ts';
import type { Codebook, CodebookType } from '../../shared/codebook.ts';
import { spellingOf, TypeFinder } from '../abstraction/codebook.ts';
import type { SaidType } from './read-types.ts';

/** How many behaviours show what a type means, and how long a text is kept of each. */
const EXAMPLES_KEPT = 3;
export const EXAMPLE_CHARS = 120;

const word = z.string().min(1).max(CODEBOOK_LIMITS.name);

/** A behaviour that shows what a type means; whose it is stays on this machine. */
export const exampleSchema = z.object({ userNo: z.number().int(), text: z.string() });
export type Example = z.infer<typeof exampleSchema>;

/** A type as it stands after some of the requests. */
export const draftTypeSchema = z.object({
  zh: word,
  en: word,
  category: z.enum(['conversion', 'engagement']),
  definition: z.string(),
  examples: z.array(exampleSchema),
  /** The id of the present type that it is; null for a new one. */
  present: z.string().nullable(),
  /** The ids of present types that it stands for, too. */
  replaces: z.array(z.string()),
});
export type DraftType = z.infer<typeof draftTypeSchema>;

/** What an induction begins with: the codebook as it was then, and what must come of it whatever a model says. */
export interface DraftBasis {
  codebook: Codebook;
  /** The ids of the conversions of the rules. */
  fixed: readonly string[];
  /** How many types there may be at the most, besides those conversions. */
  most: number;
}

/**
 * The types after an answer, which is the whole list anew. A type that was there before keeps its examples and what it stood
 * for; one that the answer joins others into takes over theirs. Whatever was said, the conversions of the rules are there as
 * they were, and nothing stands for them (guardrail).
 */
export function nextDraft(
  before: readonly DraftType[],
  said: readonly SaidType[],
  exampleOf: (behaviour: number) => Example | null,
  basis: DraftBasis,
): DraftType[] {
  const list = new DraftList(before, exampleOf, basis);
  for (const type of said) list.add(type);
  return list.guarded();
}

class DraftList {
  readonly #before: readonly DraftType[];
  readonly #exampleOf: (behaviour: number) => Example | null;
  readonly #basis: DraftBasis;
  readonly #finder: TypeFinder;
  readonly #drafts: DraftType[] = [];

  constructor(
    before: readonly DraftType[],
    exampleOf: (behaviour: number) => Example | null,
    basis: DraftBasis,
  ) {
    this.#before = before;
    this.#exampleOf = exampleOf;
    this.#basis = basis;
    this.#finder = new TypeFinder(basis.codebook);
  }

  add(said: SaidType): void {
    const present = this.#present(said.zh) ?? this.#present(said.en);
    if (present?.id === this.#basis.codebook.other) return;
    // What the codebook calls a conversion, or not, stays one: its words have one meaning.
    const category = present?.category ?? said.category;
    const earlier = this.#before.filter(
      (draft) =>
        draft.category === category &&
        (draft.present === (present?.id ?? '') ||
          [said.zh, said.en, ...said.from].some((name) => isNamed(draft, name))),
    );
    const draft: DraftType = {
      ...this.#names(said, present),
      category,
      definition: said.definition || (earlier[0]?.definition ?? ''),
      examples: firstExamples([
        ...said.examples.flatMap((number) => this.#exampleOf(number) ?? []),
        ...earlier.flatMap(({ examples }) => examples),
      ]),
      present: present?.id ?? null,
      replaces: [
        ...said.from
          .flatMap((name) => this.#present(name) ?? [])
          .filter((type) => type.category === category),
      ]
        .map(({ id }) => id)
        .concat(earlier.flatMap(standsFor)),
    };
    const same = this.#drafts.find(
      (each) => isNamed(each, draft.zh) || (draft.present !== null && each.present === draft.present),
    );
    if (!same) {
      this.#drafts.push(draft);
    } else if (same.category === category) {
      same.examples = firstExamples([...same.examples, ...draft.examples]);
      same.replaces.push(...standsFor(draft));
    }
  }

  /** The conversions of the rules as they are, then the other types, each present type in one place at the most. */
  guarded(): DraftType[] {
    const { codebook, fixed, most } = this.#basis;
    const kept = codebook.types
      .filter(({ id }) => fixed.includes(id))
      .map((type): DraftType => {
        const said = [...this.#drafts, ...this.#before].filter(({ present }) => present === type.id);
        return { ...asDraft(type), examples: firstExamples(said.flatMap(({ examples }) => examples)) };
      });
    const others = this.#drafts
      .filter(({ present }) => present === null || !fixed.includes(present))
      .slice(0, most);
    const taken = new Set([
      ...fixed,
      codebook.other,
      ...others.flatMap(({ present }) => (present === null ? [] : [present])),
    ]);
    const replacedBy = (draft: DraftType): string[] =>
      draft.replaces.filter((id) => {
        const isFree = !taken.has(id);
        taken.add(id);
        return isFree;
      });
    return [...kept, ...others.map((draft) => ({ ...draft, replaces: replacedBy(draft) }))];
  }

  /** The present type that a word means, whatever its category; null for none. */
  #present(word: string): CodebookType | null {
    return (
      this.#finder.find({ word, category: 'conversion' }) ??
      this.#finder.find({ word, category: 'engagement' })
    );
  }

  /** Names that no other type has: an English one that is taken is left out, and what is said in one language renames nothing in the other. */
  #names({ zh, en }: SaidType, present: CodebookType | null): Pick<DraftType, 'zh' | 'en'> {
    const isOneLanguage = spellingOf(zh) === spellingOf(en);
    if (present && isOneLanguage) return { zh: present.zh, en: present.en };
    const owner = this.#present(en);
    const isTaken = (owner !== null && owner !== present) || this.#drafts.some((draft) => isNamed(draft, en));
    if (!isTaken) return { zh, en };
    return { zh, en: present?.en ?? zh };
  }
}

function asDraft({ id, zh, en, category, definition }: CodebookType): DraftType {
  return { zh, en, category, definition, examples: [], present: id, replaces: [] };
}

function isNamed(draft: DraftType, name: string): boolean {
  return [draft.zh, draft.en].some((each) => spellingOf(each) === spellingOf(name));
}

function standsFor({ present, replaces }: DraftType): string[] {
  return present === null ? replaces : [present, ...replaces];
}

/** Of several users, as far as there are. */
function firstExamples(examples: readonly Example[]): Example[] {
  const texts = new Map<string, Example>();
  for (const example of examples) if (!texts.has(example.text)) texts.set(example.text, example);
  const unique = [...texts.values()];
  const ofOthers = unique.filter(
    ({ userNo }, index) => unique.findIndex((each) => each.userNo === userNo) === index,
  );
  return [...new Set([...ofOthers, ...unique])].slice(0, EXAMPLES_KEPT);
}
