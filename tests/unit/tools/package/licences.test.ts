import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { licenceOf, packageFolder } from '../../../../tools/package/licences.ts';
import { tempFolder } from '../../../support/temp.ts';

describe('the package of a bundled module', () => {
  it.each([
    ['/p/node_modules/vue/dist/vue.js', '/p/node_modules/vue'],
    ['/p/node_modules/@vue/shared/index.js', '/p/node_modules/@vue/shared'],
    ['/p/node_modules/a/node_modules/b/x.js?commonjs-proxy', '/p/node_modules/a/node_modules/b'],
    ['\u0000/p/node_modules/yaml/index.js', '/p/node_modules/yaml'],
    ['C:\\p\\node_modules\\zod\\index.js', 'C:/p/node_modules/zod'],
    ['/p/src/main/index.ts', null],
    ['\u0000rolldown/runtime.js', null],
  ])('%j is in %s', (id, folder) => expect(packageFolder(id)).toBe(folder));
});

describe('the licence of a package', () => {
  it('is told with its text', () => {
    const folder = fileURLToPath(new URL('../../../../node_modules/vue', import.meta.url));
    expect(licenceOf(folder)).toMatchObject({
      name: 'vue',
      licence: 'MIT',
      text: expect.stringContaining('Permission is'),
    });
  });

  it('without a file names who made it and where its source is, and one that names no licence stops the build', () => {
    const folder = join(tempFolder(), 'x');
    mkdirSync(folder);
    const write = (manifest: object): void =>
      writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    write({ name: 'x', version: '1', license: 'ISC', author: { name: 'Somebody' } });
    expect(licenceOf(folder)).toEqual({ name: 'x', version: '1', licence: 'ISC', text: 'Somebody' });
    write({ name: 'x', version: '1', license: 'MPL-2.0', repository: 'git@example.com:some/where.git' });
    expect(licenceOf(folder).text).toBe('Source code and licence: https://example.com/some/where');
    write({
      name: 'x',
      version: '1',
      license: 'MPL-2.0',
      repository: { url: 'git+https://example.com/x.git' },
    });
    expect(licenceOf(folder).text).toBe('Source code and licence: https://example.com/x');
    write({ name: 'x', version: '1' });
    expect(() => licenceOf(folder)).toThrow('names no licence');
  });
});
