import type { InsightColumn, InsightTable } from './insight-table.ts';
import type { Message } from './messages/index.ts';

/** What the columns of tables are called where a person reads them. */
export const COLUMN_NAMES: Record<InsightColumn, Message> = {
  type: { 'zh-CN': '事件类型', en: 'Event type' },
  category: { 'zh-CN': '类别', en: 'Category' },
  events: { 'zh-CN': '事件数', en: 'Events' },
  users: { 'zh-CN': '用户数', en: 'Users' },
  step: { 'zh-CN': '步骤', en: 'Step' },
  share_of_first: { 'zh-CN': '占第一步', en: 'Of first' },
  share_of_previous: { 'zh-CN': '占上一步', en: 'Of previous' },
  median_seconds: { 'zh-CN': '时间中位数', en: 'Median time' },
  mean_seconds: { 'zh-CN': '平均时间', en: 'Mean time' },
  from: { 'zh-CN': '从', en: 'From' },
  to: { 'zh-CN': '到', en: 'To' },
  variant: { 'zh-CN': '序列', en: 'Sequence' },
  share: { 'zh-CN': '占比', en: 'Share' },
  sequence: { 'zh-CN': '序列', en: 'Sequence' },
  support: { 'zh-CN': '支持度', en: 'Support' },
  confidence: { 'zh-CN': '置信度', en: 'Confidence' },
  lift: { 'zh-CN': '提升度', en: 'Lift' },
  low: { 'zh-CN': '区间下限', en: 'Interval, low' },
  high: { 'zh-CN': '区间上限', en: 'Interval, high' },
  base: { 'zh-CN': '偶然占比', en: 'Share by chance' },
  field: { 'zh-CN': '画像字段', en: 'Profile field' },
  value: { 'zh-CN': '取值', en: 'Value' },
  other_users: { 'zh-CN': '其他用户数', en: 'Other users' },
  other_share: { 'zh-CN': '其他用户占比', en: 'Share of others' },
  difference: { 'zh-CN': '差异', en: 'Difference' },
  probability: { 'zh-CN': '概率', en: 'Probability' },
  period: { 'zh-CN': '时段', en: 'Period' },
  open: { 'zh-CN': '是否未满', en: 'Open' },
  per_user: { 'zh-CN': '每用户事件数', en: 'Events per user' },
  other_events: { 'zh-CN': '对方事件数', en: 'Other events' },
  other_per_user: { 'zh-CN': '对方每用户事件数', en: 'Other events per user' },
  other_median_seconds: { 'zh-CN': '对方时间中位数', en: 'Other median time' },
  weekday: { 'zh-CN': '星期', en: 'Day of the week' },
  hour: { 'zh-CN': '小时', en: 'Hour' },
  least_events: { 'zh-CN': '事件数从', en: 'Events, from' },
  most_events: { 'zh-CN': '事件数到', en: 'Events, to' },
  way: { 'zh-CN': '路径', en: 'Way' },
  day: { 'zh-CN': '第几天', en: 'Day' },
  reached: { 'zh-CN': '累计达成', en: 'Reached by then' },
  still_open: { 'zh-CN': '仍在观察', en: 'Still open' },
  waiting_share: { 'zh-CN': '尚未达成的比例', en: 'Share still waiting' },
};

/** What the numbers of a column are: counts, shares between -1 and 1, seconds, ratios, means, days of the week from 1 for Monday, or hours. */
export type ColumnKind = 'count' | 'share' | 'time' | 'ratio' | 'mean' | 'weekday' | 'hour';

const KINDS: Partial<Record<InsightColumn, ColumnKind>> = {
  share: 'share',
  share_of_first: 'share',
  share_of_previous: 'share',
  support: 'share',
  confidence: 'share',
  base: 'share',
  other_share: 'share',
  difference: 'share',
  probability: 'share',
  waiting_share: 'share',
  mean_seconds: 'time',
  median_seconds: 'time',
  other_median_seconds: 'time',
  lift: 'ratio',
  weekday: 'weekday',
  hour: 'hour',
  per_user: 'mean',
  other_per_user: 'mean',
};

/** What the numbers of a column of a table are. An interval is one of what stands before it: a difference of shares, or a ratio. */
export function kindOf({ columns }: InsightTable, column: InsightColumn): ColumnKind {
  if (column === 'low' || column === 'high') return columns.includes('difference') ? 'share' : 'ratio';
  return KINDS[column] ?? 'count';
}
