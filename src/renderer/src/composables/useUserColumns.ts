import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import type { UserRow } from '@shared/users';
import { currentLocale, t } from '@/i18n';
import { formatInstant, formatNumber, formatWallTime, toMinutes } from '@/i18n/format';

interface Column {
  prop: keyof UserRow;
  label: string;
  width: number;
  text: (row: UserRow) => string;
}

export interface NumberColumn extends Column {
  /** Class that lets figures stand out or step back. */
  tone: (row: UserRow) => string;
}

export interface TimeColumn extends Column {
  /** The time to the second. */
  exact: (row: UserRow) => string;
}

/** The columns of the user table that are figures and times. */
export function useUserColumns(): { numbers: ComputedRef<NumberColumn[]>; times: ComputedRef<TimeColumn[]> } {
  const numbers = computed(() => {
    // English headings are longer, and the arrows of sorting stand beside them.
    const widths = currentLocale() === 'en' ? [116, 88, 120] : [80, 80, 80];
    const fields = [
      ['behaviourCount', t('users.behaviours')],
      ['eventCount', t('users.events')],
      ['conversionCount', t('users.conversions')],
    ] as const;
    return fields.map(([prop, label], index) => ({
      prop,
      label,
      width: widths[index] ?? 80,
      // What has not been abstracted has no events yet, which is not the same as none.
      text: (row: UserRow) =>
        row.status === 'pending' && prop !== 'behaviourCount' ? t('common.none') : formatNumber(row[prop]),
      tone: (row: UserRow) => {
        if (row[prop] === 0) return 'zero';
        return prop === 'conversionCount' ? 'conversions' : '';
      },
    }));
  });

  const times = computed(() => {
    const last = (row: UserRow): string =>
      row.lastTime === null ? t('common.none') : formatWallTime(row.lastTime);
    const updated = (row: UserRow): string =>
      row.updatedAt === null ? t('common.none') : formatInstant(row.updatedAt);
    const column = (
      prop: 'lastTime' | 'updatedAt',
      label: string,
      exact: (row: UserRow) => string,
    ): TimeColumn => ({
      prop,
      label,
      width: 138,
      exact,
      text: (row) => toMinutes(exact(row)),
    });
    return [
      column('lastTime', t('users.lastTime'), last),
      column('updatedAt', t('users.updatedAt'), updated),
    ];
  });

  return { numbers, times };
}
