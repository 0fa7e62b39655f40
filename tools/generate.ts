/** Entry of `npm run generate`: the sub-command `generate` of the command line. */
import { runProgram } from '../src/cli/program.ts';

process.exitCode = await runProgram(['generate', ...process.argv.slice(2)]);
