import type { StoredDetail } from '../../shared/export.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ExportWhat } from '../../shared/export-formats.ts';
import type { ProfileField } from '../../shared/users.ts';
import type { WallClock } from './wall-clock.ts';

/**
 * What the cells of a column are. `time`: a wall-clock time as milliseconds. `json`: a text in JSON. `ids`: whole numbers, as a
 * text with `;` between them.
 */
export type ColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'time' | 'json' | 'ids';

export interface ExportColumn {
  name: string;
  type: ColumnType;
}

export type ExportCell = string | number | boolean | null;

/** One line of an export: its cells, and what formats of their own shape need of it. */
export interface ExportLine {
  /** Identity in the workspace, among the lines of one kind. */
  key: string;
  userId: string;
  profile: ProfileField[] | null;
  /** What happened, in one name. */
  activity: string;
  /** Wall-clock milliseconds. */
  start: number;
  /** What it is about. */
  objects: readonly string[];
  /** One for each column. */
  cells: ExportCell[];
  /** How much of what is read for all lines (`expected`) it stands for; 1 when left out. */
  share?: number;
}

/** What is exported, for a format to write. */
export interface ExportTable {
  what: ExportWhat;
  columns: readonly ExportColumn[];
  clock: WallClock;
  /** At which details the events are stored; empty for users. */
  details: readonly StoredDetail[];
  /** The column with the time at which a line begins; null for users. */
  startColumn: string | null;
  /** The column that every activity is from; null where there is none. */
  activityColumn: string | null;
  /** How many users have events that are computed for this export. */
  computedUsers: number;
  /** How many lines there are, about: stages are fewer than their events. Of events that are computed, how many behaviours. */
  expected: number;
  /** Identity of the workspace. */
  workspaceId: string;
  /** What could not be as it is, before a format has seen it. */
  notes: readonly ErrorInfo[];
  /** All lines, those of one user after another; can be read again. */
  lines(): Iterable<ExportLine>;
  /** All users. */
  users(): Iterable<{ userId: string; profile: ProfileField[] | null }>;
  hasUser(userId: string): boolean;
}
