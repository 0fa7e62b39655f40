import { t } from './index';
import type { TextKey } from './index';
import { formatDuration, formatNumber } from './format';

export interface ContextWord {
  /** Empty where the value needs no label. */
  label: string;
  value: string;
}

// A map, because the keys come from logs and models: one may read `constructor`.
const LABELS = new Map<string, TextKey>([
  ['action', 'context.action'],
  ['item', 'context.item'],
  ['app', 'context.app'],
  ['media', 'context.media'],
  ['poi', 'context.poi'],
  ['text', 'context.text'],
  ['rule', 'context.rule'],
]);

/** The context of an event in words: fields that are known get a name and a unit, others are shown as they are. */
export function contextWords(context: Record<string, unknown>): ContextWord[] {
  const words: ContextWord[] = [];
  for (const [key, value] of Object.entries(context)) {
    if (value === null || value === undefined || value === '') continue;
    // An event without a count happened once.
    if (key === 'count' && value === 1) continue;
    words.push(word(key, value));
  }
  return words;
}

function word(key: string, value: unknown): ContextWord {
  if (key === 'count' && typeof value === 'number') {
    return { label: '', value: t('context.times', { n: formatNumber(value) }, value) };
  }
  if (key === 'duration' && typeof value === 'number') {
    return { label: t('context.duration'), value: formatDuration(value) };
  }
  if (key === 'session' && typeof value === 'number') {
    return { label: '', value: t('context.session', { n: formatNumber(value) }) };
  }
  if (key === 'note') return { label: '', value: plain(value) };
  const label = LABELS.get(key);
  return { label: label ? t(label) : key, value: plain(value) };
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(t('common.listSeparator'));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
