import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { loadRules, packPath } from '../../../src/core/extract/rules/load-rules.ts';
import type { LoadedRules } from '../../../src/core/extract/rules/load-rules.ts';
import { RULES_PACKS } from '../../../src/shared/workspace.ts';
import { DEFAULT_RULES_PATH, eventsOf, withRulesFile } from './helpers.ts';
import type { Draft } from './helpers.ts';

const PACKS = dirname(DEFAULT_RULES_PATH);
const auto = loadRules(packPath(PACKS, 'auto'));
const shop = loadRules(packPath(PACKS, 'shop'));
const general = loadRules(packPath(PACKS, 'general'));

const load = (text: string): LoadedRules => withRulesFile(text, (path) => loadRules(path, PACKS));

function mistake(text: string): unknown {
  try {
    load(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { line, field, value, expected } = error.params;
    return {
      code: error.code,
      line,
      field,
      ...(value === undefined ? {} : { value }),
      ...(expected === undefined ? {} : { expected }),
    };
  }
  return null;
}

async function typeOf(draft: Draft, rules: LoadedRules): Promise<string> {
  const [event] = await eventsOf([draft], rules);
  return `${event?.type}/${event?.category}`;
}

describe('the packs', () => {
  it('say only what differs from the general one', () => {
    for (const pack of RULES_PACKS.filter((id) => id !== 'general')) {
      const lines = readFileSync(packPath(PACKS, pack), 'utf8').split('\n');
      expect(lines).toContain('extends: general');
    }
    for (const { rules } of [auto, shop]) {
      expect(rules.limits).toEqual(general.rules.limits);
      expect(rules.session).toEqual({ gapMinutes: 'auto' });
      const ids = new Set(rules.kinds.map(({ id }) => id));
      for (const { id } of general.rules.kinds) expect(ids).toContain(id);
    }
    expect(new Set([general, auto, shop].map(({ version }) => version.split(' ')[0])).size).toBe(3);
  });

  it('of cars knows more ways of visiting a dealer, and keeps the other conversions', async () => {
    expect(await typeOf({ action: 'visit_poi', poi: '特斯拉交付中心' }, general)).toBe('到访/engagement');
    expect(await typeOf({ action: 'visit_poi', poi: '特斯拉交付中心' }, auto)).toBe('到店/conversion');
    expect(await typeOf({ action: '到店' }, auto)).toBe('到店/conversion');
    expect(await typeOf({ action: 'visit_poi', poi: 'XX西餐厅' }, auto)).toBe('到访/engagement');
    expect(await typeOf({ action: 'addtocart' }, auto)).toBe('加购/conversion');
    expect(await typeOf({ action: '询价' }, auto)).toBe('询价/engagement');
  });

  it('of shops tells to order, to pay and to purchase apart', async () => {
    for (const [action, type] of [
      ['order', '下单'],
      ['下单', '下单'],
      ['checkout', '下单'],
      ['pay', '支付'],
      ['支付', '支付'],
      ['purchase', '购买'],
      ['buy', '购买'],
      ['transaction', '购买'],
      ['cart', '加购'],
    ] as const) {
      expect(await typeOf({ action }, shop)).toBe(`${type}/conversion`);
      expect(await typeOf({ text: action }, shop)).toBe(`${type}/conversion`);
      expect(await typeOf({ action }, general)).toBe(`${type === '加购' ? type : '购买'}/conversion`);
    }
    for (const [action, type] of [
      ['cancel_order', '取消订单'],
      ['order_list', '查看订单'],
      ['cart_view', '查看购物车'],
      ['begin_checkout', '去结算'],
    ] as const)
      expect(await typeOf({ action }, shop)).toBe(`${type}/engagement`);
    expect(await typeOf({ text: '支付成功，订单 12' }, shop)).toBe('支付/conversion');
    expect(await typeOf({ text: '下单 比亚迪汉' }, shop)).toBe('下单/conversion');
    expect(await typeOf({ text: '取消订单 12' }, shop)).toBe('取消订单/engagement');
  });
});

describe('a word of a conversion', () => {
  it.each([
    ['general', general],
    ['auto', auto],
    ['shop', shop],
  ])('means the same as an action and as a text (%s)', async (_pack, rules) => {
    for (const { zh, when } of rules.rules.conversions)
      for (const { action } of when) {
        // With a place, a visit of anything is one of a dealer.
        const alone = when.some((each) => each.action === action && each.poi === undefined);
        if (!alone || action === undefined || !('in' in action)) continue;
        for (const word of action.in) {
          expect(await typeOf({ action: word }, rules)).toBe(`${zh}/conversion`);
          expect(await typeOf({ text: word }, rules)).toBe(`${zh}/conversion`);
        }
      }
  });

  it('of a visit to a dealer is one of every pack, and a visit of a place is one by the place', async () => {
    const words = ['visit_dealer', 'dealer_visit', 'visit_store', 'store_visit', 'visit_4s', '到店', '进店'];
    for (const rules of [general, auto, shop]) {
      for (const word of words) {
        expect(await typeOf({ action: word }, rules)).toBe('到店/conversion');
        expect(await typeOf({ text: word }, rules)).toBe('到店/conversion');
      }
      for (const action of ['visit_poi', '到访', 'check_in']) {
        expect(await typeOf({ action, poi: '长城4S店' }, rules)).toBe('到店/conversion');
        expect(await typeOf({ action, poi: 'XX西餐厅' }, rules)).toBe('到访/engagement');
      }
      expect(await typeOf({ text: '到店 星巴克' }, rules)).toBe('到访/engagement');
      expect(await typeOf({ text: '到店 长城4S店' }, rules)).toBe('到店/conversion');
    }
  });
});

describe('themes of a pack', () => {
  it('are those of its field, and no decision of the analyst', () => {
    const themeOf = ({ rules }: LoadedRules, thing: string): string | undefined =>
      rules.themes?.find(({ things }) => things?.includes(thing))?.name;
    for (const app of ['汽车之家', '懂车帝', '易车', '易车网']) expect(themeOf(auto, app)).toBe('汽车媒体');
    for (const app of ['淘宝', '天猫', '京东']) expect(themeOf(shop, app)).toBe('电商平台');
    expect(general.rules.themes).toBeUndefined();
    for (const { rules } of [auto, shop]) {
      const things = (rules.themes ?? []).flatMap((theme) => theme.things ?? []);
      expect(new Set(things).size).toBe(things.length);
    }
    expect([general, auto, shop].map(({ decidesThemes }) => decidesThemes)).toEqual([false, false, false]);
    const own = 'extends: auto\nname: own\nversion: 1\n';
    expect(load(own)).toMatchObject({ decidesThemes: false, rules: { themes: auto.rules.themes } });
    expect(load(`${own}themes:\n  - { name: 德系, replaces: [大众] }\n`)).toMatchObject({
      decidesThemes: true,
    });
  });
});

describe('rules on top of others', () => {
  const OWN = `
extends: general
name: own
version: 7
session: { gapMinutes: 12 }
conversions:
  - { id: purchase, zh: 成交, en: Deal, thing: [item], when: { action: deal } }
  - { id: vip, zh: 开通会员, en: Membership, thing: [item], when: { word: [vip, 开通会员] } }
kinds:
  - { id: hum, zh: 哼唱, en: Hum, thing: [item] }
intents:
  - { id: music, zh: 音乐, en: Music, kinds: [hum, watch] }
classify:
  - { kind: hum, when: { action: [hum, browse] } }
`;

  it('replace entries with their ids, and stand before the others', async () => {
    const rules = load(OWN);
    expect(rules.version).toMatch(/^own 7 \([0-9a-f]{8}\)$/);
    expect(rules.rules.session.gapMinutes).toBe(12);
    expect(rules.rules.conversions.map(({ id }) => id)).toEqual([
      'vip',
      'purchase',
      'add_to_cart',
      'visit_dealer',
    ]);
    expect(await typeOf({ action: 'deal' }, rules)).toBe('成交/conversion');
    expect(await typeOf({ action: 'purchase' }, rules)).toBe('purchase/engagement');
    expect(await typeOf({ action: 'browse' }, rules)).toBe('哼唱/engagement');
    expect(await typeOf({ action: 'view' }, rules)).toBe('浏览/engagement');
    expect(await typeOf({ text: '开通会员' }, rules)).toBe('开通会员/conversion');
    expect(await typeOf({ text: '开通会员页' }, rules)).toBe('其他行为/engagement');
    // A kind is of one intent: the own one takes it over.
    const intents = Object.fromEntries(rules.rules.intents.map(({ id, kinds }) => [id, kinds]));
    expect(intents['music']).toEqual(['hum', 'watch']);
    expect(intents['learn']).not.toContain('watch');
    expect([...rules.own].sort()).toEqual(['hum', 'purchase', 'vip']);
  });

  it('can stand on any pack, and change with what they stand on', () => {
    const onShop = load(OWN.replace('extends: general', 'extends: shop'));
    expect(onShop.rules.conversions.map(({ id }) => id)).toContain('pay');
    expect(onShop.version).not.toBe(load(OWN).version);
  });

  it.each([
    [
      'an unknown pack',
      OWN.replace('general', 'music'),
      { code: 'rules.invalid', line: 2, field: 'extends', expected: 'general | auto | shop' },
    ],
    [
      'no name of their own',
      OWN.replace('name: own\n', ''),
      { code: 'rules.missing_field', line: 2, field: 'name' },
    ],
    [
      'a mistake in an own entry',
      OWN.replace('en: Hum, ', ''),
      { code: 'rules.missing_field', line: 10, field: 'kinds[0].en' },
    ],
    [
      'a mistake in a replacing entry',
      OWN.replace('zh: 成交, ', ''),
      { code: 'rules.missing_field', line: 7, field: 'conversions[0].zh' },
    ],
    [
      'a name that is taken below',
      OWN.replace('zh: 哼唱', 'zh: 浏览'),
      { code: 'rules.duplicate', line: 2, field: 'extends', value: '浏览' },
    ],
    [
      'an id given twice',
      OWN.replace('id: vip', 'id: purchase'),
      { code: 'rules.duplicate', line: 8, field: 'conversions[1].id', value: 'purchase' },
    ],
    [
      'an unknown kind',
      OWN.replace('kind: hum', 'kind: sing'),
      { code: 'rules.unknown_kind', line: 14, field: 'classify[0].kind', value: 'sing' },
    ],
    [
      'no list',
      OWN.replace(/kinds:\n.*\n/, 'kinds: none\n'),
      { code: 'rules.invalid', line: 9, field: 'kinds', expected: 'list' },
    ],
    [
      'a theme in one language',
      OWN.replace('zh: 音乐', "zh: '听{theme}'"),
      { code: 'rules.invalid', line: 12, field: 'intents[0].en', expected: '{theme} in zh and en' },
    ],
    [
      'a word beside an action',
      OWN.replace('word: [vip', 'action: x, word: [vip'),
      {
        code: 'rules.invalid',
        line: 8,
        field: 'conversions[1].when.word',
        expected: 'word without action and text',
      },
    ],
  ])('with %s are refused, with the line of the own file', (_what, text, expected) => {
    expect(mistake(text)).toEqual(expected);
  });
});
