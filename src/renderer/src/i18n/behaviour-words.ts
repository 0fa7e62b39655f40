import type { Behaviour } from '@shared/users';
import { fieldName } from './field-name';
import { formatDuration } from './format';

/** The fields of a behaviour beside its action that have a value, in a fixed order. */
export function behaviourParts(row: Behaviour): string[] {
  const parts = [row.text, row.item, row.poi, row.app, row.media].filter(
    (part) => part !== null && part !== '',
  );
  if (row.duration !== null) parts.push(formatDuration(row.duration));
  for (const [name, value] of Object.entries(row.extra ?? {}))
    if (value !== '') parts.push(`${fieldName(name)}: ${value}`);
  return parts as string[];
}
