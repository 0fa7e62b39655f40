import type { Message } from './messages/index.ts';
import type { Locale } from './settings.ts';

/** Columns of a profile or a log that have a name in each language, as in the file, in lower case. */
const NAMES: Readonly<Record<string, Message>> = {
  age: { 'zh-CN': '年龄', en: 'Age' },
  gender: { 'zh-CN': '性别', en: 'Gender' },
  sex: { 'zh-CN': '性别', en: 'Gender' },
  birthday: { 'zh-CN': '生日', en: 'Birthday' },
  income: { 'zh-CN': '收入', en: 'Income' },
  occupation: { 'zh-CN': '职业', en: 'Occupation' },
  job: { 'zh-CN': '职业', en: 'Occupation' },
  education: { 'zh-CN': '学历', en: 'Education' },
  marital_status: { 'zh-CN': '婚姻状况', en: 'Marital status' },
  country: { 'zh-CN': '国家', en: 'Country' },
  province: { 'zh-CN': '省份', en: 'Province' },
  city: { 'zh-CN': '城市', en: 'City' },
  interests: { 'zh-CN': '兴趣', en: 'Interests' },
  interest: { 'zh-CN': '兴趣', en: 'Interests' },
  tags: { 'zh-CN': '标签', en: 'Tags' },
  level: { 'zh-CN': '等级', en: 'Level' },
  register_time: { 'zh-CN': '注册时间', en: 'Registered' },
  device: { 'zh-CN': '设备', en: 'Device' },
  budget: { 'zh-CN': '预算', en: 'Budget' },
  has_car: { 'zh-CN': '有车', en: 'Has a car' },
  purchase_intent: { 'zh-CN': '购买意向', en: 'Purchase intent' },
  brand: { 'zh-CN': '品牌', en: 'Brand' },
  category: { 'zh-CN': '品类', en: 'Category' },
  platform: { 'zh-CN': '平台', en: 'Platform' },
  channel: { 'zh-CN': '渠道', en: 'Channel' },
  source: { 'zh-CN': '来源', en: 'Source' },
  page: { 'zh-CN': '页面', en: 'Page' },
  url: { 'zh-CN': '网址', en: 'URL' },
  keyword: { 'zh-CN': '关键词', en: 'Keyword' },
  query: { 'zh-CN': '关键词', en: 'Keyword' },
  price: { 'zh-CN': '价格', en: 'Price' },
  amount: { 'zh-CN': '金额', en: 'Amount' },
  quantity: { 'zh-CN': '数量', en: 'Quantity' },
};
const LOOKUP = new Map(Object.entries(NAMES));

/** The name of a column in a language; the column itself when it is not known. */
export function fieldNameIn(locale: Locale, column: string): string {
  return LOOKUP.get(column.trim().toLowerCase())?.[locale] ?? column;
}
