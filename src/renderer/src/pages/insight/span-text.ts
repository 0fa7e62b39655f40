import { spanMs } from '@shared/insight';
import { t } from '@/i18n';
import { formatDuration, formatNumber } from '@/i18n/format';

const DAYS = /^(\d+)d$/;

/** A span of a question in words: 30 days, 12 hours. */
export function spanText(span: string): string {
  const days = DAYS.exec(span)?.[1];
  return days === undefined
    ? formatDuration(spanMs(span) / 1000)
    : t('insight.funnel.days', { n: formatNumber(Number(days)) }, Number(days));
}
