/**
 * The colours that an event type may have, in the order in which they are given to types: ten that people with any kind of colour vision tell
 * apart, and grey for what is no type or the rest.
 *
 * Those of the light theme are from M. Okabe and K. Ito (Color Universal Design, 2008: orange, sky, pink, green) and P. Tol (Colour Schemes,
 * SRON/EPS/TN/09-002, 2021: blue of "vibrant", red of "bright", the others of "muted"): of both the ten with the largest least distance.
 * Those of the dark theme are the same hues, made lighter where they could not be seen on a dark ground. In each theme two of the ten are
 * at least 9 apart (CIEDE2000) in normal vision and as G. M. Machado et al. (IEEE TVCG 15, 2009) simulate protanopia, deuteranopia and
 * tritanopia: tests/unit/drawing/palette.test.ts measures it.
 */
export const TYPE_COLOURS = [
  'blue',
  'orange',
  'wine',
  'sky',
  'forest',
  'red',
  'navy',
  'pink',
  'green',
  'purple',
  'grey',
] as const;
export type TypeColour = (typeof TYPE_COLOURS)[number];

/** What is no type, and the rest of types, have this colour; no type gets it by itself. */
export const NEUTRAL_COLOUR = 'grey' satisfies TypeColour;

/** The colours that types get by themselves. */
export const TYPE_SLOTS = TYPE_COLOURS.filter((colour) => colour !== NEUTRAL_COLOUR);

/** The values of the palette in each theme. */
export const TYPE_PALETTE: Record<'light' | 'dark', Record<TypeColour, string>> = {
  light: {
    blue: '#0077bb',
    orange: '#e69f00',
    wine: '#882255',
    sky: '#56b4e9',
    forest: '#117733',
    red: '#ee6677',
    navy: '#332288',
    pink: '#cc79a7',
    green: '#009e73',
    purple: '#aa4499',
    grey: '#b8c0cc',
  },
  dark: {
    blue: '#64a1ea',
    orange: '#eec548',
    wine: '#ae466b',
    sky: '#a8c8e9',
    forest: '#2a7c1f',
    red: '#e9565a',
    navy: '#5270e7',
    pink: '#cc84a0',
    green: '#58eebd',
    purple: '#9c6b9e',
    grey: '#3b4656',
  },
};
