// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RuleCondition } from '@shared/workspace';
import { setLocale } from '@/i18n';
import { contextWords } from '@/i18n/context-words';
import { eventWords } from '@/i18n/event-words';
import { fieldName } from '@/i18n/field-name';
import { conditionText } from '@/i18n/rule-text';
import { extractorVersion, promptVersion, rulesVersion } from '@/i18n/version-text';
import { useRulesStore } from '@/stores/rules';
import { rulesInfo } from './support/samples';

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => setLocale('zh-CN'));

describe('a version', () => {
  const BUILT_IN = 'default 1 (41de80e8)';
  const PACKS = { general: BUILT_IN, auto: 'auto 1 (0a1b2c3d)', shop: 'shop 1 (0a1b2c3d)' };

  test('of rules is named in words, the hash is left for the tooltip', () => {
    expect(rulesVersion(BUILT_IN, PACKS)).toEqual({ text: '内置规则“通用”，版本 1', exact: BUILT_IN });
    expect(rulesVersion('cars and bikes 2024a (0a1b2c3d)', PACKS).text).toBe(
      '规则“cars and bikes”，版本 2024a',
    );
    setLocale('en');
    expect(rulesVersion(BUILT_IN, PACKS).text).toBe('Built-in rules “General”, version 1');
  });

  test('of the rules for a kind of log is named after it', () => {
    expect(rulesVersion(PACKS.auto, PACKS).text).toBe('内置规则“汽车”，版本 1');
    setLocale('en');
    expect(rulesVersion(PACKS.shop, PACKS).text).toBe('Built-in rules “Shop”, version 1');
  });

  test('of an edited copy is not called built-in', () => {
    expect(rulesVersion('default 1 (ffffffff)', PACKS).text).toBe('规则“default”，版本 1');
    expect(rulesVersion(BUILT_IN, undefined).text).toBe('规则“default”，版本 1');
  });

  test('of a prompt is named in words', () => {
    expect(promptVersion('default 1 (3f9a12bc)').text).toBe('内置提示词，版本 1');
    expect(promptVersion('custom (3f9a12bc)').text).toBe('自定义提示词');
    expect(promptVersion('mine 7 (3f9a12bc)').text).toBe('提示词“mine”，版本 7');
  });

  test('of a run with a model has both, and one of a changed run has all of them', () => {
    const model = `some; model`;
    expect(extractorVersion(`m; default 1 (3f9a12bc); ${BUILT_IN}`, PACKS).text).toBe(
      '内置提示词，版本 1 · 内置规则“通用”，版本 1',
    );
    expect(extractorVersion(`${BUILT_IN} → mine 2 (00000000)`, PACKS).text).toBe(
      '内置规则“通用”，版本 1 → 规则“mine”，版本 2',
    );
    expect(extractorVersion(`${model}; a (3f9a12bc); b (3f9a12bc)`, PACKS).text).toBe(
      `${model}; a (3f9a12bc); b (3f9a12bc)`,
    );
    expect(extractorVersion('who knows', PACKS).text).toBe('who knows');
  });
});

describe('a condition of a rule', () => {
  const dealer: RuleCondition = { action: { in: ['visit_poi'] }, poi: { contains: ['4S店', '经销商'] } };
  const bought: RuleCondition = {
    action: { empty: true },
    text: { startsWith: ['购买', 'bought '], lacks: Array.from({ length: 33 }, (_, index) => `词${index}`) },
  };

  test('is a sentence in the language in use', () => {
    expect(conditionText(dealer)).toBe('动作是“visit_poi”，且地点包含“4S店”或“经销商”');
    expect(conditionText(bought)).toBe(
      '没有动作，且文字以“购买”或“bought”开头，且文字不包含“词0”、“词1”、“词2”、“词3”、“词4”、“词5”和另外 27 个词',
    );
    setLocale('en');
    expect(conditionText(dealer)).toBe('Action is “visit_poi”, and place contains “4S店” or “经销商”');
    expect(conditionText({ item: { empty: false } })).toBe('Item is not empty');
    expect(conditionText(bought)).toContain('“词5” or 27 more words');
  });

  test('has all its words when that is asked for', () => {
    expect(conditionText(bought, true)).toContain('“词32”');
  });
});

describe('a code of a log', () => {
  const store = () => {
    const rules = useRulesStore();
    rules.info = rulesInfo({
      actionNames: { add_cart: { 'zh-CN': '加购', en: 'Add to cart' } },
      typeNames: { 到店: { 'zh-CN': '到店', en: 'Dealer visit' } },
      conversions: [{ id: 'visit_dealer', zh: '到店', en: 'Dealer visit', when: [] }],
    });
    return rules;
  };

  test('is shown by its name, one that is not known as it is', () => {
    const rules = store();
    expect([rules.actionName('add_cart'), rules.actionName('ADD_CART')]).toEqual(['加购', '加购']);
    expect([rules.typeName('到店'), rules.typeName('add_cart')]).toEqual(['到店', '加购']);
    expect(rules.ruleName('visit_dealer')).toBe('到店');
    for (const word of ['whatever', 'constructor', '__proto__', '加入购物车', '']) {
      expect([rules.actionName(word), rules.typeName(word), rules.ruleName(word)]).toEqual([
        word,
        word,
        word,
      ]);
    }
    setLocale('en');
    expect([rules.actionName('add_cart'), rules.typeName('到店')]).toEqual(['Add to cart', 'Dealer visit']);
  });

  test('in the context of an event too', () => {
    const context = { count: 2, action: 'add_cart', rule: 'visit_dealer', toString: 'x', poi: '4S店' };
    expect(contextWords(context, store()).map(({ label, value }) => `${label}=${value}`)).toEqual([
      '=2 次',
      '动作=加购',
      '规则=到店',
      'toString=x',
      '地点=4S店',
    ]);
  });

  test('in the context of an event of several kinds and themes', () => {
    const rules = store();
    rules.info = rulesInfo({ kindNames: { browse: { 'zh-CN': '浏览', en: 'Browse' } } });
    const words = (context: Record<string, unknown>): string[] =>
      contextWords(context, rules).map(({ label, value }) => `${label}=${value}`);
    const context = {
      count: 15,
      objects: [
        ['大众', 12],
        ['本田', 3],
      ],
      moreObjects: 2,
      kinds: [
        ['browse', 12],
        ['spin', 3],
      ],
    };
    expect(words({ ...context, things: 4, days: 3 })).toEqual([
      '=15 次',
      '主题=大众 12 · 本田 3',
      '=另 2 个主题',
      '=浏览 12 · spin 3',
      '=4 个对象',
      '=3 天',
    ]);
    expect(words({ count: 1, object: '大众', kinds: [['browse', 1]], things: 1, days: 1 })).toEqual([
      '主题=大众',
      '=浏览 1',
    ]);
  });

  test('in a profile too', () => {
    expect(['age', 'Has_Car', 'constructor', '会员号'].map(fieldName)).toEqual([
      '年龄',
      '有车',
      'constructor',
      '会员号',
    ]);
    setLocale('en');
    expect(fieldName('purchase_intent')).toBe('Purchase intent');
  });
});

describe('an event', () => {
  const store = () => {
    const rules = useRulesStore();
    const named = (zh: string, en: string) => ({ 'zh-CN': zh, en });
    rules.info = rulesInfo({
      typeNames: { 了解: named('了解', 'Explore'), 到店: named('到店', 'Dealer visit') },
      kindNames: {
        browse: named('浏览', 'Browse'),
        search: named('搜索', 'Search'),
        click: named('点击', 'Click'),
        visit_dealer: named('到店', 'Dealer visit'),
      },
      conversions: [{ id: 'visit_dealer', zh: '到店', en: 'Dealer visit', when: [] }],
    });
    return rules;
  };
  /** Title and rest in one line. */
  const words = (type: string, behaviours: number, context: Record<string, unknown>): string => {
    const { name, counts, rest } = eventWords({ type, context }, behaviours, store());
    return [`${name}${counts}`, ...rest.map(({ label, value }) => `${label}=${value}`)].join(' | ');
  };
  const kinds = [
    ['browse', 12],
    ['search', 6],
    ['click', 3],
  ];

  test('has a title by intent, theme, kinds and days, and below it only what that does not say', () => {
    const context = { count: 21, object: '大众', kinds, things: 4, days: 3, item: '大众' };
    expect(words('了解', 21, context)).toBe('了解 大众 (浏览 12 · 搜索 6 · 点击 3), 3 天 | =4 个对象');
    setLocale('en');
    expect(words('了解', 21, context)).toBe(
      'Explore 大众 (Browse 12 · Search 6 · Click 3), 3 days | =4 things',
    );
  });

  test('of several themes names the largest, and the others below', () => {
    const objects = [
      ['大众', 12],
      ['本田', 5],
      ['丰田', 3],
      ['日产', 1],
    ];
    expect(words('了解', 21, { objects: objects.slice(0, 2), kinds, days: 1 })).toBe(
      '了解 大众 12 · 本田 5 (浏览 12 · 搜索 6 · 点击 3)',
    );
    expect(words('了解', 25, { objects, moreObjects: 4, kinds, days: 2 })).toBe(
      '了解 大众 12 · 本田 5 · 丰田 3 和另外 5 个主题 (浏览 12 · 搜索 6 · 点击 3), 2 天 | 其他主题=日产 1',
    );
  });

  test('of one kind does not say twice what it is, nor count a single behaviour', () => {
    const visit = { count: 1, poi: '长城4S店', rule: 'visit_dealer', kinds: [['visit_dealer', 1]], days: 1 };
    expect(words('到店', 1, visit)).toBe('到店 长城4S店');
    expect(words('了解', 1, { object: '大众', kinds: [['browse', 1]] })).toBe('了解 大众 (浏览)');
    expect(words('了解', 2, { object: '大众', kinds: [['browse', 2]] })).toBe('了解 大众 (浏览 2)');
    expect(words('使用小红书', 1, { object: '小红书', kinds: [['browse', 1]] })).toBe('使用小红书');
    expect(words('使用小红书', 3, { object: '小红书', kinds: [['browse', 3]] })).toBe('使用小红书 (浏览 3)');
  });

  test('of the detail “fine” or of a model says what it has, and takes nothing for granted', () => {
    expect(words('browse', 2, { count: 2, item: '大众_途观', app: '汽车之家', session: 3 })).toBe(
      'browse 大众_途观 | 应用=汽车之家 | =第 3 段会话',
    );
    expect(words('看车', 4, { count: 9, note: '周末', brand: '大众', kinds: 'x', object: 7 })).toBe(
      '看车 | =9 次 | =周末 | 品牌=大众 | =x | 主题=7',
    );
    expect(words('看车', 1, {})).toBe('看车');
  });
});
