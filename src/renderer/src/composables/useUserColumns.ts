import { computed } from 'vue';
import type { ComputedRef } from 'vue';
import type { UserRow } from '@shared/users';
import { currentLocale, t } from '@/i18n';
import { conversionText } from '@/i18n/conversion-text';
import { formatInstant, formatNumber, formatWallTime, toMinutes } from '@/i18n/format';
import { fontOf, textWidth } from '@/text-width';
import { hasEventCount } from '@/tone';
import { useHiddenColumns } from './useHiddenColumns';

export const SELECT_WIDTH = 40;
export const ACTIONS_WIDTH = 124;
/** Wide enough for the status and the badge of a low coverage. */
export const STATUS_MIN_WIDTH = 140;
/** An id gives up its middle where it does not fit. */
const ID_MIN_WIDTH = 85;
const TIME_WIDTH = 138;
/** What the conversions by type take at the most, unless there is room beside all other columns; the whole text is in a title. */
const CONVERSIONS_MAX_WIDTH = 168;
const OTHER_COLUMNS_WIDTH = 2 * 100 + 2 * TIME_WIDTH + 150;
/** The padding of a cell and a few pixels more, because text may be rendered slightly wider than it was measured. */
const CELL_PADDING = 20;

/** The columns of the user table that can be hidden. */
export const USER_COLUMNS = [
  ['behaviourCount', 'users.behaviours'],
  ['eventCount', 'users.events'],
  ['conversionCount', 'users.conversions'],
  ['lastTime', 'users.lastTime'],
  ['updatedAt', 'users.updatedAt'],
] as const;

interface Column {
  prop: keyof UserRow;
  label: string;
  width: number;
  text: (row: UserRow) => string;
}

export interface NumberColumn extends Column {
  /** CSS class that emphasises a figure or mutes it. */
  tone: (row: UserRow) => string;
}

export interface TimeColumn extends Column {
  /** The time to the second. */
  exact: (row: UserRow) => string;
}

export interface UserColumns {
  numbers: ComputedRef<NumberColumn[]>;
  /** As many columns of times as fit. */
  times: ComputedRef<TimeColumn[]>;
  /** Width of the column of ids; the column of the status takes what is left. */
  idWidth: ComputedRef<number>;
}

/** The columns of the user table, for a width of the table and the rows it shows. */
export function useUserColumns(tableWidth: () => number, rows: () => readonly UserRow[]): UserColumns {
  const { isHidden } = useHiddenColumns('users');
  /** The least widths: English headings are longer, and the sort arrows are beside them. */
  const figureWidths = computed(() => (currentLocale() === 'en' ? [100, 76, 106] : [76, 68, 68]));
  const conversionsWidth = computed(() => {
    const font = fontOf(document.body, 600);
    const widest = Math.max(
      0,
      ...rows().map(({ conversions }) => textWidth(conversionText(conversions), font)),
    );
    const free = tableWidth() - SELECT_WIDTH - STATUS_MIN_WIDTH - ACTIONS_WIDTH;
    const [behaviours = 0, events = 0] = figureWidths.value;
    const most = Math.min(
      Math.max(CONVERSIONS_MAX_WIDTH, free - OTHER_COLUMNS_WIDTH),
      free - behaviours - events - ID_MIN_WIDTH,
    );
    return Math.min(most, Math.ceil(widest) + CELL_PADDING);
  });
  const numbers = computed(() => {
    const widths = figureWidths.value;
    const count = (row: UserRow, prop: 'behaviourCount' | 'eventCount' | 'conversionCount'): string => {
      if (prop === 'conversionCount' && row.conversions.length > 0) return conversionText(row.conversions);
      return prop === 'behaviourCount' || hasEventCount(row) ? formatNumber(row[prop]) : t('common.none');
    };
    const fields = [
      ['behaviourCount', t('users.behaviours')],
      ['eventCount', t('users.events')],
      ['conversionCount', t('users.conversions')],
    ] as const;
    const all = fields.map(([prop, label], index) => ({
      prop,
      label,
      width: Math.max(widths[index] ?? 68, prop === 'conversionCount' ? conversionsWidth.value : 0),
      text: (row: UserRow) => count(row, prop),
      tone: (row: UserRow) => {
        if (row[prop] === 0) return 'zero';
        return prop === 'conversionCount' ? 'conversions' : '';
      },
    }));
    return all.filter(({ prop }) => !isHidden(prop));
  });

  /** The width that is left for ids and times. */
  const free = computed(() => {
    const figures = numbers.value.reduce((sum, { width }) => sum + width, 0);
    return tableWidth() - SELECT_WIDTH - figures - STATUS_MIN_WIDTH - ACTIONS_WIDTH;
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
      width: TIME_WIDTH,
      exact,
      text: (row) => toMinutes(exact(row)),
    });
    const all = [
      column('lastTime', t('users.lastTime'), last),
      column('updatedAt', t('users.updatedAt'), updated),
    ];
    const wanted = all.filter(({ prop }) => !isHidden(prop));
    const fitting = Math.floor((free.value - ID_MIN_WIDTH) / TIME_WIDTH);
    return fitting > 0 ? wanted.slice(-fitting) : [];
  });

  const idWidth = computed(() => {
    const room = free.value - times.value.length * TIME_WIDTH;
    const font = fontOf(document.body, 500);
    const longest = Math.max(0, ...rows().map(({ userId }) => textWidth(userId, font)));
    const needed = Math.max(ID_MIN_WIDTH, Math.min(longest + CELL_PADDING, room));
    // Width that no column needs is shared with the status, so that there is no gap in the middle of the table.
    return needed + Math.max(0, Math.floor((room - needed) / 3));
  });

  return { numbers, times, idWidth };
}
