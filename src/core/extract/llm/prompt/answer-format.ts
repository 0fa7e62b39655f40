import type { CodebookLanguage } from '../../../../shared/codebook.ts';
import type { Condition, Rules } from '../../rules/rules-schema.ts';
import { cleanValue } from './behaviour-line.ts';
import type { NumberedTypes } from './numbered-types.ts';

/** How the answer is to be written: a string per event costs less than half the tokens of an object. */
export const FORMAT_TEXT: Record<CodebookLanguage, string> = {
  zh: [
    '只输出一个 JSON 对象，不要解释，不要代码块：',
    '{"users":[{"user_id":"代号","events":["类型编号|行为编号|对象"]}]}',
    '每个字符串是一个事件。编号用半角，连续的行为写成范围，如 1-4,7。对象不超过 15 字，没有对象就省略；任何部分都不得含 |。没有行为的用户 events 为 []。',
  ].join('\n'),
  en: [
    'Output one JSON object only, without explanation and without a code fence:',
    '{"users":[{"user_id":"alias","events":["number of the type|numbers of behaviours|object"]}]}',
    'Each string is an event. Write consecutive behaviours as ranges, such as 1-4,7. An object has 5 words at the most and is left out where there is none; no part may contain |. A user without behaviours has "events":[].',
  ].join('\n'),
};

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

const THING = { zh: '大众_迈腾', en: 'Volkswagen_Passat' } as const satisfies Record<
  CodebookLanguage,
  string
>;
const THEME = { zh: '大众', en: 'Volkswagen' } as const satisfies Record<CodebookLanguage, string>;

/**
 * One example with types of these rules. It is told, not shown as a block of lines: nothing in the instructions may look
 * like a user that is asked about.
 */
export function exampleText(
  types: NumberedTypes,
  rules: Rules,
  language: CodebookLanguage,
  isFine: boolean,
): string {
  const thing = THING[language];
  const object = isFine ? thing : THEME[language];
  const browse = engagementExample(types, rules, isFine);
  const conversion = conversionExample(types, rules);
  const events = [
    `${browse.number}|1-2,4|${object}`,
    ...(conversion ? [`${conversion.number}|3|${object}`] : []),
  ];
  const answer = JSON.stringify({ users: [{ user_id: 'u1', events }] });
  if (language === 'zh') {
    const told = conversion ? `，3 号是 ${conversion.action} item=${thing}` : '';
    return `例：用户 u1 的 1、2、4 号行为是 ${browse.action} item=${thing}${told}，回答：\n${answer}`;
  }
  const told = conversion ? `, number 3 is ${conversion.action} item=${thing}` : '';
  return `Example: behaviours 1, 2 and 4 of user u1 are ${browse.action} item=${thing}${told}. Answer:\n${answer}`;
}

interface Example {
  action: string;
  number: number;
}

function engagementExample(types: NumberedTypes, rules: Rules, isFine: boolean): Example {
  for (const { kind, when } of rules.classify) {
    const action = actionOf(when);
    const intent = isFine ? undefined : rules.intents.find(({ kinds }) => kinds.includes(kind));
    const type = intent?.zh ?? rules.kinds.find(({ id }) => id === kind)?.zh;
    const number = type === undefined ? 0 : types.numberOf(type);
    if (action !== null && number > 0) return { action, number };
  }
  return { action: 'view', number: 0 };
}

function conversionExample(types: NumberedTypes, rules: Rules): Example | null {
  for (const { zh, when } of rules.conversions) {
    const action = actionOf(when);
    const number = types.numberOf(zh);
    if (action !== null && number > 0) return { action, number };
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
