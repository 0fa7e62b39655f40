import { THEME_PLACE } from './type-names.ts';
import type { Codebook, CodebookType } from './codebook.ts';
import { CATEGORY_TYPES, NO_EVENT, STAGE_TYPE } from './insight-placeholders.ts';
import type { EventMatch } from './insight.ts';
import { NEUTRAL_COLOUR, TYPE_SLOTS } from './palette.ts';
import type { TypeColour } from './palette.ts';
import type { EventCategory } from './users.ts';

/** The colour of an event type, the same wherever it is drawn. */
export type ColourOf = (type: string) => TypeColour;

/** A pattern of the words that a name with a theme in it stands for; the theme is its first group. */
export function themePattern(name: string): RegExp {
  const parts = name.split(THEME_PLACE).map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(`^${parts.join('(.+)')}$`);
}

/** Of all events of a category together. */
const CATEGORY_COLOURS = { conversion: 'orange', engagement: 'blue' } as const satisfies Record<
  EventCategory,
  TypeColour
>;

/**
 * Gives the colours of types as answers and events name them: that of the codebook, for each theme of a type with a theme in its names, too. A
 * word that no type has gets one by its letters, so that it is the same in every picture. What is no event, and a stage, is neutral.
 */
export function coloursOf({ types }: Pick<Codebook, 'types'>): ColourOf {
  const known = new Map<string, TypeColour>(
    [...Object.values(NO_EVENT), STAGE_TYPE].map((id) => [id, NEUTRAL_COLOUR] as const),
  );
  known
    .set(CATEGORY_TYPES.conversion, CATEGORY_COLOURS.conversion)
    .set(CATEGORY_TYPES.engagement, CATEGORY_COLOURS.engagement);
  for (const { id, colour } of types) known.set(id, colour ?? colourOfWord(id));
  const themed = types.flatMap((type) =>
    wordsOf(type)
      .filter((word) => word.includes(THEME_PLACE))
      .map((word) => ({ pattern: themePattern(word), colour: type.colour ?? colourOfWord(type.id) })),
  );
  return (type) => {
    const found = known.get(type) ?? themed.find(({ pattern }) => pattern.test(type))?.colour;
    const colour = found ?? colourOfWord(type);
    if (found === undefined) known.set(type, colour);
    return colour;
  };
}

/** The colour of the events that are meant: neutral where they are of several types, or of a category. */
export function colourOfMatch(match: EventMatch, colourOf: ColourOf): TypeColour {
  if (typeof match === 'string') return colourOf(match);
  if ('any' in match) {
    const [first, ...others] = new Set(match.any.map((each) => colourOfMatch(each, colourOf)));
    return first === undefined || others.length > 0 ? NEUTRAL_COLOUR : first;
  }
  return match.type === undefined ? NEUTRAL_COLOUR : colourOf(match.type);
}

const wordsOf = ({ id, zh, en, aliases }: CodebookType): string[] => [id, zh, en, ...aliases];

/** A colour by the letters of a word (FNV-1a, 32 bits). */
function colourOfWord(word: string): TypeColour {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(word)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return TYPE_SLOTS[hash % TYPE_SLOTS.length] ?? NEUTRAL_COLOUR;
}
