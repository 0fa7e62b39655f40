import { withinOf } from '@shared/insight';
import { t } from '@/i18n';
import { formatDuration, formatNumber } from '@/i18n/format';

const DAYS = /^(\d+)d$/;

/** A span of a question, or a number of events, in words: 30 days, 12 hours, 5 events. */
export function spanText(span: string): string {
  const within = withinOf(span);
  if ('events' in within)
    return t('insight.around.events', { n: formatNumber(within.events) }, within.events);
  const days = DAYS.exec(span)?.[1];
  return days === undefined
    ? formatDuration(within.ms / 1000)
    : t('insight.funnel.days', { n: formatNumber(Number(days)) }, Number(days));
}
