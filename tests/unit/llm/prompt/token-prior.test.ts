import { describe, expect, it } from 'vitest';
import { tokenPrior } from '../../../../src/core/extract/llm/prompt/token-prior.ts';
import { countTokens } from '../../../../src/core/extract/llm/prompt/tokenizer.ts';

const TEXTS = {
  instructions: `你把用户的原始行为归纳成事件。输入里每个用户是一块：首行是 @ 加代号，接着可能有一行画像；日期独占一行，其后各行是那一天的行为。
1. 每条行为恰好属于一个事件，不遗漏，不重复。
2. 每个用户都要回答一次，按输入的顺序；事件按时间先后；只用该用户自己的编号。`,
  cars: `@u1
2026-01-16
#1 18:54:40 use_app app=小红书 290s
2026-01-17
#2 21:53:56 browse item=本田_CR-V media=太平洋汽车 131s
#3 21:56:44 click item=本田_CR-V_详情页 media=太平洋汽车
#4 22:02:27 compare item=对比_本田_CR-V_比亚迪_元PLUS app=懂车帝 100s`,
  shop: `@u1
2026-01-17
#1 18:00:34 view item=1000025 category_id=20530135011 category_code=electronics.smartphone brand=apple price=88.75
#2 18:08:16 view item=1000025 category_id=20530135011 category_code=electronics.smartphone brand=apple price=88.75
#3 18:16:30 cart item=1002032 category_id=20530135011 category_code=electronics.smartphone brand=xiaomi price=623.08`,
  web: `@u1
2026-01-17
#1 19:00:34 page_view item=https://www.northwind.example/?ref=partner
#2 19:01:14 page_view item=https://shop.northwind.example/products/kitchen/lamp-58
#3 19:03:32 page_view item=https://shop.northwind.example/products/kitchen?page=1&sort=price`,
};
type Name = keyof typeof TEXTS;

/** What the tokenizers that the makers of these models publish count of the texts. */
const COUNTED: Record<string, Record<Name, number>> = {
  qwen: { instructions: 88, cars: 136, shop: 172, web: 102 },
  gemma: { instructions: 89, cars: 147, shop: 178, web: 114 },
  deepseek: { instructions: 79, cars: 112, shop: 122, web: 91 },
  claude: { instructions: 111, cars: 133, shop: 129, web: 98 },
};
const MODELS: [string, string][] = [
  ['qwen-plus', 'qwen'],
  ['qwen3:8b', 'qwen'],
  ['gemini-3-flash', 'gemma'],
  ['deepseek-v4-flash', 'deepseek'],
];

/** Tokens of a text as expected of a model. */
function expected(model: string, name: Name): number {
  const text = TEXTS[name];
  const tokens = countTokens(text);
  if (name === 'instructions') return tokens * tokenPrior(model, { system: text, tokens }, []).instructions;
  return tokens * tokenPrior(model, { system: '', tokens: 0 }, [{ tokens, render: () => text }]).blocks;
}

/** How far the expectation of a model is from a count, for each text, as far as it is more than a quarter. */
function farOff(model: string, family: string): [string, number][] {
  return Object.entries(COUNTED[family] ?? {})
    .map(([name, counted]): [string, number] => [name, expected(model, name as Name) / counted - 1])
    .filter(([, off]) => !(Math.abs(off) < 0.25));
}

describe('what a provider is expected to count before it has counted anything', () => {
  it.each(MODELS)('is told by the name %s within a quarter', (model, family) => {
    expect(farOff(model, family)).toEqual([]);
  });

  it.each(Object.keys(COUNTED))('is within a quarter of %s where the name says nothing', (family) => {
    expect(farOff('our-model', family)).toEqual([]);
  });

  it('needs the name: one family is far off by the name of another', () => {
    expect(farOff('deepseek-v4-flash', 'qwen').map(([name]) => name)).toEqual(['shop']);
  });

  it('is what our tokenizer counts for the models whose it is, and without a user to look at', () => {
    expect(expected('gpt-5.4-mini', 'shop')).toBe(countTokens(TEXTS.shop));
    expect(expected('o3', 'shop')).toBe(countTokens(TEXTS.shop));
    expect(tokenPrior('qwen-plus', { system: '', tokens: 0 }, [])).toEqual({ instructions: 1, blocks: 1 });
  });
});
