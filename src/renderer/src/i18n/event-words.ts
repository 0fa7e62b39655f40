import type { EventRecord } from '@shared/users';
import { themesOf, THING_FIELDS } from '@shared/stages';
import { contextWords, countWords } from './context-words';
import type { CodeNames, ContextWord } from './context-words';
import { t } from './index';
import { formatNumber, formatWallTime } from './format';

/** So many themes of an event are in its name. */
const THEMES_IN_NAME = 3;

/** An event in words. `name` and `counts` together are its title: `了解 大众` and ` (浏览 12 · 搜索 6 · 点击 3), 3 天`. */
export interface EventWords {
  name: string;
  /** Begins with what separates it from the name; empty when there is nothing to count. */
  counts: string;
  /** What the context says beyond the title. */
  rest: ContextWord[];
}

/** Names for the codes that an event may hold (stores/rules.ts). */
export interface EventNames extends CodeNames {
  typeName: (type: string) => string;
}

/** An event in words: its title by intent and theme, and what else is known of it. `behaviours`: how many it stands for. */
export function eventWords(
  { type, proposed, context }: Pick<EventRecord, 'type' | 'proposed' | 'context'>,
  behaviours: number,
  names: EventNames,
): EventWords {
  const typeName = names.typeName(type);
  // What a model called it, where no type of the codebook fits.
  const fullName =
    proposed === undefined ? typeName : t('types.proposed', { type: typeName, word: proposed });
  const about = aboutWords(context, behaviours);
  // A type with the theme in its name (使用汽车之家) says it already.
  const isThemed = about.only !== null && typeName.includes(about.only);
  const kinds = kindWords(context['kinds'], typeName, isThemed, names);
  const days = Number(context['days']);
  const counts =
    (kinds === '' ? '' : ` (${kinds})`) +
    (days > 1 ? `, ${t('context.days', { n: formatNumber(days) }, days)}` : '');
  const isSaid = (key: string, value: unknown): boolean => {
    if (key === 'object' || key === 'objects') return about.text !== '';
    if (key === 'kinds') return Array.isArray(value);
    if (key === 'moreObjects') return about.text !== '';
    if (key === 'days') return days > 1;
    if (key === 'count') return value === behaviours;
    if (key === 'rule') return names.ruleName(String(value)) === typeName;
    if (key === 'action') return names.actionName(String(value)) === typeName;
    return THING_FIELDS.some((field) => field === key) && value === about.only;
  };
  const unsaid = Object.entries(context).filter(([key, value]) => !isSaid(key, value));
  return {
    name: about.text === '' || isThemed ? fullName : `${fullName} ${about.text}`,
    counts,
    rest: [
      ...(about.others.length > 0
        ? [{ label: t('context.otherObjects'), value: countWords(about.others) }]
        : []),
      ...contextWords(Object.fromEntries(unsaid), names),
    ],
  };
}

interface About {
  text: string;
  /** The one thing or theme that the text names; null when it names several. */
  only: string | null;
  /** Themes for which the text has no room. */
  others: [name: string, behaviours: number][];
}

/** The theme or thing of an event; of several themes the largest with their weights. */
function aboutWords(context: Record<string, unknown>, behaviours: number): About {
  const themes = themesOf(context, behaviours);
  const [first] = themes;
  if (!first) return { text: '', only: null, others: [] };
  if (themes.length === 1) return { text: first[0], only: first[0], others: [] };
  const shown = countWords(themes.slice(0, THEMES_IN_NAME));
  const others = themes.slice(THEMES_IN_NAME);
  const rest = others.length + (Number(context['moreObjects']) || 0);
  const text = rest > 0 ? t('context.andOthers', { names: shown, rest: formatNumber(rest) }, rest) : shown;
  return { text, only: null, others };
}

/** The counts by kind: none where the type of the event says it all, no number for a single behaviour. */
function kindWords(value: unknown, typeName: string, isThemed: boolean, names: CodeNames): string {
  if (!Array.isArray(value)) return '';
  const [only, ...others] = value as unknown[];
  if (others.length > 0 || !Array.isArray(only)) return countWords(value, names.kindName);
  const [kind, count] = only as unknown[];
  const name = names.kindName(String(kind));
  if (name === typeName) return '';
  if (count === 1) return isThemed ? '' : name;
  return countWords(value, names.kindName);
}

/**
 * What an event can be found by: its type and category, when it began, and what its context says, with names for its codes. Numbers are left
 * out: to write them as the language does takes too long for a search through 100,000 events.
 */
export function eventText(
  { type, proposed = '', category, startTime, context }: EventRecord,
  names: EventNames,
): string {
  const texts = [names.typeName(type), proposed, t(`category.${category}`), formatWallTime(startTime)];
  for (const [key, value] of Object.entries(context)) collect(key, value, names, texts);
  return texts.join('\n');
}

function collect(key: string, value: unknown, names: EventNames, texts: string[]): void {
  if (Array.isArray(value)) for (const item of value as unknown[]) collect(key, item, names, texts);
  if (typeof value !== 'string') return;
  if (key === 'kinds') texts.push(names.kindName(value));
  else if (key === 'rule') texts.push(names.ruleName(value));
  else if (key === 'action') texts.push(names.actionName(value));
  else texts.push(value);
}
