import type { ErrorInfo } from '../../shared/errors.ts';
import { columnRoleSchema } from '../../shared/import.ts';
import type { ColumnRole, ImportKind } from '../../shared/import.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { SingleRole } from './recognise/role-names.ts';
import { printable } from './text.ts';

/** Characters of column names in a message at the most. */
const NAMES_CHARS = 500;

/** Roles that at most one column can have. */
const SINGLE_ROLES = columnRoleSchema.options.filter(
  (role): role is SingleRole => role !== 'profile' && role !== 'extra' && role !== 'ignore',
);

/** `impliedAction`: what every row is where no column says it. Why a file with these columns cannot be imported; null when it can. */
export function checkRoles(
  header: readonly string[],
  roles: readonly ColumnRole[],
  kind: ImportKind,
  impliedAction: string | null = null,
): ErrorInfo | null {
  const tooMany = checkColumnCount(header);
  if (tooMany) return tooMany;
  if (roles.length !== header.length) {
    return { code: 'import.mapping_length', params: { expected: header.length, found: roles.length } };
  }
  if (kind === 'behaviours' && header.length === 1) {
    return { code: 'import.one_column', params: { found: printable((header[0] ?? '').trim(), NAMES_CHARS) } };
  }
  const missing: string[] = [];
  if (!roles.includes('userId')) missing.push('user_id');
  if (kind === 'behaviours') {
    if (!roles.includes('time')) missing.push('timestamp');
    if (impliedAction === null && !roles.includes('text') && !roles.includes('action'))
      missing.push('behavior_text / action');
  }
  if (missing.length > 0) {
    const found = header.map((name) => name.trim()).join(', ');
    return {
      code: 'import.missing_column',
      params: { missing: missing.join(', '), found: printable(found, NAMES_CHARS) },
    };
  }
  for (const role of SINGLE_ROLES) {
    const columns = header.filter((_, column) => roles[column] === role);
    if (columns.length > 1) {
      return {
        code: 'import.duplicate_role',
        params: { columns: printable(columns.join(', '), NAMES_CHARS) },
      };
    }
  }
  return null;
}

/** Why a file with so many columns cannot be imported; null when it can. */
export function checkColumnCount(
  header: readonly string[],
  limit: number = IMPORT_LIMITS.columns,
): ErrorInfo | null {
  if (header.length <= limit) return null;
  return { code: 'import.too_many_columns', params: { count: header.length, limit } };
}

/** The name under which the column that says the theme is stored; null where there is none. */
export function themeColumnOf(header: readonly string[], roles: readonly ColumnRole[]): string | null {
  return columnNames(header)[roles.indexOf('theme')] ?? null;
}

/** The names under which columns are stored: as in the header, made unique if repeated, `#` and the number if empty. */
export function columnNames(header: readonly string[]): string[] {
  const used = new Set<string>();
  const nextCopy = new Map<string, number>();
  return header.map((raw, column) => {
    const base = raw.trim() === '' ? `#${column + 1}` : raw.trim();
    let name = base;
    let copy = nextCopy.get(base) ?? 2;
    while (used.has(name)) name = `${base} (${copy++})`;
    nextCopy.set(base, copy);
    used.add(name);
    return name;
  });
}
