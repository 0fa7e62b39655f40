/** Entry of `npm run extract`: the sub-command `extract` of the command line. */
import { FROM_SOURCES } from './from-sources.ts';
import { runProgram } from './program.ts';

process.exitCode = await runProgram(['extract', ...process.argv.slice(2)], FROM_SOURCES);
