import { parse } from '@vue/compiler-sfc';
import { describe, expect, it } from 'vitest';

const sources = import.meta.glob<string>('../../../src/renderer/src/**/*.vue', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The root elements of the Element Plus components in use that are more than a plain div. */
const ROOTS: Record<string, string[]> = {
  ElOption: ['li'],
  ElButton: ['button'],
  ElCheckbox: ['label'],
  ElIcon: ['i'],
  ElTag: ['span'],
  RouterLink: ['a'],
};

/** The components of a template, and the tags they stand for. */
function rootsIn(template: string): Set<string> {
  const names = [...template.matchAll(/<([A-Z]\w+)/g)].map(([, name = '']) => name);
  return new Set(names.flatMap((name) => ROOTS[name] ?? ownRoot(name)));
}

/** The root element of a component of the window. */
function ownRoot(name: string): string[] {
  const path = Object.keys(sources).find((file) => file.endsWith(`/${name}.vue`));
  const root = path && /<template>\s*(?:<!--[^]*?-->\s*)*<([\w-]+)/.exec(sources[path] ?? '')?.[1];
  return root && /^[a-z]/.test(root) ? [root] : ['div'];
}

/** The selectors of a style that are nothing but the name of an element, perhaps with pseudo-classes. */
function bareSubjects(css: string): string[] {
  const rules = css.replaceAll(/\/\*[^]*?\*\//g, '').matchAll(/([^{}]+)\{/g);
  return [...rules]
    .flatMap(([, selectors = '']) => selectors.split(','))
    .map((selector) => selector.trim())
    .map((selector) => /^([a-z][a-z0-9]*)(?:::?[\w-]+(?:\([^)]*\))?)*$/.exec(selector)?.[1] ?? '')
    .filter((tag) => tag !== '');
}

// The root of a child component gets the scope of its parent, also where it is drawn elsewhere (a list of options at the
// end of the body): a rule for `li` in the parent would style it.
describe('a scoped style does not reach into the components of its template', () => {
  it.each(Object.keys(sources))('%s', (path) => {
    const { descriptor } = parse(sources[path] ?? '');
    const roots = rootsIn(descriptor.template?.content ?? '');
    const scoped = descriptor.styles
      .filter((style) => style.scoped)
      .flatMap((style) => bareSubjects(style.content));
    expect(scoped.filter((tag) => roots.has(tag))).toEqual([]);
  });
});

it('hides a table from sight by what is around it, as a table is as large as its cells', () => {
  const hidden = Object.entries(sources).filter(([, source]) =>
    /<table\b[^>]*\bvisually-hidden\b/.test(source),
  );
  expect(hidden.map(([path]) => path)).toEqual([]);
});
