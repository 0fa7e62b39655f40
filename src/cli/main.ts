/** Entry of `npm run eventloom`: the command line with all its sub-commands. */
import { FROM_SOURCES } from './from-sources.ts';
import { runProgram } from './program.ts';

process.exitCode = await runProgram(process.argv.slice(2), FROM_SOURCES);
