import { zoneOf } from '../times/scan-time.ts';
import { bare, normalise, simplified, UNIT } from './role-names.ts';

/** Names of the half of a date that is a time of day. */
// prettier-ignore
const CLOCKS = new Set(['time', '时间', 'hour', '小时', '时刻', 'time_of_day', 'event_hour', 'event_time', 'clock', 'servertimepretty', 'hourmin', 'hhmm', 'hhmmss', 'hour_minute', '时分', '时分秒'].map(normalise));

/** Names of the parts of an hour in columns of their own. */
const PARTS_OF_HOUR = {
  minute: /^(?:event|start)?(?:minutes?|mins?|mi)$|^分钟?$/,
  second: /^(?:event|start)?(?:seconds?|secs?)$|^秒$/,
};

/** Whether the name is one of a day that no behaviour happened on. 发生日期, 産生日 and 発生日時 are days on which one did. */
export const isBirthday = (header: string): boolean =>
  /出生|(?<![发發発产產産])生日|birth|^dob$/.test(header.normalize('NFKC').toLowerCase());
/** Whether the name is one of a time of day. */
export const isClockName = (header: string): boolean => CLOCKS.has(bare(header));
/** Whether the name is one of the minutes, or seconds, beside an hour. */
export const isPartOfHour = (header: string, part: keyof typeof PARTS_OF_HOUR): boolean =>
  PARTS_OF_HOUR[part].test(bare(header));
/** Whether the name is one of a span of time: numbers in it are no times of day. */
export const isElapsedName = (header: string): boolean =>
  /响应|耗时|停留|持续|用时|时长|elapsed|response|duration|latency|dwell|spent/.test(bare(header));
/** Whether the name is one of a time of an account, a card or a record, not of what was done. */
export const isAccountTime = (header: string): boolean =>
  /注册|开户|开卡|入会|入职|首次|最近|最后|有效期|到期|过期|截止|失效|更新时间|更新日期|修改时间|修改日期|sign.?up|regist|^(?:user|account|member|customer)created|^(?:first|last)|joined|membersince|expir|valid|updated?(?:at|time|date|on)?$|modified/.test(
    bare(header),
  );
const WHEN = '(?:time|ts|at|on|date|datetime|timestamp)?$';
/** Ends of what was done, its ways into a file, and plans. */
const ENDED_OR_RECORDED = new RegExp(
  '结束|离开|退出|登出|下线|挂机|挂断|出站|出场|交卷|完成|处理|上传|上报|接收|入库|同步|抓取|爬取|服务器|服务端|下次|预计|计划|^next' +
    '|(?:end|ended|finish(?:ed)?|complet(?:e|ed|ion)|stop(?:ped)?|leave|exit|logout|hangup|response|upload(?:ed)?|received?' +
    `|processed|server|ingest(?:ed)?|sync(?:ed)?|sent|crawl(?:ed)?|scraped|planned)${WHEN}`,
);
/** What becomes of an order, a booking or a request. */
const LATER_STAGE = new RegExp(
  '支付|付款|发货|取餐|送达|签收|收货|审批|放款|离店|退房' +
    `|(?:pay|paid|payment|ship|shipped|shipping|deliver(?:ed|y)|fulfill?ed|arriv(?:al|ed)|approv(?:al|ed)|check.?out|resolved|closed)${WHEN}`,
);
/** When a thing was there to be used. */
const PUBLISHED = new RegExp(`发布|上架|(?:publish(?:ed)?|release(?:d)?)${WHEN}`);
/** Whether the name is one of the end of what was done, or of when it came to a server or is planned to go on. */
export const isEndOrRecord = (header: string): boolean => ENDED_OR_RECORDED.test(bare(header));
/** Whether the name is one of what follows the behaviour: its end, its record, or what becomes of an order. */
export const isLaterTime = (header: string): boolean =>
  isEndOrRecord(header) || LATER_STAGE.test(bare(header));
/** How late a time of this name is looked for: those of the behaviour itself first, then those of the thing, then those that follow. */
export const latenessOf = (header: string): number =>
  isLaterTime(header) ? 2 : Number(PUBLISHED.test(bare(header)));
/** Whether the name is one of the creation of something, such as an account, or the record of a behaviour. */
export const isCreationTime = (header: string): boolean => /^creat|^创建/.test(bare(header));
/** Whether the name is one of a column of zones. */
export const isZoneName = (header: string): boolean =>
  /^(?:event|user|local|client|visitor)?(?:timezone|tz|utcoffset|gmtoffset|tzoffset|timezone(?:offset|name|id)|zone)$|时区/.test(
    normalise(header),
  );

/** Names that end as those of times do, whatever stands before: `trade_time`, `payTime`, `ts_us`, 支付时间. */
const TIME_ENDING =
  /(?:时间|时间戳|日期|时刻|日时|시간|일시|время|дата)$|(?:^|[\s_.\-/])(?:t|ts|tm|dt|dttm|time|date|datetime|timestamp|tstamp|at|epoch|unixtime|millis|utc|when|created|posted|zeit|zeitpunkt|zeitstempel|datum|fecha|hora|horodatage)(?:[\s_.-]?(?:s|sec|ms|us|ns|millis|micros|nanos|seconds|utc|gmt|hour))?$/;

/** Whether the name is one of a time by its end. */
export function isTimeName(header: string): boolean {
  const words = header
    .replace(UNIT, '')
    .normalize('NFKC')
    .replace(/([a-z])(?=[A-Z])/g, '$1_');
  return TIME_ENDING.test(simplified(words).trim().toLowerCase());
}

const BEIJING = /北京时间|中国标准时间|东八区|china standard time|beijing time/i;
const ZONE_IN_BRACKETS = /[([【]\s*([A-Z]{2,5}|[A-Za-z]+\/[A-Za-z_/+-]+)\s*[)\]】]\s*$/;

/** The zone that a header gives for its times, as it is written behind a time; null where it gives none. */
export function zoneOfHeader(header: string): string | null {
  const name = header.normalize('NFKC');
  // Not gmt_create, which is local time by a custom of databases in China.
  const match = /(?:(?<![a-z0-9])utc|\bgmt\b)(?![a-z])\s*([+-]\d{1,2}(?::?\d{2})?)?/i.exec(name);
  if (!match) {
    if (BEIJING.test(name)) return '+08:00';
    const named = ZONE_IN_BRACKETS.exec(name)?.[1];
    return named !== undefined && zoneOf(named) !== null ? named : null;
  }
  const offset = match[1];
  if (offset === undefined) return 'UTC';
  const [, sign = '+', hours = '0', minutes = '00'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(offset) ?? [];
  return `${sign}${hours.padStart(2, '0')}:${minutes}`;
}
