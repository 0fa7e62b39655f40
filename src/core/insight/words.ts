import { z } from 'zod';
import type { CodebookLanguage } from '../../shared/codebook.ts';
import { ANALYSES, DIRECTIONS, momentMs, questionSchema, spanSchema } from '../../shared/insight.ts';
import type { OverviewResult, Question, Selection } from '../../shared/insight.ts';
import type { EventCategory } from '../../shared/users.ts';
import { numbersIn } from './said-numbers.ts';

/** So many types, fields and values of a field are told; a value only where at least so many users have it: fewer could be recognised. */
export const WORDS_LIMITS = { types: 200, fields: 30, values: 20, users: 3, chars: 80, reason: 200 } as const;

const ORDERS = ['ordered', 'strict', 'any'] as const;
const SIDES = ['before', 'after'] as const;

/** What a question in words can be about: a model names its parts by their places, from 1. */
export interface Choices {
  types: { id: string; name: string; category: EventCategory }[];
  fields: { name: string; values: string[] }[];
}

/** What there is to ask about, of the overview of all events. */
export function choicesOf(
  { types, fields }: Pick<OverviewResult, 'types' | 'fields'>,
  nameOf: (type: string) => string,
): Choices {
  return {
    types: types
      .slice(0, WORDS_LIMITS.types)
      .map(({ type, category }) => ({ id: type, name: nameOf(type), category })),
    fields: fields.slice(0, WORDS_LIMITS.fields).map(({ name, values, users }) => ({
      name,
      values: values.filter((_, at) => (users[at] ?? 0) >= WORDS_LIMITS.users).slice(0, WORDS_LIMITS.values),
    })),
  };
}

const HEADS: Record<CodebookLanguage, Record<'types' | 'fields' | 'question' | 'wrong', string>> = {
  zh: {
    types: '类型：',
    fields: '画像字段：',
    question: '问题：',
    wrong: '上一次的回答有误，请改正后重新输出：',
  },
  en: {
    types: 'Types:',
    fields: 'Profile fields:',
    question: 'Question:',
    wrong: 'The answer before had mistakes. Answer again without them:',
  },
};

/** What is sent of a question in words: what there is to ask about, and the words. No behaviour and no id of a user is in it. */
export function wordsInput(
  { types, fields }: Choices,
  words: string,
  language: CodebookLanguage,
  mistakes: readonly Mistake[] = [],
): string {
  const heads = HEADS[language];
  return [
    heads.types,
    ...types.map(({ name, category }, at) => `${at + 1}. ${quoted(name)} (${category})`),
    '',
    heads.fields,
    ...fields.map(({ name, values }, at) => {
      const told = values.map((value, place) => `${place + 1}=${quoted(value)}`).join(' ');
      return `${at + 1}. ${quoted(name)} ${told}`.trimEnd();
    }),
    '',
    heads.question,
    quoted(words, words.length),
    ...(mistakes.length === 0
      ? []
      : ['', heads.wrong, ...mistakes.map((each) => `- ${mistakeText(each, language)}`)]),
    '',
  ].join('\n');
}

/** A text as JSON writes it, so that nothing in it can end its line. */
function quoted(text: string, most: number = WORDS_LIMITS.chars): string {
  const line = text.replace(/\p{C}/gu, ' ').replace(/\s+/gu, ' ').trim();
  return JSON.stringify(line.length > most ? `${line.slice(0, most)}…` : line);
}

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

/** The JSON schema of an answer, within what strict modes take: nothing in it can be left out. */
export const WORDS_SCHEMA: Record<string, unknown> = object({
  analysis: oneOf([...ANALYSES, 'none']),
  steps: list(INTEGER),
  event: INTEGER,
  order: oneOf(ORDERS),
  side: oneOf(SIDES),
  direction: oneOf(DIRECTIONS),
  window: TEXT,
  by: INTEGER,
  profile: list(object({ field: INTEGER, values: list(INTEGER) })),
  did: list(INTEGER),
  didNot: list(INTEGER),
  from: TEXT,
  to: TEXT,
  converted: INTEGER,
  reason: TEXT,
});

const place = z.coerce.number().int().min(0);
const places = z
  .array(place)
  .nullish()
  .transform((value) => value ?? []);
const optional = place.nullish().transform((value) => value ?? 0);
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
  steps: places,
  event: optional,
  order: choice(ORDERS),
  side: choice(SIDES),
  direction: choice(DIRECTIONS),
  window: words,
  by: optional,
  profile: z
    .array(z.object({ field: place, values: places }))
    .nullish()
    .transform((value) => value ?? []),
  did: places,
  didNot: places,
  from: words,
  to: words,
  converted: optional,
  reason: words,
});
type Answer = z.output<typeof pickSchema>;

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
  event: { zh: 'event：这种分析必须指定事件', en: 'event: this analysis needs one' },
  compare: { zh: 'converted：这种分析不能比较', en: 'converted: this analysis cannot compare' },
} as const;

/** A mistake in words, for a model and for who asked. */
export function mistakeText(
  { kind, field, value = '', most = 0 }: Mistake,
  language: CodebookLanguage,
): string {
  return MISTAKES[kind][language]
    .replace('{field}', field)
    .replace('{value}', () => String(value).slice(0, WORDS_LIMITS.chars))
    .replace('{most}', String(most));
}

export type Picked =
  | { question: Question; reason: ''; mistakes: [] }
  /** No analysis answers it. */
  | { question: null; reason: string; mistakes: [] }
  | { question: null; reason: ''; mistakes: Mistake[] };

/** The question that an answer means, or its mistakes: every part of it is one of the choices. Never throws. */
export function questionPicked(answer: unknown, choices: Choices): Picked {
  const parsed = pickSchema.safeParse(answer);
  if (!parsed.success)
    return wrong(parsed.error.issues.map(({ path }) => ({ kind: 'shape', field: path.join('.') })));
  const pick = parsed.data;
  if (pick.analysis === 'none') return { question: null, reason: reasonOf(pick.reason), mistakes: [] };
  const mistakes: Mistake[] = [];
  const built = questionSchema.safeParse(new Builder(pick, choices, mistakes).question());
  if (mistakes.length > 0) return wrong(mistakes);
  return built.success
    ? { question: built.data, reason: '', mistakes: [] }
    : wrong(built.error.issues.map(({ path }) => ({ kind: 'shape', field: path.join('.') })));
}

const wrong = (mistakes: Mistake[]): Picked => ({ question: null, reason: '', mistakes });

/** A text of a model that is shown: a number in it would look like a figure of ours. */
function reasonOf(text: string): string {
  const line = text.replace(/\s+/gu, ' ').replace(/\p{C}/gu, '').trim();
  return line.length > WORDS_LIMITS.reason || numbersIn(line).length > 0 ? '' : line;
}

class Builder {
  readonly #pick: Answer;
  readonly #choices: Choices;
  readonly #mistakes: Mistake[];

  constructor(pick: Answer, choices: Choices, mistakes: Mistake[]) {
    [this.#pick, this.#choices, this.#mistakes] = [pick, choices, mistakes];
  }

  question(): unknown {
    const { steps, order, side, direction, analysis } = this.#pick;
    const select = this.#select();
    const common = { analysis, ...(Object.keys(select).length === 0 ? {} : { select }) };
    const event = this.#type('event', this.#pick.event);
    const compare = this.#compare();
    const beside = { ...common, ...compare };
    switch (analysis) {
      case 'overview':
      case 'none':
        return beside;
      case 'funnel':
        if (steps.length < 2 || steps.length > 12) this.#mistakes.push({ kind: 'steps', field: 'steps' });
        return {
          ...beside,
          steps: this.#types('steps', steps),
          order,
          ...this.#span('window'),
          ...this.#by(),
        };
      case 'paths':
        return { ...beside, direction, depth: 4, top: 7, ...(event === null ? {} : { anchor: event }) };
      case 'graph':
      case 'variants':
        return { ...beside, collapse: true };
      case 'sequences':
        return { ...common, length: 4, ...(event === null ? {} : { target: event }) };
      case 'around':
      case 'profile':
        if (this.#pick.event === 0) this.#mistakes.push({ kind: 'event', field: 'event' });
        return analysis === 'profile'
          ? { ...common, event: event ?? '' }
          : { ...common, event: event ?? '', side, ...this.#span('within') };
      case 'evolution':
        return { ...common, ...this.#span('within'), ...(event === null ? {} : { view: { target: event } }) };
    }
  }

  #select(): Selection {
    const { profile, did, didNot, from, to } = this.#pick;
    const values = profile.flatMap(({ field, values }, at): [string, string[]][] => {
      const of = this.#one(`profile.${at}.field`, field, this.#choices.fields);
      const named = values.map((value) => of && this.#one(`profile.${at}.values`, value, of.values));
      const known = named.filter((value) => value !== null);
      return of === null || known.length === 0 ? [] : [[of.name, known]];
    });
    const [start, end] = [this.#moment('from', from), this.#moment('to', to)];
    if (start !== undefined && end !== undefined && start > end)
      this.#mistakes.push({ kind: 'order', field: 'from' });
    return {
      ...(values.length === 0 ? {} : { profile: Object.fromEntries(values) }),
      ...(did.length === 0 ? {} : { did: this.#types('did', did) }),
      ...(didNot.length === 0 ? {} : { didNot: this.#types('didNot', didNot) }),
      ...(start === undefined ? {} : { from: start }),
      ...(end === undefined ? {} : { to: end }),
    };
  }

  #compare(): { compare?: { converted: string } } {
    const { converted, analysis } = this.#pick;
    const type = this.#type('converted', converted);
    if (type === null) return {};
    if (['sequences', 'around', 'profile', 'evolution'].includes(analysis))
      this.#mistakes.push({ kind: 'compare', field: 'converted' });
    return { compare: { converted: type } };
  }

  #by(): { by?: string } {
    const of = this.#pick.by === 0 ? null : this.#one('by', this.#pick.by, this.#choices.fields);
    return of === null ? {} : { by: of.name };
  }

  #span<F extends string>(field: F): { [field in F]?: string } {
    const { window } = this.#pick;
    if (window === '') return {};
    if (!spanSchema.safeParse(window).success || Number.parseFloat(window) === 0)
      this.#mistakes.push({ kind: 'span', field: 'window', value: window });
    return { [field]: window } as { [field in F]?: string };
  }

  #moment(field: 'from' | 'to', text: string): string | undefined {
    if (text === '') return undefined;
    if (momentMs(text) === null) this.#mistakes.push({ kind: 'moment', field, value: text });
    return text;
  }

  /** The id of a type by its number; null for none. */
  #type(field: string, number: number): string | null {
    return number === 0 ? null : (this.#one(field, number, this.#choices.types)?.id ?? null);
  }

  #types(field: string, numbers: readonly number[]): string[] {
    const found = numbers.map((number) => this.#one(field, number, this.#choices.types));
    return found.flatMap((type) => (type === null ? [] : [type.id]));
  }

  #one<T>(field: string, number: number, of: readonly T[]): T | null {
    const found = of[number - 1];
    if (found !== undefined) return found;
    this.#mistakes.push({ kind: 'number', field, value: number, most: of.length });
    return null;
  }
}
