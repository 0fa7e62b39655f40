import { describe, expect, it } from 'vitest';
import { recogniseColumns } from '../../../src/core/import/recognise/recognise.ts';
import type { ColumnReading, RecogniseOptions } from '../../../src/core/import/recognise/recognise.ts';
import { TimeZone } from '../../../src/core/import/times/time-zone.ts';

const NOW = Date.UTC(2026, 1, 10);

/** How a file is read, given as its lines. */
function read(lines: readonly string[], patch: Partial<RecogniseOptions> = {}): ColumnReading {
  const [header = [], ...rows] = lines.map((line) => line.split(','));
  return recogniseColumns(header, rows, {
    kind: 'behaviours',
    isNamed: true,
    mayHaveDecimalCommas: false,
    zone: new TimeZone('Asia/Shanghai'),
    now: NOW,
    ...patch,
  });
}
const roles = (lines: readonly string[]): string => read(lines).roles.join(' ');
const doubts = (lines: readonly string[]): string[] => read(lines).doubts.map(({ code }) => code);

describe('who the user is', () => {
  it('is not a running number where another column names people', () => {
    expect(
      roles([
        'id,author_id,created_at,content',
        '1,a,2026-02-03 09:00,x',
        '2,a,2026-02-03 09:01,y',
        '3,b,2026-02-03 09:02,z',
      ]),
    ).toBe('extra userId time text');
  });

  it('is doubtful where there is nothing but a running number', () => {
    expect(
      doubts(['id,time,action', '1,2026-02-03 09:00,x', '2,2026-02-03 09:01,y', '3,2026-02-03 09:02,z']),
    ).toEqual(['import.doubt.every_row_a_user']);
    // Two rows of two users are no sign of anything.
    expect(doubts(['id,time,action', '1,2026-02-03 09:00,x', '2,2026-02-03 09:01,y'])).toEqual([]);
  });

  it('is a case only where cases repeat, and no visit where a column names people', () => {
    const log = (header: string, ...users: string[]): string[] => [
      header,
      ...users.map((user, at) => `${user},2026-02-03 09:0${at},x`),
    ];
    const header = 'case:concept:name,user_id,time,action';
    expect(roles(log(header, 'c1,a', 'c2,a', 'c3,b'))).toBe('extra userId time action');
    expect(roles(log(header, 'c1,a', 'c2,b', 'c1,b'))).toBe('userId extra time action');
    expect(roles(log('session_id,member_no,time,action', 's1,a', 's1,a', 's2,b'))).toBe(
      'extra userId time action',
    );
    // An id that all rows have is that of the file.
    expect(roles(log('id,from_id,time,action', '5,a', '5,b', '5,a'))).toBe('extra userId time action');
  });

  it('is beside the time of a queue, and not beside what a tracker says of an event', () => {
    const log = (header: string): string[] => [
      header,
      'u1,2026-02-03 09:00,2026-02-03 08:00,x',
      'u1,2026-02-03 09:01,2026-02-03 07:00,x',
      'u2,2026-02-03 09:02,2026-02-03 06:00,x',
    ];
    expect(roles(log('value.user_id,timestamp,value.event_time,value.action'))).toBe(
      'userId extra time action',
    );
    expect(doubts(log('value.user_id,timestamp,value.event_time,value.action'))).toEqual([
      'import.doubt.several_times',
    ]);
    expect(roles(log('properties.user_id,timestamp,properties.created_at,event'))).toBe(
      'userId time extra action',
    );
  });

  it('is the device where nobody is signed in', () => {
    expect(
      roles(['user_id,device_id,time,action', ',d1,2026-02-03 09:00,x', 'u1,d1,2026-02-03 09:01,y']),
    ).toBe('userId anonymousId time action');
    expect(
      doubts(['user_id,device_id,time,action', ',d1,2026-02-03 09:00,x', 'u1,d1,2026-02-03 09:01,y']),
    ).toEqual(['import.doubt.anonymous']);
    // A column without a value names no user; NULL is no value.
    expect(
      roles(['user_id,device_id,time,action', 'NULL,d1,2026-02-03 09:00,x', ',d1,2026-02-03 09:01,y']),
    ).toBe('extra userId time action');
    expect(roles(['user_id,device_id,time,action', 'u1,d1,2026-02-03 09:00,x'])).toBe(
      'userId extra time action',
    );
  });

  it.each([
    ['会员卡号,消费时间,消费类型', 'userId time action'],
    ['買家會員名,下單時間,操作類型', 'userId time action'],
    ['姓名,工号,打卡时间,打卡类型', 'extra userId time action'],
    ['客户姓名,手机号码,跟进时间,跟进内容', 'extra userId time text'],
    ['员工姓名,客户名称,添加时间,操作', 'extra userId time action'],
    ['Contact ID,Activity type,Activity date', 'userId action time'],
    ['Customer Email,Customer Name,Created,Event', 'userId extra time action'],
    ['{adid},{created_at},{event_name}', 'userId time action'],
    ['#account_id,#event_time,#event_name', 'userId time action'],
    ['user.id,user.name,event.name,event.at', 'userId extra action time'],
    ['payload.after.user_id,payload.ts,payload.after.action', 'userId time action'],
    // Names that only begin so.
    ['用户等级,时间,行为', 'extra time action'],
    ['customer_type,time,action', 'extra time action'],
    ['guest,time,action', 'extra time action'],
  ])('is told from what a name is made of: %s', (header, expected) => {
    const values: Record<string, string> = { userId: 'u1', time: '2026-02-03 09:05', action: 'view' };
    const row = (user: string): string =>
      expected
        .split(' ')
        .map((role) => (role === 'userId' ? user : (values[role] ?? 'x')))
        .join(',');
    expect(roles([header, row('u1'), row('u1'), row('u2')])).toBe(expected);
  });

  it('is not the ticket where every row is one, and another column names people', () => {
    expect(
      roles([
        'Ticket ID,Requester,Created at,Subject,Event',
        '1,Ann,2026-02-03 09:00,a,open',
        '2,Bob,2026-02-03 09:01,b,open',
        '3,Ann,2026-02-03 09:02,c,open',
      ]),
    ).toBe('extra userId time extra action');
  });

  it('is the visitor of the pages for those who have not signed in', () => {
    expect(
      roles([
        '访问用户ID,登录用户ID,时间,事件',
        'v1,u1,2026-02-03 09:00,x',
        'v1,,2026-02-03 09:01,y',
        'v2,u2,2026-02-03 09:02,z',
      ]),
    ).toBe('anonymousId userId time action');
  });

  it('of profiles may well be in every row', () => {
    const lines = ['id,city', '1,a', '2,b', '3,c'];
    expect(read(lines, { kind: 'profiles' })).toMatchObject({ roles: ['userId', 'profile'], doubts: [] });
  });
});

describe('ids that a program has changed', () => {
  it('lose the point of whole numbers where all have it', () => {
    const lines = ['user_id,time,action', '12345.0,2026-02-03 09:00,x', '678.0,2026-02-03 09:01,y'];
    expect(read(lines)).toMatchObject({ ids: { wholeNumbers: true } });
    expect(doubts(lines)).toEqual(['import.doubt.ids_with_point']);
    expect(read([...lines, 'v1.0,2026-02-03 09:00,x']).ids.wholeNumbers).toBe(false);
  });

  it.each([
    ['1.23457E+17', '1.23458E+17', 'import.doubt.ids_scientific'],
    ['310115199001010000', '310115199001020000', 'import.doubt.ids_rounded'],
    ['00123', '123', 'import.doubt.ids_spelled_twice'],
    ['Anna', 'anna', 'import.doubt.ids_spelled_twice'],
  ])('are told: %s, %s', (first, second, code) => {
    expect(
      doubts(['user_id,time,action', `${first},2026-02-03 09:00,x`, `${second},2026-02-03 09:01,y`]),
    ).toEqual([code]);
  });

  it('are not suspected where one of them keeps its last digits', () => {
    expect(
      doubts([
        'user_id,time,action',
        '310115199001010000,2026-02-03 09:00,x',
        '310115199001010017,2026-02-03 09:01,y',
      ]),
    ).toEqual([]);
  });
});

describe('when it happened', () => {
  it('is not the time that a user has in every row', () => {
    const lines = [
      'user_id,created_at,event,happened',
      'u1,2020-01-01 08:00:00,view,2026-02-03 09:05:00',
      'u1,2020-01-01 08:00:00,buy,2026-02-03 09:15:00',
    ];
    expect(roles(lines)).toBe('userId extra action time');
    expect(doubts(lines)).toEqual(['import.doubt.time_of_user']);
  });

  it('has a time of day where one column has', () => {
    expect(
      roles([
        'user_id,date,time_ms,action',
        'u1,2022-04-21,1650540000123,x',
        'u1,2022-04-22,1650604600123,x',
      ]),
    ).toBe('userId extra time action');
  });

  it('is a date and a time of day, joined, with the zone of the header', () => {
    const lines = ['user_id,Date,Time (UTC),action', 'u1,2026-02-03,09:05:00,x', 'u1,2026-02-03,17:45,y'];
    expect(read(lines)).toMatchObject({ roles: ['userId', 'time', 'clock', 'action'], timeSuffix: ' UTC' });
    expect(read(['user_id,event_time_utc,action', 'u1,2026-02-03 09:05:00,x']).timeSuffix).toBe(' UTC');
    expect(read(['user_id,time (UTC+8),action', 'u1,2026-02-03 09:05:00,x']).timeSuffix).toBe(' +08:00');
    expect(read(['user_id,gmt_create,action', 'u1,2026-02-03 09:05:00,x']).timeSuffix).toBe('');
    expect(roles(['user_id,date,hour,action', 'u1,2026-02-03,9,x', 'u1,2026-02-03,17,y'])).toBe(
      'userId time clock action',
    );
    // Numbers of another name are no hours.
    expect(doubts(['user_id,date,count,action', 'u1,2026-02-03,9,x', 'u1,2026-02-03,17,y'])).toEqual([
      'import.doubt.no_time_of_day',
    ]);
  });

  it('is no amount that looks like a day of a spreadsheet, or like a date without separators', () => {
    expect(
      roles([
        '用户ID,金额,消费日期,消费时间,操作',
        'u1,45321.5,2026-02-03,09:05,付款',
        'u1,45329.25,2026-02-04,10:05,退款',
      ]),
    ).toBe('userId extra time clock action');
    expect(roles(['user_id,price,day,action', 'u1,20250102,2026-02-03,x', 'u1,20240103,2026-02-04,y'])).toBe(
      'userId extra time action',
    );
    const noNames = ['#1,#2,#3,#4', 'u1,45321.5,2026-02-03 09:05,view', 'u1,45329.5,2026-02-03 09:06,buy'];
    expect(read(noNames, { isNamed: false }).roles.join(' ')).toBe('userId item time action');
  });

  it('may be a number where the name ends as that of a time does', () => {
    expect(roles(['user_id,ts_us,action', 'u1,1770109500123456,x'])).toBe('userId time action');
    expect(roles(['user_id,payTime,action', 'u1,1770109500123,x'])).toBe('userId time action');
    expect(roles(['user_id,支付时间,action', 'u1,20260203090500,x'])).toBe('userId time action');
    expect(roles(['user_id,响应时间,action', 'u1,45000,x'])).toBe('userId extra action');
  });

  it('may be in a column of any name, if it has nothing but written times', () => {
    expect(roles(['user_id,when_it_was,action', 'u1,2026-02-03 09:05,x'])).toBe('userId time action');
    expect(roles(['user_id,price,action', 'u1,1770109500,x'])).toBe('userId extra action');
    expect(roles(['user_id,timestamp,action', 'u1,yesterday,x'])).toBe('userId time action');
  });

  it('is asked for where dates can be read in two ways', () => {
    const lines = ['user_id,time,action', 'u1,3/2/2026 09:05,x', 'u1,4/2/2026 09:05,x'];
    expect(read(lines).dateOrders.map(({ order }) => order)).toEqual(['day_first', 'month_first']);
    // The time of day is found all the same.
    expect(roles(['user_id,date,time,action', 'u1,3/2/2026,09:05,x', 'u1,4/2/2026,10:05,x'])).toBe(
      'userId time clock action',
    );
    expect(read(lines, { dateOrder: 'day_first' })).toMatchObject({
      dateOrders: [],
      times: { dateOrder: 'day_first' },
    });
  });

  it('is doubtful where a spreadsheet has turned some dates', () => {
    const dates = ['13/01/2026', '14/01/2026', '01/15/2026', '03/04/2025'];
    expect(doubts(['user_id,time,action', ...dates.map((date, at) => `u${at},${date} 09:05,x`)])).toEqual([
      'import.doubt.mixed_date_orders',
    ]);
  });

  it('is doubtful where no name tells which of two columns it is', () => {
    const rows = ['u1,2026-02-03 09:05,2026-02-05 10:00,x', 'u1,2026-02-03 09:06,2026-02-06 10:00,y'];
    expect(doubts(['user_id,pay_time,ship_time,action', ...rows])).toEqual(['import.doubt.several_times']);
    expect(doubts(['user_id,created_at,ship_time,action', ...rows])).toEqual([]);
  });

  it('is doubtful where every user has one time in all rows', () => {
    const row = (user: string, minute: number): string => `${user},2026-02-03 09:0${minute},x`;
    const header = 'user_id,session_start,action';
    const all = [row('u1', 1), row('u1', 1), row('u1', 1), row('u2', 2), row('u2', 2)];
    expect(doubts([header, ...all])).toEqual(['import.doubt.one_time_a_user']);
    expect(doubts([header, ...all, row('u2', 3)])).toEqual([]);
  });

  it('is doubtful where some values name their zone and others do not', () => {
    const mixed = ['user_id,time,action', 'u1,2026-02-03T01:05:00Z,x', 'u1,2026-02-03 09:06:00,y'];
    expect(read(mixed).doubts).toEqual([
      { code: 'import.doubt.mixed_zones', params: { column: 'time', count: 1, zone: 'Asia/Shanghai' } },
    ]);
  });

  it('is no day of birth', () => {
    expect(roles(['用户ID,出生日期,事件', 'u1,1990-01-01,登录', 'u2,1991-01-01,登录'])).toBe(
      'userId extra action',
    );
  });

  it('is told where it cannot be true', () => {
    expect(doubts(['user_id,time,action', 'u1,1970-01-01 08:00,x', 'u1,2026-02-03 09:05,x'])).toEqual([
      'import.doubt.implausible_time',
    ]);
  });
});

describe('durations', () => {
  it('have the unit of their header, or of the user', () => {
    const row = 'u1,2026-02-03 09:05,x,65000';
    expect(read(['user_id,time,action,duration_ms', row]).durationUnit).toBe('milliseconds');
    expect(read(['user_id,time,action,时长（毫秒）', row]).durationUnit).toBe('milliseconds');
    expect(read(['user_id,time,action,时长(分钟)', row]).durationUnit).toBe('minutes');
    expect(read(['user_id,time,action,duration (min)', row]).durationUnit).toBe('minutes');
    expect(read(['user_id,time,action,duration_hours', row]).durationUnit).toBe('hours');
    expect(read(['user_id,time,action,duration (s)', row])).toMatchObject({
      durationUnit: 'seconds',
      doubts: [],
    });
    expect(read(['user_id,time,action,duration', row], { durationUnit: 'milliseconds' })).toMatchObject({
      durationUnit: 'milliseconds',
      doubts: [],
    });
  });

  it('that would be hours are doubtful', () => {
    expect(
      doubts(['user_id,time,action,duration', 'u1,2026-02-03 09:05,x,65000', 'u1,2026-02-03 09:06,x,30000']),
    ).toEqual(['import.doubt.long_durations']);
  });
});

describe('a table without names', () => {
  it.each([
    [
      '5001,71,3101,pv,1770109500\n5001,72,3101,buy,1770109560\n5002,71,3102,pv,1770109620',
      'userId extra item action time',
    ],
    [
      '张三,2026-02-03 09:05,浏览\n李四,2026-02-03 09:06,下单\n张三,2026-02-03 09:07,浏览',
      'userId time action',
    ],
    ['u1,2026-02-03 09:05,浏览了 哈弗H6 的详情\nu1,2026-02-03 09:06,到店 3 次', 'userId time text'],
    [
      '1,7001,view,2026-02-03 09:05\n2,7001,buy,2026-02-03 09:06\n3,7002,view,2026-02-03 09:07',
      'extra userId action time',
    ],
  ])('has the roles that its values tell: %j', (text, expected) => {
    const rows = text.split('\n').map((line) => line.split(','));
    const header = (rows[0] ?? []).map((_, column) => `#${column + 1}`);
    const options = { kind: 'behaviours', isNamed: false, mayHaveDecimalCommas: false } as const;
    const zone = new TimeZone('Asia/Shanghai');
    expect(recogniseColumns(header, rows, { ...options, zone, now: NOW }).roles.join(' ')).toBe(expected);
  });
});

it('what the user says of the columns is not changed', () => {
  const given = ['extra', 'userId', 'time', 'action'] as const;
  expect(read(['user_id,b,c,d', 'u1,x,y,z'], { roles: [...given] }).roles).toEqual(given);
});
