import { THEME_GRAINS } from '../../shared/abstraction.ts';
import type { ThemeGrain } from '../../shared/abstraction.ts';

/** A standard that leaves more events than this for each behaviour abstracts too little. */
const MOST_EVENTS = 0.55;
/** With fewer behaviours nothing can be said of a log. */
const LEAST_BEHAVIOURS = 200;
/** A coarser grain has to save this share of the events. */
const LEAST_SAVING = 0.15;

const DOTTED = /^[\p{L}\p{N}_-]+(?=(?:\.[\p{L}\p{N}_-]+)+$)/u;
const PATH = /^\/[^/]+(?=\/)/;

/** What behaviours join by that are about a theme, or about a thing that has no other theme than its own name. */
export function joinedBy(theme: string, isOwnName: boolean, grain: ThemeGrain): string | null {
  switch (grain) {
    case 'themes':
      return theme;
    case 'upper':
      return upperOf(theme);
    case 'known':
      return isOwnName ? null : upperOf(theme);
    case 'none':
      return null;
  }
}

const upperOf = (theme: string): string => (PATH.exec(theme) ?? DOTTED.exec(theme))?.[0] ?? theme;

/**
 * The finest grain at which a log is abstracted at all. `eventsAt`: how many events a sample of so many behaviours makes.
 * `isDecided`: the analyst or the rules have decided on themes, so that they do not all join.
 */
export async function chooseGrain(
  behaviours: number,
  isDecided: boolean,
  eventsAt: (grain: ThemeGrain) => Promise<number>,
): Promise<ThemeGrain> {
  let chosen: ThemeGrain = 'themes';
  if (behaviours < LEAST_BEHAVIOURS) return chosen;
  let fewest = await eventsAt(chosen);
  for (const grain of THEME_GRAINS.slice(1)) {
    if (fewest <= behaviours * MOST_EVENTS || (grain === 'none' && isDecided)) break;
    const events = await eventsAt(grain);
    if (events > fewest * (1 - LEAST_SAVING)) continue;
    chosen = grain;
    fewest = events;
  }
  return chosen;
}
