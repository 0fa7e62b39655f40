import { STAGE_TYPE } from '../../shared/insight-placeholders.ts';
import type { Level } from '../../shared/insight.ts';
import { THEME_PLACE } from '../../shared/type-names.ts';
import type { Codebook } from '../../shared/codebook.ts';
import type { EventCategory, ProfileField } from '../../shared/users.ts';
import { spellingOf, TypeFinder } from '../abstraction/codebook.ts';
import type { EventColumns } from '../store/column-builder.ts';

/** A type of event as a log has it. */
export interface LogType {
  /** As stored events are shown: the id of a type of the codebook, or the word itself. */
  id: string;
  category: EventCategory;
  /** The id of its type in the codebook, with {theme} where it has a theme in its name; null for none. */
  codebookId: string | null;
}

/**
 * The events of a workspace as questions see them: user by user, in time order, each with its type by a codebook. Users are counted
 * from 0 in the order of `columns.userNo`.
 */
export class EventLog {
  readonly columns: EventColumns;
  readonly types: readonly LogType[];
  /** The type of each event: index into `types`. */
  readonly type: Int32Array;
  /** By type: 1 for a conversion. */
  readonly isConversion: Uint8Array;
  /** When the days of the log begin, in milliseconds after midnight. */
  readonly dayStartMs: number;
  readonly #finder: TypeFinder;
  readonly #codebook: Codebook;
  /** What its events are: with `stages` only conversions and stages are there, and only conversions are about something. */
  readonly level: Level;

  constructor(
    columns: EventColumns,
    codebook: Codebook,
    { dayStartMs = 0, level = 'events' }: { dayStartMs?: number; level?: Level } = {},
  ) {
    this.columns = columns;
    this.dayStartMs = dayStartMs;
    this.level = level;
    this.#codebook = codebook;
    this.#finder = new TypeFinder(codebook);
    const types: LogType[] = [];
    const index = new Map<string, number>();
    const typeOfWord = columns.words.map(({ word, category, byModel }) => {
      const { type: id } = this.#finder.resolve({ type: word, category, origin: byModel ? 'llm' : 'rule' });
      const key = `${category} ${id}`;
      const known = index.get(key);
      if (known !== undefined) return known;
      const codebookId = this.#finder.find({ word: id, category })?.id ?? null;
      const added = types.push({ id, category, codebookId }) - 1;
      index.set(key, added);
      return added;
    });
    this.types = types;
    this.type = new Int32Array(columns.word.length);
    for (let event = 0; event < this.type.length; event += 1)
      this.type[event] = typeOfWord[columns.word[event] as number] as number;
    this.isConversion = Uint8Array.from(types, ({ category }) => (category === 'conversion' ? 1 : 0));
  }

  get users(): number {
    return this.columns.userNo.length;
  }

  get events(): number {
    return this.columns.word.length;
  }

  /** The index of the type for what no other fits; -1 when no event has it. */
  get otherType(): number {
    return this.types.findIndex(({ id }) => id === this.#codebook.other);
  }

  /** The name of a type in the language of the codebook. */
  nameOf(id: string): string {
    return this.#finder.nameOf(id);
  }

  /** Whether the codebook or the events have a type by this word. */
  knows(word: string): boolean {
    const categories = ['conversion', 'engagement'] as const;
    return (
      categories.some((category) => this.#finder.find({ word, category }) !== null) ||
      this.typesOf(word).length > 0
    );
  }

  /** Whether the events of this type are part of stages here, and no events of their own. */
  isFolded(word: string): boolean {
    if (this.level === 'events') return false;
    const types = this.typesOf(word).flatMap((index) => this.types[index] ?? []);
    return (
      types.length > 0 && types.every(({ id, category }) => category === 'engagement' && id !== STAGE_TYPE)
    );
  }

  /** The types that a word means: an id, a name in either language or another word, with `{theme}` for all themes of a type. */
  typesOf(word: string): number[] {
    const spelling = spellingOf(word);
    const found: number[] = [];
    this.types.forEach(({ id, category, codebookId }, index) => {
      const meant = this.#finder.find({ word, category });
      const isMeant =
        id === word ||
        spellingOf(id) === spelling ||
        spellingOf(this.#finder.nameOf(id)) === spelling ||
        (meant !== null &&
          (word.includes(THEME_PLACE) || !meant.id.includes(THEME_PLACE)) &&
          meant.id === codebookId);
      if (isMeant) found.push(index);
    });
    return found;
  }
}

/** The log at a level: `stages` folds what lies between two conversions of a user into one event. */
export function atLevel(log: EventLog, level: Level, codebook: Codebook): EventLog {
  if (level === 'events') return log;
  return new EventLog(foldedIntoStages(log), codebook, { dayStartMs: log.dayStartMs, level });
}

function foldedIntoStages(log: EventLog): EventColumns {
  const { columns, isConversion, type } = log;
  const users = log.users;
  const first = new Int32Array(users + 1);
  const [word, subject, behaviours] = [1, 2, 3].map(() => new Int32Array(log.events));
  const [start, end] = [new Float64Array(log.events), new Float64Array(log.events)];
  if (!word || !subject || !behaviours) throw new Error('unreachable');
  const words = [...columns.words, { word: STAGE_TYPE, category: 'engagement' as const, byModel: false }];
  const stage = words.length - 1;
  let count = 0;
  for (let user = 0; user < users; user += 1) {
    first[user] = count;
    let isOpen = false;
    for (let event = columns.first[user] as number; event < (columns.first[user + 1] as number); event += 1) {
      const converts = isConversion[type[event] as number] === 1;
      const from = columns.start[event] as number;
      const to = columns.end[event] as number;
      if (!converts && isOpen) {
        end[count - 1] = Math.max(end[count - 1] as number, to);
        behaviours[count - 1] = (behaviours[count - 1] as number) + (columns.behaviours[event] as number);
        continue;
      }
      isOpen = !converts;
      word[count] = converts ? (columns.word[event] as number) : stage;
      subject[count] = converts ? (columns.subject[event] as number) : 0;
      behaviours[count] = columns.behaviours[event] as number;
      start[count] = from;
      end[count] = to;
      count += 1;
    }
  }
  first[users] = count;
  return {
    userNo: columns.userNo,
    first,
    word: word.subarray(0, count),
    subject: subject.subarray(0, count),
    start: start.subarray(0, count),
    end: end.subarray(0, count),
    behaviours: behaviours.subarray(0, count),
    words,
    subjects: columns.subjects,
  };
}

/** What is known of the users of a log, field by field. */
export interface Profiles {
  /** By the name of the field: the value of each user of the log, as an index into `values`; -1 for none. */
  fields: Map<string, { values: string[]; of: Int32Array }>;
  /** How many users of the log have a profile. */
  users: number;
}

/** The profiles of the users of a log as columns. */
export function profileColumns(
  columns: EventColumns,
  profiles: Iterable<{ userNo: number; fields: ProfileField[] }>,
): Profiles {
  const userOf = new Map<number, number>();
  columns.userNo.forEach((no, user) => userOf.set(no, user));
  const fields: Profiles['fields'] = new Map();
  const indexes = new Map<string, Map<string, number>>();
  let users = 0;
  for (const { userNo, fields: own } of profiles) {
    const user = userOf.get(userNo);
    if (user === undefined) continue;
    users += 1;
    for (const { name, value } of own) {
      if (value.trim() === '') continue;
      let field = fields.get(name);
      let index = indexes.get(name);
      if (!field || !index) {
        field = { values: [], of: new Int32Array(columns.userNo.length).fill(-1) };
        index = new Map();
        fields.set(name, field);
        indexes.set(name, index);
      }
      const known = index.get(value) ?? field.values.push(value) - 1;
      index.set(value, known);
      field.of[user] = known;
    }
  }
  return { fields, users };
}
