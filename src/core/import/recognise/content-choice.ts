import type { ErrorInfo } from '../../../shared/errors.ts';
import type { ColumnRole } from '../../../shared/import.ts';
import { printable } from '../text.ts';
import { bare, isVagueAction, namedRoles } from './role-names.ts';
import type { SingleRole } from './role-names.ts';
import { NAME_CHARS } from './sample-table.ts';
import type { SampleTable } from './sample-table.ts';
import { hasClearDecimalComma } from './duration-reading.ts';
import { durationsIn, isHardlyRepeated, isStructured, isText, isWriting } from './value-shapes.ts';
import type { ColumnValues } from './value-shapes.ts';

/** What the columns of these roles have in common: an id or a name, whatever it looks like. */
const THINGS = ['item', 'app', 'media', 'poi', 'theme'] as const satisfies readonly SingleRole[];

/** Of fewer rows it says nothing that no value differs. */
const FEW = 3;
/** In so many rows something would come again, were it no number of the record. */
const MANY = 20;

/** Names of the number of an event, or of the code of its kind: the values tell which. */
const EVENT_NUMBERS =
  /^(?:(?:event|action|activity|behaviou?r|op|operation)(?:id|no|number)|(?:事件|行为|动作)(?:id|编号))$/;
/** So many rows there are at least for each code. */
const ROWS_A_CODE = 2;

interface Candidate extends ColumnValues {
  column: number;
  /** How certain its name is, 0 being the most. */
  rank: number;
}

/** How well values fit a role: 0 is the best. */
type Fit = (candidate: Candidate) => number;

/**
 * What was done, with what, and for how long: of the columns whose names say so, the one with values that do. A column without values loses
 * to any other; one of sentences is a text, whatever it is called.
 */
export function chooseContent(
  table: SampleTable,
  roles: ColumnRole[],
  mayHaveDecimalCommas: boolean,
  doubts: ErrorInfo[],
): void {
  for (const role of THINGS) {
    const [best] = candidatesOf(table, roles, role, (candidate) =>
      isStructured(candidate) ? 2 : Number(isRunning(candidate)),
    );
    if (best) take(roles, role, best.column);
  }
  chooseDuration(table, roles, mayHaveDecimalCommas, doubts);
  chooseActionAndText(table, roles, doubts);
}

/** The filled columns that may have a role by their names, the best first. */
function candidatesOf(
  table: SampleTable,
  roles: readonly ColumnRole[],
  role: SingleRole,
  fit: Fit,
): Candidate[] {
  const candidates = table.header.flatMap((name, column): Candidate[] => {
    const named = namedRoles(name).at(-1);
    // A column that names the user is no other thing.
    if (named?.role !== role || (roles[column] !== role && roles[column] !== 'extra')) return [];
    const values = table.values(column);
    return values.length === 0 ? [] : [{ column, rank: named.rank, values, distinct: new Set(values).size }];
  });
  const fits = new Map(candidates.map((candidate) => [candidate, fit(candidate)]));
  const fitOf = (candidate: Candidate): number => fits.get(candidate) ?? 0;
  return candidates.sort((a, b) => fitOf(a) - fitOf(b) || a.rank - b.rank);
}

/** Of columns that should have a value in every row, those that have one in hardly half as many rows as another come last. */
function fullestFirst(candidates: readonly Candidate[]): Candidate[] {
  const most = Math.max(0, ...candidates.map(({ values }) => values.length));
  const isSparse = ({ values }: Candidate): boolean => values.length * 2 < most;
  return [...candidates].sort((a, b) => Number(isSparse(a)) - Number(isSparse(b)));
}

/** Gives a role to a column, and takes it from the one that had it. */
function take(roles: ColumnRole[], role: SingleRole, column: number): void {
  const before = roles.indexOf(role);
  if (before >= 0) roles[before] = 'extra';
  roles[column] = role;
}

function chooseDuration(
  table: SampleTable,
  roles: ColumnRole[],
  mayHaveDecimalCommas: boolean,
  doubts: ErrorInfo[],
): void {
  const readable = (candidate: Candidate): number =>
    durationsIn(candidate, mayHaveDecimalCommas || hasClearDecimalComma(candidate.values));
  const [best] = candidatesOf(table, roles, 'duration', (candidate) =>
    readable(candidate) * 2 >= candidate.values.length ? 0 : readable(candidate) > 0 ? 1 : 2,
  );
  if (!best) return;
  take(roles, 'duration', best.column);
  if (readable(best) > 0) return;
  // As a duration each of its values would be lost.
  roles[best.column] = 'extra';
  doubts.push({ code: 'import.doubt.no_durations', params: shown(table, best) });
}

function chooseActionAndText(table: SampleTable, roles: ColumnRole[], doubts: ErrorInfo[]): void {
  const named = fullestFirst(
    candidatesOf(table, roles, 'action', (candidate) =>
      isStructured(candidate) ? 2 : Number(isHardlyRepeated(candidate) || isKindOfRecord(table, candidate)),
    ),
  );
  const [text] = fullestFirst(
    candidatesOf(table, roles, 'text', (candidate) =>
      isStructured(candidate) ? 2 : Number(!isText(candidate)),
    ),
  );
  const written = named.find(isWriting);
  const action =
    named.find((candidate) => !isWriting(candidate)) ??
    (text || written ? undefined : codesOfEvents(table, roles));
  // What all rows are says nothing beside their texts.
  const isIdle =
    action && text && text.values.length >= action.values.length && isKindOfRecord(table, action);
  if (action) take(roles, 'action', action.column);
  if (action && isIdle) roles[action.column] = 'extra';
  if (text) take(roles, 'text', text.column);
  if (action && !isIdle && isHardlyRepeated(action)) {
    const params = { ...shown(table, action), rows: action.values.length, count: action.distinct };
    doubts.push({ code: 'import.doubt.many_actions', params });
  }
  if (!isIdle) tellSparseAction(table, action, named, doubts);
  if (!written) return;
  const byName = roles.indexOf('action');
  if (!action && byName >= 0) roles[byName] = 'extra';
  // What was written of the behaviour itself says more of it than a remark; beside an action, the remark is the text.
  if (text && (action || isWriting(text))) return;
  take(roles, 'text', written.column);
  doubts.push({ code: 'import.doubt.action_is_text', params: shown(table, written) });
}

/** What was done as a code, where nothing else says it: a column that has the name of a number, and values that come again. */
function codesOfEvents(table: SampleTable, roles: readonly ColumnRole[]): Candidate | undefined {
  return table
    .columns((name, column) => roles[column] === 'extra' && EVENT_NUMBERS.test(bare(name)))
    .map((column): Candidate => {
      const values = table.values(column);
      return { column, rank: Infinity, values, distinct: new Set(values).size };
    })
    .find(({ values, distinct }) => distinct > 0 && distinct * ROWS_A_CODE <= values.length);
}

/** Whether each row has a value of its own, as numbers of records do. */
const isRunning = ({ values, distinct }: Candidate): boolean =>
  values.length >= MANY && distinct === values.length;

/** Whether a column of no better name than `type` says the same of every row: what kind of record it is, not what was done. */
const isKindOfRecord = (table: SampleTable, { column, values, distinct }: Candidate): boolean =>
  values.length >= FEW && distinct === 1 && isVagueAction(table.header[column] ?? '');

/** A column with a better name says what was done in some of the rows: the kinds of call that trackers write have the name of the event only in one of them. */
function tellSparseAction(
  table: SampleTable,
  action: Candidate | undefined,
  named: readonly Candidate[],
  doubts: ErrorInfo[],
): void {
  const other = named.find(
    (candidate) =>
      action &&
      candidate.rank < action.rank &&
      candidate.values.length * 2 < action.values.length &&
      candidate.distinct > 1 &&
      !isStructured(candidate) &&
      !isWriting(candidate),
  );
  if (!action || !other) return;
  const params = {
    ...{ column: table.name(action.column), other: table.name(other.column) },
    ...{ count: other.values.length, rows: action.values.length },
  };
  doubts.push({ code: 'import.doubt.sparse_action', params });
}

function shown(table: SampleTable, { column, values }: Candidate): { column: string; example: string } {
  return { column: table.name(column), example: printable(values[0] ?? '', NAME_CHARS) };
}
