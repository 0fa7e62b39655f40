import type { ExportWhat } from '../../shared/export-formats.ts';
import type { ColumnType, ExportColumn } from './export-table.ts';

const column = (name: string, type: ColumnType = 'text'): ExportColumn => ({ name, type });

export const EVENT_COLUMNS: readonly ExportColumn[] = [
  column('user_id'),
  column('event_type'),
  column('category'),
  column('start_time', 'time'),
  column('end_time', 'time'),
  column('origin'),
  column('confidence', 'number'),
  column('behavior_ids', 'ids'),
  column('context', 'json'),
  column('scene'),
  column('agent'),
  column('stage', 'integer'),
  column('object'),
  column('utc_offset'),
  column('event_no', 'integer'),
  column('event_id', 'integer'),
];

export const STAGE_COLUMNS: readonly ExportColumn[] = [
  column('user_id'),
  column('kind'),
  column('stage', 'integer'),
  column('event_type'),
  column('start_time', 'time'),
  column('end_time', 'time'),
  column('events', 'integer'),
  column('behaviors', 'integer'),
  column('types', 'json'),
  column('objects', 'json'),
  column('scene'),
  column('agent'),
  column('utc_offset'),
  column('line_no', 'integer'),
  column('activity'),
];

export const BEHAVIOUR_COLUMNS: readonly ExportColumn[] = [
  column('user_id'),
  column('timestamp', 'time'),
  column('behavior_text'),
  column('action'),
  column('item_id'),
  column('app_id'),
  column('media_id'),
  column('poi_id'),
  column('duration', 'number'),
];
/** After the columns of the log that have no role. */
export const BEHAVIOUR_END: readonly ExportColumn[] = [
  column('event_no', 'integer'),
  column('event_type'),
  column('event_category'),
  column('other_event_nos', 'ids'),
  column('behavior_id', 'integer'),
  column('source_file'),
  column('utc_offset'),
  column('session', 'integer'),
];

export const USER_COLUMNS: readonly ExportColumn[] = [
  column('user_id'),
  column('status'),
  column('behaviors', 'integer'),
  column('events', 'integer'),
  column('conversions', 'integer'),
  column('first_time', 'time'),
  column('last_time', 'time'),
  column('utc_offset'),
  column('coverage', 'number'),
  column('low_coverage', 'boolean'),
  column('failure'),
  column('agent'),
  column('conversions_by_type'),
];

/** The column that every activity is from. */
export const ACTIVITY_COLUMNS: Record<ExportWhat, string | null> = {
  events: 'event_type',
  stages: 'activity',
  behaviours: null,
  users: null,
};
