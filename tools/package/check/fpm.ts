/** A stand-in for fpm, which cannot be had everywhere: makes a deb with dpkg-deb, or an rpm with rpmbuild. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseFpmArguments } from './fpm-arguments.ts';
import type { FpmOrder } from './fpm-arguments.ts';

/** Puts the files where they will be installed, below `root`. */
function stage({ files }: FpmOrder, root: string): void {
  for (const { from, to } of files) {
    const target = join(root, to);
    mkdirSync(from.endsWith('/') ? target : dirname(target), { recursive: true });
    cpSync(from, target, { recursive: true });
  }
}

function makeDeb(order: FpmOrder, work: string): void {
  const root = join(work, 'root');
  stage(order, root);
  const control = join(root, 'DEBIAN');
  mkdirSync(control);
  const [synopsis = '', ...more] = order.description.split('\n');
  const fields = {
    Package: order.name,
    Version: order.version,
    Architecture: order.architecture,
    Maintainer: order.maintainer,
    Depends: order.depends.join(', '),
    Recommends: order.recommends.join(', '),
    Homepage: order.homepage,
    Section: 'default',
    Priority: 'optional',
    Description: [synopsis, ...more.map((line) => ` ${line.trim()}`)].join('\n'),
  };
  const lines = Object.entries(fields).filter(([, value]) => value !== '');
  writeFileSync(join(control, 'control'), lines.map(([name, value]) => `${name}: ${value}\n`).join(''));
  for (const [name, script] of [
    ['postinst', order.afterInstall],
    ['postrm', order.afterRemove],
  ] as const) {
    writeFileSync(join(control, name), readFileSync(script), { mode: 0o755 });
  }
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', root, order.output]);
}

/** Names of architectures in an rpm, by those of Debian. */
const RPM_ARCHITECTURES: Record<string, string> = { amd64: 'x86_64', arm64: 'aarch64' };

function makeRpm(order: FpmOrder, work: string): void {
  const root = join(work, 'root');
  stage(order, root);
  // Folders that other packages own are not listed, only what is in them; the application's own folder is.
  const installed = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `"/${relative(root, join(entry.parentPath, entry.name))}"`);
  const spec = join(work, 'package.spec');
  const architecture = RPM_ARCHITECTURES[order.architecture] ?? order.architecture;
  const lines = [
    `Name: ${order.name}`,
    `Version: ${order.version}`,
    'Release: 1',
    `Summary: ${order.description.split('\n')[0] ?? ''}`,
    `License: ${order.license}`,
    `URL: ${order.homepage}`,
    'AutoReqProv: no',
    ...order.depends.map((name) => `Requires: ${name}`),
    '%description',
    order.description,
    '%post',
    readFileSync(order.afterInstall, 'utf8'),
    '%postun',
    readFileSync(order.afterRemove, 'utf8'),
    '%files',
    ...installed,
  ];
  writeFileSync(spec, `${lines.join('\n')}\n`);
  execFileSync('rpmbuild', [
    '-bb',
    ...['--define', `_topdir ${work}`],
    ...['--define', '_build_id_links none'],
    ...['--define', '__os_install_post %{nil}'],
    ...['--define', '_binary_payload w1.gzdio'],
    ...['--buildroot', root],
    ...['--target', architecture],
    spec,
  ]);
  const folder = join(work, 'RPMS', architecture);
  const [made] = readdirSync(folder);
  if (made === undefined) throw new Error('rpmbuild made no package');
  copyFileSync(join(folder, made), order.output);
}

const order = parseFpmArguments(process.argv.slice(2));
const work = mkdtempSync(join(tmpdir(), 'eventloom-fpm-'));
try {
  (order.type === 'deb' ? makeDeb : makeRpm)(order, work);
} finally {
  rmSync(work, { recursive: true, force: true });
}
