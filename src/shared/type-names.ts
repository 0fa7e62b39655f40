import type { Locale } from './settings.ts';
import type { Names, RulesInfo } from './workspace.ts';

/** Stands in the names of a type for the theme of what its events are about: 使用{theme} is the type of 使用汽车之家. */
export const THEME_PLACE = '{theme}';

/**
 * The name of an event type in a language, by its stored (Chinese) name; undefined for one that the rules do not know. A
 * type that has a theme in its name keeps it: 使用微信 is “Use 微信”.
 */
export function typeNameIn(
  { typeNames, themedNames }: Pick<RulesInfo, 'typeNames' | 'themedNames'>,
  type: string,
  locale: Locale,
): string | undefined {
  // A log may call anything `constructor`, which every object has.
  if (Object.hasOwn(typeNames, type)) return typeNames[type]?.[locale];
  for (const names of themedNames) {
    const theme = themeIn(names, type);
    if (theme !== null) return names[locale].replace(THEME_PLACE, () => theme);
  }
  return undefined;
}

/** What stands in a type at the place of the theme; null when the type is none of these. */
function themeIn(names: Names, type: string): string | null {
  const [before = '', after = ''] = names['zh-CN'].split(THEME_PLACE);
  const isOne = type.length > before.length + after.length && type.startsWith(before) && type.endsWith(after);
  return isOne ? type.slice(before.length, type.length - after.length) : null;
}
