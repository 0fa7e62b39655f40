import type { Codebook, CodebookType } from '../../shared/codebook.ts';
import { NEUTRAL_COLOUR, TYPE_SLOTS } from '../../shared/palette.ts';
import type { TypeColour } from '../../shared/palette.ts';

/**
 * The codebook with a colour for each type: those that have none get that of the type `like` of the same id, or else the colour that the fewest
 * types have; the type for the rest is neutral. The same object when all have one.
 */
export function withColours(codebook: Codebook, like: readonly CodebookType[] = []): Codebook {
  if (codebook.types.every(({ colour }) => colour !== undefined)) return codebook;
  const liked = new Map(like.map(({ id, colour }) => [id, colour]));
  const named = codebook.types.map((type) => {
    const colour =
      type.colour ?? liked.get(type.id) ?? (type.id === codebook.other ? NEUTRAL_COLOUR : undefined);
    return colour === undefined ? type : { ...type, colour };
  });
  const uses = new Map<TypeColour, number>();
  const use = (colour: TypeColour): void => void uses.set(colour, (uses.get(colour) ?? 0) + 1);
  for (const { colour } of named) if (colour !== undefined) use(colour);
  const types = named.map((type) => {
    if (type.colour !== undefined) return type;
    const colour = TYPE_SLOTS.reduce((least, slot) =>
      (uses.get(slot) ?? 0) < (uses.get(least) ?? 0) ? slot : least,
    );
    use(colour);
    return { ...type, colour };
  });
  return { ...codebook, types };
}

/** The codebook without colours, which change no figure: what is computed from it is kept when only they change. */
export const withoutColours = (codebook: Codebook): Codebook => ({
  ...codebook,
  types: codebook.types.map(({ colour: _colour, ...type }) => type),
});
