/** Entry of `npm run extract`: the sub-command `extract` of the command line. */
import { runProgram } from './program.ts';

process.exitCode = await runProgram(['extract', ...process.argv.slice(2)]);
