import { t } from './index';
import type { TextKey } from './index';
import { fieldName } from './field-name';
import { formatDuration, formatNumber } from './format';

export interface ContextWord {
  /** Empty where the value needs no label. */
  label: string;
  value: string;
}

// A map, because the keys come from logs and models: one may read `constructor`.
const LABELS = new Map<string, TextKey>([
  ['object', 'context.object'],
  ['item', 'context.item'],
  ['app', 'context.app'],
  ['media', 'context.media'],
  ['poi', 'context.poi'],
  ['text', 'context.text'],
]);

const ONCE = new Set(['count', 'days', 'things']);

/** Names for the codes that a context may hold (stores/rules.ts). */
export interface CodeNames {
  actionName: (action: string) => string;
  kindName: (id: string) => string;
  ruleName: (id: string) => string;
}

/** The context of an event in words. Known fields get a name and a unit, known codes their name; others stay as they are. */
export function contextWords(context: Record<string, unknown>, names: CodeNames): ContextWord[] {
  const words: ContextWord[] = [];
  for (const [key, value] of Object.entries(context)) {
    if (value === null || value === undefined || value === '') continue;
    // Every event happens at least once, on one day, about one thing.
    if (ONCE.has(key) && Number(value) <= 1) continue;
    words.push(word(key, value, names));
  }
  return words;
}

function word(key: string, value: unknown, names: CodeNames): ContextWord {
  if (key === 'count' && typeof value === 'number') {
    return { label: '', value: t('context.times', { n: formatNumber(value) }, value) };
  }
  if (key === 'duration' && typeof value === 'number') {
    return { label: t('context.duration'), value: formatDuration(value) };
  }
  if (key === 'session' && typeof value === 'number') {
    return { label: '', value: t('context.session', { n: formatNumber(value) }) };
  }
  if (key === 'things' && typeof value === 'number') {
    return { label: '', value: t('context.things', { n: formatNumber(value) }, value) };
  }
  if (key === 'days' && typeof value === 'number') {
    return { label: '', value: t('context.days', { n: formatNumber(value) }, value) };
  }
  if (key === 'moreObjects' && typeof value === 'number') {
    return { label: '', value: t('context.moreObjects', { n: formatNumber(value) }, value) };
  }
  if (key === 'kinds') return { label: '', value: countWords(value, names.kindName) };
  if (key === 'objects') return { label: t('context.object'), value: countWords(value) };
  if (key === 'note') return { label: '', value: plain(value) };
  if (key === 'rule') return { label: t('context.rule'), value: names.ruleName(plain(value)) };
  if (key === 'action') return { label: t('context.action'), value: names.actionName(plain(value)) };
  const label = LABELS.get(key);
  return { label: label ? t(label) : fieldName(key), value: plain(value) };
}

/** `浏览 12 · 搜索 6`, of a list of names with their counts. */
export function countWords(value: unknown, nameOf: (key: string) => string = (name) => name): string {
  if (!Array.isArray(value)) return plain(value);
  return value
    .map((pair: unknown) => {
      if (!Array.isArray(pair)) return plain(pair);
      const [name, count] = pair as unknown[];
      return `${nameOf(plain(name))} ${typeof count === 'number' ? formatNumber(count) : plain(count)}`;
    })
    .join(' · ');
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(t('common.listSeparator'));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
