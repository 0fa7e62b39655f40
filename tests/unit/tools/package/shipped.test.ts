import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shippedHoles, withElectron } from '../../../../tools/package/shipped.ts';

const LOCK = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/zod': { version: '4.0.0' },
    'node_modules/electron': {
      version: '45.4.1',
      license: 'MIT',
      integrity: `sha512-${Buffer.alloc(64, 7).toString('base64')}`,
      dev: true,
    },
    'node_modules/got': { version: '11.0.0', dev: true },
    'node_modules/vite': { version: '8.0.0', dev: true },
    'node_modules/a/node_modules/semver': { version: '7.0.0' },
    'node_modules/semver': { version: '5.0.0', dev: true },
  },
};

const hole = (severity: string, title = 'a hole') => ({ title, url: 'https://x.invalid/1', severity });
const found = (name: string, severity: string, via: unknown[], nodes = [`node_modules/${name}`]) => ({
  vulnerabilities: { [name]: { severity, via, nodes } },
});

describe('the known holes of what ships', () => {
  it('are those of what is bundled, of high or critical degree', () => {
    expect(shippedHoles(found('zod', 'high', [hole('high')]), LOCK)).toEqual([
      'zod (high): a hole https://x.invalid/1',
    ]);
    expect(shippedHoles(found('zod', 'critical', ['other']), LOCK)).toEqual(['zod (critical): by other']);
    expect(shippedHoles(found('zod', 'moderate', [hole('moderate')]), LOCK)).toEqual([]);
    const both = ['node_modules/semver', 'node_modules/a/node_modules/semver'];
    expect(shippedHoles(found('semver', 'high', [hole('high')], both), LOCK)).toHaveLength(1);
  });

  it('are those of Electron, which npm takes for a tool, and not of what downloads it', () => {
    expect(shippedHoles(found('electron', 'high', [hole('high', 'Use after free')]), LOCK)).toEqual([
      'electron (high): Use after free https://x.invalid/1',
    ]);
    expect(shippedHoles(found('electron', 'high', ['got']), LOCK)).toEqual([]);
    expect(shippedHoles(found('electron', 'high', ['got', hole('low')]), LOCK)).toEqual([]);
    expect(shippedHoles(found('got', 'critical', [hole('critical')]), LOCK)).toEqual([]);
    expect(shippedHoles(found('vite', 'critical', [hole('critical')]), LOCK)).toEqual([]);
  });

  it('are not taken for none when the registry does not answer', () => {
    expect(() => shippedHoles({ message: '405 Method Not Allowed' }, LOCK)).toThrow();
  });
});

describe('the bill of materials', () => {
  const bill = {
    bomFormat: 'CycloneDX',
    metadata: { component: { 'bom-ref': 'event-loom@1.0.0' } },
    components: [{ name: 'zod', version: '4.0.0' }],
    dependencies: [
      { ref: 'event-loom@1.0.0', dependsOn: ['zod@4.0.0'] },
      { ref: 'zod@4.0.0', dependsOn: [] },
    ],
  };

  it('lists Electron with its version, and keeps what npm wrote', () => {
    expect(withElectron(bill, LOCK)).toEqual({
      ...bill,
      components: [
        { name: 'zod', version: '4.0.0' },
        {
          'bom-ref': 'electron@45.4.1',
          type: 'framework',
          name: 'electron',
          version: '45.4.1',
          scope: 'required',
          purl: 'pkg:npm/electron@45.4.1',
          hashes: [{ alg: 'SHA-512', content: '07'.repeat(64) }],
          licenses: [{ license: { id: 'MIT' } }],
        },
      ],
      dependencies: [
        { ref: 'event-loom@1.0.0', dependsOn: ['zod@4.0.0', 'electron@45.4.1'] },
        { ref: 'zod@4.0.0', dependsOn: [] },
        { ref: 'electron@45.4.1', dependsOn: [] },
      ],
    });
  });

  it('takes the version of Electron from the lock file, and fails without one', () => {
    const lock: unknown = JSON.parse(
      readFileSync(new URL('../../../../package-lock.json', import.meta.url), 'utf8'),
    );
    expect(JSON.stringify(withElectron(bill, lock))).toMatch(/pkg:npm\/electron@\d+\.\d+\.\d+/);
    expect(() => withElectron(bill, { packages: {} })).toThrow('no Electron');
  });
});
