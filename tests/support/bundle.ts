import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Rolldown } from 'vite';
import type { TestProject } from 'vitest/node';
import { ENTRIES } from './bundled.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(PROJECT, 'out', 'tests');

/**
 * Bundles what integration tests start (`bundled.ts`), before the first of them and before each rerun, so that it is never out of date.
 * It takes three seconds; each of some thousand processes and threads that start from it takes half the work of one that starts from
 * hundreds of source files, which Node has to find and to free from their types.
 */
export default async function setup(project: TestProject): Promise<void> {
  await bundle();
  project.onTestsRerun(bundle);
}

async function bundle(): Promise<void> {
  const built = await build({
    root: PROJECT,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node24',
      write: false,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(PROJECT, path)])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  replace((built as Rolldown.RolldownOutput).output);
}

/** Writes what has changed, a file at a time: another run of tests may be reading. */
function replace(files: Rolldown.RolldownOutput['output']): void {
  mkdirSync(FOLDER, { recursive: true });
  const old = new Set(readdirSync(FOLDER));
  for (const file of files) {
    const content = file.type === 'chunk' ? file.code : Buffer.from(file.source);
    const path = join(FOLDER, file.fileName);
    const same = old.delete(file.fileName) && readFileSync(path).equals(Buffer.from(content));
    if (same) continue;
    writeFileSync(`${path}.${process.pid}`, content);
    renameSync(`${path}.${process.pid}`, path);
  }
  for (const name of old) rmSync(join(FOLDER, name));
}
