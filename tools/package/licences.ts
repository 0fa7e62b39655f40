import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/** A package whose code is in a bundle, with the licence under which it may be passed on. */
export interface BundledLicence {
  name: string;
  version: string;
  /** As an SPDX expression. */
  licence: string;
  /** The text of the licence as the package has it; where it has none, who made it, and where its source and licence are. */
  text: string;
}

const LICENCE_FILE = /^(licen[cs]e|copying)([-._].*)?$/i;

/** The folder of the package that a bundled module is of; null for a module of our own. */
export function packageFolder(id: string): string | null {
  const path = id.replace(/^\0/, '').replaceAll('\\', '/').split('?')[0] ?? '';
  const at = path.lastIndexOf('/node_modules/');
  if (at === -1) return null;
  const [first = '', second = ''] = path.slice(at + '/node_modules/'.length).split('/');
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  return name === '' ? null : `${path.slice(0, at)}/node_modules/${name}`;
}

/** What a package says of itself. Throws where it names no licence: it must not be passed on then. */
export function licenceOf(folder: string): BundledLicence {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { name, version, license, author, repository } = manifest;
  if (typeof name !== 'string' || typeof license !== 'string') throw new Error(`${folder} names no licence`);
  const file = readdirSync(folder).find((entry) => LICENCE_FILE.test(entry));
  const made = typeof author === 'string' ? author : (author as { name?: string } | undefined)?.name;
  const source =
    typeof repository === 'string' ? repository : (repository as { url?: string } | undefined)?.url;
  const said = [made, source && `Source code and licence: ${webAddress(source)}`];
  return {
    name,
    version: String(version),
    licence: license,
    text: (file ? readFileSync(join(folder, file), 'utf8') : said.filter(Boolean).join('\n')).trim(),
  };
}

/** The address of a repository as a browser takes it. */
function webAddress(repository: string): string {
  return repository.replace(/^git\+|\.git$/g, '').replace(/^git@([^:]+):/, 'https://$1/');
}

/**
 * Two plugins: `bundle` writes the licences of all packages that a bundle is made of beside it, as `licences.json`; `worker` adds those of the
 * workers of a window, which are bundles of their own.
 */
export function bundledLicences(): { bundle: Plugin; worker: Plugin } {
  const folders = new Set<string>();
  const collect = (ids: Iterable<string>): void => {
    for (const id of ids) {
      const folder = packageFolder(id);
      if (folder !== null) folders.add(rootOf(folder));
    }
  };
  return {
    worker: {
      name: 'eventloom-licences-of-workers',
      generateBundle() {
        collect(this.getModuleIds());
      },
    },
    bundle: {
      name: 'eventloom-licences',
      generateBundle() {
        // Also those of which nothing but names is left.
        collect(this.getModuleIds());
        const found = [...folders].map(licenceOf);
        const licences = [
          ...new Map(found.map((licence) => [`${licence.name} ${licence.version}`, licence])).values(),
        ];
        licences.sort((one, other) => (one.name < other.name ? -1 : 1));
        this.emitFile({ type: 'asset', fileName: 'licences.json', source: JSON.stringify(licences) });
      },
    },
  };
}

/** A package may have folders with a manifest of their own, which name no version. */
function rootOf(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : rootOf(dirname(folder));
}
