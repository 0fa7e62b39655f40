import { z } from 'zod';
import type { CodebookLanguage } from '../../shared/codebook.ts';
import { ANALYSES, DIRECTIONS } from '../../shared/insight.ts';

/** The longest name that is told, in characters, and the longest reason that is shown. */
export const WORDS_CHARS = { name: 80, reason: 200 } as const;

const ORDERS = ['ordered', 'strict', 'any'] as const;
const SIDES = ['before', 'after'] as const;

const list = (items: Record<string, unknown>): Record<string, unknown> => ({ type: 'array', items });
const object = (properties: Record<string, unknown>): Record<string, unknown> => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const oneOf = (values: readonly string[]): Record<string, unknown> => ({ type: 'string', enum: values });
const INTEGER = { type: 'integer' };
const TEXT = { type: 'string' };
/** Which events are meant: of any of these types, about this object. */
const EVENTS = object({ types: list(INTEGER), object: INTEGER });
const GROUP = list(object({ field: INTEGER, values: list(INTEGER) }));

/** The JSON schema of an answer, within what strict modes take: nothing in it can be left out. */
export const WORDS_SCHEMA: Record<string, unknown> = object({
  analysis: oneOf([...ANALYSES, 'none']),
  steps: list(EVENTS),
  event: EVENTS,
  order: oneOf(ORDERS),
  side: oneOf(SIDES),
  direction: oneOf(DIRECTIONS),
  window: TEXT,
  by: INTEGER,
  profile: GROUP,
  did: list(EVENTS),
  didNot: list(EVENTS),
  ordered: list(EVENTS),
  from: TEXT,
  to: TEXT,
  converted: EVENTS,
  compareProfile: GROUP,
  reason: TEXT,
});

const place = z.coerce.number().int().min(0);
const places = z
  .array(place)
  .nullish()
  .transform((value) => value ?? []);
const optional = place.nullish().transform((value) => value ?? 0);
/** A number alone stands for a type, 0 for none. */
const events = z.union([
  place.transform((type) => ({ types: type === 0 ? [] : [type], object: 0 })),
  z.object({ types: places, object: optional }),
]);
const oneEvent = events.nullish().transform((value) => value ?? { types: [], object: 0 });
const eventList = z
  .array(events)
  .nullish()
  .transform((value) => value ?? []);
const group = z
  .array(z.object({ field: place, values: places }))
  .nullish()
  .transform((value) => value ?? []);
const words = z
  .string()
  .trim()
  .nullish()
  .transform((value) => value ?? '');
/** Null and nothing stand for the usual value; what is something else is a mistake. */
const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.preprocess(
    (value) => (value === null || value === '' ? undefined : value),
    z.enum(values).default(values[0]),
  );

/** An answer of a model. What it leaves out is not used; what it says wrongly is a mistake. */
export const pickSchema = z.object({
  analysis: z.enum([...ANALYSES, 'none']),
  steps: eventList,
  event: oneEvent,
  order: choice(ORDERS),
  side: choice(SIDES),
  direction: choice(DIRECTIONS),
  window: words,
  by: optional,
  profile: group,
  did: eventList,
  didNot: eventList,
  ordered: eventList,
  from: words,
  to: words,
  converted: oneEvent,
  compareProfile: group,
  reason: words,
});
export type PickedAnswer = z.output<typeof pickSchema>;
/** Which events a part of an answer means: places of types, and that of an object, 0 for none. */
export type PickedEvents = z.output<typeof events>;

/** What is wrong with an answer, by the field. */
export interface Mistake {
  kind: keyof typeof MISTAKES;
  field: string;
  value?: string | number;
  most?: number;
}

const MISTAKES = {
  json: { zh: '没有可读的 JSON 对象', en: 'there is no JSON object that can be read' },
  shape: { zh: '{field}：不是要求的形式', en: '{field}: not of the form asked for' },
  number: {
    zh: '{field}：没有编号 {value}，编号从 1 到 {most}',
    en: '{field}: there is no number {value}; numbers are 1 to {most}',
  },
  span: {
    zh: '{field}：{value} 不是时长，写成 12h、7d 这样',
    en: '{field}: {value} is no time; write it as 12h or 7d',
  },
  moment: { zh: '{field}：{value} 不是日期', en: '{field}: {value} is no date' },
  order: { zh: 'from 在 to 之后', en: 'from is after to' },
  steps: { zh: 'steps：漏斗需要 2 到 12 步', en: 'steps: a funnel needs 2 to 12 steps' },
  most: { zh: '{field}：最多 {most} 个', en: '{field}: {most} at the most' },
  events: {
    zh: '{field}：types 和 object 至少要有一个',
    en: '{field}: it needs types, or an object',
  },
  event: { zh: 'event：这种分析必须指定事件', en: 'event: this analysis needs one' },
  oneType: {
    zh: 'event：这种分析只能是一个类型，不能有对象',
    en: 'event: of this analysis it is one type, without an object',
  },
  compare: { zh: '{field}：这种分析不能比较', en: '{field}: this analysis cannot compare' },
  both: {
    zh: 'converted 和 compareProfile 只能用一个',
    en: 'converted and compareProfile cannot be used together',
  },
  groups: {
    zh: 'compareProfile：profile 要填第一组用户，compareProfile 填另一组',
    en: 'compareProfile: the first group goes into profile, and another one into compareProfile',
  },
} as const;

/** A mistake in words, for a model and for who asked. */
export function mistakeText(
  { kind, field, value = '', most = 0 }: Mistake,
  language: CodebookLanguage,
): string {
  return MISTAKES[kind][language]
    .replace('{field}', field)
    .replace('{value}', () => String(value).slice(0, WORDS_CHARS.name))
    .replace('{most}', String(most));
}
