import { describe, expect, it } from 'vitest';
import { contentProblems } from '../../../../tools/package/check/content-rule.ts';

const GOOD = [
  'out/main/start.js',
  'out/main/index.js',
  'out/main/chunks/engine-CAYH35MO.js',
  'out/main/licences.json',
  'out/main/resvg.wasm',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/renderer/icon.svg',
  'out/renderer/assets/index-BvZOb47E.css',
  'resources/rules/default.yaml',
  'resources/prompts/default.zh.md',
  'resources/tray/idle-Template@2x.png',
  'resources/tray/idle-dark.ico',
  'resources/icons/icon-256.png',
  'package.json',
];

describe('the rule of what is packed', () => {
  it('takes what runs', () => {
    expect(contentProblems(GOOD)).toEqual([]);
  });

  it.each([
    'out/main/index.js.map',
    'src/main/index.ts',
    'tests/unit/start/command-words.test.ts',
    'node_modules/zod/index.js',
    'out/main/node_modules/zod/index.js',
    'out/main/addon.node',
    'resources/icons/icon.svg',
    'resources/rules/.rules.yaml.swp',
    '.env',
    'package-lock.json',
  ])('refuses %s', (file) => {
    expect(contentProblems([...GOOD, file])).toEqual([`${file} must not be packed`]);
  });

  it.each(GOOD.filter((file) => !/^out\/main\/.*js$/.test(file)))('misses %s', (file) => {
    expect(contentProblems(GOOD.filter((other) => other !== file))).toHaveLength(1);
  });
});
