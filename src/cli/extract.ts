import { fileURLToPath } from 'node:url';
import { localeOfEnvironment } from '../core/i18n.ts';
import { parseArguments } from './arguments.ts';
import type { ExtractArguments } from './arguments.ts';
import { ExitCode, ExtractCommand } from './extract-command.ts';
import { Output } from './output.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

const environment = process.env;
const locale = localeOfEnvironment(environment);

/** npm changes into the package's folder; what the user typed is relative to the folder he was in. */
const directory = environment['INIT_CWD'] ?? process.cwd();

async function main(): Promise<number> {
  try {
    return await extract(parseArguments(process.argv.slice(2), directory, locale));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    new Output(locale, false).usageProblem(error.message);
    return ExitCode.usage;
  }
}

async function extract(args: ExtractArguments): Promise<number> {
  if (args.help) {
    console.log(text(locale, 'usage'));
    return ExitCode.ok;
  }
  const command = new ExtractCommand(args, locale, {
    defaultRulesPath: fileURLToPath(new URL('../../resources/rules/default.yaml', import.meta.url)),
    defaultPromptPath: fileURLToPath(new URL('../../resources/prompts/default.md', import.meta.url)),
    importWorkerUrl: new URL('../core/import/import-worker.ts', import.meta.url),
    slowRulesMs: Number(environment['EVENTLOOM_SLOW_RULES_MS'] ?? 0),
    // The only way in for a key: what stands on a command line is read by every process.
    apiKey: environment['EVENTLOOM_API_KEY'] ?? null,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // The second time somebody means it: whatever is on disk is consistent at any instant.
    process.once(signal, () => {
      process.once(signal, () => process.exit(ExitCode.interrupted));
      command.interrupt();
    });
  }
  return command.run();
}

// A reader that went away (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitCode.interrupted);
});
process.exitCode = await main();
