import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { programName } from '../core/program-name.ts';

/** Where the command line runs: from the sources, called through npm, or out of a package, as the program `eventloom`. */
export interface Installation {
  kind: 'sources' | 'package';
  /** The folder with rules and prompts, with a slash at its end. */
  resources: URL;
  importWorker: URL;
  insightWorker: URL;
  exportWorker: URL;
  measureWorker: URL;
  fileTaskWorker: URL;
  /** The package.json that names the version. */
  packageFile: URL;
}

/** The version of an installation. */
export function versionOf({ packageFile }: Pick<Installation, 'packageFile'>): string {
  const manifest: unknown = JSON.parse(readFileSync(packageFile, 'utf8'));
  return z.object({ version: z.string() }).parse(manifest).version;
}

/** The program with its version, as exported files name it. */
export function programOf(installation: Pick<Installation, 'packageFile'>): string {
  return programName(versionOf(installation));
}

/** What a user types, for texts that tell it. */
export interface Calls {
  window: string;
  tryFile: string;
  extractHelp: string;
}

const CALLS: Record<Installation['kind'], Calls> = {
  sources: {
    window: 'npm start',
    tryFile: 'npm start -- behaviors.csv',
    extractHelp: 'npm run --silent extract -- --help',
  },
  package: {
    window: 'eventloom',
    tryFile: 'eventloom try behaviors.csv',
    extractHelp: 'eventloom extract --help',
  },
};

/** The calls that texts name. */
export function callsOf({ kind }: Pick<Installation, 'kind'>): Calls {
  return CALLS[kind];
}

/** A text of the help, which is written with calls through npm, with the calls of this installation. */
export function withCalls({ kind }: Pick<Installation, 'kind'>, text: string): string {
  if (kind === 'sources') return text;
  return text.replace(/npm run --silent (\w+) --/g, (_call, script: string) =>
    script === 'eventloom' ? 'eventloom' : `eventloom ${script}`,
  );
}
