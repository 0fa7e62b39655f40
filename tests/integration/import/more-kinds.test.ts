import { describe, expect, it } from 'vitest';
import { previewImport } from '../../../src/core/import/preview.ts';
import { TestWorkspace } from './support.ts';

const SQL = `SELECT users.id || ' ' || strftime('%Y-%m-%d %H:%M:%S', time / 1000, 'unixepoch') || ' ' || coalesce(action, text)
    || coalesce(' ' || duration, '') AS line
  FROM behaviours JOIN users ON users.no = user_no ORDER BY user_no, behaviours.time, behaviours.id`;

interface Kind {
  what: string;
  content: string[] | Uint8Array;
  /** In the order of the log: user, time of the wall clock, what was done, seconds. */
  stored: string[];
  refused?: string[];
  /** What the preview tells of. */
  doubts?: string[];
  /** Pieces of the columns with their roles. */
  roles?: string[];
}

const cutText = (text: string): Buffer => Buffer.from(text).subarray(0, -1);
const shiftJis = Buffer.from(
  // u1: 商品を検索, u2: カートに追加
  '757365725f69642c74696d652c746578740a75312c323032352d30372d30312031303a30302c8fa4956982f08c9f8df50a75322c323032352d30372d30312031303a30312c834a815b836782c992c789c10a',
  'hex',
);
const cyrillic = Buffer.from(
  '757365725f69643b74696d653b746578740ac8e2e0ed3b323032352d30372d30312031303a30303bcff0eef1eceef2f020f2eee2e0f0e00a',
  'hex',
);

/** Enriched events of Snowplow, without a header: user id, visitor, hour, event. */
const snowplow = (...events: [user: string, visitor: string, hour: string, event: string][]): string[] =>
  events.map(([user, visitor, hour, event], at) => {
    const cells = Array.from({ length: 131 }, () => '');
    const time = `2025-07-01 ${hour}:00:00`;
    cells.splice(
      0,
      7,
      'shop',
      'web',
      `${time}.900`,
      time,
      `${time}.100`,
      event,
      `0b7a3f6e-1c2d-4e5f-8a9b-00000000000${at}`,
    );
    [cells[12], cells[15], cells[29]] = [user, visitor, 'https://shop.example/'];
    return cells.join('\t');
  });
const jsonLines = (...records: unknown[]): string[] => records.map((record) => JSON.stringify(record));

/** More kinds of files that people have: what programs of the trade write, and what people do to it. */
const KINDS: Kind[] = [
  {
    what: 'devices, times and pages of a tracker of apps',
    content: [
      '设备号,发生时间,行为类型,页面',
      'd9,2025-07-01 10:00:00,浏览,列表',
      'd9,2025-07-01 10:01:00,分享,详情',
    ],
    stored: ['d9 2025-07-01 10:00:00 浏览', 'd9 2025-07-01 10:01:00 分享'],
    roles: ['设备号=userId', '页面=item'],
  },
  {
    what: 'offsets in every spelling',
    content: [
      'user_id,time,action',
      'k1,2025-07-01T10:00:00+0800,a',
      'k1,2025-07-01 02:00:01Z,b',
      'k1,2025-07-01 10:00:02+08,c',
      'k1,2025-07-01 10:00:03 +0800 CST,d',
      'k1,2025-07-01T10:00:04.1234567+08:00[Asia/Shanghai],e',
      'k1,"Tue, 01 Jul 2025 02:00:05 GMT",f',
      'k1,2025-07-01 02:00:06 utc,g',
    ],
    stored: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((action, at) => `k1 2025-07-01 10:00:0${at} ${action}`),
  },
  {
    what: 'a date and a time of day in two columns',
    content: ['user_id,date,time,action', 'k1,2025-07-01,10:00:00,a', 'k1,2025-07-01,18:30,b'],
    stored: ['k1 2025-07-01 10:00:00 a', 'k1 2025-07-01 18:30:00 b'],
    roles: ['date=time', 'time=clock'],
  },
  {
    what: 'hours without minutes, and codes of actions',
    content: [
      'user_id,item_id,behavior_type,user_geohash,item_category,time',
      '51,7,1,,31,2025-07-01 02',
      '52,8,4,9q8y,32,2025-07-01 20',
    ],
    stored: ['51 2025-07-01 02:00:00 1', '52 2025-07-01 20:00:00 4'],
  },
  {
    what: 'seconds of nine digits beside ones of ten',
    content: ['user_id,event,movieId,timestamp', '1,rate,7,960000001', '1,rate,8,1000000001'],
    stored: ['1 2000-06-03 10:40:01 rate', '1 2001-09-09 09:46:41 rate'],
  },
  {
    what: 'Japanese text in Shift_JIS',
    content: shiftJis,
    stored: ['u1 2025-07-01 10:00:00 商品を検索', 'u2 2025-07-01 10:01:00 カートに追加'],
  },
  {
    what: 'Russian text in windows-1251',
    content: cyrillic,
    stored: ['Иван 2025-07-01 10:00:00 Просмотр товара'],
  },
  {
    what: 'Japanese text of seven bits, in ISO-2022-JP',
    content: Buffer.concat([
      Buffer.from('user_id,time,action\nu1,2025-07-01 10:00,'),
      Buffer.from('1b244238213a771b2842', 'hex'),
      Buffer.from('\nu2,2025-07-01 10:01,buy\n'),
    ]),
    stored: ['u1 2025-07-01 10:00:00 検索', 'u2 2025-07-01 10:01:00 buy'],
  },
  {
    what: 'characters that another program has lost before the file was written',
    content: ['user_id,time,text', 'k\uFFFD,2025-07-01 10:00,浏览', 'k2,2025-07-01 10:01,浏览\uFFFD页面'],
    stored: ['k\uFFFD 2025-07-01 10:00:00 浏览', 'k2 2025-07-01 10:01:00 浏览\uFFFD页面'],
    doubts: ['garbled', 'garbled'],
  },
  {
    what: 'pairs of a word and a value above the table',
    content: [
      '报表,用户行为',
      '导出人,张三',
      '导出时间,2025-07-02 10:00',
      '用户ID,时间,行为',
      'k1,2025-07-01 10:00,浏览',
      'k1,2025-07-01 10:01,下单',
    ],
    stored: ['k1 2025-07-01 10:00:00 浏览', 'k1 2025-07-01 10:01:00 下单'],
    doubts: ['titles'],
  },
  {
    what: 'a header of groups that are written out in every cell',
    content: ['用户,用户,行为,行为', 'ID,城市,时间,类型', 'k1,北京,2025-07-01 10:00,浏览'],
    stored: ['k1 2025-07-01 10:00:00 浏览'],
    doubts: ['merged_header'],
  },
  {
    what: 'no header, and actions that are called as columns are',
    content: ['5001,71,31,page,1751335200', '5001,72,31,app,1751335260', '5002,71,31,media,1751335320'],
    stored: [
      '5001 2025-07-01 10:00:00 page',
      '5001 2025-07-01 10:01:00 app',
      '5002 2025-07-01 10:02:00 media',
    ],
    doubts: ['no_header'],
  },
  {
    what: 'no header, and a last cell that is empty in most rows',
    content: [
      '1751335200123,257,view,7,',
      '1751335260123,257,addtocart,7,',
      '1751335320123,257,transaction,7,41',
      '1751335380123,258,view,8,',
    ],
    stored: [
      '257 2025-07-01 10:00:00 view',
      '257 2025-07-01 10:01:00 addtocart',
      '257 2025-07-01 10:02:00 transaction',
      '258 2025-07-01 10:03:00 view',
    ],
    doubts: ['no_header'],
  },
  {
    what: 'two columns of durations, one with its unit',
    content: ['user id,Timestamp (ms),Action Type,Duration (s),dwell_time', 'k1,1751335200000,look,12,9'],
    stored: ['k1 2025-07-01 10:00:00 look 12.0'],
    roles: ['Duration (s)=duration', 'dwell_time=extra'],
  },
  {
    what: 'the names of the columns in two languages, one below the other',
    content: ['用户ID,时间,行为', 'user_id,time,action', 'k1,2025-07-01 10:00,浏览'],
    stored: ['k1 2025-07-01 10:00:00 浏览'],
    doubts: ['second_header_line'],
  },
  {
    what: 'bars between cells',
    content: ['user_id|time|action', 'k1|2025-07-01 10:00|look, then buy'],
    stored: ['k1 2025-07-01 10:00:00 look, then buy'],
  },
  {
    what: 'user names in two scripts and things with a name and a kind',
    content: [
      'user_id,action,time,item_id,item_name,item_cate',
      'm1,view,2025-07-01 10:00:00,7,帽子,男装',
      '小陈,buy,2025-07-01 10:01:00,8,唱片,音像',
    ],
    stored: ['m1 2025-07-01 10:00:00 view', '小陈 2025-07-01 10:01:00 buy'],
    roles: ['item_id=item'],
  },
  {
    what: 'JSON in an array, called .csv',
    content: [
      '[',
      ' {"user_id":"k1","time":"2025-07-01 10:00","action":"view"},',
      ' {"user_id":"k2","time":"2025-07-01 10:01","action":"buy"}',
      ']',
    ],
    stored: ['k1 2025-07-01 10:00:00 view', 'k2 2025-07-01 10:01:00 buy'],
  },
  {
    what: 'rows that are not in the order of time',
    content: [
      'user_id,time,action',
      'k1,2025-07-01 10:02,c',
      'k1,2025-07-01 10:00,a',
      'k1,2025-07-01 10:01,b',
    ],
    stored: ['k1 2025-07-01 10:00:00 a', 'k1 2025-07-01 10:01:00 b', 'k1 2025-07-01 10:02:00 c'],
  },
  {
    what: 'clocks of twelve hours, the end of a day and a leap second',
    content: [
      'user_id,time,action',
      'k1,2025-07-01 9:05 PM,a',
      'k1,2025-07-01 24:00:00,b',
      'k1,2025/7/2 下午9:05,c',
      'k1,2025-12-31 23:59:60,d',
    ],
    stored: [
      'k1 2025-07-01 21:05:00 a',
      'k1 2025-07-02 00:00:00 b',
      'k1 2025-07-02 21:05:00 c',
      'k1 2026-01-01 00:00:00 d',
    ],
  },
  {
    what: 'line breaks in the names of columns',
    content: ['"用户', 'ID","行为', '时间","行为"', 'k1,2025-07-01 10:00,浏览'],
    stored: ['k1 2025-07-01 10:00:00 浏览'],
  },
  {
    what: 'durations that would be hours',
    content: [
      'user_id,time,action,duration',
      'k1,2025-07-01 10:00,watch,65000',
      'k1,2025-07-01 10:05,watch,30000',
    ],
    stored: ['k1 2025-07-01 10:00:00 watch 65000.0', 'k1 2025-07-01 10:05:00 watch 30000.0'],
    doubts: ['long_durations'],
  },
  {
    what: 'tabs within quotation marks',
    content: ['user_id,time,action', '"\t0042","\t2025-07-01 10:00","look"'],
    stored: ['0042 2025-07-01 10:00:00 look'],
  },
  {
    what: 'UTF-8 with texts that a program cut, below a Chinese header',
    content: Buffer.concat([
      Buffer.from('用户ID,时间,行为描述\n'),
      ...['浏览商品', '收藏商品', '加购商品'].flatMap((text, at) => [
        cutText(`k${at},2025-07-01 10:0${at},${text}`),
        Buffer.from('\n'),
      ]),
    ]),
    stored: ['浏览商\uFFFD', '收藏商\uFFFD', '加购商\uFFFD'].map(
      (text, at) => `k${at} 2025-07-01 10:0${at}:00 ${text}`,
    ),
    doubts: ['import.note.cut_texts'],
  },
  {
    what: 'enriched events of Snowplow, which have no header',
    content: snowplow(
      ['', 'v1', '10', 'page_view'],
      ['c1', 'v1', '11', 'struct'],
      ['', 'v2', '12', 'page_ping'],
    ),
    stored: [
      'v1 2025-07-01 10:00:00 page_view',
      'c1 2025-07-01 11:00:00 struct',
      'v2 2025-07-01 12:00:00 page_ping',
    ],
    roles: ['user_id=userId', 'domain_userid=anonymousId', 'collector_tstamp=time', 'event=action'],
    doubts: ['known_columns', 'anonymous'],
  },
  {
    what: 'records of a queue, which has a time of its own',
    content: jsonLines(
      {
        offset: 7,
        timestamp: 1751336400000,
        value: { user_id: 'k1', event_time: '2025-07-01 10:00:00', action: 'a' },
      },
      {
        offset: 8,
        timestamp: 1751336460000,
        value: { user_id: 'k1', event_time: '2025-07-01 10:00:30', action: 'b' },
      },
    ),
    stored: ['k1 2025-07-01 10:00:00 a', 'k1 2025-07-01 10:00:30 b'],
    roles: ['value.event_time=time', 'timestamp=extra'],
    doubts: ['several_times'],
  },
  {
    what: 'features of a map, all of one type',
    content: jsonLines(
      ...['walk', 'stop', 'walk'].map((activity, at) => ({
        type: 'Feature',
        properties: { user_id: 'k1', time: `2025-07-01 10:0${at}:00`, activity },
      })),
    ),
    stored: ['walk', 'stop', 'walk'].map((activity, at) => `k1 2025-07-01 10:0${at}:00 ${activity}`),
  },
  {
    what: 'calls of a tracker, of which few have the name of an event',
    content: jsonLines(
      ...['page', 'track', 'page', 'track', 'page'].map((type, at) => ({
        ...{ userId: 'k1', type, timestamp: `2025-07-01 10:0${at}:00` },
        ...(type === 'track' ? { event: `Product ${at}` } : {}),
      })),
    ),
    stored: ['page', 'track', 'page', 'track', 'page'].map(
      (type, at) => `k1 2025-07-01 10:0${at}:00 ${type}`,
    ),
    roles: ['type=action', 'event=extra'],
    doubts: ['sparse_action'],
  },
  {
    what: 'users and devices within objects',
    content: jsonLines(
      { event: 'a', properties: { time: 1751335200, distinct_id: 'd1', $user_id: 'k1' } },
      { event: 'b', properties: { time: 1751335260, distinct_id: 'd2' } },
    ),
    stored: ['k1 2025-07-01 10:00:00 a', 'd2 2025-07-01 10:01:00 b'],
    doubts: ['anonymous'],
  },
  {
    what: 'the id of a person within an object',
    content: ['event,person.distinct_id,timestamp', 'a,k1,2025-07-01 10:00', 'b,k1,2025-07-01 10:01'],
    stored: ['k1 2025-07-01 10:00:00 a', 'k1 2025-07-01 10:01:00 b'],
  },
  {
    what: 'ratings with the types of their columns',
    content: [
      'user_id:token\titem_id:token\trating:float\ttimestamp:float',
      '7\t242\t3\t1751335200',
      '7\t302\t4\t1751335260',
    ],
    stored: ['7 2025-07-01 10:00:00 rate', '7 2025-07-01 10:01:00 rate'],
    roles: ['item_id:token=item'],
    doubts: ['implied_action'],
  },
  {
    what: 'a process in German, with its cases and those who work on them',
    content: [
      '_CASE_KEY;ACTIVITY_DE;EVENTTIME;USER',
      'c1;anlegen;2025-07-01 10:00:00;ANNA',
      'c2;anlegen;2025-07-01 10:01:00;ANNA',
      'c1;buchen;2025-07-01 10:02:00;BEN',
    ],
    stored: [
      'c1 2025-07-01 10:00:00 anlegen',
      'c1 2025-07-01 10:02:00 buchen',
      'c2 2025-07-01 10:01:00 anlegen',
    ],
    doubts: ['case_is_user'],
  },
  {
    what: 'a log of pm4py with those who worked on a case',
    content: [
      'User,case:concept:name,concept:name,time:timestamp',
      'u1,c1,a,2025-07-01 10:00:00',
      'u1,c2,a,2025-07-01 10:01:00',
      'u2,c1,b,2025-07-01 10:02:00',
    ],
    stored: ['c1 2025-07-01 10:00:00 a', 'c1 2025-07-01 10:02:00 b', 'c2 2025-07-01 10:01:00 a'],
    roles: ['User=extra'],
    doubts: ['case_is_user'],
  },
  {
    what: 'an exploration of Google Analytics by the hour',
    content: [
      '# Free form 1',
      'App-instance ID,Event name,Date + hour (YYYYMMDDHH)',
      'k1,a,2025070110',
      'k1,b,2025070112',
    ],
    stored: ['k1 2025-07-01 10:00:00 a', 'k1 2025-07-01 12:00:00 b'],
    doubts: ['titles'],
  },
  {
    what: 'JSON with the NaN of Python, and with lines of old Macs',
    content: Buffer.from(
      [
        '{"user_id":"k1","time":"2025-07-01 10:00","action":"NaN?","x":NaN}',
        '{"user_id":"k1","time":"2025-07-01 10:01","action":"b","x":-Infinity}',
      ].join('\r'),
    ),
    stored: ['k1 2025-07-01 10:00:00 NaN?', 'k1 2025-07-01 10:01:00 b'],
  },
  {
    what: 'a chat, whose group has an id and a type of its own',
    content: [
      JSON.stringify({
        ...{ id: 5, type: 'private_group' },
        messages: ['hello to all', 'good day to you', 'where are we now'].map((text, at) => ({
          ...{
            id: at,
            type: 'message',
            date: `2025-07-01T10:0${at}:00`,
            from_id: at === 1 ? 'k2' : 'k1',
            text,
          },
        })),
      }),
    ],
    stored: [
      'k1 2025-07-01 10:00:00 hello to all',
      'k1 2025-07-01 10:02:00 where are we now',
      'k2 2025-07-01 10:01:00 good day to you',
    ],
    roles: ['id=extra', 'type=extra'],
  },
  {
    what: 'who acted, within an object, beside numbers of the records',
    content: jsonLines(
      ...['push', 'watch', 'push'].map((type, at) => ({
        ...{ id: at, type, actor: { login: 'k1' }, created_at: `2025-07-01 10:0${at}:00` },
      })),
    ),
    stored: ['push', 'watch', 'push'].map((type, at) => `k1 2025-07-01 10:0${at}:00 ${type}`),
  },
  {
    what: 'devices by the name that a tracker gives them, beside visits',
    content: [
      'session_id,acme_device_id,profile_id,event_datetime,event_name',
      's1,d1,NA,2025-07-01 10:00,a',
      's2,d1,NA,2025-07-01 10:01,b',
    ],
    stored: ['d1 2025-07-01 10:00:00 a', 'd1 2025-07-01 10:01:00 b'],
  },
  {
    what: 'times in units since 1601',
    content: ['user_id,time,action', 'k1,13395808800000000,a', 'k1,133958088600000000,b'],
    stored: ['k1 2025-07-01 10:00:00 a', 'k1 2025-07-01 10:01:00 b'],
  },
  {
    what: 'a zero byte far behind the beginning',
    content: Buffer.concat([
      Buffer.from('user_id,time,action\nk1,2025-07-01 10:00,look\n'),
      Buffer.from('k2,2025-07-01 10:01,lo\0ok\nk3,2025-07-01 10:02,look\n'),
    ]),
    stored: ['k1 2025-07-01 10:00:00 look', 'k3 2025-07-01 10:02:00 look'],
    refused: ['3 nul'],
  },
];

describe('a kind of file that people have', () => {
  it.each(KINDS)('$what', async ({ content, stored, refused = [], doubts = [], roles = [] }) => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', Array.isArray(content) ? `${content.join('\n')}\n` : content);
    const preview = await previewImport({ path, kind: 'behaviours', timeZone: 'Asia/Shanghai' });
    expect([preview.problem, preview.encodingAsked, preview.dateOrders]).toEqual([null, false, []]);
    expect(preview.doubts.map(({ code }) => code.replace('import.doubt.', ''))).toEqual(doubts);
    expect(preview.columns.map(({ name, role }) => `${name}=${role}`)).toEqual(expect.arrayContaining(roles));
    const report = await workspace.import(path);
    expect(
      report.badRows.map(({ line, reason }) => `${line} ${reason.code.slice('import.row.'.length)}`),
    ).toEqual(refused);
    expect(workspace.rows(SQL).map(({ line }) => line)).toEqual(stored);
  });
});
