import type { Condition, Rules } from '../../rules/rules-schema.ts';
import { cleanValue } from './behaviour-line.ts';

const THING = '大众_迈腾';

/** How the answer is to be written: a string per event costs less than half the tokens of an object. */
export const FORMAT_TEXT = [
  '只输出一个 JSON 对象，不要解释，不要代码块：',
  '{"users":[{"user_id":"代号","events":["类型|编号|备注"]}]}',
  '每个字符串是一个事件。转化事件在类型前加 !。编号用半角，连续的写成范围，如 1-4,7。备注写对象，不超过 15 字，可省略；任何部分都不得含 |。没有行为的用户 events 为 []。',
].join('\n');

/**
 * The answer's JSON schema: the same for every request, because providers compile a new one before they answer. Within
 * what strict modes take (every property required, none more).
 */
export const ANSWER_SCHEMA: Record<string, unknown> = {
  type: 'object',
  properties: {
    users: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          user_id: { type: 'string' },
          events: { type: 'array', items: { type: 'string' } },
        },
        required: ['user_id', 'events'],
        additionalProperties: false,
      },
    },
  },
  required: ['users'],
  additionalProperties: false,
};

/**
 * One example with types of these rules. It is told, not shown as a block of lines: nothing in the instructions may look
 * like a user that is asked about.
 */
export function exampleText(rules: Rules): string {
  const browse = engagementExample(rules);
  const conversion = conversionExample(rules);
  const told = conversion ? `，3 号是 ${conversion.action} item=${THING}` : '';
  const events = [`${browse.type}|1-2,4|${THING}`, ...(conversion ? [`!${conversion.type}|3|${THING}`] : [])];
  const answer = JSON.stringify({ users: [{ user_id: 'u1', events }] });
  return `例：用户 u1 的 1、2、4 号行为是 ${browse.action} item=${THING}${told}，回答：\n${answer}`;
}

interface Example {
  action: string;
  type: string;
}

function engagementExample(rules: Rules): Example {
  for (const { kind, when } of rules.classify) {
    const action = actionOf(when);
    const type = rules.kinds.find(({ id }) => id === kind)?.zh;
    if (action !== null && type !== undefined) return { action, type: safe(type) };
  }
  return { action: 'view', type: 'view' };
}

function conversionExample(rules: Rules): Example | null {
  for (const { zh, when } of rules.conversions) {
    const action = actionOf(when);
    if (action !== null) return { action, type: safe(zh) };
  }
  return null;
}

/** An action that is enough to fulfil one of the conditions. */
function actionOf(when: readonly Condition[]): string | null {
  for (const { action, ...others } of when) {
    if (!action || !('in' in action) || Object.values(others).some((test) => test !== undefined)) continue;
    const first = action.in[0];
    if (first !== undefined) return cleanValue(first, 30);
  }
  return null;
}

function safe(type: string): string {
  return cleanValue(type, 30).replaceAll('|', '/');
}
