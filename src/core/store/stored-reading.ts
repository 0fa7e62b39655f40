import { z } from 'zod';
import type { ErrorInfo } from '../../shared/errors.ts';
import {
  columnRoleSchema,
  dateOrderSchema,
  delimiterSchema,
  durationUnitSchema,
  encodingSchema,
  fileFormatSchema,
  placeUnitSchema,
} from '../../shared/import.ts';
import { toStoredError } from './run-tables.ts';
import { STORED_LIMITS, storedJson } from './stored-json.ts';

/** How a file was read, as it is stored with the import: what decides which rows it becomes. */
const importReadingSchema = z.object({
  /** The encoding at the end, which may be another than the one at the beginning. */
  encoding: encodingSchema,
  delimiter: delimiterSchema,
  /** Missing for delimited text, and in imports of earlier versions. */
  format: fileFormatSchema.optional(),
  /** How the places of its rows are counted; missing for delimited text, and in imports of earlier versions. */
  unit: placeUnitSchema.optional(),
  /** The sheet or table; missing where the file has none. */
  part: z.string().optional(),
  /** Missing where the file has a header, and in imports of earlier versions. */
  header: z.literal('absent').optional(),
  /** One for each column. */
  roles: z.array(columnRoleSchema).readonly(),
  /** Under which name the column that says the theme is kept; missing in imports of earlier versions, and where there is none. */
  themeColumn: z.string().optional(),
  /** The zone in which times are shown; null when no time of the file needed one. */
  timeZone: z.string().nullable(),
  /** What stands first in its dates; missing where they say it themselves, and in imports of earlier versions. */
  dateOrder: dateOrderSchema.optional(),
  /** What every row is; missing where a column says it. */
  action: z.string().optional(),
  /** Of durations that are numbers; missing for seconds. */
  durationUnit: durationUnitSchema.optional(),
  /** Rows of the file may be missing from the workspace (see MAY_LACK_ROWS). */
  lacksRows: z.literal(true).optional(),
});
export type ImportReading = z.infer<typeof importReadingSchema>;

/** Parses how a file was read; null for an import of before this was kept. Throws what `withKnownErrors` tells as workspace.bad_value. */
export function parseReading(json: unknown): ImportReading | null {
  return json === null ? null : importReadingSchema.parse(storedJson(json, STORED_LIMITS.reading));
}

/** Parses what the user was told of the rows of an import; imports of earlier versions have one warning alone. Throws as `parseReading` does. */
export function parseWarnings(json: unknown): ErrorInfo[] {
  if (json === null) return [];
  return [storedJson(json, STORED_LIMITS.reading)].flat().map(toStoredError);
}

/** Parses why a row was rejected. Throws as `parseReading` does. */
export const parseReason = (json: unknown): ErrorInfo =>
  toStoredError(storedJson(json, STORED_LIMITS.reading));
