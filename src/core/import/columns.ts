import type { ErrorInfo } from '../../shared/errors.ts';
import type { ColumnRole, ImportKind } from '../../shared/import.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { printable } from './text.ts';

/** Characters of column names in a message at the most. */
const NAMES_CHARS = 500;

/** Roles that at most one column can have. */
export type SingleRole = Exclude<ColumnRole, 'profile' | 'extra' | 'ignore'>;

/** Headers by which a column is recognised, the most certain first; compared without case, spaces, `_`, `-` and brackets. */
// prettier-ignore
const ALIASES: Record<SingleRole, string[]> = {
  userId: [
    'user_id', '用户ID', 'uid', 'user', '用户', '用户编号', '用户标识', 'customer_id', '客户ID', '客户编号', 'member_id',
    '会员ID', '会员编号', 'visitor_id', 'distinct_id', 'device_id', '设备ID', 'customer_user_id', 'client_id', 'account_id', 'player_id', 'person_id', 'anonymous_id',
    'appsflyer_id', 'user_pseudo_id', 'listener_id', 'case_id', 'case', 'case:concept:name', 'ticket_id', 'incident_id',
    '案例', '案例ID', '案例编号', '工单', '工单ID', '工单号', '工单编号', 'session_id', 'id', '编号',
  ],
  time: [
    'timestamp', 'event_time', '时间', '行为时间', '时间戳', '事件时间', '发生时间', 'time', 'datetime', 'event_timestamp',
    'behavior_time', 'behaviour_time', 'action_time', 'occurred_at', 'created_at', 'ts', '日期时间', '操作时间', '访问时间',
    '创建时间', 'time:timestamp', 'complete_timestamp', 'completed_at', 'start_timestamp', 'played_at', 'client_time',
    'server_time', '播放时间', 'date', '日期',
  ],
  text: [
    'behavior_text', 'behaviour_text', '行为描述', '行为文本', '行为内容', 'text', 'description', 'content', 'behavior_desc',
    'behavior_description', 'event_text', '描述', '内容', '文本', '事件描述',
  ],
  action: [
    'action', '行为', '行为类型', '动作', 'action_type', 'behavior', 'behaviour', 'behavior_type', 'behaviour_type', 'event',
    'event_name', 'event_type', '事件', '事件名称', '事件类型', '操作', '操作类型', 'activity', 'concept:name', 'activity_name', '活动', '活动名称',
  ],
  item: [
    'item_id', 'item', '商品', '商品ID', '物品', '物品ID', 'product_id', 'product', 'sku', 'sku_id', 'goods_id', 'goods',
    '产品', '产品ID', '商品名称', '车型', '对象', 'content_id', 'object_id', 'page_location', 'page_url', 'url', 'uri',
    'page_path', 'page', '页面', '页面URL', '网址', '链接', 'track_name', 'track', 'song', 'song_name', '歌曲', '歌曲名', '曲目',
    'artist_name', 'artist', '歌手', '艺人',
  ],
  app: ['app_id', 'app', '应用', '应用ID', 'app_name', 'application', '应用名称'],
  media: ['media_id', 'media', '媒体', '媒体ID', 'media_name', '媒体名称'],
  poi: ['poi_id', 'poi', '地点', '地点ID', 'poi_name', 'place', 'location', '位置', '场所', '地点名称', '门店'],
  duration: [
    'duration', '时长', '停留时长', '持续时间', '持续时长', '时长(秒)', '停留时间', 'duration_seconds', 'duration_sec',
    'duration_s', 'dwell_time', 'stay_seconds', '使用时长', 'seconds_played', '播放时长',
  ],
  theme: [
    'category_code', 'brand', '品牌', '品类', 'category', '类目', '类别', '分类', 'category_name', 'brand_name', '品牌名称',
    '品类名称', '商品品牌', '商品品类', '商品类目', '商品分类', 'product_category', 'item_category', 'category_path', 'category_id',
    '类目ID', '品类ID', 'artist_name', 'artist', '歌手', '艺人',
  ],
};

function normalise(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-()[\]【】]/g, '');
}

const SINGLE_ROLES = Object.keys(ALIASES) as SingleRole[];
const ALIAS_LOOKUP = new Map(
  SINGLE_ROLES.flatMap((role) =>
    ALIASES[role].map((alias, rank) => [normalise(alias), { role, rank }] as const),
  ),
);

/** A role for each column of the header, by its name. If several columns could have a role, the most certain name gets it. */
export function recogniseRoles(header: readonly string[], kind: ImportKind): ColumnRole[] {
  const rest: ColumnRole = kind === 'profiles' ? 'profile' : 'extra';
  const roles = header.map((name): ColumnRole => (name.trim() === '' ? 'ignore' : rest));
  const best = new Map<SingleRole, { column: number; rank: number }>();
  header.forEach((name, column) => {
    const match = ALIAS_LOOKUP.get(normalise(name));
    if (!match || (kind === 'profiles' && match.role !== 'userId')) return;
    const present = best.get(match.role);
    if (!present || match.rank < present.rank) best.set(match.role, { column, rank: match.rank });
  });
  for (const [role, { column }] of best) roles[column] = role;
  return roles;
}

/** Why a file with these columns cannot be imported; null when it can. */
export function checkRoles(
  header: readonly string[],
  roles: readonly ColumnRole[],
  kind: ImportKind,
): ErrorInfo | null {
  const tooMany = checkColumnCount(header);
  if (tooMany) return tooMany;
  if (roles.length !== header.length) {
    return { code: 'import.mapping_length', params: { expected: header.length, found: roles.length } };
  }
  const missing: string[] = [];
  if (!roles.includes('userId')) missing.push('user_id');
  if (kind === 'behaviours') {
    if (!roles.includes('time')) missing.push('timestamp');
    if (!roles.includes('text') && !roles.includes('action')) missing.push('behavior_text / action');
  }
  if (missing.length > 0) {
    const found = header.map((name) => name.trim()).join(', ');
    return {
      code: 'import.missing_column',
      params: { missing: missing.join(', '), found: printable(found, NAMES_CHARS) },
    };
  }
  for (const role of SINGLE_ROLES) {
    const columns = header.filter((_, column) => roles[column] === role);
    if (columns.length > 1) {
      return {
        code: 'import.duplicate_role',
        params: { columns: printable(columns.join(', '), NAMES_CHARS) },
      };
    }
  }
  return null;
}

/** Why a file with so many columns cannot be imported; null when it can. */
export function checkColumnCount(
  header: readonly string[],
  limit: number = IMPORT_LIMITS.columns,
): ErrorInfo | null {
  if (header.length <= limit) return null;
  return { code: 'import.too_many_columns', params: { count: header.length, limit } };
}

/** The name under which the column that says the theme is stored; null where there is none. */
export function themeColumnOf(header: readonly string[], roles: readonly ColumnRole[]): string | null {
  return columnNames(header)[roles.indexOf('theme')] ?? null;
}

/** The names under which columns are stored: as in the header, made unique if repeated, `#` and the number if empty. */
export function columnNames(header: readonly string[]): string[] {
  const used = new Set<string>();
  const nextCopy = new Map<string, number>();
  return header.map((raw, column) => {
    const base = raw.trim() === '' ? `#${column + 1}` : raw.trim();
    let name = base;
    let copy = nextCopy.get(base) ?? 2;
    while (used.has(name)) name = `${base} (${copy++})`;
    nextCopy.set(base, copy);
    used.add(name);
    return name;
  });
}
