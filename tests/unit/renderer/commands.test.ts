// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';
import { fuzzyScore } from '@/commands/fuzzy';
import { isTyping, keysText, shortcutOf } from '@/commands/keys';
import { dataRows, rowText, tsvOf } from '@/table-text';
import { SHORTCUTS } from '@shared/shortcuts';

const best = (typed: string, texts: readonly string[]): string | undefined =>
  texts
    .map((text) => ({ text, score: fuzzyScore(typed, text) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)[0]?.text;

describe('the search of the palette', () => {
  it.each([
    ['', 'Data', true],
    ['dat', 'Data', true],
    ['ev ty', 'Event types', true],
    ['evty', 'Event types', true],
    ['类型', '事件类型', true],
    ['事型', '事件类型', true],
    ['型事', '事件类型', false],
    ['xyz', 'Data', false],
  ])('%j fits %s: %s', (typed, text, fits) => {
    expect(fuzzyScore(typed, text) > 0).toBe(fits);
  });

  it('prefers a whole word to scattered characters, and a beginning to a middle', () => {
    expect(best('paths', ['Copy all the sheets', 'Paths'])).toBe('Paths');
    expect(best('da', ['Old data', 'Data', 'Panda'])).toBe('Data');
    expect(best('设置', ['关于设置的说明', '设置'])).toBe('设置');
  });
});

describe('the shortcuts', () => {
  afterEach(() => document.body.replaceChildren());

  function press(target: Element, init: KeyboardEventInit): ReturnType<typeof shortcutOf> {
    document.body.append(target);
    let found: ReturnType<typeof shortcutOf> = null;
    target.addEventListener('keydown', (event) => (found = shortcutOf(event as KeyboardEvent)), {
      once: true,
    });
    target.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init }));
    return found;
  }

  it('of one key do nothing where something is typed', () => {
    const field = document.createElement('input');
    const area = document.createElement('textarea');
    const box = Object.assign(document.createElement('input'), { type: 'checkbox' });
    expect([field, area].map((each) => press(each, { key: '?' }))).toEqual([null, null]);
    expect(press(box, { key: '?' })).toBe('shortcuts');
    expect(press(document.createElement('button'), { key: '/' })).toBe('search');
    expect(press(field, { key: 'k', ctrlKey: true })).toBe('palette');
    expect(isTyping(null)).toBe(false);
  });

  it('need exactly their keys', () => {
    const button = document.createElement('button');
    expect(press(button, { key: 'K', ctrlKey: true, shiftKey: true })).toBe('palette');
    expect(press(button, { key: 'k' })).toBe(null);
    expect(press(button, { key: 'k', ctrlKey: true, altKey: true })).toBe(null);
    expect(press(button, { key: '3', ctrlKey: true })).toBe('insight');
    expect(press(button, { key: 'i', ctrlKey: true })).toBe(null);
  });

  it('are each of their own keys', () => {
    const keys = Object.values(SHORTCUTS);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keysText('CommandOrControl+Shift+N')).toBe('Ctrl+Shift+N');
  });
});

describe('copied rows', () => {
  it('have the exact values, on one line each, without buttons', () => {
    document.body.innerHTML = `<table><tbody>
      <tr><td>a\tb\n c</td><td data-copy="0.123456">12.3%</td><td><span data-copy="42">42 人</span></td><td class="no-copy"><button>x</button></td></tr>
      <tr><td></td><td>2</td><td>3</td></tr></tbody></table>`;
    expect(tsvOf([...document.querySelectorAll('tr')])).toBe('a b c\t0.123456\t42\n\t2\t3');
  });

  it('of a list have the values that the list names, and no rows within rows', () => {
    const list = document.createElement('ol');
    list.dataset['heads'] = rowText(['name', 'events', 'note']);
    list.innerHTML = '<li><b>a</b><ul><li data-row="inner"></li></ul></li>';
    const [row] = list.children;
    if (row instanceof HTMLElement) row.dataset['row'] = rowText(['a\tb\n', 1234, null]);
    document.body.replaceChildren(list);
    expect(dataRows(document)).toEqual([row]);
    expect(tsvOf([list, ...dataRows(document)])).toBe('name\tevents\tnote\na b\t1234\t');
  });
});
