import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { getRawHeader, listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { FUSES, PRODUCT, PROJECT } from '../config.ts';
import { bareImports } from './bare-imports.ts';
import { CODE_BUDGET, contentProblems } from './content-rule.ts';
import { icnsSizes, icoSizes, pngSize } from './icon-files.ts';
import { builderResedit } from './stand-in-electron.ts';

/** How @electron/fuses writes that a fuse is on or off, in the wire of the binary. */
const STATES = { on: '1'.charCodeAt(0), off: '0'.charCodeAt(0) };

/** The files of an archive, with slashes; folders are left out. */
export function filesOf(archive: string): string[] {
  const all = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1));
  return all.filter((path) => !all.some((other) => other.startsWith(`${path}/`)));
}

/** What the archive holds, and how large it is. */
export function archiveProblems(archive: string): string[] {
  const { size } = statSync(archive);
  const tooLarge = `${size} bytes of application code, more than ${CODE_BUDGET}`;
  return [...contentProblems(filesOf(archive)), ...(size > CODE_BUDGET ? [tooLarge] : [])];
}

/** What the bundles refer to that is not in a package: modules, and places on the machine that built them. */
export function bundleProblems(app: string): string[] {
  const folder = join(app, 'out', 'main');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  return files.flatMap((name) => {
    const code = readFileSync(join(folder, name), 'utf8');
    const bare = bareImports(code).map(
      (module) => `${name} imports ${module}, and no node_modules is packed`,
    );
    return code.includes(PROJECT) ? [...bare, `${name} names the folder that it was built in`] : bare;
  });
}

/** Fuses that a program does not have as configured. */
export async function fuseProblems(program: string): Promise<string[]> {
  const wire = await getCurrentFuseWire(program);
  const fuses = Object.entries(FUSES).filter(([name, on]) => {
    const index =
      FuseV1Options[`${name.charAt(0).toUpperCase()}${name.slice(1)}` as keyof typeof FuseV1Options];
    return wire[index] !== (on ? STATES.on : STATES.off);
  });
  return fuses.map(([name]) => `the fuse ${name} is not as configured`);
}

/** The fuses in the program, and what else of Electron must be gone. */
export async function electronProblems(folder: string, program: string): Promise<string[]> {
  const languages = readdirSync(join(folder, 'locales')).sort();
  const expected = ['en-US.pak', 'zh-CN.pak'];
  return [
    ...(await fuseProblems(join(folder, program))),
    ...(existsSync(join(folder, 'resources', 'default_app.asar')) ? ['default_app.asar is there'] : []),
    ...(languages.join() === expected.join() ? [] : [`languages of Electron: ${languages.join(', ')}`]),
    ...(existsSync(join(folder, 'LICENSE.electron.txt')) ? [] : ['the licence of Electron is missing']),
  ];
}

/** What the program for Windows must say of itself, and the files beside it. */
export function windowsProblems(folder: string): string[] {
  const { NtExecutable, NtExecutableResource, Resource } = builderResedit();
  const program = NtExecutable.from(readFileSync(join(folder, 'EventLoom.exe')));
  const { entries } = NtExecutableResource.from(program);
  const [version] = Resource.VersionInfo.fromEntries(entries);
  const [language] = version?.getAllLanguagesForStringValues() ?? [];
  const names = language && version ? version.getStringValues(language) : {};
  const integrity = entries.find(({ type }) => type === 'INTEGRITY');
  const hash = createHash('sha256').update(getRawHeader(join(folder, 'resources', 'app.asar')).headerString);
  const noted = integrity === undefined ? '' : Buffer.from(integrity.bin).toString();
  const files = ['bin/eventloom.cmd', 'bin/path.ps1', 'LICENSE.txt'];
  return [
    ...(names['ProductName'] === PRODUCT
      ? []
      : [`the program calls itself ${names['ProductName'] ?? 'nothing'}`]),
    ...(noted.includes(hash.digest('hex')) ? [] : ['the program does not note the hash of its archive']),
    ...(Resource.IconGroupEntry.fromEntries(entries).length === 1 ? [] : ['the program has no icon']),
    ...files
      .filter((file) => !existsSync(join(folder, 'resources', file)))
      .map((file) => `${file} is missing`),
  ];
}

/** Whether the icons for each system have the sizes that it shows. */
export function iconProblems(): string[] {
  const read = (name: string): Buffer => readFileSync(join(PROJECT, 'resources', 'icons', name));
  const lacks = (name: string, has: readonly number[], wanted: readonly number[]): string[] =>
    wanted.filter((size) => !has.includes(size)).map((size) => `${name} has no picture of ${size} pixels`);
  const pngs = [16, 24, 32, 48, 64, 128, 256, 512];
  return [
    ...lacks('icon.ico', icoSizes(read('icon.ico')), [16, 24, 32, 48, 64, 256]),
    ...lacks('icon.icns', icnsSizes(read('icon.icns')), [16, 32, 64, 128, 256, 512, 1024]),
    ...pngs
      .filter((size) => pngSize(read(`icon-${size}.png`)) !== size)
      .map((size) => `icon-${size}.png is of another size`),
  ];
}
