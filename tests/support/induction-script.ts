import { promptUnits } from '../../tools/fault-server/prompt-units.ts';

/** A line of the list of types in a prompt. */
const LINE = /^- (.+) \/ (.+) \((conversion|engagement)[^)]*\)(?:: (.*))?$/gm;

const NAMES: Record<string, [zh: string, en: string]> = {
  browse: ['浏览车型', 'Look at cars'],
  search: ['查找车型', 'Look for cars'],
  click: ['细看车型', 'Look closer'],
  visit_poi: ['外出', 'Go out'],
};

interface SaidType {
  zh: string;
  en: string;
  category: string;
  definition: string;
  examples: number[];
  from: string[];
}

/**
 * What a model with its wits about it answers to a request of an induction: the list so far, and a type for each action that
 * has none yet; in the review, looking and searching are joined. What it says depends on the request alone.
 */
export function inductionAnswer(user: string): string {
  const [list = ''] = user.split(/^@u1$/m);
  const types: SaidType[] = [...list.matchAll(LINE)].map(
    ([, zh = '', en = '', category = '', definition = '']) => ({
      ...{ zh, en, category, definition, examples: [], from: [] },
    }),
  );
  const units = promptUnits(user);
  for (const { number, text } of units.flatMap(({ behaviours }) => behaviours)) {
    const [action = ''] = text.split(' ');
    const [zh, en] = NAMES[action] ?? [];
    if (zh === undefined || en === undefined) continue;
    const known = types.find((type) => type.zh === zh);
    if (known) {
      if (known.examples.length < 2) known.examples.push(number);
    } else {
      const definition = `动作是 ${action} 的行为。`;
      types.push({ zh, en, category: 'engagement', definition, examples: [number], from: [] });
    }
  }
  if (units.length > 0) return JSON.stringify({ types });
  const others = types.filter(({ zh }) => zh !== '浏览车型' && zh !== '查找车型');
  const joined = {
    ...{ zh: '选车', en: 'Choose a car', category: 'engagement', definition: '看车和找车。', examples: [] },
    from: ['浏览车型', '查找车型', '了解'],
  };
  return JSON.stringify({ types: [...others, joined] });
}
