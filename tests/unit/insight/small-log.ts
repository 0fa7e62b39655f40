import { EventLog } from '../../../src/core/insight/event-log.ts';
import { select } from '../../../src/core/insight/selection.ts';
import type { Part } from '../../../src/core/insight/selection.ts';
import type { EventColumns } from '../../../src/core/store/column-builder.ts';
import type { Codebook } from '../../../src/shared/codebook.ts';
import type { Selection } from '../../../src/shared/insight.ts';

/** An event as tests write it; `about` are its objects. */
export interface SmallEvent {
  type: string;
  /** Seconds. */
  at: number;
  until?: number;
  about?: string[];
}

/** The types of the tests: those in capitals are conversions. */
export const categoryOf = (type: string): 'conversion' | 'engagement' =>
  type === type.toUpperCase() ? 'conversion' : 'engagement';

const newType = (id: string): Codebook['types'][number] => ({
  id,
  zh: id,
  en: `type ${id}`,
  category: categoryOf(id),
  definition: '',
  examples: [],
  aliases: id === 'a' ? ['alpha'] : [],
  state: 'active',
  details: ['fine', 'standard', 'brief'],
});

export const SMALL_CODEBOOK: Codebook = {
  language: 'zh',
  other: 'z',
  types: ['a', 'b', 'c', 'd', 'z', 'X', 'Y'].map(newType),
};

/** A log of users with events in the order given. */
export function smallLog(users: readonly (readonly SmallEvent[])[]): EventLog {
  const events = users.flat();
  const words: EventColumns['words'] = [];
  const subjects: string[][] = [[]];
  const indexOf = <T>(list: T[], value: T): number => {
    const text = JSON.stringify(value);
    const known = list.findIndex((each) => JSON.stringify(each) === text);
    return known >= 0 ? known : list.push(value) - 1;
  };
  const first = [0];
  for (const own of users) first.push((first.at(-1) ?? 0) + own.length);
  const columns: EventColumns = {
    userNo: Int32Array.from(users, (_, user) => user + 1),
    first: Int32Array.from(first),
    word: Int32Array.from(events, ({ type }) =>
      indexOf(words, { word: type, category: categoryOf(type), byModel: false }),
    ),
    subject: Int32Array.from(events, ({ about = [] }) => indexOf(subjects, about)),
    start: Float64Array.from(events, ({ at }) => at * 1000),
    end: Float64Array.from(events, ({ at, until = at }) => until * 1000),
    behaviours: Int32Array.from(events, () => 1),
    words,
    subjects,
  };
  return new EventLog(columns, SMALL_CODEBOOK);
}

/** A part of it; without a selection, all users with an event. */
export function smallPart(users: readonly (readonly SmallEvent[])[], selection: Selection = {}): Part {
  return select(smallLog(users), () => ({ fields: new Map(), users: 0 }), selection);
}
