import { EXPORT_CARRIES, EXPORT_FORMATS } from '../../shared/export-formats.ts';
import type { ExportRequest } from '../../shared/export.ts';
import { AppError } from '../errors.ts';

/** Throws export.not_carried, which names what is possible. */
export function checkCarried({ format, what }: Pick<ExportRequest, 'format' | 'what'>): void {
  if (EXPORT_CARRIES[format].includes(what)) return;
  const formats = EXPORT_FORMATS.filter((other) => EXPORT_CARRIES[other].includes(what));
  throw new AppError('export.not_carried', {
    format,
    what,
    possible: EXPORT_CARRIES[format].join(', '),
    formats: formats.join(', '),
  });
}
