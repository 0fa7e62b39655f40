import { expect, it } from 'vitest';
import styles from '../../../src/renderer/src/styles/element-components.ts?raw';

const sources = import.meta.glob<string>(
  ['../../../src/renderer/src/**/*.vue', '../../../src/renderer/src/**/*.ts'],
  { query: '?raw', import: 'default', eager: true },
);
/** They draw nothing. */
const WITHOUT_STYLE = ['config-provider', 'auto-resizer'];

const kebab = (name: string): string =>
  name
    .replace(/^El/, '')
    .replaceAll(/(?<!^)([A-Z])/g, '-$1')
    .toLowerCase();

/** The Element Plus components that the window imports, as their folders are named. */
function componentsInUse(): Set<string> {
  const imports = Object.values(sources).flatMap((source) => [
    ...source.matchAll(/import \{([^}]+)\} from 'element-plus'/g),
  ]);
  const names = imports.flatMap(([, list = '']) => list.match(/\bEl\w+/g) ?? []);
  return new Set(names.map(kebab));
}

it('loads the style of each Element Plus component in use, and of no other', () => {
  const used = [...componentsInUse()].filter((name) => !WITHOUT_STYLE.includes(name));
  expect(used.length).toBeGreaterThan(10);
  const loaded = [...styles.matchAll(/components\/([\w-]+)\/style/g)].map(([, name]) => name);
  expect(loaded.toSorted()).toEqual(used.toSorted());
});
