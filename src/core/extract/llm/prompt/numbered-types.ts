import type { Detail } from '../../../../shared/abstraction.ts';
import { THEME_PLACE } from '../../../../shared/type-names.ts';
import type { Codebook, CodebookType } from '../../../../shared/codebook.ts';
import { TypeFinder } from '../../../abstraction/codebook.ts';
import type { EventDraft } from '../../extractor.ts';
import type { UnitVerdict } from '../types.ts';

/** The number of what no type fits. */
export const NO_TYPE = 0;
const NUMBER = /^\d{1,4}$/;

/** The types that a model may answer with at a detail, by their numbers from 1: a closed list, and short answers. */
export class NumberedTypes {
  readonly types: readonly CodebookType[];
  readonly #other: string;
  readonly #finder: TypeFinder;

  constructor(codebook: Codebook, detail: Detail) {
    this.#other = codebook.other;
    this.#finder = new TypeFinder(codebook);
    // A type with a theme in its names is none that a number could stand for: the object tells the theme.
    const offered = codebook.types.filter(
      ({ id, state, details }) =>
        state === 'active' && id !== codebook.other && details.includes(detail) && !id.includes(THEME_PLACE),
    );
    // Conversions first: the prompt lists them with their conditions.
    this.types = [
      ...offered.filter(({ category }) => category === 'conversion'),
      ...offered.filter(({ category }) => category === 'engagement'),
    ];
  }

  /** The id of the type for what no other fits. */
  get other(): string {
    return this.#other;
  }

  /** The number of a type; NO_TYPE for one that is not offered. */
  numberOf(id: string): number {
    return this.types.findIndex((type) => type.id === id) + 1;
  }

  /** Verdicts with the types that their events mean. */
  decode(verdicts: UnitVerdict[]): UnitVerdict[] {
    return verdicts.map((verdict) => ({
      ...verdict,
      events: verdict.events.map((event) => this.#decoded(event)),
      begun: verdict.begun && {
        ...verdict.begun,
        events: verdict.begun.events.map((event) => this.#decoded(event)),
      },
    }));
  }

  /**
   * An event by a number is of that type. By 0, or by a number that there is not, it is of the type for the rest, or has
   * the word that is proposed after its object. A word is the type that it means; one that none has is kept.
   */
  #decoded(event: EventDraft): EventDraft {
    const { type: said, category } = event;
    if (!NUMBER.test(said)) {
      const found = this.#finder.find({ word: said, category });
      // A word with a theme in it is the name of its type.
      return found && !found.id.includes(THEME_PLACE) ? { ...event, type: found.id } : event;
    }
    const type = this.types[Number(said) - 1];
    if (type) return { ...event, type: type.id, category: type.category };
    const { note, ...context } = event.context;
    const parts = typeof note === 'string' ? note.split('|').map((part) => part.trim()) : [];
    const proposed = parts.pop() ?? '';
    const object = parts.join(' ').trim();
    const word = proposed === '' ? this.#other : proposed;
    return {
      ...event,
      type: this.#finder.find({ word, category })?.id ?? word,
      context: object === '' ? context : { ...context, note: object },
    };
  }
}
