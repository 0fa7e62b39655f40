import { describe, expect, it } from 'vitest';
import { TestWorkspace } from './support.ts';

/** Files in the shapes that programs write, and what must be stored of them: user, time, what was done, seconds. */
const FILES: { what: string; lines: string[]; stored: string[]; refused?: number; texts?: true }[] = [
  {
    what: 'spreadsheet days, and dates without separators',
    lines: ['uid,time,action', 'a,45662.5,view', 'a,20250106,view', 'a,20250107090500,view'],
    stored: ['a 2025-01-05 12:00:00 view', 'a 2025-01-06 00:00:00 view', 'a 2025-01-07 09:05:00 view'],
  },
  {
    what: 'dates with an hour in ten digits',
    lines: ['uid,time,action', 'a,2019030509,view', 'a,2019030523,buy'],
    stored: ['a 2019-03-05 09:00:00 view', 'a 2019-03-05 23:00:00 buy'],
  },
  {
    what: 'Chinese times of day',
    lines: [
      '用户ID,时间,行为',
      '甲,2025年3月5日 下午3时20分,浏览',
      '甲,2025/3/5 上午9:05,收藏',
      '甲,2025年3月6日 星期四 9:05,下单',
    ],
    stored: ['甲 2025-03-05 09:05:00 收藏', '甲 2025-03-05 15:20:00 浏览', '甲 2025-03-06 09:05:00 下单'],
  },
  {
    what: 'American dates, told by one of them',
    lines: ['uid,time,action', 'a,3/5/2025 9:05 PM,view', 'a,3/25/2025 12:05 AM,buy'],
    stored: ['a 2025-03-05 21:05:00 view', 'a 2025-03-25 00:05:00 buy'],
  },
  {
    what: 'a date and a time of day in UTC',
    lines: ['uid,Date,Time (UTC),action', 'a,2025-03-05,09:05:00,view', 'a,2025-03-05,23:45:00,buy'],
    stored: ['a 2025-03-05 17:05:00 view', 'a 2025-03-06 07:45:00 buy'],
  },
  {
    what: 'days at midnight with a time of day',
    lines: [
      'uid,day,clock,action',
      'a,2025-03-05 00:00:00,1900-01-01 09:05:00,view',
      'a,2025-03-05 00:00:00,1900-01-01 18:05:00,buy',
    ],
    stored: ['a 2025-03-05 09:05:00 view', 'a 2025-03-05 18:05:00 buy'],
  },
  {
    what: 'days and times of day as numbers of a spreadsheet',
    lines: ['uid,date,time,action', 'a,45721,0.378472,view', 'a,45721,0.5,buy'],
    stored: ['a 2025-03-05 09:05:00 view', 'a 2025-03-05 12:00:00 buy'],
  },
  {
    what: 'a time of day as digits that have lost a zero',
    lines: [
      '账号,交易日期,交易时间,交易类型',
      'A1,20250305,90507,转账',
      'A1,20250305,183000,取现',
      'A1,20250306,1,存入',
    ],
    stored: ['A1 2025-03-05 09:05:07 转账', 'A1 2025-03-05 18:30:00 取现', 'A1 2025-03-06 00:00:01 存入'],
  },
  {
    what: 'a date, an hour and a minute',
    lines: ['uid,date,hour,minute,action', 'a,2025-03-05,9,5,view', 'a,2025-03-05,18,30,buy'],
    stored: ['a 2025-03-05 09:05:00 view', 'a 2025-03-05 18:30:00 buy'],
  },
  {
    what: 'microseconds beside a date and a visitor instead of a user',
    lines: [
      'event_date,event_timestamp,event_name,user_pseudo_id',
      '20250305,1741136700123456,page_view,9.1',
      '20250305,1741136760123456,purchase,9.1',
    ],
    stored: ['9.1 2025-03-05 09:05:00 page_view', '9.1 2025-03-05 09:06:00 purchase'],
  },
  {
    what: 'visitors that are signed in later',
    lines: [
      'device_id,user_id,event_type,event_time',
      'd1,,open,2025-03-05 09:05:00',
      'd1,u1,buy,2025-03-05 09:06:00',
      ',,open,2025-03-05 09:07:00',
    ],
    stored: ['d1 2025-03-05 09:05:00 open', 'u1 2025-03-05 09:06:00 buy'],
    refused: 1,
  },
  {
    what: 'the sign-up of an account beside the time of the event',
    lines: [
      'user_id,created_at,event,event_at',
      'u1,2019-01-01 00:00:00,view,2025-03-05 09:05:00',
      'u1,2019-01-01 00:00:00,buy,2025-03-05 09:15:00',
    ],
    stored: ['u1 2025-03-05 09:05:00 view', 'u1 2025-03-05 09:15:00 buy'],
  },
  {
    what: 'a number of the row beside the author',
    lines: [
      'id,author_id,created_at,content',
      '7,li,2025-03-05 09:05:00,看车',
      '8,li,2025-03-05 09:06:00,下单',
      '9,wu,2025-03-05 09:07:00,看车',
    ],
    stored: ['li 2025-03-05 09:05:00 看车', 'li 2025-03-05 09:06:00 下单', 'wu 2025-03-05 09:07:00 看车'],
  },
  {
    what: 'sentences in a column that is called as actions are',
    lines: [
      '用户ID,时间,行为',
      '甲,2025-03-05 09:05:00,在汽车之家看了哈弗H6的评测，停留 12 秒',
      '甲,2025-03-05 09:15:00,向经销商询问了坦克300的价格，没有下单',
    ],
    stored: [
      '甲 2025-03-05 09:05:00 在汽车之家看了哈弗H6的评测，停留 12 秒',
      '甲 2025-03-05 09:15:00 向经销商询问了坦克300的价格，没有下单',
    ],
    texts: true,
  },
  {
    what: 'an empty column beside the one that says what was done',
    lines: [
      'user_id,event_time,action,event_name',
      'u1,2025-03-05 09:05:00,NULL,view',
      'u1,2025-03-05 09:06:00,NULL,buy',
    ],
    stored: ['u1 2025-03-05 09:05:00 view', 'u1 2025-03-05 09:06:00 buy'],
  },
  {
    what: 'empty values as programs write them',
    lines: [
      'user_id,time,action,item',
      'NULL,2025-03-05 09:05:00,view,A',
      '\\N,2025-03-05 09:05:00,view,A',
      '(not set),2025-03-05 09:05:00,view,A',
      'NA,2025-03-05 09:05:00,view,A',
      '[NULL],2025-03-05 09:05:00,view,A',
      '#REF!,2025-03-05 09:05:00,view,A',
      '(空白),2025-03-05 09:05:00,view,A',
      'u1,2025-03-05 09:05:00,view,nan',
    ],
    stored: ['u1 2025-03-05 09:05:00 view'],
    refused: 7,
  },
  {
    what: 'a bill with a mark before every cell',
    lines: [
      '`交易时间,`用户标识,`交易类型',
      '`2025-03-05 09:05:00,`oX1,`APP',
      '`2025-03-05 09:06:00,`oX2,`JSAPI',
    ],
    stored: ['oX1 2025-03-05 09:05:00 APP', 'oX2 2025-03-05 09:06:00 JSAPI'],
  },
  {
    what: 'ids that a spreadsheet protects',
    lines: [
      'user_id,time,action',
      '="0042",2025-03-05 09:05:00,view',
      "'0042,2025-03-05 09:06:00,view",
      '0042,2025-03-05 09:07:00,buy',
    ],
    stored: [
      '0042 2025-03-05 09:05:00 view',
      '0042 2025-03-05 09:06:00 view',
      '0042 2025-03-05 09:07:00 buy',
    ],
  },
  {
    what: 'whole numbers with a point',
    lines: [',user_id,time,action', '0,42.0,2025-03-05 09:05:00,view', '1,7.0,2025-03-05 09:06:00,view'],
    stored: ['42 2025-03-05 09:05:00 view', '7 2025-03-05 09:06:00 view'],
  },
  {
    what: 'durations in milliseconds',
    lines: ['user id,Timestamp (ms),Action Type,Duration (ms)', 'u1,1741136700000,view,12500'],
    stored: ['u1 2025-03-05 09:05:00 view 12.5'],
  },
  {
    what: 'sessions with clicks',
    lines: ['session,aid,ts,type', '51,7,1741136700,clicks', '51,8,1741136760,orders'],
    stored: ['51 2025-03-05 09:05:00 clicks', '51 2025-03-05 09:06:00 orders'],
  },
  {
    what: 'cases of a process',
    lines: [
      '_CASE_KEY,ACTIVITY_EN,EVENTTIME,_SORTING',
      '31,Create order,2025-03-05T09:05:00.000+08:00,1',
      '31,Ship,2025-03-05T10:05:00.000+08:00,2',
    ],
    stored: ['31 2025-03-05 09:05:00 Create order', '31 2025-03-05 10:05:00 Ship'],
  },
];

describe('a file is read as a person reads it', () => {
  it.each(FILES)('$what', async ({ lines, stored, refused = 0, texts = false }) => {
    const workspace = new TestWorkspace();
    const report = await workspace.import(workspace.file('log.csv', `${lines.join('\n')}\n`));
    expect(report.badRowCount).toBe(refused);
    if (texts) {
      expect(workspace.rows('SELECT count(text) AS texts, count(action) AS actions FROM behaviours')).toEqual(
        [{ texts: stored.length, actions: 0 }],
      );
    }
    const rows = workspace.rows(
      `SELECT users.id AS user, time, coalesce(action, text) AS what, duration
       FROM behaviours JOIN users ON users.no = user_no ORDER BY user_no, time, behaviours.id`,
    );
    const lineOf = ({ user, time, what, duration }: Record<string, unknown>): string =>
      [user, new Date(Number(time)).toISOString().slice(0, 19).replace('T', ' '), what, duration]
        .filter((value) => value !== null)
        .join(' ');
    expect(rows.map(lineOf).sort()).toEqual([...stored].sort());
  });
});

it('dates that can be read in two ways are not imported until somebody says which', async () => {
  const workspace = new TestWorkspace();
  const path = workspace.file('log.csv', 'uid,time,action\na,3/5/2025,view\na,4/5/2025,view\n');
  const before = workspace.dump();
  await expect(workspace.import(path)).rejects.toMatchObject({
    code: 'import.undecided_dates',
    params: { example: '3/5/2025', first: '2025-05-03', second: '2025-03-05' },
  });
  expect(workspace.dump()).toEqual(before);
  await workspace.import(path, 'behaviours', { dateOrder: 'month_first' });
  expect(workspace.rows('SELECT min(time) AS time FROM behaviours')).toEqual([
    { time: Date.UTC(2025, 2, 5) },
  ]);
});

it('a file with too many rows that cannot be used changes nothing', async () => {
  const workspace = new TestWorkspace();
  const path = workspace.file('log.csv', 'uid,time,action\na,2025-03-05,view\na,soon,view\na,later,view\n');
  const before = workspace.dump();
  await expect(workspace.import(path, 'behaviours', { mostRefused: 0.5 })).rejects.toMatchObject({
    code: 'import.mostly_refused',
    params: { rows: 3, count: 2, line: 3 },
  });
  expect(workspace.dump()).toEqual(before);
  expect((await workspace.import(path)).rowsAdded).toBe(1);
});
