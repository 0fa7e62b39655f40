import { describe, expect, test } from 'vitest';
import element from '@/styles/element.css?raw';
import css from '@/styles/tokens.css?raw';

/** The colours of a theme, by name: `ink` for `--c-ink`. */
function colours(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? '';
  return new Map(
    [...block.matchAll(/--c-([\w-]+): (#[\da-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const TEXTS = ['ink', 'ink-2', 'ink-3', 'teal', 'indigo', 'conv', 'ok', 'bad', 'warn'];
const GROUNDS = ['canvas', 'surface', 'sunken', 'side', 'accent-soft', 'mark'];

// WCAG 2.2, success criterion 1.4.3.
describe.each([':root', '.dark'])('the colours of %s', (theme) => {
  const all = colours(theme);
  const of = (name: string): string => all.get(name) ?? 'none';

  test.each(TEXTS)('%s can be read on every ground', (text) => {
    for (const ground of GROUNDS) {
      expect(contrast(of(text), of(ground)), ground).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each(['conv', 'ok', 'bad', 'warn'])('%s and muted text can be read on its tint', (name) => {
    for (const text of [name, 'ink-3']) {
      expect(contrast(of(text), of(`${name}-soft`)), text).toBeGreaterThanOrEqual(4.5);
    }
  });
});

// White (light theme) or near black (dark theme) on a filled button, at rest and under the pointer.
describe.each([
  [':root,', '#ffffff', ':root'],
  ['}\n\nhtml.dark {', '#08191b', '.dark'],
])('the filled buttons of %j', (selector, text, theme) => {
  const block = element.slice(element.indexOf(selector) + selector.length).split('}')[0] ?? '';
  const own = new Map(
    [...block.matchAll(/--el-color-([\w-]+): (#[\da-f]{6});/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );

  test.each(['primary', 'primary-dark-2', 'danger-dark-2'])('can be read: %s', (name) => {
    expect(contrast(own.get(name) ?? 'none', text)).toBeGreaterThanOrEqual(4.5);
  });

  test('can be read: danger', () => {
    expect(contrast(colours(theme).get('bad') ?? 'none', text)).toBeGreaterThanOrEqual(4.5);
  });

  test('are darker or lighter under the pointer, not paler', () => {
    expect(element).toContain('--el-button-hover-bg-color: var(--el-color-primary-dark-2)');
    expect(element).toContain('--el-button-hover-bg-color: var(--el-color-danger-dark-2)');
  });
});
