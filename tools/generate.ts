/** Entry of `npm run generate`: the sub-command `generate` of the command line. */
import { FROM_SOURCES } from '../src/cli/from-sources.ts';
import { runProgram } from '../src/cli/program.ts';

process.exitCode = await runProgram(['generate', ...process.argv.slice(2)], FROM_SOURCES);
