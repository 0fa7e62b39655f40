import { expect, test } from 'vitest';
import { parseFpmArguments } from '../../../../tools/package/check/fpm-arguments.ts';

const ARGUMENTS = [
  ...['-s', 'dir', '--force', '-t', 'deb', '-d', 'libnss3', '-d', 'libasound2 | libasound2t64'],
  ...['--deb-recommends', 'libappindicator3-1', '--architecture', 'arm64'],
  ...['--after-install', '/t/in.sh', '--after-remove', '/t/out.sh', '--description', 'Short\n Long'],
  ...[
    '--version',
    '1.2.3',
    '--package',
    '/d/e.deb',
    '--name',
    'eventloom',
    '--maintainer',
    'A <a@b.invalid>',
  ],
  ...[
    '--url',
    'https://b.invalid/?q=1',
    '--license',
    'Apache-2.0',
    '--rpm-rpmbuild-define=_build_id_links none',
  ],
  ...['/d/unpacked/=/opt/EventLoom', '/r/i.png=/usr/share/i.png'],
];

test('the stand-in for fpm reads what the builder asks for', () => {
  expect(parseFpmArguments(ARGUMENTS)).toEqual({
    type: 'deb',
    output: '/d/e.deb',
    name: 'eventloom',
    version: '1.2.3',
    architecture: 'arm64',
    description: 'Short\n Long',
    maintainer: 'A <a@b.invalid>',
    homepage: 'https://b.invalid/?q=1',
    license: 'Apache-2.0',
    depends: ['libnss3', 'libasound2 | libasound2t64'],
    recommends: ['libappindicator3-1'],
    afterInstall: '/t/in.sh',
    afterRemove: '/t/out.sh',
    files: [
      { from: '/d/unpacked/', to: '/opt/EventLoom' },
      { from: '/r/i.png', to: '/usr/share/i.png' },
    ],
  });
  expect(() => parseFpmArguments(ARGUMENTS.filter((arg) => arg !== '--name' && arg !== 'eventloom'))).toThrow(
    '--name',
  );
});
