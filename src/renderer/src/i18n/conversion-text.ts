import type { ConversionCount } from '@shared/users';
import { useCodebookStore } from '@/stores/codebook';
import { formatNumber } from './format';

/** `到店 2 · 购买 1`: conversions of different types are never one figure. Empty for none. */
export function conversionText(conversions: readonly ConversionCount[]): string {
  const { nameOf } = useCodebookStore();
  return conversions.map(({ type, events }) => `${nameOf(type) ?? type} ${formatNumber(events)}`).join(' · ');
}
