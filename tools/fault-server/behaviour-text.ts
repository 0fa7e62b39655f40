/** What a competent model understands from the text of one behaviour. */
export interface Reading {
  /** Type of the event it belongs to. */
  type: string;
  conversion: boolean;
  /** What it is about; empty when the text names nothing. */
  thing: string;
  fields: Record<string, string>;
  /** Milliseconds it lasted. */
  durationMs: number;
}

/** Type of the events of behaviours that the prompt does not describe. */
export const UNKNOWN_TYPE = '未知行为';
const OTHER_TYPE = '其他行为';

const TYPES = new Map(
  Object.entries({
    浏览: ['browse', 'view', 'view_item', 'page_view', 'pv', 'read', '浏览', '查看', '阅读'],
    搜索: ['search', 'query', '搜索', '查询'],
    点击: ['click', 'tap', '点击'],
    对比: ['compare', '对比', '比较'],
    使用应用: ['use_app', 'app_use', 'open_app', 'app_open', '使用', '打开'],
    到访: ['visit_poi', 'visit', 'check_in', '到访', '到达', '前往'],
    观看: ['watch', 'play', '观看', '播放'],
    收藏: ['favourite', 'favorite', 'collect', '收藏'],
    点赞: ['like', '点赞'],
    评论: ['comment', 'review', '评论'],
    分享: ['share', 'forward', '分享'],
    咨询: ['consult', 'enquiry', 'inquiry', '咨询'],
    预约: ['book', 'reserve', 'appointment', '预约'],
    试驾: ['test_drive', '试驾'],
    登录: ['login', '登录'],
  }).flatMap(([type, words]) => words.map((word): [string, string] => [word, type])),
);

const FIELD = /(?:^|\s)([^\s=]+)=(.*?)(?=\s[^\s=]+=|$)/gs;
const DURATION = /(?:^|\s)(\d+(?:\.\d+)?)s$/;
const DEALER = /4s店|经销商/i;
const THINGS = ['item', 'poi', 'app', 'media', 'text'];

/** Free texts that describe a conversion, and the words that negate it. */
const TOLD: { type: string; says: RegExp; about?: RegExp; unless: RegExp }[] = [
  {
    type: '购买',
    says: /^(购买|下单|支付成功|付款成功|purchased |bought )/i,
    unless:
      /购买(意[向愿图]|计划|需求|咨询|攻略|指南|建议|须知|条件|方式|渠道|价格|流程|记录查|页|按钮|链接|入口|前)|下单(页|流程|按钮|前)|失败|取消|未(支付|付款|完成|成功)/,
  },
  {
    type: '加购',
    says: /^(加购|加入购物车|加入了购物车|添加到购物车|放入购物车|added to cart)/i,
    unless: /加购(页|按钮|率|流程)|失败|取消|未成功/,
  },
  {
    type: '到店',
    says: /^(到店|到访|到达|抵达|进店)/,
    about: DEALER,
    unless: /官网|网站|网页|页面|小程序|直播间|线上|到店(预约|礼|意向)|取消|失败/,
  },
];

/** The texts of a log repeat; parsing one costs more than the rest of a request. */
const readings = new Map<string, Reading>();
const MAX_READINGS = 20_000;

/** Reads the text of a behaviour: `action name=value … 129s`, or free text. */
export function readBehaviour(text: string): Reading {
  const known = readings.get(text);
  if (known) return known;
  const reading = read(text);
  if (readings.size >= MAX_READINGS) readings.clear();
  readings.set(text, reading);
  return reading;
}

function read(text: string): Reading {
  const durationMs = Number(DURATION.exec(text)?.[1] ?? 0) * 1000;
  const said = text.replace(DURATION, '').trim();
  if (said === '') return { type: UNKNOWN_TYPE, conversion: false, thing: '', fields: {}, durationMs };
  const fields: Record<string, string> = {};
  for (const [, name = '', value = ''] of said.matchAll(FIELD)) {
    fields[name] = value.replace(DURATION, '').trim();
  }
  const head = said.split(/\s(?=[^\s=]+=)/, 1)[0] ?? '';
  const { type, conversion } = typeOf(head, fields);
  const named = THINGS.map((name) => fields[name]).find((value) => value);
  return { type, conversion, thing: named ?? head, fields, durationMs };
}

function typeOf(head: string, fields: Record<string, string>): { type: string; conversion: boolean } {
  const action = (head.split(/\s/, 1)[0] ?? '').toLowerCase();
  if (action === 'purchase') return { type: '购买', conversion: true };
  if (action === 'add_cart' || action === 'add_to_cart') return { type: '加购', conversion: true };
  if (action === 'visit_poi' && DEALER.test(fields['poi'] ?? '')) return { type: '到店', conversion: true };
  const told = TOLD.find(
    ({ says, about, unless }) => says.test(head) && !unless.test(head) && (about?.test(head) ?? true),
  );
  if (told) return { type: told.type, conversion: true };
  const known =
    TYPES.get(action) ?? [...TYPES].find(([word]) => !isAscii(word) && head.startsWith(word))?.[1];
  if (known) return { type: known, conversion: false };
  const nameable = action !== '' && isAscii(action);
  return { type: nameable ? (head.split(/\s/, 1)[0] ?? '') : OTHER_TYPE, conversion: false };
}

function isAscii(word: string): boolean {
  return /^[\x21-\x7e]*$/.test(word);
}
