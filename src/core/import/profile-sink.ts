import { AppError } from '../errors.ts';
import type { ImportTables } from '../store/import-store.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ColumnRole } from '../../shared/import.ts';
import type { ColumnPlan } from './column-plan.ts';
import { checkRoles, columnNames } from './columns.ts';
import { ProfileRow } from './profile-row.ts';
import type { RowSink } from './ports.ts';
import { IdWatch } from './recognise/id-watch.ts';
import { UserNumbers } from './user-numbers.ts';

/** Puts profiles into the workspace; a profile replaces the one its user had, which is kept for the undo of this import. */
export class ProfileSink implements RowSink {
  readonly #store: ImportTables;
  readonly #plan: ColumnPlan;
  readonly #importId: number;
  readonly #users: UserNumbers;
  /** Nothing of a profile is a time. */
  readonly timeZone = null;
  readonly themeColumn = null;
  readonly warning = null;
  #roles: readonly ColumnRole[] = [];
  #row: ProfileRow | null = null;
  #ids: IdWatch | undefined;
  #added = 0;
  #known = 0;

  constructor(store: ImportTables, plan: ColumnPlan, importId: number) {
    this.#store = store;
    this.#plan = plan;
    this.#importId = importId;
    this.#users = new UserNumbers(store);
  }

  get roles(): readonly ColumnRole[] {
    return this.#roles;
  }

  get notes(): ErrorInfo[] {
    return this.#ids?.notes ?? [];
  }

  header(fields: string[]): void {
    const { roles, ids } = this.#plan;
    const problem = checkRoles(fields, roles, 'profiles');
    if (problem) throw new AppError(problem.code, problem.params);
    this.#roles = roles;
    this.#row = new ProfileRow(fields, roles, ids);
    this.#ids = new IdWatch(columnNames(fields)[roles.indexOf('userId')] ?? '');
  }

  row(fields: string[], _rowNumber: number, line: number): ErrorInfo | null {
    const row = this.#row as ProfileRow;
    const reason = row.read(fields);
    if (reason) return reason;
    if (this.#store.putProfile(this.#importId, this.#users.of(row.userId, this.#ids, line), row.fields))
      this.#added++;
    else this.#known++;
    return null;
  }

  finish(): { added: number; known: number; usersAdded: number } {
    this.#users.flush();
    return { added: this.#added, known: this.#known, usersAdded: this.#users.added };
  }
}
