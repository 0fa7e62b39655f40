import { describe, expect, it } from 'vitest';
import { recogniseColumns } from '../../../src/core/import/recognise/recognise.ts';
import type { ColumnReading } from '../../../src/core/import/recognise/recognise.ts';
import { TimeZone } from '../../../src/core/import/times/time-zone.ts';

/** How a file is read: columns after the user and the time, given as their values row by row. */
function read(header: string, rows: readonly (readonly string[])[]): ColumnReading {
  const at = (row: number): string => new Date(Date.UTC(2026, 1, 3, 9, row)).toISOString();
  return recogniseColumns(
    ['user_id', 'time', ...header.split(',')],
    rows.map((row, index) => [`u${index % 3}`, at(index), ...row]),
    {
      kind: 'behaviours',
      isNamed: true,
      mayHaveDecimalCommas: false,
      zone: new TimeZone('Asia/Shanghai'),
      now: Date.UTC(2026, 1, 10),
    },
  );
}
const roles = (header: string, rows: readonly (readonly string[])[]): string =>
  read(header, rows).roles.slice(2).join(' ');
const doubts = (header: string, rows: readonly (readonly string[])[]): string[] =>
  read(header, rows).doubts.map(({ code }) => code.replace('import.doubt.', ''));

const CARS = ['哈弗H6', '坦克300', '欧拉好猫', '蓝山'];
/** Sentences, each of which is another one. */
const chinese = (row: number): string =>
  `在汽车之家看了${CARS[row % 4] ?? ''}的第 ${row} 篇评测，停留 ${row} 秒`;
const english = (row: number): string => `Asked the dealer about offer ${row}, then left the page.`;
const many = (...columns: ((row: number) => string)[]): string[][] =>
  Array.from({ length: 200 }, (_, row) => columns.map((column) => column(row)));
const oneOf =
  (...values: string[]) =>
  (row: number): string =>
    values[row % values.length] ?? '';

describe('what was done', () => {
  it.each(['行为', '事件', 'event', 'action', '活动', 'Activity', 'behavior'])(
    'is a text where a column called %s holds sentences',
    (name) => {
      expect([roles(name, many(chinese)), doubts(name, many(chinese))]).toEqual(['text', ['action_is_text']]);
      expect([roles(name, many(english)), doubts(name, many(english))]).toEqual(['text', ['action_is_text']]);
      expect(roles(name, [[chinese(1)]])).toBe('text');
    },
  );

  it('is a text where notes of a few words are hardly ever the same', () => {
    const note = (row: number): string => `看${CARS[row % 4] ?? ''}${String.fromCharCode(0x4e00 + row)}`;
    expect(roles('行为', many(note))).toBe('text');
    // The same words, again and again.
    expect(roles('行为', many(oneOf(...CARS.map((car) => `看${car}`))))).toBe('action');
  });

  it.each([
    ['浏览', '加入购物车', '提交订单'],
    ['Create Purchase Order Item', 'Insert Date Appeal to Prefecture', 'SRM: Change was Transmitted'],
    ['page_view', 'add-to-cart', '$pageview'],
    ['1', '2', '3', '4'],
    ['用户在首页顶部点击了搜索按钮并提交', '用户在详情页点击了立即购买按钮并确认'],
  ])('is an action where values come again: %s', (...values) => {
    expect([roles('event', many(oneOf(...values))), doubts('event', many(oneOf(...values)))]).toEqual([
      'action',
      [],
    ]);
  });

  it('is told by names of actions also in a file of a few rows', () => {
    expect(
      roles('活动', [['提交报销申请'], ['部门经理审批'], ['Receive Result Appeal from Prefecture']]),
    ).toBe('action');
  });

  it('is the action in another column where one has sentences, which are then the text', () => {
    const rows = many(chinese, oneOf('view', 'buy'));
    expect([roles('行为,event_type', rows), doubts('行为,event_type', rows)]).toEqual([
      'text action',
      ['action_is_text'],
    ]);
    // A column that is called a text stays it.
    const three = many(chinese, oneOf('view', 'buy'), english);
    expect(roles('行为,event_type,content', three)).toBe('extra action text');
  });

  it('is what was written of it, not a remark of few kinds', () => {
    expect(roles('行为,描述', many(chinese, oneOf('来自小程序', '来自网页')))).toBe('text extra');
    expect(roles('行为,描述', many(chinese, english))).toBe('extra text');
  });

  it('is in a column with values where another has none', () => {
    expect(roles('action,event_name', many(oneOf('NULL', ''), oneOf('view', 'buy')))).toBe('extra action');
    expect(roles('action,event_name', many(oneOf('view', 'buy'), oneOf('view', 'buy')))).toBe('action extra');
    expect(roles('behavior_text,description', many(oneOf(''), chinese))).toBe('extra text');
    // A few values in the column with the surer name.
    const few = (row: number): string => (row % 10 === 0 ? 'vip' : '');
    expect(roles('action,event_name', many(few, oneOf('view', 'buy')))).toBe('extra action');
    expect(roles('action', many(oneOf('')))).toBe('action');
  });

  it('is in no column of objects, or of numbers that never come again, where another says it', () => {
    const object = (row: number): string => `{"n":${row}}`;
    const id = (row: number): string => `e-${row}-7f`;
    expect(roles('event,event_name', many(object, oneOf('view', 'buy')))).toBe('extra action');
    expect(roles('event,event_name', many(id, oneOf('view', 'buy')))).toBe('extra action');
    expect([roles('event', many(id)), doubts('event', many(id))]).toEqual(['action', ['many_actions']]);
  });
});

it('what was done is the code of an event where nothing else says it, and no number of a record', () => {
  const number = (row: number): string => `e${row}`;
  expect(roles('event_id,amount', many(oneOf('e001', 'e002', 'e017'), oneOf('3', '5')))).toBe('action extra');
  expect(roles('事件编号,金额', many(oneOf('1001', '1002'), oneOf('3', '5')))).toBe('action extra');
  expect(roles('event_id,amount', many(number, oneOf('3', '5')))).toBe('extra extra');
  expect(roles('event_id,event', many(oneOf('e001', 'e002'), oneOf('view', 'buy')))).toBe('extra action');
  expect(roles('event_id,内容', many(oneOf('e001', 'e002'), chinese))).toBe('extra text');
});

describe('what it was done with, and for how long', () => {
  it('is in a column with values where another has none', () => {
    expect(roles('action,item_id,product', many(oneOf('a', 'b'), oneOf('NULL'), oneOf('x', 'y')))).toBe(
      'action extra item',
    );
    expect(roles('action,item,sku', many(oneOf('a', 'b'), oneOf('[{"id":1}]'), oneOf('x', 'y')))).toBe(
      'action extra item',
    );
  });

  it('is a number, or a clock: a word is kept as it is', () => {
    const action = oneOf('a', 'b');
    expect(
      roles('action,duration,停留时长', many(action, oneOf('long', 'short'), oneOf('12', '03:20'))),
    ).toBe('action extra duration');
    const words = many(action, oneOf('long', 'short'));
    expect([roles('action,duration', words), doubts('action,duration', words)]).toEqual([
      'action extra',
      ['no_durations'],
    ]);
    // One that can be read is enough: the others are told in the report.
    expect(
      roles(
        'action,duration',
        many(action, (row) => (row === 3 ? '12 s' : 'soon')),
      ),
    ).toBe('action duration');
  });
});

describe('texts that were damaged before the file was written', () => {
  const twice = Buffer.from('浏览商品').toString('latin1');
  it.each([
    ['锟斤拷锟斤拷', '锟斤拷'],
    [twice, twice],
    ['cafÃ© crÃ¨me', 'thÃ©'],
    ['娴忚鍟嗗搧', '鐢ㄦ埛'],
    ['????', '?? ????'],
  ])('are told: %s', (first, second) => {
    expect(doubts('text', [[first], [second], ['浏览商品'], ['看了一眼']])).toEqual(['garbled']);
  });

  it.each(['café crème', 'São Paulo Ço', '真的?', 'why??', 'Ångström Ärger', '锛是一种金属'])(
    'are not %s',
    (text) => {
      expect(doubts('text', [[text], ['浏览商品'], ['看了一眼']])).toEqual([]);
    },
  );
});

it('a cell as long as a book is looked at in a moment', () => {
  const book = 'x'.repeat(900_000);
  const started = performance.now();
  expect(roles('event', [[book], [`${book} y`], [`{${book}}`]])).toBe('action');
  // What is not linear takes minutes; the margin is for a busy machine.
  expect(performance.now() - started).toBeLessThan(10_000);
});
