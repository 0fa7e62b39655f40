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
    ['登录ID,设备标识,时间,事件', 'userId extra time action'],
    ['cust_no,event_time,operation', 'userId time action'],
    ['操作员,时间,用户操作', 'userId time action'],
    ['客户,时间,行为', 'userId time action'],
    ['author,created_utc,body', 'userId time text'],
    ['Benutzer,Zeitpunkt,Aktion', 'userId time action'],
    ['ユーザーID,日時,操作', 'userId time action'],
    ['사용자,시간,행동', 'userId time action'],
    ['姓名,工号,打卡时间,打卡类型', 'extra userId time action'],
    ['客户姓名,手机号码,跟进时间,跟进内容', 'extra userId time text'],
    ['员工姓名,客户名称,添加时间,操作', 'extra userId time action'],
    ['Contact ID,Activity type,Activity date', 'userId action time'],
    ['Customer Email,Customer Name,Created,Event', 'userId extra time action'],
    ['{adid},{created_at},{event_name}', 'userId time action'],
    ['#account_id,#event_time,#event_name', 'userId time action'],
    ['user.id,user.name,event.name,event.at', 'userId extra action time'],
    ['payload.after.user_id,payload.ts,payload.after.action', 'userId time action'],
    ['payload.customer_email,payload.ts,payload.action', 'userId time action'],
    // Hive writes the name of the table before each.
    ['ods_log.user_id,ods_log.ts,ods_log.event', 'userId time action'],
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

  it('is the person for whom it was done, not the ticket or whoever worked on it', () => {
    const log = (header: string): string[] => [
      header,
      'T1,a,k1,2026-02-03 09:00,x',
      'T1,b,k1,2026-02-03 09:01,y',
      'T2,b,k2,2026-02-03 09:02,z',
    ];
    for (const header of [
      'ticket_id,operator_id,requester_id',
      '工单号,客服,联系电话',
      'Ticket ID,Agent ID,Requester Email',
    ])
      expect(roles(log(`${header},time,action`))).toBe('extra extra userId time action');
    expect(roles(log('工单编号,客服工号,结果,时间,操作'))).toBe('userId extra extra time action');
    expect(roles(log('结果,操作员,备注,时间,操作'))).toBe('extra userId extra time action');
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

  it('may be in another column where the one that is taken has a value for each row, or one for all', () => {
    const row = (users: string, minute: number): string => `${users},2026-02-03 09:0${minute},x`;
    const phones = ['1,139', '2,139', '3,138'].map(row);
    expect(doubts(['uid,phone,time,action', ...phones])).toEqual(['import.doubt.several_users']);
    const tenants = ['acme,m1', 'acme,m2', 'acme,m1'].map(row);
    expect(doubts(['customer_id,member_id,time,action', ...tenants])).toEqual(['import.doubt.several_users']);
    expect(doubts(['uid,phone,time,action', ...['1,139', '1,139', '2,138'].map(row)])).toEqual([]);
    // Whoever keeps the records is not who they are of; people of one name are few.
    for (const name of ['创建人', 'owner_id', '销售'])
      expect(doubts([`客户编号,${name},时间,操作`, ...phones])).toEqual([]);
    const names = ['1,Ann', '2,Bob', '3,Ann', '4,Cem', '5,Dan', '6,Eva', '7,Fay'].map(row);
    expect(doubts(['uid,username,time,action', ...names])).toEqual([]);
    // A device is shared.
    expect(doubts(['uid,device_id,time,action', ...phones])).toEqual([]);
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
    ['annaSmith2@a.org', 'annasmith2@a.org', 'import.doubt.ids_spelled_twice'],
    ['User12', 'user12', 'import.doubt.ids_spelled_twice'],
    ['A12', 'Ａ１２', 'import.doubt.ids_spelled_twice'],
    ['k1\u200b', 'k1', 'import.doubt.ids_spelled_twice'],
    ['+8613900000001', '139-0000-0001', 'import.doubt.ids_spelled_twice'],
    ['{A1B2-03}', 'a1b2-03', 'import.doubt.ids_spelled_twice'],
    ['12.00', '12', 'import.doubt.ids_spelled_twice'],
    ['1234567890123456800', '1234567890123457000', 'import.doubt.ids_rounded'],
    ['3-Jan', '5-Feb', 'import.doubt.ids_dates'],
  ])('are told: %s, %s', (first, second, code) => {
    expect(
      doubts(['user_id,time,action', `${first},2026-02-03 09:00,x`, `${second},2026-02-03 09:01,y`]),
    ).toEqual([code]);
  });

  it.each([
    ['aB3x', 'AB3X'],
    ['dQw4w9WgXcQ', 'dqw4w9wgxcq'],
    ['aBcD', 'abcd'],
  ])(
    'are no spellings of each other where the case of letters is part of a code: %s, %s',
    (first, second) => {
      const lines = ['user_id,time,action', `${first},2026-02-03 09:00,x`, `${second},2026-02-03 09:01,y`];
      expect(doubts(lines)).toEqual([]);
    },
  );

  it('of sixteen digits may end in a zero by chance', () => {
    const log = (...users: string[]): string[] => [
      'user_id,time,action',
      ...users.map((user, at) => `${user},2026-02-03 09:0${at},x`),
    ];
    expect(doubts(log('6222124241631540', '6222124241631550'))).toEqual([]);
    expect(doubts(log('6222124241631540', '6222124241631550', '6222124241631670'))).toEqual([
      'import.doubt.ids_rounded',
    ]);
  });

  it('are told where a comma is the decimal sign', () => {
    const rows = [['1,23457E+17', '2026-02-03 09:00', 'x']];
    const options = { kind: 'behaviours', isNamed: true, mayHaveDecimalCommas: true } as const;
    const zone = new TimeZone('Asia/Shanghai');
    const { doubts: told } = recogniseColumns(['user_id', 'time', 'action'], rows, {
      ...options,
      zone,
      now: NOW,
    });
    expect(told.map(({ code }) => code)).toEqual(['import.doubt.ids_scientific']);
  });

  it.each(['unknown', 'Guest', '游客', '00000000-0000-0000-0000-000000000000', '-1', '??', '########'])(
    'are told where %s stands for nobody in several rows',
    (id) => {
      const row = (user: string, minute: number): string => `${user},2026-02-03 09:0${minute},x`;
      const header = 'user_id,time,action';
      expect(doubts([header, row(id, 0), row(id, 1), row('k1', 2)])).toEqual([
        'import.doubt.placeholder_user',
      ]);
      expect(doubts([header, row(id, 0), row('k2', 1), row('k1', 2)])).toEqual([]);
    },
  );

  it('may be 0, unless most rows are theirs', () => {
    const rows = (users: string[]): string[] => users.map((user, at) => `${user},2026-02-03 09:0${at},x`);
    expect(doubts(['user_id,time,action', ...rows(['0', '0', '1', '1', '2'])])).toEqual([]);
    expect(doubts(['user_id,time,action', ...rows(['0', '0', '0', '0', '1', '2', '2'])])).toEqual([
      'import.doubt.placeholder_user',
    ]);
    // The first of users that a program has numbered.
    expect(doubts(['user_id,time,action', ...rows(['0', '0', '0', '0', '1', '2', '3', '4', '4'])])).toEqual(
      [],
    );
    expect(doubts(['user_id,time,action', ...rows(['0', '0', '0', '0', '1', '2', '3', '7', '7'])])).toEqual([
      'import.doubt.placeholder_user',
    ]);
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

  it.each([
    ['交易日期,交易时间', '20260203,93005', '20260204,143000', 'hhmmss'],
    ['date,hourmin', '2026-02-03,905', '2026-02-03,1920', 'hhmm'],
    ['date,time', '2026-02-03,1899-12-30 09:05:00', '2026-02-03,1899-12-30 18:00:00', 'dated'],
    ['date,time', '2026-02-03,0.375', '2026-02-03,0.5', 'fraction'],
    ['visit_date,visit_time', '2026-02-03 00:00:00,09:05', '2026-02-04 00:00:00,10:05', 'written'],
  ])('is a date and a time of day in another spelling: %s as %s', (names, first, second, style) => {
    const lines = [`user_id,${names},action`, `u1,${first},x`, `u1,${second},y`];
    expect(read(lines)).toMatchObject({
      roles: ['userId', 'time', 'clock', 'action'],
      clock: { style },
      doubts: [],
    });
  });

  it('is a date, an hour, a minute and a second', () => {
    const lines = [
      'user_id,date,hour,minute,second,action',
      'u1,2026-02-03,9,5,7,x',
      'u1,2026-02-03,17,30,0,y',
    ];
    expect(read(lines).clock).toEqual({ style: 'written', minutes: 3, seconds: 4 });
  });

  it('is no number of another name that could be a time of day', () => {
    const lines = ['user_id,date,响应时间,action', 'u1,2026-02-03,93005,x', 'u1,2026-02-04,143000,y'];
    expect(roles(lines)).toBe('userId time extra action');
  });

  it('is told where numbers are times of the last century, as they may count from 2001', () => {
    expect(doubts(['user_id,time,action', 'u1,791823600,x', 'u1,791827211,y'])).toEqual([
      'import.doubt.old_instants',
    ]);
    expect(doubts(['user_id,time,action', 'u1,978300760,x', 'u1,978302109,y'])).toEqual([]);
    expect(doubts(['user_id,time,action', 'u1,1995-02-03 09:00,x', 'u1,1995-02-03 10:05,y'])).toEqual([]);
  });

  it('has no time of day where all are midnight, and is told where all have the same one', () => {
    const rows = (clock: string): string[] =>
      [1, 2, 3, 4, 5].map((day) => `u${day},2026-02-0${day}${clock},x`);
    expect(doubts(['user_id,time,action', ...rows(' 00:00:00')])).toEqual(['import.doubt.no_time_of_day']);
    expect(doubts(['user_id,time,action', ...rows(' 08:00:00')])).toEqual(['import.doubt.one_time_of_day']);
    expect(doubts(['user_id,time,action', ...rows('T00:00:00Z')])).toEqual(['import.doubt.one_time_of_day']);
    expect(doubts(['user_id,time,action', 'u1,1770076800,x', 'u1,1770163200,y'])).toEqual([
      'import.doubt.one_time_of_day',
    ]);
  });

  it.each([
    ['time (PST)', ' PST'],
    ['时间（北京时间）', ' +08:00'],
    ['time [America/New_York]', ' America/New_York'],
    ['time [Nowhere/Here]', ''],
    ['time (s)', ''],
    ['time (est)', ''],
  ])('has the zone of its header: %s', (name, suffix) => {
    expect(read([`user_id,${name},action`, 'u1,2026-02-03 09:05:00,x']).timeSuffix).toBe(suffix);
  });

  it('is doubtful beside a column of zones, where it names none', () => {
    const row = (time: string, zone: string): string[] => [
      'user_id,time,timezone,action',
      `u1,${time},${zone},x`,
    ];
    expect(doubts(row('2026-02-03 09:05', 'America/New_York'))).toEqual(['import.doubt.zone_column']);
    expect(doubts(row('2026-02-03 09:05', '-05:00'))).toEqual(['import.doubt.zone_column']);
    expect(doubts(row('2026-02-03 09:05', 'Asia/Shanghai'))).toEqual([]);
    for (const same of ['+08:00', 'GMT+8', 'UTC+08:00', 'Asia/Chongqing'])
      expect(doubts(row('2026-02-03 09:05', same))).toEqual([]);
    // London has the time of UTC in winter only.
    const zone = new TimeZone('Europe/London');
    expect(read(row('2026-02-03 09:05', 'UTC'), { zone }).doubts).toHaveLength(1);
    expect(doubts(row('2026-02-03T09:05:00Z', 'America/New_York'))).toEqual([]);
  });

  it('is not the time of the account, the card or the copy, with one row a user either', () => {
    const row = (user: string, first: string): string =>
      `${user},${first},2026-02-03 09:0${user.slice(1)}:00,x`;
    for (const name of ['register_time', '注册时间', 'first_seen', '有效期至', 'update_time'])
      expect(
        roles([
          `user_id,${name},visit_time,action`,
          row('u1', '2020-01-01 08:00:00'),
          row('u2', '2027-01-01 08:10:00'),
        ]),
      ).toBe('userId extra time action');
    const copied = ['u1', 'u2', 'u3'].map((user) => row(user, '2026-02-05 03:00:00'));
    expect(roles(['user_id,created_at,click_time,action', ...copied])).toBe('userId extra time action');
    const open = [row('u1', '2020-01-01 08:00:00'), row('u2', '2021-01-01 08:00:00')];
    expect(doubts(['user_id,created_at,click_time,action', ...open])).toEqual(['import.doubt.several_times']);
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
    for (const name of ['created_utc', 'event_dttm', 'dt_hour', 'Zeitpunkt', '发生日期'])
      expect(roles([`user_id,${name},action`, 'u1,1770109500,x'])).toBe('userId time action');
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

  it('is that of the beginning beside that of an end, a record, or what becomes of an order', () => {
    const rows = ['u1,2026-02-03 09:05,2026-02-03 10:00,x', 'u1,2026-02-03 09:06,2026-02-03 11:00,y'];
    for (const header of [
      'user_id,start_time,end_time,action',
      '用户,开始时间,结束时间,行为',
      'uid,client_ts,server_ts,event',
      '用户ID,采集时间,上传时间,事件',
      '用户ID,下单时间,支付时间,事件',
      'user_id,order_time,ship_time,event',
      '客户编号,沟通时间,下次沟通时间,操作',
      '手机号,进站时间,出站时间,事件',
    ]) {
      expect(read([header, ...rows])).toMatchObject({
        roles: ['userId', 'time', 'extra', 'action'],
        doubts: [],
      });
      const [user = '', first = '', second = '', action = ''] = header.split(',');
      const turned = rows.map((row) => row.replace(/,(.*?),(.*?),/, ',$2,$1,'));
      expect(read([[user, second, first, action].join(','), ...turned])).toMatchObject({
        roles: ['userId', 'extra', 'time', 'action'],
        doubts: [],
      });
    }
    // That of the thing is before the behaviour.
    expect(roles(['uid,publish_time,click_time,event', ...rows])).toBe('userId extra time action');
    // The names say so, and the values do not.
    expect(doubts(['user_id,visit_time,pay_time,action', 'u1,2026-02-03 09:05,2026-02-01 10:00,x'])).toEqual([
      'import.doubt.several_times',
    ]);
    // What was created may be the account, which was there before anything was paid.
    expect(doubts(['user_id,created_at,pay_time,action', 'u1,2026-02-03 09:05,2026-02-03 10:00,x'])).toEqual([
      'import.doubt.several_times',
    ]);
    expect(
      doubts(['user_id,created_at,processed_at,action', 'u1,2026-02-03 09:05,2026-02-03 10:00,x']),
    ).toEqual([]);
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
    expect(roles(['ユーザーID,生年月日,発生日時,イベント', 'u1,1990/01/01,2026/2/3 9:05:01,購入'])).toBe(
      'userId extra time action',
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
    for (const [name, unit] of [
      ['duration_us', 'microseconds'],
      ['时长(微秒)', 'microseconds'],
      ['duration_nanoseconds', 'nanoseconds'],
      ['时长（纳秒）', 'nanoseconds'],
      ['durationMs', 'milliseconds'],
      ['time_spent_ms', 'milliseconds'],
      ['停留毫秒', 'milliseconds'],
      ['观看时长_分', 'minutes'],
      ['时长(天)', 'days'],
      ['dwell_time_sec', 'seconds'],
    ])
      expect(read([`user_id,time,action,${name}`, row])).toMatchObject({
        roles: ['userId', 'time', 'action', 'duration'],
        durationUnit: unit,
        doubts: [],
      });
    expect(read(['user_id,time,action,duration (s)', row])).toMatchObject({
      durationUnit: 'seconds',
      doubts: [],
    });
    expect(read(['user_id,time,action,duration', row], { durationUnit: 'milliseconds' })).toMatchObject({
      durationUnit: 'milliseconds',
      doubts: [],
    });
  });

  it('that do not end before the next row of their user may be milliseconds', () => {
    const rows = (...durations: number[]): string[] =>
      durations.map((duration, at) => `u1,2026-02-03 09:0${at},x,${duration}`);
    const header = 'user_id,time,action,duration';
    expect(doubts([header, ...rows(3512, 1233, 876)])).toEqual(['import.doubt.long_durations']);
    expect(doubts([header, ...rows(35, 12, 8)])).toEqual([]);
    const hourly = [1800, 1500, 900].map((duration, at) => `u1,2026-02-03 0${at}:00,x,${duration}`);
    expect(doubts([header, ...hourly])).toEqual([]);
    // No user has two rows.
    const single = [3512, 1233, 4876].map((duration, at) => `u${at},2026-02-03 09:0${at},x,${duration}`);
    expect(doubts([header, ...single])).toEqual(['import.doubt.long_durations']);
  });

  it('that are negative are told', () => {
    const lines = ['user_id,time,action,duration', 'u1,2026-02-03 09:05,x,-5', 'u1,2026-02-03 09:06,x,5'];
    expect(doubts(lines)).toEqual(['import.doubt.negative_durations']);
  });

  it('have a decimal comma where one is clear, whatever stands between cells', () => {
    const table = (...durations: string[]): string[][] =>
      durations.map((duration) => ['u1', '2026-02-03 09:05', 'x', duration]);
    const of = (rows: string[][]): boolean =>
      recogniseColumns(['user_id', 'time', 'action', 'duration'], rows, {
        kind: 'behaviours',
        isNamed: true,
        mayHaveDecimalCommas: false,
        zone: new TimeZone('Asia/Shanghai'),
        now: NOW,
      }).hasDecimalCommas;
    expect([of(table('12,5', '1,234')), of(table('1,234', '2,345'))]).toEqual([true, false]);
  });

  it('with a decimal comma are told where it may also stand between thousands', () => {
    const told = (...durations: string[]): number =>
      recogniseColumns(
        ['user_id', 'time', 'action', 'duration'],
        durations.map((duration) => ['u1', '2026-02-03 09:05', 'x', duration]),
        {
          kind: 'behaviours',
          isNamed: true,
          mayHaveDecimalCommas: true,
          zone: new TimeZone('Asia/Shanghai'),
          now: NOW,
        },
      ).doubts.length;
    expect([told('12,5', '1.012,25', '0,750'), told('12,5', '1,234')]).toEqual([0, 1]);
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
