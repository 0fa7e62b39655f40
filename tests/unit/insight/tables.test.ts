import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask } from '../../../src/core/insight/ask.ts';
import type { Asked } from '../../../src/core/insight/ask.ts';
import type { Profiles } from '../../../src/core/insight/event-log.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { AskedQuestion } from '../../../src/shared/insight.ts';
import { tableOf } from '../../../src/shared/insight-table.ts';
import { tableKey, tablesOf } from '../../../src/shared/insight-tables.ts';
import type { NamedTable } from '../../../src/shared/insight-tables.ts';
import { logs } from './random-logs.ts';
import { categoryOf, SMALL_CODEBOOK, smallLog } from './small-log.ts';
import type { SmallEvent } from './small-log.ts';

const NO_PROFILES: Profiles = { users: 0, fields: new Map() };
const DAY = 86_400;
const name = (type: string): string => type;

interface Tables {
  answer: Asked;
  tables: [NamedTable, ...NamedTable[]];
  of: (key: string) => NamedTable['table'];
}

/** The tables of an answer about a log in which every type occurs. */
function tablesFor(users: readonly (readonly SmallEvent[])[], asked: AskedQuestion): Tables {
  const all = [...users, ['a', 'b', 'c', 'X'].map((type): SmallEvent => ({ type, at: 3 * DAY }))];
  const question = questionSchema.parse(asked);
  const data = { log: smallLog(all), codebook: SMALL_CODEBOOK, profiles: () => NO_PROFILES };
  const answer = ask(data, question);
  const { result, comparison } = answer;
  const tables = tablesOf({ ...result, ...(comparison ? { comparison } : {}) }, question, name);
  const of = (key: string): NamedTable['table'] => {
    const found = tables.find((each) => tableKey(each) === key);
    if (!found) throw new Error(`there is no table ${key}`);
    return found.table;
  };
  return { answer, tables, of };
}

const QUESTIONS: AskedQuestion[] = [
  { analysis: 'overview' },
  { analysis: 'overview', bin: 'hour', compare: 'others', select: { did: ['X'] } },
  { analysis: 'funnel', steps: ['a', 'b', 'X'] },
  { analysis: 'funnel', steps: ['a', 'X'], by: { time: 'day' } },
  { analysis: 'funnel', steps: ['a', 'X'], by: { time: 'day' }, compare: { converted: 'b' } },
  { analysis: 'paths', depth: 3 },
  { analysis: 'around', event: 'X' },
];

describe('the tables of an answer', () => {
  it('begin with the one that it always had', () => {
    const asked: AskedQuestion = { analysis: 'funnel', steps: ['a', 'X'], compare: { converted: 'b' } };
    const { answer, tables } = tablesFor([], asked);
    const { result, comparison } = answer;
    const first = tableOf(
      { ...result, ...(comparison ? { comparison } : {}) },
      questionSchema.parse(asked),
      name,
    );
    expect(tables[0]).toEqual({ name: 'main', side: 'own', table: first });
  });

  it('have stable names and columns', () => {
    const shapes = QUESTIONS.map((asked) =>
      tablesFor([], asked)
        .tables.slice(1)
        .map((each) => `${tableKey(each)}: ${each.table.columns.join(',')}`),
    );
    const overview = [
      'times: period,type,category,events',
      'hours: weekday,hour,events',
      'sizes: least_events,most_events,users',
    ];
    const lost = ['dropped: step,users,share', 'instead: step,type,users,share'];
    const steps = 'step,users,share_of_first,share_of_previous,median_seconds';
    const groups = 'groups: period,step,open,users,share_of_first,share_of_previous';
    const other = (lines: readonly string[]): string[] => lines.map((line) => `other_${line}`);
    expect(shapes).toEqual([
      overview,
      [...overview, ...other(overview)],
      lost,
      [`steps: ${steps}`, ...lost],
      [groups, ...lost, ...other([groups, ...lost])],
      ['ways: way,users,share'],
      ['waiting: day,users,reached,still_open,waiting_share'],
    ]);
  });

  it.each(QUESTIONS.map((asked) => [JSON.stringify(asked), asked] as const))(
    'list as many users as each row counts: %s',
    (_text, asked) => {
      fc.assert(
        fc.property(logs, (users) => {
          const { answer, tables } = tablesFor(users, asked);
          for (const { table } of tables) {
            const column = table.columns.indexOf('users');
            expect(new Set(table.keys).size).toBe(table.rows.length);
            table.rows.forEach((row, at) => {
              expect(row).toHaveLength(table.columns.length);
              const list = answer.usersOf(table.keys[at] ?? '');
              if (column >= 0) expect([table.keys[at], list?.length]).toEqual([table.keys[at], row[column]]);
              else expect([table.keys[at], list === null]).toEqual([table.keys[at], false]);
            });
          }
        }),
        { numRuns: 40 },
      );
    },
  );

  it('of an overview add up to its events, by type and time', () => {
    fc.assert(
      fc.property(logs, (users) => {
        const { answer, of } = tablesFor(users, { analysis: 'overview', bin: 'day' });
        const all = [...users.flat(), ...['a', 'b', 'c', 'X'].map((type) => ({ type, at: 3 * DAY }))];
        const counts = new Map<string, number>();
        for (const { type, at } of all) {
          const key = [`1970-01-0${1 + Math.floor(at / DAY)}`, type, categoryOf(type)].join();
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        expect(new Map(of('times').rows.map((row) => [row.slice(0, 3).join(), row[3]]))).toEqual(counts);
        const week = of('hours').rows;
        expect(week).toHaveLength(168);
        expect(week.reduce((sum, [, , events]) => sum + Number(events), 0)).toBe(all.length);
        // 1970-01-01 was a Thursday, the fourth day.
        expect(week.filter(([day]) => day === 4).reduce((sum, [, , of]) => sum + Number(of), 0)).toBe(
          users.flat().length,
        );
        expect(of('sizes').rows.reduce((sum, [, , of]) => sum + Number(of), 0)).toBe(answer.result.users);
      }),
    );
  });

  it('of a funnel say who was lost and what they did instead', () => {
    const at = (types: string): SmallEvent[] => [...types].map((type, place) => ({ type, at: place }));
    const { of } = tablesFor([at('aX'), at('ab'), at('abc'), at('a'), at('ac')], {
      analysis: 'funnel',
      steps: ['a', 'X'],
    });
    expect(of('dropped').rows).toEqual([['X', 4, 4 / 6]]);
    expect(of('instead').rows).toEqual([
      ['X', 'b', 2, 0.5],
      ['X', 'END', 1, 0.25],
      ['X', 'c', 1, 0.25],
    ]);
  });
});
