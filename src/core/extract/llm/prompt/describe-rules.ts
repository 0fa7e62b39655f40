import type { SessionLimits } from '../../../abstraction/sessions.ts';
import { RULE_FIELDS } from '../../rules/rules-schema.ts';
import type { Condition, ConversionRule, FieldTest, RuleField, Rules } from '../../rules/rules-schema.ts';
import { cleanValue } from './behaviour-line.ts';

/** Lists longer than these are cut short: the guardrail knows them whole, the model needs the idea. */
const WORDS_SHOWN = 10;
/** Of these so many from the end: lists are written from the special to the general, e.g. 失败 and 取消 last. */
const WORDS_FROM_END = 6;
const CONDITIONS_SHOWN = 6;
const TYPES_SHOWN = 60;
const WORD_CHARS = 30;

/** How the fields of a rule are called in the lines of the prompt. */
const FIELD_NAMES: Record<RuleField, string> = {
  action: '动作',
  item: 'item',
  app: 'app',
  media: 'media',
  poi: 'poi',
  text: '文字',
};

/** The action, or the whole text where there is none. */
const ACTION_OR_TEXT = '动作（无动作则全文）';

/** What a rules file says, in words for a model: sessions, conversions with their conditions, types of engagement. */
export function describeRules(rules: Rules, sessions: SessionLimits): string {
  const kinds = rules.kinds.slice(0, TYPES_SHOWN).map(({ zh }) => word(zh));
  const types = kinds.length === 0 ? '' : `类型优先用：${kinds.join('、')}；都不合适时`;
  return [
    describeSessions(sessions),
    ...describeConversions(rules.conversions),
    `互动（其余一切行为）：${types}用动作原名，没有动作的用“${word(rules.other.zh)}”。`,
  ].join('\n');
}

function describeSessions({ sessionGapMs, dayStartMs }: SessionLimits): string {
  if (sessionGapMs === null) {
    const hour = String(Math.floor(dayStartMs / 3_600_000)).padStart(2, '0');
    return `会话：一天是一个会话，每天从 ${hour}:00 开始，事件不跨会话。`;
  }
  return `会话：静默超过 ${sessionGapMs / 60_000} 分钟就是新的会话，事件不跨会话。`;
}

function describeConversions(conversions: readonly ConversionRule[]): string[] {
  if (conversions.length === 0) return ['没有转化类型，所有事件都是互动。'];
  return [
    '转化（满足所列条件之一才是，靠前的优先；转化行为只能放进转化事件）：',
    ...conversions.slice(0, TYPES_SHOWN).map(({ zh, when }) => `- ${word(zh)}：${describeWhen(when)}`),
  ];
}

function describeWhen(when: readonly Condition[]): string {
  const parts: string[] = [];
  for (let at = 0; at < when.length && parts.length < CONDITIONS_SHOWN; at += 1) {
    const [one, next] = [when[at], when[at + 1]];
    if (!one) continue;
    const isPair = next !== undefined && isSameOfText(one, next);
    parts.push(describeCondition(one, isPair ? ACTION_OR_TEXT : FIELD_NAMES.action));
    if (isPair) at += 1;
  }
  return parts.join('；或 ');
}

/** What `word` in a rules file is written out to: the words of an action, then the same of a text without one. */
function isSameOfText({ action, ...others }: Condition, { action: none, text, ...same }: Condition): boolean {
  const isOfText = JSON.stringify(none) === JSON.stringify({ empty: true }) && action !== undefined;
  return isOfText && JSON.stringify([action, others]) === JSON.stringify([text, same]);
}

function describeCondition(condition: Condition, actionName: string): string {
  return RULE_FIELDS.flatMap((field) => {
    const test = condition[field];
    const name = field === 'action' ? actionName : FIELD_NAMES[field];
    return test ? [describeTest(name, test)] : [];
  }).join('，且');
}

function describeTest(field: string, test: FieldTest): string {
  if ('in' in test) return `${field} 是 ${list(test.in)}`;
  const parts: string[] = [];
  if (test.startsWith) parts.push(`以 ${list(test.startsWith)} 开头`);
  if (test.contains) parts.push(`含 ${list(test.contains)}`);
  if (test.lacks) parts.push(`不含 ${list(test.lacks)}`);
  if (test.empty !== undefined) parts.push(test.empty ? '为空' : '不为空');
  return `${field} ${parts.join('、')}`;
}

function list(words: readonly string[]): string {
  const clean = words.map((each) => word(each));
  if (clean.length <= WORDS_SHOWN) return clean.join('/');
  return [...clean.slice(0, WORDS_SHOWN - WORDS_FROM_END), '…', ...clean.slice(-WORDS_FROM_END)].join('/');
}

function word(value: string): string {
  return cleanValue(value, WORD_CHARS);
}
