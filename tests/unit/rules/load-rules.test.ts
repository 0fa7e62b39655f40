import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ErrorInfo } from '../../../src/shared/errors.ts';
import { messages } from '../../../src/shared/messages/index.ts';
import { AppError } from '../../../src/core/errors.ts';
import { loadRules } from '../../../src/core/extract/rules/load-rules.ts';
import type { LoadedRules } from '../../../src/core/extract/rules/load-rules.ts';
import { defaultRules, defaultText, eventsOf, withRulesFile } from './helpers.ts';

const SMALL = `name: own
version: 2
session:
  gapMinutes: 10
limits:
  maxBehavioursPerUser: 5
conversions:
  - id: order
    zh: 下单
    en: Order
    thing: [item]
    when:
      - action: order
      - { action: form, item: { startsWith: [order], lacks: [draft] } }
kinds:
  - id: browse
    zh: 浏览
    en: Browse
    thing: [item]
classify:
  - kind: browse
    when: { action: [browse, view] }
unknownAction:
  thing: []
other:
  zh: 其他
  en: Other
  thing: [text]
`;

const load = (text: string | Buffer): LoadedRules => withRulesFile(text, loadRules);

function errorOf(action: () => unknown): ErrorInfo {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error.toInfo();
    throw error;
  }
  throw new Error('no error');
}

function edited(from: string, to: string): string {
  if (SMALL.split(from).length !== 2) throw new Error(`"${from}" is not there exactly once`);
  return SMALL.replace(from, to);
}

describe('a good file', () => {
  it('is the default one, with a version that tells its name, number and content', () => {
    expect(defaultRules.version).toMatch(/^default 4 \([0-9a-f]{8}\)$/);
    expect(defaultRules.info).toMatchObject({
      name: 'default',
      version: defaultRules.version,
      sessionGapMinutes: 'auto',
      maxBehavioursPerUser: 200_000,
      error: null,
    });
    expect(defaultRules.info.conversions.map(({ id, zh }) => [id, zh])).toEqual([
      ['purchase', '购买'],
      ['add_to_cart', '加购'],
      ['visit_dealer', '到店'],
    ]);
    expect(defaultRules.info.conversions[2]?.when[0]).toEqual({
      action: { in: expect.arrayContaining(['visit_poi', '到访']) as string[] },
      poi: { contains: ['4S店', '经销商'] },
    });
    expect(defaultRules.info.typeNames['浏览']).toEqual({ 'zh-CN': '浏览', en: 'Browse' });
    const { actionNames } = defaultRules.info;
    expect(actionNames['page_view']).toEqual({ 'zh-CN': '浏览', en: 'Browse' });
    expect(actionNames['add_to_cart']).toEqual({ 'zh-CN': '加购', en: 'Add to cart' });
    // Whether this is a conversion depends on the place too, so it is named by what it always is.
    expect(actionNames['visit_poi']).toEqual({ 'zh-CN': '到访', en: 'Place visit' });
  });

  it('keeps its version when only its writing changes, and gets another when what it says does', () => {
    const { version } = load(SMALL);
    expect(
      load(
        `# a remark\n${edited('when: { action: [browse, view] }', "when:\n      - action: ['browse', view]")}`,
      ).version,
    ).toBe(version);
    expect(load(`\uFEFF${SMALL.replaceAll('\n', '\r\n')}`).version).toBe(version);
    expect(load(edited('[browse, view]', '[view, browse]')).version).not.toBe(version);
    expect(load(edited('gapMinutes: 10', 'gapMinutes: 11')).version).not.toBe(version);
  });

  it('is obeyed: gap, conditions, unknown and other', async () => {
    const events = await eventsOf(
      [
        { action: 'view', item: 'A', minute: 0 },
        { action: 'browse', item: 'A', minute: 10 },
        { action: 'view', item: 'A', minute: 21 },
        { action: 'form', item: 'order (draft)', minute: 22 },
        { action: 'form', item: 'Order 7', minute: 23 },
        { text: '散步', minute: 24 },
      ].slice(0, 5),
      load(SMALL),
    );
    expect(events.map((event) => [event.type, event.category, event.evidence])).toEqual([
      ['浏览', 'engagement', [1, 2]],
      ['浏览', 'engagement', [3]],
      ['form', 'engagement', [4]],
      ['下单', 'conversion', [5]],
    ]);
    expect((await eventsOf([{ text: '散步' }], load(SMALL)))[0]?.type).toBe('其他');
  });

  it('takes words literally, whatever they mean to a regular expression', async () => {
    const rules = load(edited('action: order', "action: { contains: ['a.c(+)', '*|?'] }"));
    const types = async (action: string): Promise<string | undefined> =>
      (await eventsOf([{ action }], rules))[0]?.category;
    expect(await types('xA.C(+)x')).toBe('conversion');
    expect(await types('*|?')).toBe('conversion');
    expect(await types('abc(+)')).toBe('engagement');
    expect(await types('*')).toBe('engagement');
  });
});

describe('a mistake', () => {
  it.each<[string, string, string, number, string, Record<string, string>]>([
    [
      'wrong type',
      edited('gapMinutes: 10', 'gapMinutes: half an hour'),
      'rules.invalid',
      4,
      'session.gapMinutes',
      { expected: 'number | auto', actual: '"half an hour"' },
    ],
    [
      'too small',
      edited('PerUser: 5', 'PerUser: 0'),
      'rules.invalid',
      6,
      'limits.maxBehavioursPerUser',
      { expected: '≥ 1', actual: '0' },
    ],
    [
      'fraction',
      edited('PerUser: 5', 'PerUser: 5.5'),
      'rules.invalid',
      6,
      'limits.maxBehavioursPerUser',
      { expected: 'whole number', actual: '5.5' },
    ],
    [
      'too large',
      edited('gapMinutes: 10', 'gapMinutes: 9999999'),
      'rules.invalid',
      4,
      'session.gapMinutes',
      { expected: '≤ 525600', actual: '9999999' },
    ],
    ['missing field', edited('    en: Order\n', ''), 'rules.missing_field', 8, 'conversions[0].en', {}],
    [
      'missing section',
      edited('unknownAction:\n  thing: []\n', ''),
      'rules.missing_field',
      1,
      'unknownAction',
      {},
    ],
    [
      'unknown field',
      edited('    en: Order\n', '    en: Order\n    colour: red\n'),
      'rules.unknown_field',
      11,
      'conversions[0].colour',
      {},
    ],
    ['unknown section', `${SMALL}extra: 1\n`, 'rules.unknown_field', 29, 'extra', {}],
    [
      'unknown field of a condition',
      edited('action: order', 'verb: order'),
      'rules.unknown_field',
      13,
      'conversions[0].when[0].verb',
      {},
    ],
    [
      'unknown test',
      edited('lacks: [draft]', 'without: [draft]'),
      'rules.unknown_field',
      14,
      'conversions[0].when[1].item.without',
      {},
    ],
    [
      'unquoted number',
      edited('[browse, view]', '[browse, 7]'),
      'rules.invalid',
      22,
      'classify[0].when.action[1]',
      { expected: 'text', actual: '7' },
    ],
    [
      'a number where words belong',
      edited('action: order', 'action: 7'),
      'rules.invalid',
      13,
      'conversions[0].when[0].action',
      { expected: 'text | list | mapping', actual: '7' },
    ],
    [
      'empty list',
      edited('[browse, view]', '[]'),
      'rules.invalid',
      22,
      'classify[0].when.action',
      { expected: 'list, length ≥ 1', actual: '[]' },
    ],
    [
      'empty word',
      edited('action: order', "action: ''"),
      'rules.invalid',
      13,
      'conversions[0].when[0].action',
      { expected: 'text, length ≥ 1', actual: '""' },
    ],
    [
      'nothing after the colon',
      edited('action: order', 'action:'),
      'rules.invalid',
      13,
      'conversions[0].when[0].action',
      { expected: 'text | list | mapping', actual: 'null' },
    ],
    [
      'empty condition',
      edited('{ action: [browse, view] }', '{}'),
      'rules.invalid',
      22,
      'classify[0].when',
      { expected: 'action | item | app | media | poi | text', actual: '{}' },
    ],
    [
      'empty test',
      edited('{ startsWith: [order], lacks: [draft] }', '{}'),
      'rules.invalid',
      14,
      'conversions[0].when[1].item',
      { expected: 'startsWith | contains | lacks | empty', actual: '{}' },
    ],
    [
      'unknown thing',
      edited('thing: [text]', 'thing: [text, user]'),
      'rules.invalid',
      28,
      'other.thing[1]',
      { expected: 'action | item | app | media | poi | text', actual: '"user"' },
    ],
    [
      'bad id',
      edited('id: order', 'id: 1st order'),
      'rules.invalid',
      8,
      'conversions[0].id',
      { actual: '"1st order"' },
    ],
    [
      'duplicate id',
      edited('id: browse', 'id: order'),
      'rules.duplicate',
      16,
      'kinds[0].id',
      { value: 'order' },
    ],
    ['duplicate name', edited('zh: 其他', 'zh: 下单'), 'rules.duplicate', 26, 'other.zh', { value: '下单' }],
    [
      'unknown kind',
      edited('kind: browse', 'kind: brwose'),
      'rules.unknown_kind',
      21,
      'classify[0].kind',
      { value: 'brwose' },
    ],
    ['no mapping', '- a\n- b\n', 'rules.invalid', 1, '(file)', { expected: 'mapping', actual: '["a","b"]' }],
    ['empty file', '', 'rules.invalid', 1, '(file)', { expected: 'mapping', actual: 'null' }],
  ])('%s names its line and field', (_name, text, code, line, field, params) => {
    const error = errorOf(() => load(text));
    expect(error).toMatchObject({ code, params: { line, field, ...params } });
    expect(error.params?.['path']).toMatch(/rules\.yaml$/);
  });

  it.each<[string, string, number]>([
    ['an open bracket', edited('thing: [text]', 'thing: [text'), 28],
    ['a tab', edited('  gapMinutes: 10', '\tgapMinutes: 10'), 4],
    ['bad indentation', edited('    zh: 下单', '   zh: 下单'), 9],
    ['a key given twice', edited('version: 2', 'version: 2\nversion: 3'), 3],
    ['an unknown tag', edited('name: own', 'name: !own own'), 1],
    ['an alias', edited('en: Order', 'en: &a Order').replace('en: Browse', 'en: *a'), 18],
    ['a second document', `${SMALL}---\nname: x\n`, 29],
  ])('of syntax names its line: %s', (_name, text, line) => {
    const error = errorOf(() => load(text));
    expect(error).toMatchObject({ code: 'rules.syntax', params: { line } });
    expect(String(error.params?.['detail'])).not.toMatch(/\n/);
  });

  it('is the first of several', () => {
    const text = edited('gapMinutes: 10', 'gapMinutes: x').replace('version: 2\n', 'version: 2\nfoo: 1\n');
    expect(errorOf(() => load(text))).toMatchObject({ code: 'rules.unknown_field', params: { line: 3 } });
  });

  it('of every kind has all values that its text speaks of', () => {
    const errors = [
      errorOf(() => loadRules('/nowhere/rules.yaml')),
      errorOf(() => load(Buffer.alloc(1_048_577, 0x23))),
      errorOf(() => load(Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xb9, 0xba]))),
      errorOf(() => load('a: [')),
      errorOf(() => load(edited('gapMinutes: 10', 'gapMinutes: x'))),
      errorOf(() => load(edited('    en: Order\n', ''))),
      errorOf(() => load(`${SMALL}extra: 1\n`)),
      errorOf(() => load(edited('id: browse', 'id: order'))),
      errorOf(() => load(edited('kind: browse', 'kind: brwose'))),
    ];
    const codes = Object.keys(messages).filter((code) => code.startsWith('rules.'));
    expect(errors.map((error) => error.code).sort()).toEqual(codes.sort());
    for (const { code, params = {} } of errors) {
      for (const text of Object.values(messages[code])) {
        for (const [, name = ''] of text.matchAll(/\{(\w+)\}/g)) expect(params, code).toHaveProperty(name);
      }
    }
  });
});

describe('docs/rules.md', () => {
  it('has a worked example that works', async () => {
    const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
    const examples = [...page.matchAll(/```yaml\n(# complete file\n[\s\S]*?)```/g)].map(
      (match) => match[1] ?? '',
    );
    expect(examples).toHaveLength(1);
    const rules = load(examples[0] ?? '');
    const events = await eventsOf(
      [
        { action: 'play_song', item: 'Blue', minute: 0, duration: 200 },
        { action: 'play_song', item: 'Blue', minute: 4, duration: 200 },
        { action: 'open_page', item: 'premium/checkout', minute: 10 },
        { action: 'open_page', item: 'home', minute: 12 },
        { action: 'rate', item: 'Blue', minute: 13 },
        { action: 'subscribe', item: 'premium', minute: 90 },
      ],
      rules,
    );
    const table = events.map(({ type, category, evidence, context }) => [
      type,
      category,
      evidence.join(','),
      context['session'],
    ]);
    expect(table).toEqual([
      ['听歌', 'engagement', '1,2', 1],
      ['查看付费页', 'engagement', '3', 1],
      ['浏览', 'engagement', '4', 1],
      ['rate', 'engagement', '5', 1],
      ['订阅', 'conversion', '6', 2],
    ]);
  });

  it('describes every field of the file', () => {
    const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
    const fields = [...defaultText.matchAll(/^ *(?:- )?(?:\{ )?([a-zA-Z]+):/gm)].map(
      (match) => match[1] ?? '',
    );
    const missing = [...new Set(fields)].filter((field) => !new RegExp(`\`[^\`]*\\b${field}\\b`).test(page));
    expect(missing).toEqual([]);
  });
});
