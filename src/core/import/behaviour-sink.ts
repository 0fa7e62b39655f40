import { AppError } from '../errors.ts';
import type { BehaviourAdder } from '../store/behaviour-inserter.ts';
import { manyBeside } from '../store/behaviour-index.ts';
import type { ImportTables } from '../store/import-store.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ColumnRole, ImportOptions } from '../../shared/import.ts';
import { BehaviourRow } from './behaviour-row.ts';
import type { ColumnPlan } from './column-plan.ts';
import { checkRoles, themeColumnOf } from './columns.ts';
import type { RowSink } from './ports.ts';
import { IdWatch } from './recognise/id-watch.ts';
import { TimeWatch } from './times/time-watch.ts';
import { repeatedHourNotes, systemTimeZone, TimeZone } from './times/time-zone.ts';
import { UserNumbers } from './user-numbers.ts';

/** Puts behaviours into the workspace. */
export class BehaviourSink implements RowSink {
  readonly #store: ImportTables;
  readonly #plan: ColumnPlan;
  readonly #baseId: number;
  readonly #users: UserNumbers;
  readonly #zone: TimeZone;
  readonly #times: TimeWatch;
  readonly #first: boolean;
  /** From how many new rows on they are many beside the old ones. */
  readonly #manyFrom: number;
  #many = false;
  #roles: readonly ColumnRole[] = [];
  #themeColumn: string | null = null;
  #row: BehaviourRow | null = null;
  #ids: IdWatch | undefined;
  #inserter: BehaviourAdder | null = null;
  #added = 0;
  /** How many durations could not be read, and the first of them. */
  #unread = 0;
  #firstUnread: Record<string, string | number> = {};

  /** `now`: milliseconds since 1970. */
  constructor(store: ImportTables, options: ImportOptions, plan: ColumnPlan, baseId: number, now: number) {
    this.#store = store;
    this.#plan = plan;
    this.#baseId = baseId;
    this.#users = new UserNumbers(store);
    this.#zone = new TimeZone(options.timeZone ?? systemTimeZone());
    this.#times = new TimeWatch(now);
    this.#first = !store.hasBehaviours();
    this.#manyFrom = this.#first ? 0 : manyBeside(baseId);
  }

  get roles(): readonly ColumnRole[] {
    return this.#roles;
  }

  get themeColumn(): string | null {
    return this.#themeColumn;
  }

  get timeZone(): string | null {
    return this.#zone.used ? this.#zone.name : null;
  }

  get warning(): ErrorInfo | null {
    if (this.#unread === 0) return null;
    return { code: 'import.durations_unread', params: { ...this.#firstUnread, count: this.#unread } };
  }

  get notes(): ErrorInfo[] {
    const times = this.#times.notes(this.#row?.nameOf('time') ?? '');
    return [...repeatedHourNotes(this.#zone), ...times, ...(this.#ids?.notes ?? [])];
  }

  header(fields: string[]): void {
    const { roles, impliedAction } = this.#plan;
    const problem = checkRoles(fields, roles, 'behaviours', impliedAction);
    if (problem) throw new AppError(problem.code, problem.params);
    this.#roles = roles;
    this.#themeColumn = themeColumnOf(fields, roles);
    this.#row = new BehaviourRow(fields, roles, this.#zone, this.#plan);
    this.#ids = new IdWatch(this.#row.nameOf('userId'));
    this.#inserter = this.#store.behaviourInserter(this.#row.columns);
  }

  row(fields: string[], rowNumber: number, line: number): ErrorInfo | null {
    const row = this.#row as BehaviourRow;
    const reason = row.read(fields);
    if (reason) return reason;
    this.#inserter?.add(this.#baseId + rowNumber, this.#users.of(row.userId, this.#ids, line), row);
    this.#added++;
    if (!this.#many && this.#added > this.#manyFrom) this.#areMany();
    if (this.#times.isImplausible(row.time)) this.#times.add(row.timeText(fields), line);
    if (row.unread && this.#unread++ === 0) this.#firstUnread = { ...row.unread, line };
    return null;
  }

  finish(checkpoint: () => void): { added: number; known: number; usersAdded: number } {
    this.#inserter?.flush();
    this.#users.flush();
    this.#store.recordLongestBehaviour(this.#inserter?.longest ?? 0, this.#first);
    checkpoint();
    if (this.#many) this.#store.createBehaviourIndex();
    checkpoint();
    const known = this.#first ? 0 : this.#store.deleteKnownBehaviours(this.#baseId, this.#many);
    checkpoint();
    this.#store.countBehaviours(this.#baseId);
    return { added: this.#added - known, known, usersAdded: this.#users.added };
  }

  /** From here on the index by user is not kept row by row. */
  #areMany(): void {
    this.#many = true;
    this.#store.dropBehaviourIndex();
  }
}
