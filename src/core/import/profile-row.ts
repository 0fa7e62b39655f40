import type { ErrorInfo } from '../../shared/errors.ts';
import type { ColumnRole } from '../../shared/import.ts';
import type { ProfileField } from '../../shared/users.ts';
import { longUserId } from './behaviour-row.ts';
import { valueAt } from './cell.ts';
import { columnNames } from './columns.ts';
import { IMPORT_LIMITS } from './limits.ts';
import type { ImportLimits } from './limits.ts';
import { PLAIN_IDS, userIdOf } from './recognise/user-ids.ts';
import type { IdStyle } from './recognise/user-ids.ts';
import { printable } from './text.ts';

/** Characters of a column's name in a message at the most. */
const NAME_CHARS = 100;

/** Reads the profiles of a file. Holds the values of the last row. */
export class ProfileRow {
  userId = '';
  /** JSON array of name and value, in the order of the file; columns without a value are left out. */
  fields = '[]';
  readonly #ids: IdStyle;
  readonly #limits: ImportLimits;
  readonly #names: string[];
  readonly #userColumn: number;
  readonly #fieldColumns: number[];

  /** `roles`: one for each column of the header, checked. */
  constructor(
    header: readonly string[],
    roles: readonly ColumnRole[],
    ids: IdStyle = PLAIN_IDS,
    limits: ImportLimits = IMPORT_LIMITS,
  ) {
    this.#ids = ids;
    this.#limits = limits;
    this.#names = columnNames(header);
    this.#userColumn = roles.indexOf('userId');
    this.#fieldColumns = roles.flatMap((role, column) =>
      role === 'userId' || role === 'ignore' ? [] : [column],
    );
  }

  /** Reads a row; returns why it cannot be used, or null when its values are set. */
  read(fields: readonly string[]): ErrorInfo | null {
    const id = valueAt(fields, this.#userColumn);
    const userId = id === null ? null : userIdOf(id, this.#ids);
    if (userId === null) {
      const column = printable(this.#names[this.#userColumn] ?? '', NAME_CHARS);
      return { code: 'import.row.missing_user', params: { column } };
    }
    if (userId.length > this.#limits.userIdChars) {
      return longUserId(userId, this.#names[this.#userColumn] ?? '', this.#limits);
    }
    const profile: ProfileField[] = [];
    for (const column of this.#fieldColumns) {
      const value = valueAt(fields, column);
      if (value !== null) profile.push({ name: this.#names[column] ?? '', value });
    }
    this.userId = userId;
    this.fields = JSON.stringify(profile);
    return null;
  }
}
