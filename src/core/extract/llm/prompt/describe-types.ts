import type { Detail, ThemeGrain } from '../../../../shared/abstraction.ts';
import type { CodebookLanguage, CodebookType } from '../../../../shared/codebook.ts';
import { RULE_FIELDS } from '../../rules/rules-schema.ts';
import type { Condition, FieldTest, RuleField, Rules } from '../../rules/rules-schema.ts';
import { typesOfRules } from '../../rules/rules-types.ts';
import { cleanValue } from './behaviour-line.ts';
import type { NumberedTypes } from './numbered-types.ts';
import { NO_TYPE } from './numbered-types.ts';

/** Lists longer than these are cut short: the guardrail knows them whole, the model needs the idea. */
const WORDS_SHOWN = 10;
/** Of these so many from the end: lists are written from the special to the general, e.g. 失败 and 取消 last. */
const WORDS_FROM_END = 6;
const CONDITIONS_SHOWN = 6;
const TYPES_SHOWN = 200;
const WORD_CHARS = 30;
const DEFINITION_CHARS = 120;
const EXAMPLES_SHOWN = 3;
const DAY_MS = 86_400_000;

/** What a log says of how its behaviours belong together, as far as the prompt tells it. */
export interface PromptLimits {
  detail: Detail;
  /** Milliseconds; null where a session is a day. */
  sessionGapMs: number | null;
  /** Milliseconds. */
  themeGapMs: number;
  /** Only neighbours join: the order of different steps stays. */
  isProcess?: boolean;
  /** How finely themes are told apart at the detail `standard`; `themes` when left out. */
  grain?: ThemeGrain;
}

interface Words {
  fields: Record<RuleField, string>;
  /** The action, or the whole text where there is none. */
  actionOrText: string;
  event: string;
  detail: (limits: PromptLimits) => string;
  conversions: string;
  noConversions: string;
  engagements: string;
  none: string;
  heading: string;
  separators: { list: string; colon: string; or: string; and: string; parts: string; examples: string };
  test: Record<'in' | 'startsWith' | 'contains' | 'lacks', (list: string) => string> & {
    empty: string;
    filled: string;
  };
}

const minutes = (ms: number): number => Math.round(ms / 60_000);
const days = (ms: number): number => Math.max(1, Math.round(ms / DAY_MS));

const WORDS: Record<CodebookLanguage, Words> = {
  zh: {
    fields: { action: '动作', item: 'item', app: 'app', media: 'media', poi: 'poi', text: '文字' },
    actionOrText: '动作（无动作则全文）',
    event: '事件说的是意图，不是动作：用户围绕什么对象、为了什么做了一段事。',
    detail: ({ detail, sessionGapMs, themeGapMs, isProcess = false, grain = 'themes' }) => {
      const across = isProcess ? '只合并相邻的，不同步骤的先后要保留' : '中间隔着别的行为也要合并';
      switch (detail) {
        case 'fine': {
          const session = sessionGapMs === null ? '不同的日子' : `静默超过 ${minutes(sessionGapMs)} 分钟`;
          return `粒度“细”：时间上相邻、类型和对象相同的行为合并成一个事件，${session}就另起一个；其余的不要硬凑在一起。`;
        }
        case 'standard': {
          const joined: Record<ThemeGrain, string> = {
            themes: '类型相同、对象属于同一类的行为',
            upper: '类型相同、对象属于同一大类的行为',
            known: '类型相同、对象属于同一大类的行为（对象只有自己的名称、看不出属于哪一类的，也合在一起）',
            none: '类型相同的行为，不论对象，都',
          };
          const object: Record<ThemeGrain, string> = {
            themes: '对象要概括到品牌、品类或一类场所，如 大众_途观_详情页 写成 大众。',
            upper: '对象要概括到最上一级的类别，如 手机/苹果/15 写成 手机。',
            known:
              '对象要概括到最上一级的类别，如 手机/苹果/15 写成 手机；看不出类别的写最主要的几个，用顿号分隔。',
            none: '对象写最主要的几个，概括到品牌、品类一级，用顿号分隔。',
          };
          const silent = grain === 'none' ? '这类行为' : '这个对象';
          return `粒度“标准”：${joined[grain]}合并成一个事件，${across}，直到${silent}沉寂超过 ${days(themeGapMs)} 天。${object[grain]}`;
        }
        case 'brief':
          return `粒度“概括”：类型相同的行为合并成一个事件，不论对象，${across}，直到这类行为沉寂超过 ${days(themeGapMs)} 天。对象写最主要的几个，概括到品牌、品类一级，用顿号分隔。`;
      }
    },
    heading: '事件类型（编号 名称：说明），回答只写编号：',
    conversions:
      '转化（满足所列条件之一才是，靠前的优先；每条转化行为单独成为一个事件，别的事件不得跨过它）：',
    noConversions: '没有转化类型，所有事件都是互动。',
    engagements: '互动（其余一切行为）：',
    none: `${NO_TYPE} 以上都不合适，写成 ${NO_TYPE}|行为编号|对象|建议的类型名`,
    separators: { list: '/', colon: '：', or: '；或 ', and: '，且', parts: '、', examples: '；例如 ' },
    test: {
      in: (list) => `是 ${list}`,
      startsWith: (list) => `以 ${list} 开头`,
      contains: (list) => `含 ${list}`,
      lacks: (list) => `不含 ${list}`,
      empty: '为空',
      filled: '不为空',
    },
  },
  en: {
    fields: { action: 'action', item: 'item', app: 'app', media: 'media', poi: 'poi', text: 'text' },
    actionOrText: 'action (the whole text where there is none)',
    event:
      'An event tells an intent, not an action: what the user did for a time, about which object, and what for.',
    detail: ({ detail, sessionGapMs, themeGapMs, isProcess = false, grain = 'themes' }) => {
      const across = isProcess
        ? 'neighbours only, so that different steps keep their order'
        : 'also across others in between';
      switch (detail) {
        case 'fine': {
          const session =
            sessionGapMs === null ? 'another day' : `a silence of more than ${minutes(sessionGapMs)} minutes`;
          return `Detail “fine”: neighbouring behaviours of the same type about the same object are one event; ${session} begins another one. Do not join anything else.`;
        }
        case 'standard': {
          const joined: Record<ThemeGrain, string> = {
            themes: 'behaviours of the same type about the same class of object are one event',
            upper: 'behaviours of the same type about the same upper class of object are one event',
            known:
              'behaviours of the same type about the same upper class of object are one event (those about objects that have only a name of their own and no class are one event too)',
            none: 'behaviours of the same type are one event, whatever the object',
          };
          const object: Record<ThemeGrain, string> = {
            themes:
              'Generalise the object to a brand, a category or a class of place: Volkswagen_Tiguan_details is Volkswagen.',
            upper: 'Generalise the object to its uppermost class: phones/apple/15 is phones.',
            known:
              'Generalise the object to its uppermost class: phones/apple/15 is phones; where there is none, name the main objects, separated by commas.',
            none: 'Name the main objects as brands or categories, separated by commas.',
          };
          const silent = grain === 'none' ? 'the type' : 'the object';
          return `Detail “standard”: ${joined[grain]}, ${across}, until ${silent} was silent for more than ${days(themeGapMs)} days. ${object[grain]}`;
        }
        case 'brief':
          return `Detail “brief”: behaviours of the same type are one event, whatever the object, ${across}, until the type was silent for more than ${days(themeGapMs)} days. Name the main objects as brands or categories, separated by commas.`;
      }
    },
    heading: 'Event types (number name: definition); answer with the number only:',
    conversions:
      'Conversions (only where one of the conditions holds, the first wins; each such behaviour is an event of its own, and no other event reaches across it):',
    noConversions: 'There are no conversion types: all events are engagements.',
    engagements: 'Engagements (all other behaviours):',
    none: `${NO_TYPE} none of these fits: write ${NO_TYPE}|numbers of behaviours|object|proposed name of a type`,
    separators: { list: '/', colon: ': ', or: '; or ', and: ', and ', parts: ', ', examples: '; e.g. ' },
    test: {
      in: (list) => `is ${list}`,
      startsWith: (list) => `begins with ${list}`,
      contains: (list) => `contains ${list}`,
      lacks: (list) => `lacks ${list}`,
      empty: 'is empty',
      filled: 'is not empty',
    },
  },
};

/** What an event is at a detail, and the types with their numbers, in words for a model. */
export function describeTypes(
  types: NumberedTypes,
  rules: Rules,
  language: CodebookLanguage,
  limits: PromptLimits,
): string {
  const words = WORDS[language];
  const described = new Map(typesOfRules(rules, language).map(({ id, definition }) => [id, definition]));
  const intents = new Set(rules.intents.map(({ zh }) => zh));
  const line = (type: CodebookType): string => {
    const name = `${types.numberOf(type.id)} ${word(type[language])}`;
    const rule = rules.conversions.find(({ zh }) => zh === type.id);
    // The name of a kind says what its actions are; what an intent joins, or the analyst wrote, has to be told.
    const isPlain = type.definition === described.get(type.id) && !intents.has(type.id);
    const definition = isPlain ? '' : cleanValue(type.definition, DEFINITION_CHARS);
    const explained = rule ? describeWhen(rule.when, words) : definition;
    const examples = type.examples.slice(0, EXAMPLES_SHOWN).map(word).join(words.separators.parts);
    const told = [explained, examples].filter((part) => part !== '').join(words.separators.examples);
    return told === '' ? name : `${name}${words.separators.colon}${told}`;
  };
  const shown = types.types.slice(0, TYPES_SHOWN);
  const conversions = shown.filter(({ category }) => category === 'conversion');
  const engagements = shown.filter(({ category }) => category === 'engagement');
  return [
    words.event,
    words.detail(limits),
    words.heading,
    ...(conversions.length === 0 ? [words.noConversions] : [words.conversions, ...conversions.map(line)]),
    words.engagements,
    ...engagements.map(line),
    words.none,
  ].join('\n');
}

function describeWhen(when: readonly Condition[], words: Words): string {
  const parts: string[] = [];
  for (let at = 0; at < when.length && parts.length < CONDITIONS_SHOWN; at += 1) {
    const [one, next] = [when[at], when[at + 1]];
    if (!one) continue;
    const isPair = next !== undefined && isSameOfText(one, next);
    parts.push(describeCondition(one, isPair ? words.actionOrText : words.fields.action, words));
    if (isPair) at += 1;
  }
  return parts.join(words.separators.or);
}

/** What `word` in a rules file is written out to: the words of an action, then the same of a text without one. */
function isSameOfText({ action, ...others }: Condition, { action: none, text, ...same }: Condition): boolean {
  const isOfText = JSON.stringify(none) === JSON.stringify({ empty: true }) && action !== undefined;
  return isOfText && JSON.stringify([action, others]) === JSON.stringify([text, same]);
}

function describeCondition(condition: Condition, actionName: string, words: Words): string {
  return RULE_FIELDS.flatMap((field) => {
    const test = condition[field];
    const name = field === 'action' ? actionName : words.fields[field];
    return test ? [describeTest(name, test, words)] : [];
  }).join(words.separators.and);
}

function describeTest(field: string, test: FieldTest, { test: say, separators }: Words): string {
  const list = (items: readonly string[]): string => shortened(items, separators.list);
  if ('in' in test) return `${field} ${say.in(list(test.in))}`;
  const parts: string[] = [];
  if (test.startsWith) parts.push(say.startsWith(list(test.startsWith)));
  if (test.contains) parts.push(say.contains(list(test.contains)));
  if (test.lacks) parts.push(say.lacks(list(test.lacks)));
  if (test.empty !== undefined) parts.push(test.empty ? say.empty : say.filled);
  return `${field} ${parts.join(separators.parts)}`;
}

function shortened(items: readonly string[], separator: string): string {
  const clean = items.map(word);
  if (clean.length <= WORDS_SHOWN) return clean.join(separator);
  return [...clean.slice(0, WORDS_SHOWN - WORDS_FROM_END), '…', ...clean.slice(-WORDS_FROM_END)].join(
    separator,
  );
}

function word(value: string): string {
  return cleanValue(value, WORD_CHARS).replaceAll('|', '/');
}
