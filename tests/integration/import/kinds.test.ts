import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { previewImport } from '../../../src/core/import/preview.ts';
import { encodeGb18030, TestWorkspace } from './support.ts';

const SQL = `SELECT users.id || ' ' || strftime('%Y-%m-%d %H:%M:%S', time / 1000, 'unixepoch') || ' ' || coalesce(action, text)
    || coalesce(' ' || duration, '') AS line
  FROM behaviours JOIN users ON users.no = user_no ORDER BY user_no, behaviours.time, behaviours.id`;

interface Kind {
  what: string;
  content: string[] | Uint8Array;
  zone?: string;
  /** In the order of the log: user, time of the wall clock, what was done, seconds. */
  stored: string[];
  /** Line and reason of the rows that are refused. */
  refused?: string[];
  /** What the preview tells of. */
  doubts?: string[];
}

const bytes = (...parts: (string | number[] | Uint8Array)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const utf16 = (text: string): Uint8Array => bytes([0xff, 0xfe], Buffer.from(text, 'utf16le'));

/** Kinds of files that people have, other than the plain ones: each is read as a person reads it, or says what is wrong. */
const KINDS: Kind[] = [
  {
    what: 'a first line that tells Excel the delimiter',
    content: ['sep=;', 'user_id;time;action', 'k1;2025-07-01 10:00;look'],
    stored: ['k1 2025-07-01 10:00:00 look'],
  },
  {
    what: '“Unicode text” of Excel',
    content: utf16('用户ID\t时间\t行为\r\n小王\t2025/7/1 10:00\t搜索\r\n'),
    stored: ['小王 2025-07-01 10:00:00 搜索'],
  },
  {
    what: 'minutes and seconds, which is how a spreadsheet shows a time that it has lost',
    content: ['user_id,time,action', 'k1,05:12.3,look', 'k2,2025-07-01 10:00,look', 'k3,########,look'],
    stored: ['k2 2025-07-01 10:00:00 look'],
    refused: ['2 bad_time', '4 bad_time'],
  },
  {
    what: 'numbers of spreadsheets that have lost their digits',
    content: ['user_id,time,action', '5.10123E+17,2025-07-01 10:00,look', '5.10124E+17,2025-07-01 10:01,buy'],
    stored: ['5.10123E+17 2025-07-01 10:00:00 look', '5.10124E+17 2025-07-01 10:01:00 buy'],
    doubts: ['ids_scientific'],
  },
  {
    what: 'numbers of an identity card whose end a spreadsheet has rounded',
    content: ['user_id,time,action', '440101198801010000,2025-07-01 10:00,look'],
    stored: ['440101198801010000 2025-07-01 10:00:00 look'],
    doubts: ['ids_rounded'],
  },
  {
    what: 'ids that are longer than a number of JavaScript is exact',
    content: [
      'user_id,time,action',
      '9007199254740995,2025-07-01 10:00,look',
      '9007199254740996,2025-07-01 10:00,look',
    ],
    stored: ['9007199254740995 2025-07-01 10:00:00 look', '9007199254740996 2025-07-01 10:00:00 look'],
  },
  {
    what: 'seconds as floating-point numbers, one of which has lost its digits',
    content: [
      'user_id,time,action',
      'k1,1751364000.0,a',
      'k1,1.751364060E9,b',
      'k1,1751364120.5,c',
      'k1,1.75136E+12,d',
    ],
    stored: ['k1 2025-07-01 18:00:00 a', 'k1 2025-07-01 18:01:00 b', 'k1 2025-07-01 18:02:00 c'],
    refused: ['5 bad_time'],
  },
  {
    what: 'nanoseconds',
    content: ['user_id,timestamp,action', 'k1,1751364000123456789,look'],
    stored: ['k1 2025-07-01 18:00:00 look'],
  },
  {
    what: 'the hour that comes twice in autumn, in the order of the instants',
    content: [
      'user_id,time,action',
      'k1,2025-11-02T05:10:00Z,view',
      'k1,2025-11-02T05:50:00Z,cart',
      'k1,2025-11-02T06:20:00Z,buy',
    ],
    zone: 'America/New_York',
    stored: ['k1 2025-11-02 01:10:00 view', 'k1 2025-11-02 01:50:00 cart', 'k1 2025-11-02 01:59:59 buy'],
    doubts: ['import.note.repeated_hour'],
  },
  {
    what: 'dates that no calendar has, after ones that it has',
    content: [
      'user_id,time,action',
      'k1,2025-12-31 10:00,a',
      'k2,2025-13-01 10:00,b',
      'k3,2025-12-32 10:00,c',
    ],
    stored: ['k1 2025-12-31 10:00:00 a'],
    refused: ['3 bad_time', '4 bad_time'],
  },
  {
    what: 'a date, an hour with minutes, and the milliseconds that are meant',
    content: [
      'user_id,video_id,date,hourmin,time_ms,action',
      '3,7,20220421,1920,1650540000123,click',
      '3,8,20220421,1930,1650540600123,click',
    ],
    stored: ['3 2022-04-21 19:20:00 click', '3 2022-04-21 19:30:00 click'],
  },
  {
    what: 'tasks of annotators',
    content: [
      'id,text,sentiment,annotator,annotation_id,created_at,updated_at,lead_time',
      '1,nice,good,31,901,2025-07-01T10:00:00Z,2025-07-01T10:00:09Z,9.1',
      '2,poor,bad,31,902,2025-07-01T10:01:00Z,2025-07-01T10:01:09Z,8.1',
      '3,fair,ok,32,903,2025-07-01T10:02:00Z,2025-07-01T10:02:09Z,7.1',
    ],
    stored: ['31 2025-07-01 18:00:00 nice', '31 2025-07-01 18:01:00 poor', '32 2025-07-01 18:02:00 fair'],
  },
  {
    what: 'visitors of a site with a campaign and a place',
    content: ['user_id,time,event,content,location', 'k1,2025-07-01 10:00,purchase,banner-7,/pay'],
    stored: ['k1 2025-07-01 10:00:00 purchase'],
  },
  {
    what: 'ids that a spreadsheet would run as formulas',
    content: [
      'user_id,time,action',
      '+8613900000002,2025-07-01 10:00,a',
      '@li,2025-07-01 10:00,b',
      '=x,2025-07-01 10:00,c',
    ],
    stored: ['+8613900000002 2025-07-01 10:00:00 a', '@li 2025-07-01 10:00:00 b', '=x 2025-07-01 10:00:00 c'],
  },
  {
    what: 'tabs behind each value',
    content: ['用户ID\t,时间\t,行为\t', '301\t,2025-07-01 10:00\t,浏览\t', '302\t,2025-07-01 10:01\t,下单\t'],
    stored: ['301 2025-07-01 10:00:00 浏览', '302 2025-07-01 10:01:00 下单'],
  },
  {
    what: 'full-width commas',
    content: ['用户ID，时间，行为', '甲，2025-07-01 10:00，浏览'],
    stored: ['甲 2025-07-01 10:00:00 浏览'],
    doubts: ['fullwidth_commas'],
  },
  {
    what: 'decimal commas between semicolons',
    content: [
      'user_id;time;action;duration',
      'k1;2025-07-01 10:00;look;12,5',
      'k1;2025-07-01 10:01;look;1.012,25',
    ],
    stored: ['k1 2025-07-01 10:00:00 look 12.5', 'k1 2025-07-01 10:01:00 look 1012.25'],
  },
  {
    what: 'a till with amounts that look like days of a spreadsheet, and minutes',
    content: [
      '会员卡号,金额,消费日期,消费时间,消费类型,停留时长(分钟)',
      '88001,45321.5,2025-07-01,10:00:00,堂食,40',
      '88001,45329.25,2025-07-02,11:00:00,外带,5',
    ],
    stored: ['88001 2025-07-01 10:00:00 堂食 2400.0', '88001 2025-07-02 11:00:00 外带 300.0'],
  },
  {
    what: 'an export of Oracle',
    content: [
      'CUSTOMER_ID,CREATED,EVENT_TYPE',
      'C1,01-JUL-25 10.00.00.000000 AM,VIEW',
      'C1,01-JUL-25 01.00.00.000000 PM,BUY',
    ],
    stored: ['C1 2025-07-01 10:00:00 VIEW', 'C1 2025-07-01 13:00:00 BUY'],
  },
  {
    what: 'a line break of three characters, and others within quotation marks',
    content: bytes(
      'user_id,time,text\r\r\nk1,2025-07-01 10:00,"one\r\r\ntwo"\r\r\nk2,2025-07-01 10:01,three\r\r\n',
    ),
    stored: ['k1 2025-07-01 10:00:00 one two', 'k2 2025-07-01 10:01:00 three'],
  },
  {
    what: 'a byte-order mark twice, before a quotation mark',
    content: bytes(
      [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf],
      '"user_id","time","action"\n"k1","2025-07-01 10:00","look"\n',
    ),
    stored: ['k1 2025-07-01 10:00:00 look'],
  },
  {
    what: 'UTF-8 and GB18030, joined to one file',
    content: bytes(
      'user_id,time,text\nk1,2025-07-01 10:00,浏览车型\n',
      encodeGb18030('k2,2025-07-01 10:01,浏览车型\n'),
    ),
    stored: ['k1 2025-07-01 10:00:00 浏览车型'],
    refused: ['3 bad_encoding'],
  },
  {
    what: 'Western European text',
    content: Buffer.from(
      'user_id;time;text\njürgen;2025-07-01 10:00;Gerät für Küche\nrené;2025-07-01 10:01;déjà vu\n',
      'latin1',
    ),
    stored: ['jürgen 2025-07-01 10:00:00 Gerät für Küche', 'rené 2025-07-01 10:01:00 déjà vu'],
    doubts: ['encoding_guessed'],
  },
  {
    what: 'one row with a zero byte',
    content: bytes('user_id,time,action\nk1,2025-07-01 10:00,lo\0ok\nk2,2025-07-01 10:01,look\n'),
    stored: ['k2 2025-07-01 10:01:00 look'],
    refused: ['2 nul'],
  },
  {
    what: 'rows that are alike, all of them',
    content: ['user_id,time,action', 'k1,2025-07-01 10:00,look', 'k1,2025-07-01 10:00,look'],
    stored: ['k1 2025-07-01 10:00:00 look', 'k1 2025-07-01 10:00:00 look'],
  },
  {
    what: 'one time that is written otherwise than all the others',
    content: [
      'user_id,time,action',
      'k0,2025-07-01 09:05,a',
      ...Array.from({ length: 18 }, (_, at) => `k${at + 1},7/${at + 1}/2025 09:05,b`),
    ],
    stored: [
      'k0 2025-07-01 09:05:00 a',
      ...Array.from(
        { length: 18 },
        (_, at) => `k${at + 1} 2025-07-${String(at + 1).padStart(2, '0')} 09:05:00 b`,
      ),
    ],
  },
  {
    what: 'sums below the rows that have a day and a word',
    content: [
      '用户,日期,行为',
      '甲,2025-07-01 10:00,浏览',
      '合计,2025-07-31 00:00,全部',
      'Total,2025-07-31 00:00,2',
    ],
    stored: ['甲 2025-07-01 10:00:00 浏览'],
    refused: ['3 totals', '4 totals'],
  },
  {
    what: 'two exports in one file whose columns are in another order',
    content: [
      'user_id,time,action',
      'k1,2025-07-01 10:00,look',
      'action,time,user_id',
      'buy,2025-07-01 10:01,k1',
      'user_id,time,action',
      'k2,2025-07-01 10:02,look',
    ],
    stored: ['k1 2025-07-01 10:00:00 look', 'k2 2025-07-01 10:02:00 look'],
    refused: ['3 other_header', '4 other_header', '5 repeated_header'],
  },
  {
    what: 'two exports in one file whose columns are called otherwise',
    content: [
      'user_id,time,action',
      'k1,2025-07-01 10:00,look',
      'uid,timestamp,event',
      'k2,2025-07-01 10:01,buy',
    ],
    stored: ['k1 2025-07-01 10:00:00 look', 'k2 2025-07-01 10:01:00 buy'],
    refused: ['3 repeated_header'],
  },
  {
    what: 'two thousand columns',
    content: [
      `user_id,time,action,${Array.from({ length: 2000 }, (_, at) => `p${at}`).join()}`,
      `k1,2025-07-01 10:00,look,${Array.from({ length: 2000 }, (_, at) => at).join()}`,
    ],
    stored: ['k1 2025-07-01 10:00:00 look'],
  },
  {
    what: 'gzip, whatever it is called',
    content: gzipSync('user_id,time,action\nk1,2025-07-01 10:00,look\n'),
    stored: ['k1 2025-07-01 10:00:00 look'],
  },
];

describe('a kind of file that people have', () => {
  it.each(KINDS)('$what', async ({ content, zone = 'Asia/Shanghai', stored, refused = [], doubts = [] }) => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', Array.isArray(content) ? `${content.join('\n')}\n` : content);
    const preview = await previewImport({ path, kind: 'behaviours', timeZone: zone });
    expect([preview.problem, preview.encodingAsked, preview.dateOrders]).toEqual([null, false, []]);
    expect(preview.doubts.map(({ code }) => code.replace('import.doubt.', ''))).toEqual(doubts);
    const report = await workspace.import(path, 'behaviours', { timeZone: zone });
    expect(
      report.badRows.map(({ line, reason }) => `${line} ${reason.code.slice('import.row.'.length)}`),
    ).toEqual(refused);
    expect(workspace.rows(SQL).map(({ line }) => String(line).replace(/\s+/g, ' '))).toEqual(stored);
  });
});
