import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { AppError } from '../../core/errors.ts';
import { osCause } from '../../core/os-error.ts';
import type { ShellContext } from '../ipc/context.ts';
import { diagnosticsFiles } from './diagnostics.ts';
import type { DiagnosticsSource } from './diagnostics.ts';

export type DiagnosticsContext = Pick<
  ShellContext,
  'appInfo' | 'settings' | 'model' | 'api' | 'workspace' | 'engine'
>;

/** Collects what the diagnostics tell. What is down is left out: that is when they are wanted most. */
export async function collectDiagnostics(
  context: DiagnosticsContext,
  logsFolder: string,
  now: number,
): Promise<DiagnosticsSource> {
  return {
    app: context.appInfo(),
    settings: context.settings.view(),
    model: await context.model.view(),
    apiEnabled: context.api.view().enabled,
    workspace: await openWorkspace(context),
    workspaceError: context.workspace.state().error,
    log: readLog(logsFolder),
    now,
  };
}

async function openWorkspace({ engine }: DiagnosticsContext): Promise<DiagnosticsSource['workspace']> {
  try {
    const api = engine();
    const [info, run, history] = await Promise.all([
      api.workspaceInfo(),
      api.runSnapshot(),
      api.runHistory(),
    ]);
    return { info, run, history };
  } catch {
    return null;
  }
}

/** The lines of all files of the log, oldest first: `main.2.log`, `main.1.log`, `main.log`. */
function readLog(folder: string): string[] {
  try {
    const number = (name: string): number => Number(/\d+/.exec(name)?.[0] ?? 0);
    return readdirSync(folder)
      .filter((name) => /^main(\.\d+)?\.log$/.test(name))
      .sort((one, other) => number(other) - number(one))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

/** Writes a zip with the files; it appears whole or not at all. Throws app.file_failed. */
export async function writeDiagnostics(path: string, source: DiagnosticsSource): Promise<void> {
  const zip = new ZipFile();
  const options = { mtime: new Date(source.now) };
  for (const [name, content] of Object.entries(diagnosticsFiles(source)))
    zip.addBuffer(Buffer.from(content), `eventloom-diagnostics/${name}`, options);
  zip.end();
  const bytes = await buffer(zip.outputStream);
  const partial = `${path}.part`;
  try {
    writeFileSync(partial, bytes);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new AppError('app.file_failed', { path, ...osCause(error) }, { cause: error });
  }
}
