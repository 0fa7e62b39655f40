import type { ColumnRole, DurationUnit, ImportKind } from '../../../shared/import.ts';

/** Roles that at most one column can have. */
export type SingleRole = Exclude<ColumnRole, 'profile' | 'extra' | 'ignore'>;

/** Traditional characters of names of columns, and the simplified ones for them. */
const TRADITIONAL =
  '戶時間為動會員設備編號標識發類別內數據頁連結點擊購買長續應稱場門體產對車話機帳訪問鏈題單';
const SIMPLIFIED = '户时间为动会员设备编号标识发类别内数据页连结点击购买长续应称场门体产对车话机账访问链题单';
const TO_SIMPLIFIED = new Map([...TRADITIONAL].map((character, at) => [character, SIMPLIFIED.charAt(at)]));
const ANY_TRADITIONAL = new RegExp(`[${TRADITIONAL}]`, 'g');
/** Accents of letters, which many programs leave out of names of columns: `acción` is `accion`. */
const ACCENTS = /[\u0300-\u036f]/g;

/** Headers by which a column is recognised, the most certain first; compared without case, spaces, `_`, `-` and brackets. */
// prettier-ignore
const ALIASES: Record<Exclude<SingleRole, 'clock' | 'anonymousId'>, string[]> = {
  userId: [
    'user_id', '用户ID', 'uid', 'user', '用户', '用户编号', '用户标识', 'customer_id', '客户ID', '客户编号', 'member_id',
    '会员ID', '会员编号', '会员', 'cust_id', 'cust_no', 'mem_id', 'usr_id', 'usr_no', 'acct_id', 'user_hash', 'user_id_hash', 'hashed_user_id', 'encrypted_user_id', '登录ID', '登录名', '登录账号', 'login_id',
    'visitor_id', 'distinct_id', 'device_id', '设备ID', '设备号', '设备编号', '设备编码', '设备序列号', 'customer_user_id', 'client_id', 'account_id', 'player_id', 'person_id', 'anonymous_id',
    'appsflyer_id', 'user_pseudo_id', 'app_instance_id', 'domain_userid', 'amplitude_id', 'listener_id', 'userid', 'open_id', 'union_id', 'cookie_id', 'cookie', '访客ID', '访客标识', '设备标识', '设备唯一标识', '终端号', 'uuid', 'guid', 'idfv', 'aaid', 'gaid', 'full_visitor_id', 'imei', 'oaid', 'idfa', 'android_id',
    'case_id', 'case', 'case:concept:name', 'case concept:name', '_case_key', 'ticket_id', 'incident_id', 'sr_number', 'case_number', 'ticket_number', 'incident_number', '案例', '案例ID', '案例编号', '工单', '工单ID', '工单号', '工单编号',
    'author_id', 'author', 'annotator', 'owner_id', 'buyer_id', 'sender_id', 'operator', 'operator_id', 'employee_id', 'student_id', 'patient_id', 'user_name', 'username', '用户名', '昵称', '手机号', 'phone', 'mobile', '买家ID', '操作人', '员工编号', '学号',
    'worker_id', 'reviewer_id', 'actor_id', 'subject_id', 'respondent_id', 'login', '操作员', '操作者', '创建人', 'created_by', 'actor', 'actor_login', 'actor_mbox', 'actor_name', 'from_id', 'who', '参与者', '微信号', '联系方式', '身份证号', '读者证号', '车主', 'vin', '车架号', '车牌号', '车牌号码', 'msisdn', 'full_name',
    'benutzer', 'nutzer', 'kunde', 'utilisateur', 'usuario', 'utente', 'cliente', 'klant', 'klient', 'uzytkownik', 'пользователь', 'клиент', 'cs-username',
    'adid', 'gps_adid', 'session_id', 'session', 'id', '编号',
  ],
  time: [
    'timestamp', 'event_time', '时间', '行为时间', '时间戳', '事件时间', '发生时间', 'time', 'datetime', 'event_timestamp', 'time_ms',
    'behavior_time', 'behaviour_time', 'action_time', 'occurred_at', 'event_at', 'collector_tstamp', 'created_at', 'created_utc', 'ts', '日期时间', '操作时间', '访问时间',
    '创建时间', 'time:timestamp', 'complete_timestamp', 'completed_at', 'start_timestamp', 'played_at', 'client_time',
    'server_time', '播放时间', 'event time:timestamp', 'date_hour_and_minute', 'date + hour', 'date_hour', 'event_date', 'date', '日期', 'created',
  ],
  text: [
    'behavior_text', 'behaviour_text', '行为描述', '行为文本', '行为内容', 'text', 'description', 'content', 'behavior_desc',
    'behavior_description', 'event_text', '描述', '内容', '文本', '事件描述', 'full_text', 'body', '正文', 'review_text',
  ],
  action: [
    'action', '行为', '行为类型', '动作', 'action_type', 'behavior', 'behaviour', 'behavior_type', 'behaviour_type', 'event',
    'event_name', 'event_type', 'act', 'activity_kind', '事件', '事件名称', '事件类型', '操作', '操作类型', 'activity', 'concept:name', 'event concept:name', 'activity_name', '活动', '活动名称', 'verb', 'verb_id', 'type', '类型',
    'event_action', 'act_type', 'op_type', 'operation', 'op', 'interaction', 'event_key', '用户行为', '用户操作', '行为事件', '埋点事件', '点击事件', '操作内容',
    'aktion', 'ereignis', 'aktivität', 'acción', 'evento', 'événement', 'azione', 'ação', 'actie', 'zdarzenie', 'действие', 'событие', 'アクション', 'イベント', '行動', '행동', '이벤트',
  ],
  item: [
    'item_id', 'item', '商品', '商品ID', '物品', '物品ID', 'product_id', 'product', 'sku', 'sku_id', 'goods_id', 'goods', 'aid',
    '产品', '产品ID', '商品名称', '车型', '对象', 'content_id', 'object_id', 'movie_id', 'video_id', 'article_id', 'news_id', 'page_location', 'page_url', 'url', 'uri',
    'page_path', 'page', '页面', '页面URL', '网址', '链接', 'track_name', 'track', 'track_id', 'song', 'song_id', 'song_name', '歌曲', '歌曲名', '曲目',
    'artist_name', 'artist', '歌手', '艺人',
  ],
  app: ['app_id', 'app', '应用', '应用ID', 'app_name', 'application', '应用名称'],
  media: ['media_id', 'media', '媒体', '媒体ID', 'media_name', '媒体名称'],
  poi: ['poi_id', 'poi', '地点', '地点ID', 'poi_name', 'place', 'location', '位置', '场所', '地点名称', '门店'],
  duration: [
    'duration', '时长', '停留时长', '持续时间', '持续时长', '停留时间', 'duration_seconds', 'duration_sec',
    'duration_s', 'duration_ms', 'duration_min', 'duration_minutes', 'duration_hours', 'dwell_time', 'stay_seconds', '使用时长', 'seconds_played', 'ms_played', '播放时长', '所用时间', 'dauer', 'durée', 'duración', 'duração',
  ],
  theme: [
    'category_code', 'brand', '品牌', '品类', 'category', '类目', '类别', '分类', 'category_name', 'brand_name', '品牌名称',
    '品类名称', '商品品牌', '商品品类', '商品类目', '商品分类', 'product_category', 'item_category', 'category_path', 'category_id',
    '类目ID', '品类ID', 'artist_name', 'artist', '歌手', '艺人',
  ],
};

/** Names of a running number, or of nothing in particular: every row may have its own value. */
const VAGUE_USERS = new Set(['id', '编号', 'session', 'sessionid'].map(normalise));
/** Names of what kind of record a row is, as likely as of what was done. */
const VAGUE_ACTIONS = new Set(['type', '类型'].map(normalise));
/** Names of a case, which is no user where every row is one. */
const CASES = new Set(
  [
    'ticket_id',
    'incident_id',
    '工单',
    '工单ID',
    '工单号',
    '工单编号',
    '案例',
    '案例ID',
    '案例编号',
    'case',
    'case_id',
    'sr_number',
    'case_number',
    'ticket_number',
    'incident_number',
  ].map(normalise),
);
/** The case of a log of a process, as its formats name it: it is what the events are of, whoever worked on it. */
const PROCESS_CASES = new Set(['case:concept:name', 'case concept:name', '_case_key'].map(normalise));
/** Names of a device or a visitor, who stands for a user that is not signed in. */
// prettier-ignore
const ANONYMOUS = new Set([
  'visitor_id', 'distinct_id', 'device_id', '设备ID', '设备号', '设备编号', '设备编码', '设备序列号', 'client_id', 'anonymous_id', 'appsflyer_id', 'user_pseudo_id',
  'app_instance_id', 'amplitude_id', 'domain_userid', 'full_visitor_id', 'uuid', 'guid', 'idfv', 'aaid', 'gaid', '访客标识', '设备标识', '设备唯一标识', '终端号', 'cookie_id', 'cookie', '访客ID', 'adid', 'gps_adid', '访问用户ID', 'imei', 'oaid', 'idfa', 'android_id',
].map(normalise));
/** A unit or a zone behind the name, such as `(s)`, `(ms)`, `(UTC)` or `（秒）`, names nothing; nor does the type of RecBole (`:token`). */
export const UNIT = /(?:[（([【][^（()）[\]【】]*[)）\]】]|:(?:token|float)(?:_seq)?)\s*$/;

/** What web analytics write before each name of their tables: `ym:pv:`, `ga:`. */
const SPACE = /^(?:ym:[a-z]+|ga):/i;

/** A text in simplified characters. */
export function simplified(text: string): string {
  return text.replace(ANY_TRADITIONAL, (character) => TO_SIMPLIFIED.get(character) ?? character);
}

/** A name as it is compared: without case, accents, spaces, `_`, `-` and brackets, in simplified characters. */
export function normalise(header: string): string {
  const letters = header.normalize('NFKD').replace(ACCENTS, '').normalize('NFC');
  return simplified(letters.toLowerCase()).replace(/[\s_\-()[\]【】{}$#@]/g, '');
}

/** What a header's name says of its column: the roles that it may have, each with how certain the name is (0 is the most). */
export function namedRoles(header: string): readonly { role: SingleRole; rank: number }[] {
  const name = header.trim();
  return knownName(name) ?? withinObject(name) ?? composedName(name);
}

type NamedRoles = readonly { role: SingleRole; rank: number }[];

function knownName(header: string): NamedRoles | undefined {
  return LOOKUP.get(normalise(header)) ?? LOOKUP.get(bare(header));
}

/** Objects of JSON in which trackers and queues write what they know of an event: a name in them is as good, though less certain. */
const WRAPPER =
  /^(?:properties|event_properties|event_params|params|data|payload|attributes|context|traits|_source|value|body|message|record|fields|before|after|object|event|user_data|json|log|msg|detail|details|props|attrs)\./i;
/** How much less certain the name of a value within objects is. */
export const LESS_CERTAIN = 1000;

/** A name without the objects that say nothing of it: `event_time` for `payload.event_time`. */
function unwrapped(header: string): string {
  let rest = header;
  while (rest.includes('.') && WRAPPER.test(rest)) rest = rest.slice(rest.indexOf('.') + 1);
  return rest;
}

/** The objects in which a value stands that says nothing more of it: `payload.` of `payload.event_time`; empty for none. */
export function wrapperOf(header: string): string {
  const rest = unwrapped(header);
  return rest.includes('.') ? '' : header.slice(0, header.length - rest.length);
}

/** A value of an object that is a person: their id is the user, whatever kind of id it is. */
const PERSON_NAME =
  /^(?:user(?:_?(?:identity|info|data))?|person|visitor|customer|member|profile|actor)\.[^.]+$/i;
const isUserName = (name: string): boolean =>
  LOOKUP.get(normalise(name))?.some(({ role }) => role === 'userId') === true;

/** What the name of a value in objects says: `payload.after.user_id` is `user_id`, and `user.id` is, too. */
function withinObject(header: string): NamedRoles | undefined {
  const at = header.lastIndexOf('.');
  if (at <= 0) return undefined;
  const owner = header.slice(0, at).split('.').at(-1) ?? '';
  const name = header.slice(at + 1);
  const rest = unwrapped(header);
  const joined = rest.split('.').length <= 2 ? knownName(`${owner}_${name}`) : undefined;
  const isPlain = !rest.includes('.') || (PERSON_NAME.test(rest) && isUserName(name));
  const alone = !isPlain || VAGUE_USERS.has(normalise(name)) ? undefined : knownName(name);
  const composed = rest === header || rest.includes('.') ? [] : composedName(rest);
  const found = joined ?? alone ?? (composed.length > 0 ? composed : undefined);
  return found?.map(({ role, rank }) => ({ role, rank: rank + LESS_CERTAIN }));
}

/** Names that are made of a word for a person and one for what tells people apart, the most certain first. */
const PERSON =
  '(?:登录|注册|下单|购买|付款|收货)?(?:用户|会员|客户|顾客|买家|使用者|访客|学生|学员|病人|患者|玩家|读者|粉丝|乘客|客人|居民)';
const PERSON_EN =
  '(?:customer|user|member|buyer|visitor|subscriber|student|patient|player|person|requester|reporter|sender|recipient|passenger|shopper|learner|participant)';
/** The device by whatever name a tracker gives it: `appmetrica_device_id`. */
const DEVICE = /^[a-z]+device(?:id|uuid|guid)$/;
/** Words that tell of a person only with what stands behind them: `guest` may be yes or no. */
const HOLDER = `(?:${PERSON_EN}|contact|account|author|profile|guest|rider|client)`;
/** Persons and their numbers in other languages of Europe: `Kunden-Nr.`, `id_cliente`, `ID de cliente`, `Identifiant client`. */
const PERSON_EU =
  '(?:kunden?|nutzer|benutzer|mitglieds?|client|utilisateur|cliente|usuario|utente|klant|klient[ae]?|uzytkownik)';
const NUMBER_EU = '(?:id|identifiant|nummer|numero|nr|n|no|codigo|code|kennung)';
const PERSON_JA_KO = '(?:お客[样様]|[顾顧]客|会[员員]|ユーザー?|利用者|고객|회원|사용자)';
/** The unit that a name may end with. */
const LENGTH_UNIT =
  '(?:s|sec|secs|seconds?|ms|msec|millis|milliseconds?|us|micros|microseconds?|ns|nanos|nanoseconds?|min|mins|minutes?|h|hrs?|hours?|d|days?|毫秒|微秒|纳秒|秒|分钟?|小时|天)?';
const PERSONS: readonly RegExp[] = [
  new RegExp(
    `^(?:${PERSON}(?:卡)?(?:id|号|号码|编号|编码|卡号|账号|帐号|标识|代码|唯一标识|uid|umid|uuid)|卡号|(?:登录|注册|下单|购买)?(?:账号|帐号|账户)(?:id|编号)?)$`,
  ),
  new RegExp(`^${HOLDER}(?:id|no|number|code|key|uuid|guid|ref|identity)$`),
  new RegExp(`^${PERSON_EU}${NUMBER_EU}$|^${NUMBER_EU}(?:de|du|do|del|dell)?${PERSON_EU}$`),
  new RegExp(`^${PERSON_JA_KO}(?:id|番号|번호|コード|코드|아이디)?$`),
  new RegExp(`^(?:${PERSON}|联系人)?(?:手机|手机号|手机号码|电话|电话号码|联系电话)$`),
  new RegExp(`^(?:${HOLDER}|billing)?(?:email|emailaddress|phone|phonenumber|mobile)$`),
  new RegExp(`^(?:${PERSON})?(?:邮箱|电子邮箱|邮箱地址)$`),
  /^访问用户(?:id|标识)$/,
  DEVICE,
  new RegExp(`^${PERSON}(?:名|名称|姓名|昵称|会员名)$|^(?:发送人|发送者|发言人|提交人|申请人)$`),
  new RegExp(
    `^(?:${PERSON}|${PERSON_EN}|${HOLDER}(?:name|fullname|login|nickname)|(?:be)?nutzername|kundenname)$`,
  ),
];
/** A person who acts for someone else is the user where no other person is named. */
const STAFF: readonly RegExp[] = [
  /^(?:工号|(?:员工|司机|骑手|销售|客服)(?:id|工号|号|编号|账号|帐号)|(?:employee|staff|agent|driver|courier)(?:id|no|number|code))$/,
  /^(?:姓名|(?:员工|司机|骑手|销售|客服)(?:名|姓名|昵称)?|(?:employee|staff)(?:name|fullname|login|email))$/,
];
const COMPOSED: readonly { role: SingleRole; patterns: readonly RegExp[] }[] = [
  {
    role: 'userId',
    patterns: [...PERSONS, ...STAFF],
  },
  {
    role: 'action',
    patterns: [
      /^(?:事件|行为|动作|操作|活动|互动|交易|消费|业务|打卡|刷卡)(?:类型|名称|名|显示名|显示名称|中文名|中文名称|标识符|标识|编码|类别)$/,
      // Celonis names the activity with the language that it is in.
      /^activity(?:en|de|fr|es|it|pt|nl|pl|ja|zh|ko)$/,
      /^(?:ereignis|aktions?|aktivitats?)(?:typ|art|name)$|^(?:tipo|nome|nombre|type|nom)(?:de?)?(?:evento|evenement|accion|acao|azione)$/,
      /^(?:イベント|アクション|行[动動]|이벤트|행동)(?:名|种别|種別|タイプ|명|유형)$/,
      /^(?:event|action|activity|behaviou?r|interaction|transaction|txn|operation)(?:type|name|kind|key|code|label|title)$/,
    ],
  },
  {
    role: 'duration',
    patterns: [
      new RegExp(`^[\\p{Script=Han}]{0,6}(?:时长|耗时|用时)${LENGTH_UNIT}$|^停留${LENGTH_UNIT}$`, 'u'),
      new RegExp(
        `^(?:[a-z]{0,12})(?:duration|dwell(?:time)?|stay(?:time)?|timespent|timeonpage|elapsed(?:time)?|watchtime|playtime|sessionlength|engagementtime)(?:in)?${LENGTH_UNIT}$`,
      ),
    ],
  },
  {
    role: 'text',
    patterns: [
      /^(?:沟通|跟进|咨询|聊天|对话|消息|评论|评价|弹幕|回复|帖子|笔记|建议|意见|反馈|留言|工单|拜访|通话|回访|投诉|问题)(?:内容|描述|记录|详情)$|^消息$/,
      /^(?:message|comment|feedback|chat|review|ticket)(?:text|body|content)$|^(?:message|comment)$/,
    ],
  },
];
/** Names made of words are less certain than those that are known as a whole. */
const FIRST_COMPOSED = 500;
/** A ticket, and whoever worked on it, is less certain than any name of a person for whom it was done. */
const FIRST_OF_WORK = FIRST_COMPOSED + PERSONS.length - 1;
// prettier-ignore
const OF_WORK = new Set([
  'ticket_id', 'incident_id', 'sr_number', 'case_number', 'ticket_number', 'incident_number', '工单', '工单ID', '工单号', '工单编号',
  'operator', 'operator_id', 'owner_id', 'employee_id', '员工编号', '操作人', '操作员', '操作者', '创建人', 'created_by', 'reviewer_id', 'worker_id', 'annotator',
].map(normalise));

const KEEPERS = new Set(
  ['owner', 'owner_id', 'employee_id', '员工编号', '创建人', 'created_by'].map(normalise),
);

const LOOKUP = new Map<string, { role: SingleRole; rank: number }[]>();
for (const [role, aliases] of Object.entries(ALIASES) as [keyof typeof ALIASES, string[]][]) {
  aliases.forEach((alias, at) => {
    const name = normalise(alias);
    const rank = role === 'userId' && OF_WORK.has(name) ? FIRST_OF_WORK + at / aliases.length : at;
    LOOKUP.set(name, [...(LOOKUP.get(name) ?? []), { role, rank }]);
  });
}

/** What the words say of which a name is made: 会员卡号, `Customer Email`, 交易类型. */
function composedName(header: string): NamedRoles {
  const name = bare(header);
  return COMPOSED.flatMap(({ role, patterns }) => {
    const at = patterns.findIndex((pattern) => pattern.test(name));
    return at < 0 ? [] : [{ role, rank: FIRST_COMPOSED + at }];
  });
}

/** Words of names that are as usual among values: an action may be `comment`. */
const USUAL_VALUE = new RegExp(
  `^(?:message|comment|消息|email|phone|mobile|手机|电话|邮箱|${PERSON}|${PERSON_EN})$`,
);
/** Names that are more usual among values. */
const RATHER_VALUE = /^(?:login|operation|interaction|body|who|op)$/;

/** Whether a cell is the name of a column, more likely than a value. */
export function isColumnName(cell: string): boolean {
  if (RATHER_VALUE.test(bare(cell))) return false;
  if (knownName(cell) ?? withinObject(cell)) return true;
  return !USUAL_VALUE.test(bare(cell)) && composedName(cell).length > 0;
}

/** How certain the name of a column makes it have a role, 0 being the most; null where it says nothing. */
export function rankOf(header: string, role: SingleRole): number | null {
  return namedRoles(header).find((named) => named.role === role)?.rank ?? null;
}

/** A name as it is compared, without a unit or a type behind it. */
export const bare = (header: string): string =>
  normalise(header.replace(SPACE, '').replace(UNIT, '')).replace(/\.$/, '');

/** Whether the name is one of a running number as likely as one of a user. */
export const isVagueUser = (header: string): boolean =>
  VAGUE_USERS.has(bare(header)) || CASES.has(bare(header));
/** Whether the name is one of a device or visitor. */
export const isAnonymous = (header: string): boolean => {
  const name = bare(unwrapped(header));
  return ANONYMOUS.has(name) || DEVICE.test(name);
};
/** Whether the name is one of a person who keeps the record of someone else. */
export const isKeeper = (header: string): boolean => {
  const name = bare(header);
  return KEEPERS.has(name) || STAFF.some((pattern) => pattern.test(name));
};
/** Whether the name is one of any number, or of a visit: the user is another column where one is named. */
export const isNumberOrVisit = (header: string): boolean => VAGUE_USERS.has(bare(header));
/** Whether the name is the one of cases in a log of a process. */
export const isProcessCase = (header: string): boolean => PROCESS_CASES.has(bare(header));
/** Whether the name of an action is as likely that of what kind of record a row is. */
export const isVagueAction = (header: string): boolean => VAGUE_ACTIONS.has(bare(unwrapped(header)));
/** How units of durations are written in names: in Chinese, in full, and as a word of their own (`_ms`, `(ms)`, `durationMs`). */
const UNITS: readonly [DurationUnit, RegExp, string][] = [
  ['nanoseconds', /纳秒|nanos/, 'ns'],
  ['microseconds', /微秒|micros/, 'us|µs|μs'],
  ['milliseconds', /毫秒|millis/, 'ms|msecs?'],
  ['minutes', /分钟|minute|[（(\[_\s]分[)）\]]?$/, 'mins?'],
  ['hours', /小时|hour/, 'h|hrs?'],
  ['days', /天数?[)）\]]?$/, 'd|days?'],
  ['seconds', /秒|second/, 's|secs?'],
];

/** The unit that a header gives for durations; null where it gives none. */
export function durationUnitOf(header: string): DurationUnit | null {
  const name = header
    .normalize('NFKC')
    .replace(/([a-z])(?=[A-Z])/g, '$1_')
    .toLowerCase();
  const isWord = (words: string): boolean =>
    new RegExp(`(?:^|[\\s_(\\[])(?:${words})(?:$|[\\s_)\\]])`).test(name);
  return UNITS.find(([, pattern, words]) => pattern.test(name) || isWord(words))?.[0] ?? null;
}

/** A role for each column of the header, by its name. If several columns could have a role, the most certain name gets it. */
export function rolesByName(header: readonly string[], kind: ImportKind): ColumnRole[] {
  const rest: ColumnRole = kind === 'profiles' ? 'profile' : 'extra';
  const roles = header.map((name): ColumnRole => (name.trim() === '' ? 'ignore' : rest));
  const best = new Map<SingleRole, { column: number; rank: number }>();
  header.forEach((name, column) => {
    const match = namedRoles(name).at(-1);
    if (!match || (kind === 'profiles' && match.role !== 'userId')) return;
    const present = best.get(match.role);
    if (!present || match.rank < present.rank) best.set(match.role, { column, rank: match.rank });
  });
  for (const [role, { column }] of best) roles[column] = role;
  return roles;
}
