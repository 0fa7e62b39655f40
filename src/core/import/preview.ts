import { basename } from 'node:path';
import { systemClock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ImportColumn, ImportOptions, ImportPreview, StoredRow } from '../../shared/import.ts';
import { BehaviourRow } from './behaviour-row.ts';
import { planColumns } from './column-plan.ts';
import type { ColumnPlan } from './column-plan.ts';
import { checkColumnCount, checkRoles } from './columns.ts';
import { recogniseFormat } from './file-format.ts';
import { FileSource } from './file-source.ts';
import { ProfileRow } from './profile-row.ts';
import { printable } from './text.ts';
import { systemTimeZone, TimeZone } from './times/time-zone.ts';

const PREVIEW_ROWS = 20;
const COLUMN_SAMPLES = 3;
/** Cells are shown, not read: a long text is cut. */
const CELL_CHARS = 200;

/**
 * Describes a file before anything is imported: its format, its columns with their roles, and its first rows. If it
 * cannot be imported with these roles, `problem` says why. Rejects with `import.not_found`, `import.unreadable`,
 * `import.empty`, `import.spreadsheet`, `import.not_text`, `import.bad_time_zone`, `import.header_too_long` and
 * `import.too_many_columns`.
 */
export async function previewImport(
  options: ImportOptions,
  now: number = systemClock.now(),
): Promise<ImportPreview> {
  const timeZone = options.timeZone ?? systemTimeZone();
  new TimeZone(timeZone);
  const source = new FileSource(options.path);
  try {
    const format = recogniseFormat(source, options);
    const plan = planColumns(format, options, now);
    const { header } = plan;
    const rows = plan.rows.slice(0, PREVIEW_ROWS);
    if (header === null) throw new AppError('import.empty', { path: options.path });
    const tooMany = checkColumnCount(header);
    if (tooMany) throw new AppError(tooMany.code, tooMany.params);
    const problem = checkRoles(header, options.roles ?? plan.roles, options.kind);
    return {
      path: options.path,
      fileName: basename(options.path),
      sizeBytes: source.sizeBytes,
      kind: options.kind,
      encoding: format.encoding,
      delimiter: format.delimiter,
      timeZone,
      columns: header.map((name, column): ImportColumn => {
        const values = rows.map((row) => row[column]?.trim() ?? '').filter((value) => value !== '');
        return {
          name: printable(name.trim(), CELL_CHARS),
          role: plan.roles[column] ?? 'ignore',
          samples: [...new Set(values)].slice(0, COLUMN_SAMPLES).map((value) => printable(value, CELL_CHARS)),
        };
      }),
      sampleRows: rows.map((row) => row.map((cell) => printable(cell, CELL_CHARS))),
      ...(problem
        ? { stored: [], tried: { rows: 0, refused: 0, reasons: [] } }
        : tryRows(header, plan, options, timeZone)),
      dateOrders: plan.dateOrders,
      dateOrder: plan.times.dateOrder,
      durationUnit: plan.durationUnit,
      doubts: plan.doubts,
      problem,
    };
  } finally {
    source.close();
  }
}

/** What would become of the rows of the beginning of a file. */
function tryRows(
  header: string[],
  plan: ColumnPlan,
  { kind }: ImportOptions,
  timeZone: string,
): Pick<ImportPreview, 'stored' | 'tried'> {
  const behaviour = new BehaviourRow(header, plan.roles, new TimeZone(timeZone), plan);
  const profile = new ProfileRow(header, plan.roles, plan.ids);
  const stored: StoredRow[] = [];
  const reasons = new Map<string, { reason: ErrorInfo; rows: number }>();
  let refused = 0;
  const refuse = (reason: ErrorInfo): void => {
    refused += 1;
    const same = reasons.get(reason.code);
    if (same) same.rows += 1;
    else reasons.set(reason.code, { reason, rows: 1 });
  };
  plan.broken.forEach(refuse);
  for (const row of plan.rows) {
    const reason = kind === 'behaviours' ? behaviour.read(row) : profile.read(row);
    if (reason) refuse(reason);
    if (kind !== 'behaviours' || stored.length >= PREVIEW_ROWS) continue;
    const { userId, time, action, text } = behaviour;
    const shown = (value: string | null): string | null => value && printable(value, CELL_CHARS);
    stored.push(
      reason
        ? { refused: reason }
        : {
            userId: printable(userId, CELL_CHARS),
            time,
            action: shown(action),
            text: shown(text),
            refused: null,
          },
    );
  }
  return {
    stored,
    tried: { rows: plan.rows.length + plan.broken.length, refused, reasons: [...reasons.values()] },
  };
}
