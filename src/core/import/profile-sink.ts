import { AppError } from '../errors.ts';
import type { ImportStore } from '../store/import-store.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ColumnRole, ImportOptions } from '../../shared/import.ts';
import { checkRoles, recogniseRoles } from './columns.ts';
import { ProfileRow } from './profile-row.ts';
import type { RowSink } from './ports.ts';
import { UserNumbers } from './user-numbers.ts';

/** Puts profiles into the workspace; a profile replaces the one its user had. */
export class ProfileSink implements RowSink {
  readonly #store: ImportStore;
  readonly #options: ImportOptions;
  readonly #users: UserNumbers;
  /** Nothing of a profile is a time. */
  readonly timeZone = null;
  readonly themeColumn = null;
  readonly warning = null;
  #roles: readonly ColumnRole[] = [];
  #row: ProfileRow | null = null;
  #added = 0;
  #known = 0;

  constructor(store: ImportStore, options: ImportOptions) {
    this.#store = store;
    this.#options = options;
    this.#users = new UserNumbers(store);
  }

  get roles(): readonly ColumnRole[] {
    return this.#roles;
  }

  header(fields: string[]): void {
    const roles = this.#options.roles ?? recogniseRoles(fields, 'profiles');
    const problem = checkRoles(fields, roles, 'profiles');
    if (problem) throw new AppError(problem.code, problem.params);
    this.#roles = roles;
    this.#row = new ProfileRow(fields, roles);
  }

  row(fields: string[]): ErrorInfo | null {
    const row = this.#row as ProfileRow;
    const reason = row.read(fields);
    if (reason) return reason;
    if (this.#store.putProfile(this.#users.of(row.userId), row.fields)) this.#added++;
    else this.#known++;
    return null;
  }

  finish(): { added: number; known: number; usersAdded: number } {
    return { added: this.#added, known: this.#known, usersAdded: this.#users.added };
  }
}
