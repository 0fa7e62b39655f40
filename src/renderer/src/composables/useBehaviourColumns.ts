import type { Column } from 'element-plus';
import { computed, h } from 'vue';
import type { ComputedRef, VNode } from 'vue';
import type { Behaviour } from '@shared/users';
import { t } from '@/i18n';
import { formatDuration, formatNumber, formatWallTime } from '@/i18n/format';
import { useRulesStore } from '@/stores/rules';

const ROW_WIDTH = 66;
const TIME_WIDTH = 166;

/** The fields of a behaviour beside its action that have a value, in a fixed order. */
export function behaviourParts(row: Behaviour): string[] {
  const parts = [row.text, row.item, row.poi, row.app, row.media].filter(
    (part) => part !== null && part !== '',
  );
  if (row.duration !== null) parts.push(formatDuration(row.duration));
  for (const [name, value] of Object.entries(row.extra ?? {}))
    if (value !== '') parts.push(`${name}: ${value}`);
  return parts as string[];
}

/**
 * The columns of the list of behaviours. The row number is a button, so that the keyboard reaches every row; the tooltip
 * has the action as it is in the log.
 */
export function useBehaviourColumns(
  width: () => number,
  choose: (row: Behaviour) => void,
): ComputedRef<Column<Behaviour>[]> {
  const rules = useRulesStore();
  const rowButton = (row: Behaviour): VNode =>
    h(
      'button',
      {
        class: 'plain-button row-number',
        'aria-label': t('behaviour.select', { row: row.rowNumber }),
        onClick: (event: MouseEvent) => {
          event.stopPropagation();
          choose(row);
        },
      },
      formatNumber(row.rowNumber),
    );
  const content = (row: Behaviour): VNode => {
    const parts = behaviourParts(row);
    const title = [row.action, ...parts].filter(Boolean).join(' · ');
    return h('span', { class: 'content', title }, [
      row.action ? h('strong', rules.actionName(row.action)) : null,
      ...parts.map((part) => h('span', part)),
    ]);
  };

  return computed(() => [
    {
      key: 'row',
      title: t('behaviour.row'),
      width: ROW_WIDTH,
      align: 'right',
      cellRenderer: ({ rowData }) => rowButton(rowData as Behaviour),
    },
    {
      key: 'time',
      title: t('behaviour.time'),
      width: TIME_WIDTH,
      cellRenderer: ({ rowData }) =>
        h('span', { class: 'when' }, formatWallTime((rowData as Behaviour).time)),
    },
    {
      key: 'content',
      title: t('behaviour.content'),
      width: Math.max(160, width() - ROW_WIDTH - TIME_WIDTH),
      cellRenderer: ({ rowData }) => content(rowData as Behaviour),
    },
  ]);
}
