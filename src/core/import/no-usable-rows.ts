import { AppError } from '../errors.ts';
import type { ImportReport } from '../../shared/import.ts';

/**
 * All rows of a file were rejected, or more of them than the user accepts: the workspace keeps nothing of the import, so the
 * error carries what there is to tell.
 */
export class NoUsableRows extends AppError {
  readonly report: ImportReport;

  constructor(report: ImportReport) {
    const first = report.badRows[0];
    const all = report.badRowCount === report.rowsRead;
    super(all ? 'import.no_usable_rows' : 'import.mostly_refused', {
      ...first?.reason.params,
      rows: report.rowsRead,
      count: report.badRowCount,
      line: first?.line ?? 0,
      reason: first?.reason.code ?? '',
    });
    this.name = 'NoUsableRows';
    this.report = report;
  }
}
