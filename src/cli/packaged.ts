/** Entry of the built command line: becomes out/main/cli.js, beside the workers that it starts. */
import type { Installation } from './installation.ts';
import { runProgram } from './program.ts';

const beside = (path: string): URL => new URL(path, import.meta.url);

const FROM_PACKAGE: Installation = {
  kind: 'package',
  resources: beside('../../resources/'),
  importWorker: beside('./import-worker.js'),
  insightWorker: beside('./insight-worker.js'),
  exportWorker: beside('./export-worker.js'),
  measureWorker: beside('./measure-worker.js'),
  fileTaskWorker: beside('./file-task-worker.js'),
  packageFile: beside('../../package.json'),
};

/** Runs a command of the installed program `eventloom`; resolves to its exit code. */
export function runPackaged(argv: string[]): Promise<number> {
  return runProgram(argv, FROM_PACKAGE);
}
