// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextTick } from 'vue';
import { setLocale } from '@/i18n';
import { piecesOf } from '@/long-text';
import RequestAnswer from '@/pages/extract/requests/RequestAnswer.vue';
import RequestPrompt from '@/pages/extract/requests/RequestPrompt.vue';
import RequestVerdicts from '@/pages/extract/requests/RequestVerdicts.vue';
import RequestView from '@/pages/extract/requests/RequestView.vue';
import { prettyJson } from '@/pretty-json';
import { installBridge } from './support/fake-bridge';
import type { FakeBridge } from './support/fake-bridge';
import { mountComponent, unmountAll } from './support/mount';
import { requestDetail } from './support/samples';

let bridge: FakeBridge;

beforeEach(() => {
  bridge = installBridge();
  setLocale('zh-CN');
});
afterEach(unmountAll);

const find = (element: Element, testId: string): HTMLElement => {
  const found = element.querySelector<HTMLElement>(`[data-testid=${testId}]`);
  if (!found) throw new Error(`there is no ${testId}`);
  return found;
};

describe('prettyJson', () => {
  test('puts an event on each line, and short lists and objects on one', () => {
    const text = '{"users":[{"user_id":"u1","events":["到店|1-3|4S店"],"context":{"poi":"4S店"}}],"n":[1,2]}';
    expect(prettyJson(text)).toBe(
      [
        '{',
        '  "users": [',
        '    {',
        '      "user_id": "u1",',
        '      "events": ["到店|1-3|4S店"],',
        '      "context": { "poi": "4S店" }',
        '    }',
        '  ],',
        '  "n": [1, 2]',
        '}',
      ].join('\n'),
    );
  });

  test('breaks lists that are too long for a line', () => {
    const events = Array.from({ length: 12 }, (_, index) => `使用应用|${index}|某个应用`);
    expect(prettyJson(JSON.stringify(events))?.split('\n')).toHaveLength(14);
  });

  test('keeps empty values and strings as they are, and leaves a fence out', () => {
    expect(prettyJson('```json\n{"a":[],"b":{},"c":"x\\n\\"y"}\n```')).toBe(
      '{\n  "a": [],\n  "b": {},\n  "c": "x\\n\\"y"\n}',
    );
  });

  test.each([
    ['prose', '好的'],
    ['an answer that broke off', '{"users":[{"user_id":"u1","ev'],
    ['a number', '12'],
    ['nothing', ''],
    ['braces deeper than the stack', '['.repeat(200_000) + ']'.repeat(200_000)],
  ])('is null for %s', (_what, text) => {
    expect(prettyJson(text)).toBeNull();
  });
});

describe('piecesOf', () => {
  test.each([
    ['nothing', ''],
    ['a short text', 'one\ntwo\n'],
    ['many lines', 'line of a log\n'.repeat(5000)],
    ['a single line', 'x'.repeat(150_000)],
    ['a short line before a long one', `a\n${'x'.repeat(90_000)}\nb`],
  ])('cuts %s into small pieces of the same text', (_what, text) => {
    const pieces = piecesOf(text);
    expect(pieces.join('')).toBe(text);
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(20_000);
  });
});

describe('what was sent', () => {
  const mountPrompt = (): HTMLElement => mountComponent(RequestPrompt, { id: 7 }).element;

  test('is shown letter for letter, with the system prompt folded away', async () => {
    const element = mountPrompt();
    expect(bridge.waiting('run.requestPrompt').input).toEqual({ id: 7 });
    const user = '@u1\n画像: 年龄=30\n2025-12-26\n#1 14:00:00 visit_poi\n';
    await bridge.waiting('run.requestPrompt').answer({ system: 'rules…', user });
    expect(find(element, 'request-prompt').textContent).toBe(user);
    expect(find(element, 'request-system').hasAttribute('open')).toBe(false);
    expect(find(element, 'request-system-text').textContent).toBe('rules…');
  });

  test('says why it can no longer be shown', async () => {
    const element = mountPrompt();
    await bridge.waiting('run.requestPrompt').answer(null);
    expect(find(element, 'prompt-gone').textContent).toContain('只保留最近一些请求的原文');
  });

  test('can be loaded again after an error', async () => {
    const element = mountPrompt();
    await bridge.waiting('run.requestPrompt').refuse({ code: 'app.internal' });
    find(element, 'error-panel').querySelector('button')?.click();
    await bridge.waiting('run.requestPrompt').answer({ system: 's', user: 'u' });
    expect(find(element, 'request-prompt').textContent).toBe('u');
  });
});

describe('what was answered', () => {
  const mountAnswer = (patch: Parameters<typeof requestDetail>[1], underWay = false): HTMLElement =>
    mountComponent(RequestAnswer, { detail: requestDetail(1, patch), underWay }).element;

  test('is formatted, and raw on demand', async () => {
    const element = mountAnswer({ answer: '{"users":[{"user_id":"u1","events":[]}]}' });
    expect(find(element, 'request-answer').textContent).toContain('  "users": [');
    const raw = find(element, 'answer-form').querySelectorAll<HTMLElement>('input')[1];
    raw?.click();
    await nextTick();
    expect(find(element, 'request-answer').textContent).toBe('{"users":[{"user_id":"u1","events":[]}]}');
  });

  test('is raw while it arrives, and when it is no JSON', () => {
    const arriving = mountAnswer({ answer: '{"users":[]}', state: 'streaming' }, true);
    expect(find(arriving, 'request-answer').textContent).toBe('{"users":[]}');
    const prose = mountAnswer({ answer: '好的' });
    expect(find(prose, 'request-answer').textContent).toBe('好的');
    expect(prose.querySelector('[data-testid=answer-form]')).toBeNull();
  });

  test('says when there is none: not yet, none at all, or no longer', () => {
    const words = (patch: Parameters<typeof requestDetail>[1], underWay = false): string =>
      find(mountAnswer(patch, underWay), 'request-no-answer').textContent ?? '';
    expect(words({ answer: '' }, true)).toContain('还没有收到内容');
    expect(words({ answer: '' })).toContain('没有收到内容');
    expect(words({ answer: ' \n ' })).toContain('只有空白');
    expect(words({ answer: null })).toContain('不再保存');
  });
});

describe('the verdicts', () => {
  const verdict = (userId: string, patch = {}) => ({
    userId,
    accepted: true,
    reason: null,
    events: 3,
    coverage: 1,
    unsupported: 0,
    ...patch,
  });

  test('name each user, and open the user that is chosen', () => {
    const viewed: string[] = [];
    const verdicts = [
      verdict('a'),
      verdict('b', { accepted: false, reason: 'missing_user', events: 0, coverage: null }),
    ];
    const { element } = mountComponent(RequestVerdicts, {
      verdicts,
      askedUserIds: ['a', 'b', 'b'],
      onViewUser: (id: string) => viewed.push(id),
    });
    const rows = [...element.querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map((cell) => cell.textContent?.trim()),
    );
    expect(rows[0]).toEqual(['b', 'u2 u3', '缺少用户', '—', '—', '0']);
    expect(rows[1]).toEqual(['a', 'u1', '采纳', '3', '100%', '0']);
    find(element, 'verdict-user-b').click();
    expect(viewed).toEqual(['b']);
  });
});

describe('the figures of a request', () => {
  const shown = async (isEstimated: boolean): Promise<string> => {
    const { element } = mountComponent(RequestView, {
      detail: requestDetail(1, { inputTokens: 1234, outputTokens: 56, isEstimated }),
      currency: 'CNY',
    });
    await nextTick();
    return element.textContent;
  };

  test('are marked where they are an estimate and not what the provider counted', async () => {
    expect(await shown(true)).toMatch(/≈ 1,234 \/ 56[\s\S]*≈ ¥0\.1[\s\S]*服务商没有给出可信的用量/);
    expect(await shown(false)).not.toMatch(/≈|估算/);
  });
});
