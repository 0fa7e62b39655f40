import { AppError } from '../errors.ts';
import type { ImportReport } from '../../shared/import.ts';

/** Every row of a file was rejected: the workspace keeps nothing of the import, so the error carries what there is to tell. */
export class NoUsableRows extends AppError {
  readonly report: ImportReport;

  constructor(report: ImportReport) {
    const first = report.badRows[0];
    super('import.no_usable_rows', {
      ...first?.reason.params,
      count: report.badRowCount,
      line: first?.line ?? 0,
      reason: first?.reason.code ?? '',
    });
    this.name = 'NoUsableRows';
    this.report = report;
  }
}
