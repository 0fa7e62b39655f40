import type { Behaviour, EventRecord } from '@shared/users';
import { rowText } from '@/table-text';
import { behaviourParts } from './behaviour-words';
import type { EventNames } from './event-words';
import { eventWords } from './event-words';
import { formatWallTime } from './format';
import { t } from './index';

/** The names of the values of `eventRowText`, as they are copied above them. */
export const eventHeads = (): string =>
  rowText([
    ...[
      t('columns.number'),
      t('columns.events'),
      t('columns.category'),
      t('columns.start'),
      t('columns.end'),
    ],
    ...[t('columns.source'), t('columns.behaviours')],
  ]);

/** An event as a line of values. */
export function eventRowText(event: EventRecord, names: EventNames): string {
  const { name, counts } = eventWords(event, event.evidence.length, names);
  return rowText([
    ...[event.ordinal, name + counts, t(`category.${event.category}`)],
    ...[formatWallTime(event.startTime), formatWallTime(event.endTime)],
    ...[t(`origin.${event.origin}`), event.evidence.length],
  ]);
}

/** The names of the values of `behaviourRowText`. */
export const behaviourHeads = (): string =>
  rowText([t('columns.number'), t('columns.start'), t('columns.action'), t('columns.content')]);

/** A behaviour as a line of values, its action as it is in the log. */
export const behaviourRowText = (behaviour: Behaviour): string =>
  rowText([
    ...[behaviour.rowNumber, formatWallTime(behaviour.time), behaviour.action],
    behaviourParts(behaviour).join(' · '),
  ]);
