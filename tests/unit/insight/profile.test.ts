import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { rowLabel } from '../../../src/shared/drawing/comparison.ts';
import { drawAnswer, withNames } from '../../../src/shared/drawing/draw-answer.ts';
import { profile } from '../../../src/core/insight/profile.ts';
import type { Answer } from '../../../src/core/insight/selection.ts';
import { generateSample } from '../../../src/core/sample/generate-sample.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { ProfileResult, ProfileRow, QuestionOf } from '../../../src/shared/insight.ts';
import { rowOf, tableOf } from '../../../src/shared/insight-table.ts';
import { tempFolder } from '../../support/temp.ts';
import { expectListsToFit } from './random-logs.ts';
import { smallPart } from './small-log.ts';
import { coloursOf } from '../../../src/shared/type-colours.ts';

const colourOf = coloursOf({ types: [] });

const QUESTION = questionSchema.parse({ analysis: 'profile', event: 'X' }) as QuestionOf<'profile'>;

/** The profile of users with one field; null for a user without it. The first ones have the event. */
function profileOf(values: readonly (string | null)[], withEvent: number): Answer<ProfileResult> {
  const users = values.map((_, user) => [{ type: user < withEvent ? 'X' : 'a', at: 0 }]);
  const known = [...new Set(values.filter((value) => value !== null))];
  const of = Int32Array.from(values, (value) => (value === null ? -1 : known.indexOf(value)));
  const fields = new Map([['field', { values: known, of }]]);
  return profile(smallPart(users), QUESTION, () => ({ fields, users: values.length }));
}

/** The number of users of each side is the length of its list, and the lists of a side are all its users with the field, each once. */
function expectAllCounted(
  answer: Answer<ProfileResult>,
  values: readonly (string | null)[],
  withEvent: number,
) {
  expectListsToFit(answer);
  const { keys, otherKeys, rows, columns } = tableOf(answer.result, QUESTION, (type) => type);
  const lists = (of: readonly string[]): number[][] => of.map((key) => [...(answer.usersOf(key) ?? [])]);
  const [own, other] = [lists(keys), lists(otherKeys ?? [])];
  const at = columns.indexOf('other_users');
  expect(other.map(({ length }) => length)).toEqual(rows.map((row) => row[at]));
  const having = values.flatMap((value, user) => (value === null ? [] : [user]));
  const byNumber = (list: number[][]): number[] => list.flat().sort((a, b) => a - b);
  expect(byNumber(own)).toEqual(having.filter((user) => user < withEvent));
  expect(byNumber(other)).toEqual(having.filter((user) => user >= withEvent));
  const total = (share: (row: ProfileRow) => number): number =>
    answer.result.rows.reduce((sum, row) => sum + share(row), 0);
  if (own.flat().length > 0) expect(total(({ share }) => share)).toBeCloseTo(1, 10);
  if (other.flat().length > 0) expect(total(({ otherShare }) => otherShare)).toBeCloseTo(1, 10);
}

describe('a profile with many values', () => {
  it('has every user with the field in one of its rows, whatever the values', () => {
    const words = fc.integer({ min: 0, max: 16 }).map((n) => `c${n}`);
    const numbers = fc.integer({ min: 18, max: 60 }).map(String);
    const odd = fc.constantFrom('未知', ' 30 ', '1e3', '-', '?', '…', null);
    const many = { minLength: 10, maxLength: 90, size: 'max' } as const;
    const lists = fc.oneof(
      fc.array(words, many),
      fc.array(fc.oneof({ weight: 15, arbitrary: numbers }, { weight: 1, arbitrary: odd }), many),
      fc.array(fc.oneof(words, numbers, odd), many),
    );
    let [withRest, fields] = [0, 0];
    fc.assert(
      fc.property(lists, fc.nat(), (values, seed) => {
        const withEvent = seed % (values.length + 1);
        const answer = profileOf(values, withEvent);
        if (answer.result.rows.length === 0) return;
        fields += 1;
        if (answer.result.rows.some(({ rest }) => rest !== undefined)) withRest += 1;
        expectAllCounted(answer, values, withEvent);
      }),
      { numRuns: 500, seed: 20261127 },
    );
    expect(Math.min(withRest, fields - withRest)).toBeGreaterThan(50);
  });

  it('counts those that are not told apart as one class, and shares of all users with the field', () => {
    // 12 values of 5 users, 8 of one: 68 users, of whom 34 have the event.
    const values = [
      ...Array.from({ length: 60 }, (_, user) => `v${user % 12}`),
      ...Array.from({ length: 8 }, (_, user) => `rare${user}`),
    ];
    const answer = profileOf(values, 60);
    const rest = answer.result.rows.find((row) => row.rest !== undefined);
    expect(rest).toMatchObject({ rest: 8, value: '', users: 0, otherUsers: 8, otherShare: 1 });
    expect(answer.result.rows.find(({ value }) => value === 'v0')).toMatchObject({ users: 5, share: 5 / 60 });
    expect(answer.result.rows).toHaveLength(13);
    expectAllCounted(answer, values, 60);
  });

  it('names the fields that differ for nearly everybody, in the answer and below the picture', () => {
    const { result } = profileOf(
      Array.from({ length: 30 }, (_, user) => `n${user}`),
      10,
    );
    expect([result.rows, result.leftOut]).toEqual([[], ['field']]);
    expect(profileOf(Array<null>(30).fill(null), 10).result.leftOut).toEqual([]);
    const layOut = (): never => {
      throw new Error('no graph');
    };
    const options = {
      locale: 'zh-CN',
      width: 600,
      nameOf: (type: string) => type,
      colourOf,
      layOut,
    } as const;
    const shown = { ...profileOf(['a', 'b', 'a'], 1).result, leftOut: ['姓名', '手机号'] };
    expect(drawAnswer(QUESTION, shown, options)[0]?.note).toBe('未列出几乎人人不同的字段：姓名、手机号');
  });

  it('shows a rest of one value as that value', () => {
    const values = Array.from({ length: 26 }, (_, user) => `v${user % 13}`);
    const { rows } = profileOf(values, 10).result;
    expect(rows.map(({ value }) => value).sort()).toEqual([...new Set(values)].sort());
  });

  it('names the rest where a person reads it, and by a stable word in files', () => {
    const values = Array.from({ length: 60 }, (_, user) => (user < 40 ? `v${user % 12}` : `r${user % 5}`));
    const { result } = profileOf(values, 30);
    const place = result.rows.findIndex(({ rest }) => rest !== undefined);
    const file = tableOf(result, QUESTION, (type) => type);
    expect(file.rows[place]?.slice(0, 2)).toEqual(['field', 'OTHER_VALUES']);
    expect(rowOf(file, 'field > OTHER_VALUES')).toBe(place);
    // A row whose first cell is empty, as that of users without a value.
    expect(rowOf({ columns: ['value', 'step'], rows: [[null, 'a']], keys: ['k'], named: 2 }, ' > a')).toBe(0);
    const words = (locale: 'zh-CN' | 'en'): unknown =>
      tableOf(result, QUESTION, withNames({ locale, width: 0, nameOf: (type) => type, colourOf }).nameOf)
        .rows[place]?.[1];
    expect([words('zh-CN'), words('en')]).toEqual(['其他取值 (5)', 'Other values (5)']);
  });

  it('tells ages in bands, and what is no number beside them', () => {
    // 95 ages from 20 to 59, and 未知 of 5 users.
    const values = [
      ...Array.from({ length: 95 }, (_, user) => String(20 + (user % 40))),
      ...Array<string>(5).fill('未知'),
    ];
    const answer = profileOf(values, 50);
    const rows = new Map(answer.result.rows.map((row) => [row.value, row.users + row.otherUsers]));
    expect([...rows.keys()].sort()).toEqual(
      ['20–24', '25–29', '30–34', '35–39', '40–44', '45–49', '50–54', '55–59', '未知'].sort(),
    );
    expect(rows.get('未知')).toBe(5);
    expect(rows.get('20–24')).toBe(15);
    expectAllCounted(answer, values, 50);
  });

  it('joins all but three of the values that are no numbers, and makes no bands where a tenth of the users have none', () => {
    const ages = Array.from({ length: 180 }, (_, user) => String(20 + (user % 40)));
    const words = ['未知', '未知', '未知', '保密', '保密', '无', '无', '-', '?', '…'];
    const told = profileOf([...ages, ...words], 90).result.rows.filter(({ value }) => !/^\d/.test(value));
    expect(told.map(({ value, rest }) => [value, rest]).sort()).toEqual(
      [
        ['未知', undefined],
        ['保密', undefined],
        ['无', undefined],
        ['', 3],
      ].sort(),
    );
    const fewer = profileOf([...ages, ...Array<string>(21).fill('未知')], 90).result.rows;
    expect(fewer.some(({ value }) => value.includes('–'))).toBe(false);
    expect(fewer.find(({ rest }) => rest !== undefined)?.rest).toBe(29);
  });

  it('has all users of the sample in the rows of its fourteen cities', async () => {
    const folder = tempFolder();
    const files = { behaviorsPath: join(folder, 'log.csv'), profilesPath: join(folder, 'people.csv') };
    await generateSample({ users: 120, rowsPerUser: 1, seed: 5, ...files });
    const { data } = Papa.parse<Record<string, string>>(
      readFileSync(files.profilesPath, 'utf8').replace('\uFEFF', ''),
      {
        header: true,
        skipEmptyLines: true,
      },
    );
    const cities = data.map(({ city }) => city || null);
    expect(new Set(cities.filter((city) => city !== null)).size).toBe(14);
    const answer = profileOf(cities, 50);
    expect(answer.result.rows.filter(({ rest }) => rest === undefined)).toHaveLength(12);
    expect(answer.result.rows.find(({ rest }) => rest !== undefined)?.rest).toBe(2);
    expectAllCounted(answer, cities, 50);
  });

  it('says of the rest of a comparison what it is', () => {
    const side = { key: '', users: 0, share: 0, of: 0, events: null, medianSeconds: null };
    const row = { types: [], step: null, field: '城市', value: '', rest: 2, own: side, other: side };
    const options = withNames({ locale: 'zh-CN', width: 0, nameOf: (type: string) => type, colourOf });
    expect(rowLabel({ ...row, difference: 0, interval: null }, QUESTION, options)).toBe(
      '城市 · 其他取值 (2)',
    );
  });
});
