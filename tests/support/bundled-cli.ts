/** Entry of the command line that tests start: that of the sources (`src/cli/main.ts`), bundled, beside bundled workers. */
import { FROM_SOURCES } from '../../src/cli/from-sources.ts';
import { runProgram } from '../../src/cli/program.ts';
import { bundled } from './bundled.ts';

process.exitCode = await runProgram(process.argv.slice(2), {
  ...FROM_SOURCES,
  importWorker: bundled('import-worker'),
  insightWorker: bundled('insight-worker'),
  exportWorker: bundled('export-worker'),
  measureWorker: bundled('measure-worker'),
  fileTaskWorker: bundled('file-task-worker'),
});
