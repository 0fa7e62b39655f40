import { CATEGORY_TYPES, NO_EVENT, OTHER_VALUES, STAGE_TYPE } from '../insight-placeholders.ts';
import type { Analysis, LogZone, TimeBin } from '../insight.ts';
import { fillText } from '../messages/format.ts';
import type { TextParams } from '../messages/format.ts';
import type { Locale } from '../settings.ts';

type Words = Record<Locale, string>;

/** What pictures say of analyses; the tabs of the window have the same names. */
export const ANALYSIS_NAMES: Record<Analysis, Words> = {
  overview: { 'zh-CN': '总览', en: 'Overview' },
  funnel: { 'zh-CN': '漏斗', en: 'Funnel' },
  paths: { 'zh-CN': '路径', en: 'Paths' },
  graph: { 'zh-CN': '流程图', en: 'Process graph' },
  variants: { 'zh-CN': '变体', en: 'Variants' },
  sequences: { 'zh-CN': '频繁序列', en: 'Sequences' },
  around: { 'zh-CN': '前后', en: 'Around' },
  profile: { 'zh-CN': '画像', en: 'Profile' },
  evolution: { 'zh-CN': '事理图谱', en: 'Evolution' },
};

/** What stands in answers where there is no event, by its id. */
const NO_EVENT_NAMES: Record<string, Words> = {
  [NO_EVENT.start]: { 'zh-CN': '开始', en: 'Start' },
  [NO_EVENT.end]: { 'zh-CN': '结束', en: 'End' },
  [NO_EVENT.other]: { 'zh-CN': '其余', en: 'Rest' },
  [NO_EVENT.dropped]: { 'zh-CN': '到此为止', en: 'Ended here' },
  [STAGE_TYPE]: { 'zh-CN': '阶段', en: 'Stage' },
  [CATEGORY_TYPES.conversion]: { 'zh-CN': '转化', en: 'Conversion' },
  [CATEGORY_TYPES.engagement]: { 'zh-CN': '互动', en: 'Engagement' },
  [OTHER_VALUES]: { 'zh-CN': '其他取值', en: 'Other values' },
};

/** The name of what stands in an answer where there is no event; null for a type of event. */
export function noEventName(type: string, locale: Locale): string | null {
  return Object.hasOwn(NO_EVENT_NAMES, type) ? (NO_EVENT_NAMES[type]?.[locale] ?? null) : null;
}

export const TIME_TITLES: Record<TimeBin, Words> = {
  hour: { 'zh-CN': '每小时的事件', en: 'Events by hour' },
  day: { 'zh-CN': '每天的事件', en: 'Events by day' },
  week: { 'zh-CN': '每周的事件', en: 'Events by week' },
  month: { 'zh-CN': '每月的事件', en: 'Events by month' },
};

/** What bins of time are called where longer ones are shown than asked for. */
export const BIN_NAMES: Record<TimeBin, Words> = {
  hour: { 'zh-CN': '小时', en: 'hour' },
  day: { 'zh-CN': '天', en: 'day' },
  week: { 'zh-CN': '周', en: 'week' },
  month: { 'zh-CN': '月', en: 'month' },
};

const TEXTS = {
  longerBins: {
    'zh-CN': '按{asked}画出的时段太多，已改为按{bin}。',
    en: 'By {asked} there would be too many bars: these are by {bin}.',
  },
  nothing: { 'zh-CN': '没有可画的数据。', en: 'There is nothing to draw.' },
  users: { 'zh-CN': '{n} 个用户', en: '{n} users' },
  usersOf: { 'zh-CN': '{name}：{n} 个用户', en: '{name}: {n} users' },
  rest: { 'zh-CN': '其余', en: 'Rest' },
  time: { 'zh-CN': '时间', en: 'Time' },
  typeUsers: { 'zh-CN': '各类型的用户数', en: 'Users by type' },
  sizes: { 'zh-CN': '每个用户有多少事件', en: 'Events per user' },
  sizeLabel: { 'zh-CN': '{range} 个事件', en: '{range} events' },
  weekHours: { 'zh-CN': '事件在一周中的时间', en: 'Events over the week' },
  ofPrevious: { 'zh-CN': '上一步的 {share}', en: '{share} of previous' },
  medianTime: { 'zh-CN': '中位 {time}', en: 'median {time}' },
  quartileTimes: {
    'zh-CN': '中位 {time}（四分位 {q1} – {q3}）',
    en: 'median {time} (quartiles {q1} – {q3})',
  },
  untimed: { 'zh-CN': '没有时间', en: 'no time' },
  noTime: { 'zh-CN': '没有人走到这一步', en: 'nobody came here' },
  dropped: { 'zh-CN': '{n} 人没有走到', en: '{n} did not get here' },
  droppedBefore: { 'zh-CN': '没有走到“{step}”的用户', en: 'Users who did not get to “{step}”' },
  instead: { 'zh-CN': '接下来去了：', en: 'went on to:' },
  graphCounts: { 'zh-CN': '{users} 个用户，{events} 次', en: '{users} users, {events} times' },
  graphEdgeTimes: {
    'zh-CN': '，间隔中位数 {median}，平均 {mean}',
    en: ', median {median}, mean {mean}',
  },
  graphMedians: {
    'zh-CN':
      '连线的粗细和数字是间隔的中位数；显示的仍是用户最多的类型和边。从“开始”出发和通向“结束”的边没有时间（—）。',
    en: 'Edges are as thick as the median time between the two events; shown are the types and edges of the most users. Edges from the start and to the end have no time (—).',
  },
  graphMeans: {
    'zh-CN':
      '连线的粗细和数字是间隔的平均数；显示的仍是用户最多的类型和边。从“开始”出发和通向“结束”的边没有时间（—）。',
    en: 'Edges are as thick as the mean time between the two events; shown are the types and edges of the most users. Edges from the start and to the end have no time (—).',
  },
  graphHidden: {
    'zh-CN': '另有 {nodes} 个类型、{edges} 条边未显示',
    en: '{nodes} more types and {edges} more edges are hidden',
  },
  evolutionNote: {
    'zh-CN': '{share} 的用户（偶然 {base}），{users} 人，间隔中位数 {time}',
    en: '{share} of the users ({base} by chance), {users} users, median time {time}',
  },
  graphCrowded: {
    'zh-CN': '{n} 条边上写不下数字：指向边时显示，表中也有',
    en: 'the numbers of {n} edges have no room: point at an edge to see them, or look at the table',
  },
  evolutionHidden: {
    'zh-CN': '另有 {more} 条边未显示，{chance} 对与偶然无异',
    en: '{more} more edges are hidden, and {chance} pairs are no more than chance',
  },
  evolutionByHand: {
    'zh-CN': '手动隐藏了 {nodes} 个类型、{edges} 条边',
    en: '{nodes} types and {edges} edges are hidden by hand',
  },
  noteOf: { 'zh-CN': '备注 {n} · {name}：{text}', en: 'Note {n} · {name}: {text}' },
  waiting: {
    'zh-CN': '从第一个事件到“{event}”等了多久（到那一天为止已达成的用户比例）',
    en: 'Time from the first event to “{event}” (share of users who have come to it by that day)',
  },
  waitingDays: {
    'zh-CN': '第几天达成“{event}”的用户数',
    en: 'Users by the day on which they came to “{event}”',
  },
  day: { 'zh-CN': '第 {n} 天', en: 'day {n}' },
  reached: { 'zh-CN': '已达成', en: 'Reached' },
  newlyReached: { 'zh-CN': '当天达成', en: 'Reached that day' },
  open: { 'zh-CN': '仍在观察', en: 'Still open' },
  variants: { 'zh-CN': '最常见的序列', en: 'The most common sequences' },
  cumulative: { 'zh-CN': '{share} · 累计 {all}', en: '{share} · {all} so far' },
  sequenceUsers: { 'zh-CN': '有这些序列的用户', en: 'Users with these sequences' },
  sequenceLift: {
    'zh-CN': '在达成者中的比例是其他用户的多少倍（95% 区间）',
    en: 'Share among those who came to the target, against the others (95% interval)',
  },
  aroundShare: {
    'zh-CN': '占比（竖线：偶然占比）',
    en: 'Share of the users (line: share by chance)',
  },
  base: { 'zh-CN': '偶然 {share}', en: 'by chance {share}' },
  profileDifference: {
    'zh-CN': '与其他用户占比之差（95% 区间）',
    en: 'Difference to the share of the others (95% interval)',
  },
  fieldsLeftOut: {
    'zh-CN': '未列出几乎人人不同的字段：{fields}',
    en: 'Fields that differ for nearly every user are left out: {fields}',
  },
  stages: { 'zh-CN': '按阶段', en: 'by stages' },
  from: { 'zh-CN': '从 {time}', en: 'from {time}' },
  to: { 'zh-CN': '到 {time}', en: 'to {time}' },
  did: { 'zh-CN': '有：{events}', en: 'with: {events}' },
  inOrder: { 'zh-CN': '依次有：{events}', en: 'with, in order: {events}' },
  didNot: { 'zh-CN': '没有：{events}', en: 'without: {events}' },
  until: { 'zh-CN': '“{event}”之前', en: 'before “{event}”' },
  everybody: { 'zh-CN': '全部用户', en: 'All users' },
  everybodyElse: { 'zh-CN': '其余用户', en: 'All other users' },
  comparison: { 'zh-CN': '两边对比', en: 'Side by side' },
  pathStep: { 'zh-CN': '{from} → {to} · 步骤 {n}', en: '{from} → {to} · step {n}' },
  points: { 'zh-CN': '{n} 个百分点', en: '{n} points' },
  ofSide: { 'zh-CN': '{title}（{side}）', en: '{title} ({side})' },
  sideEvents: {
    'zh-CN': '{side} · {time}：{n} 个事件，每 100 个用户 {rate} 个',
    en: '{side} · {time}: {n} events, {rate} for each 100 users',
  },
  perHundred: { 'zh-CN': '每 100 个用户 {n} 个事件', en: '{n} events for each 100 users' },
  perHundredMost: {
    'zh-CN': '每 100 个用户的事件数，最高 {n}；上：前者，下：后者',
    en: 'Events for each 100 users, up to {n}; up: the first side, down: the second',
  },
  perHundredFullest: {
    'zh-CN': '两张图同一比例：最高的一格为每 100 个用户 {n} 个事件。',
    en: 'Both have one scale: the fullest cell has {n} events for each 100 users.',
  },
  timesApart: {
    'zh-CN': '两边的时间不重叠：各自从第一个有事件的时段开始对齐；上方是前者的时间，下方是后者的时间。',
    en: 'The times of both sides do not overlap: each begins with its first period that has events. Above are the times of the first side, below those of the second.',
  },
  moreIn: { 'zh-CN': '在“{side}”中占比更高', en: 'More common in “{side}”' },
  longerIn: { 'zh-CN': '在“{side}”中时间更长', en: 'Takes longer in “{side}”' },
  noLonger: { 'zh-CN': '两边相同，或有一边没有时间', en: 'The same on both sides, or one has no time' },
  noDifference: { 'zh-CN': '差异不超出偶然', en: 'No difference beyond chance' },
  sameShare: { 'zh-CN': '两边相同', en: 'The same on both sides' },
  sideShares: {
    'zh-CN': '连线上的数字：占各自用户的比例，前者 · 后者',
    en: 'Numbers: share of the users of each side, first · second',
  },
  sideProbabilities: {
    'zh-CN': '连线上：前一类型之后有后一类型的概率；节点上：占各自用户的比例（前者 · 后者）',
    en: 'On lines: probability of the second type after the first; on nodes: share of the users of each side (first · second)',
  },
  evolutionSide: {
    'zh-CN': '{side}：{share}（{of} 人中的 {users} 人），间隔中位数 {time}',
    en: '{side}: {share} ({users} of {of} users), median time {time}',
  },
  sideRates: {
    'zh-CN': '连线上的数字：每个用户的次数，前者 · 后者',
    en: 'Numbers: times for each user of a side, first · second',
  },
  sideMedians: {
    'zh-CN': '连线上的数字：间隔的中位数，前者 · 后者；差别没有与偶然比较',
    en: 'Numbers: median time of each side, first · second; not told from chance',
  },
  sideMeans: {
    'zh-CN': '连线上的数字：间隔的平均数，前者 · 后者；差别没有与偶然比较',
    en: 'Numbers: mean time of each side, first · second; not told from chance',
  },
  trend: {
    'zh-CN': '“{first}”到“{last}”的转化率，按到达第一步的时间',
    en: 'Conversion from “{first}” to “{last}”, by the time of the first step',
  },
  trendPoint: {
    'zh-CN': '{period}：{from} 个用户，{to} 个到达（{share}）',
    en: '{period}: {from} users, {to} came to the end ({share})',
  },
  trendUsers: { 'zh-CN': '到达第一步的用户（最多 {n}）', en: 'Users of the first step (up to {n})' },
  trendShare: { 'zh-CN': '转化率（最高 {share}）', en: 'Conversion (up to {share})' },
  openPeriod: { 'zh-CN': '未满', en: 'open' },
  openNote: {
    'zh-CN': '“未满”的时段：时间窗口还没有过完，转化率还会上升。',
    en: 'Open periods: their time window has not passed yet, and more users may still convert.',
  },
  openAlways: {
    'zh-CN': '没有时间窗口，所以每个时段都还会有人转化。',
    en: 'Without a time window, users of every period may still convert.',
  },
  zoneOfLog: {
    'zh-CN': '时间按日志的时钟，{zone}（导入时的时区）',
    en: 'Times by the clock of the log, {zone} (the zone of its import)',
  },
  zoneOfMachine: {
    'zh-CN': '时间按日志的时钟；导入时没有记下时区，本机为 {zone}',
    en: 'Times by the clock of the log; no import recorded a zone, that of this computer is {zone}',
  },
  more: { 'zh-CN': '另有 {n} 行未画出', en: '{n} more rows are not drawn' },
} as const satisfies Record<string, Words>;

export type PictureText = keyof typeof TEXTS;

/** Which zone the times of an answer are in; empty where that is not known. */
export function zoneText(locale: Locale, zone: LogZone | undefined): string {
  if (!zone) return '';
  return pictureText(locale, zone.from === 'log' ? 'zoneOfLog' : 'zoneOfMachine', { zone: zone.name });
}

/** A text of pictures in a language. */
export function pictureText(locale: Locale, key: PictureText, params?: TextParams): string {
  return fillText(locale, TEXTS[key][locale], params);
}
