import type { ListTaskParts } from './list-task.ts';
import type { ThemesPlan, ThemesProgress } from './ports.ts';
import { readClasses } from './read-classes.ts';

type Found = ThemesProgress['found'][number];

/** Reads answers about the things of a plan. A thing whose own name is given back, or no theme, has found none. */
export function classesReader({ things }: ThemesPlan): ListTaskParts<Found, ThemesProgress>['read'] {
  return (answer, from, count) => {
    const said = readClasses(answer);
    if (said.items === null) return { found: null, failure: said.failure };
    const found = said.items.flatMap(({ n, theme }): Found[] => {
      const place = from + n - 1;
      const isMeant = n <= count && theme !== '' && theme !== things[place];
      return isMeant ? [{ place, theme }] : [];
    });
    return { found, numbers: said.items.map(({ n }) => n), failure: null };
  };
}
