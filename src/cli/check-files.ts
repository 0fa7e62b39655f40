import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkTarget, partialOf } from '../core/export/write-whole.ts';
import { BESIDE_DATABASE } from '../core/store/workspace-files.ts';
import type { Locale } from '../shared/settings.ts';
import type { ExtractArguments } from './arguments.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

/** All the files that one argument refers to. */
interface NamedFiles {
  /** The argument as the user wrote it. */
  name: string;
  paths: string[];
  written: boolean;
}

/**
 * Checks the files of a command before it does anything: what is written must be no other file of it, whatever links lead
 * there, and must be writable. Throws UsageError that names both arguments, export.unwritable, export.over_database,
 * import.bad_rows_unwritable.
 */
export function checkFiles(args: ExtractArguments, workspace: string, locale: Locale): void {
  const all = namedFiles(args, workspace, locale);
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      const path = one.written || other.written ? shared(one.paths, other.paths) : undefined;
      if (path === undefined) continue;
      throw new UsageError(text(locale, 'oneFileTwice', { one: one.name, other: other.name, path }));
    }
  }
  if (args.out !== null) checkTarget(args.out, 'export.unwritable');
  if (args.badRows !== null) checkTarget(args.badRows, 'import.bad_rows_unwritable');
}

function namedFiles(args: ExtractArguments, workspace: string, locale: Locale): NamedFiles[] {
  const read = (name: string, path: string | null): NamedFiles => ({
    name,
    paths: path === null ? [] : [path],
    written: false,
  });
  const written = (name: string, path: string | null): NamedFiles => ({
    name,
    paths: path === null ? [] : [path, partialOf(path)],
    written: true,
  });
  return [
    read(text(locale, 'inputFile'), args.input),
    read('--profiles', args.profiles),
    read('--rules', 'path' in args.rules ? args.rules.path : null),
    read('--prompt', args.prompt),
    {
      name: args.workspace === null ? text(locale, 'defaultWorkspace') : '--workspace',
      paths: [workspace, ...BESIDE_DATABASE.map((suffix) => workspace + suffix)],
      written: true,
    },
    written('--out', args.out),
    written('--bad-rows', args.badRows),
  ];
}

/** The first of some files that is one of the others, too. */
function shared(paths: string[], others: string[]): string | undefined {
  const identities = new Set(others.map(identity));
  return paths.find((path) => identities.has(identity(path)));
}

/** What two names of one file have in common: names differ by links and, on some systems, by case. */
function identity(path: string): string {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    // Some network drives report no file numbers.
    if (stats && stats.ino !== 0n) return `${stats.dev}:${stats.ino}`;
    return join(realpathSync.native(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
