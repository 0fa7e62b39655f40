/**
 * Colours of series in charts that are told apart by people with any kind of colour vision (M. Okabe and K. Ito, Color Universal Design, 2008),
 * darkened or lightened with the theme. The last one is for the rest.
 */
const SERIES = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00'] as const;

/** The colour of a series by its place; those beyond the palette are grey. */
export function seriesColour(index: number): string {
  return SERIES[index] ?? 'var(--c-line-strong)';
}

/** How many series are told apart by colour. */
export const SERIES_COLOURS = SERIES.length;
