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

/** What is told of columns that have the same name: which of them are read for what they mean, and which are kept under it or left out. */
export function sameNames(header: readonly string[], roles: readonly ColumnRole[]): ErrorInfo[] {
  const columnsOf = new Map<string, number[]>();
  header.forEach((raw, column) => {
    const name = raw.trim();
    if (name !== '') columnsOf.set(name, [...(columnsOf.get(name) ?? []), column]);
  });
  const stored = columnNames(header);
  const listOf = (columns: readonly number[]): string =>
    printable(columns.map((column) => `${column + 1} (${stored[column] ?? ''})`).join(', '), NAMES_CHARS);
  return [...columnsOf].flatMap(([raw, columns]): ErrorInfo[] => {
    if (columns.length === 1) return [];
    const name = printable(raw, NAMES_CHARS);
    const others = columns.filter((column) => !isRead(roles[column]));
    if (others.length === columns.length)
      return [{ code: 'import.doubt.same_names', params: { name, columns: listOf(columns) } }];
    if (others.length === 0) return [];
    const read = listOf(columns.filter((column) => isRead(roles[column])));
    return [{ code: 'import.doubt.same_name_read', params: { name, read, others: listOf(others) } }];
  });
}

/** Whether a column is read for what it means, not kept as it is or left out. */
const isRead = (role: ColumnRole | undefined): boolean => SINGLE_ROLES.some((single) => single === role);

/** What is told of columns without a name that are left out although they have values, and more than the numbers of rows. */
export function unnamedLeftOut(
  header: readonly string[],
  roles: readonly ColumnRole[],
  rows: readonly (readonly string[])[],
): ErrorInfo[] {
  const columns = header.flatMap((name, column) => {
    if (name.trim() !== '' || roles[column] !== 'ignore') return [];
    const values = rows.map((row) => row[column]?.trim() ?? '').filter((value) => value !== '');
    const areNumbers = new Set(values).size === values.length && values.every((value) => /^\d+$/.test(value));
    return values[0] === undefined || areNumbers ? [] : [{ column, example: values[0] }];
  });
  const [first] = columns;
  if (!first) return [];
  const list = printable(columns.map(({ column }) => column + 1).join(', '), NAMES_CHARS);
  const example = printable(first.example, NAMES_CHARS);
  return [{ code: 'import.doubt.unnamed_columns', params: { columns: list, example } }];
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
