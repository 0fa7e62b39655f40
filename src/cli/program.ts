import { CommanderError, Option } from 'commander';
import { localeOfEnvironment } from '../core/i18n.ts';
import { osCause } from '../core/os-error.ts';
import type { Message } from '../shared/messages/index.ts';
import { LocalCommand, makeCommand } from './command.ts';
import type { CliContext } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { errorText } from './error-text.ts';
import { ExitCode } from './exit-code.ts';
import { versionOf, withCalls } from './installation.ts';
import type { Installation } from './installation.ts';
import { Output } from './output.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

const HELP = {
  program: {
    'zh-CN':
      'EventLoom 事织：把原始行为日志抽象为少量重要的事件。这是它的命令行，不需要窗口。\n“help 命令”显示一个命令的说明。',
    en: 'EventLoom turns raw behaviour logs into the few events that matter. This is its command line, which needs no window.\n“help COMMAND” shows the help of a command.',
  },
  usage: { 'zh-CN': '<命令> [选项]', en: '<command> [options]' },
  help: { 'zh-CN': '显示一个命令的说明', en: 'Show the help of a command' },
} satisfies Record<string, Message>;

/**
 * Runs the command line of an installation: the name of a sub-command, then its arguments. Resolves to the exit code; usage errors are
 * printed on standard error, in the language of the environment.
 */
export async function runProgram(argv: string[], installation: Installation): Promise<number> {
  const environment = process.env;
  const locale = localeOfEnvironment(environment);
  // npm changes into the folder of the package; INIT_CWD is the folder that the user was in.
  const outside = installation.kind === 'sources' ? environment['INIT_CWD'] : undefined;
  const directory = outside ?? process.cwd();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A closed reader (`| head`) is no error.
    if (error.code === 'EPIPE') process.exit(ExitCode.interrupted);
    new Output(locale).note(errorText(locale, { code: 'export.output_unwritable', params: osCause(error) }));
    process.exit(ExitCode.usage);
  });
  try {
    return await dispatch(argv, { locale, directory, environment, installation });
  } catch (error) {
    // Help and version were shown.
    if (error instanceof CommanderError) return error.exitCode;
    if (!(error instanceof UsageError)) throw error;
    new Output(locale).usageProblem(error.message);
    return ExitCode.usage;
  }
}

async function dispatch(argv: string[], context: CliContext): Promise<number> {
  const { locale, installation } = context;
  let exitCode: number = ExitCode.ok;
  const program = new LocalCommand('eventloom', locale)
    .description(HELP.program[locale])
    .usage(HELP.usage[locale])
    .helpCommand('help [command]', HELP.help[locale])
    // Hidden, because the list shows commands only, and `help` is one of them.
    .addHelpOption(new Option('-h, --help').hideHelp())
    .version(versionOf(installation), '-V, --version')
    .enablePositionalOptions();
  for (const option of program.options) option.hideHelp();
  program.configureHelp({
    ...program.configureHelp(),
    commandUsage: () => withCalls(installation, `npm run --silent eventloom -- ${HELP.usage[locale]}`),
  });
  for (const spec of COMMANDS) {
    program.addCommand(
      makeCommand(spec, context, async (call) => {
        exitCode = await spec.run(call);
      }),
    );
  }
  if (argv.length === 0) {
    const names = COMMANDS.map(({ name }) => name).join(text(locale, 'listSeparator'));
    throw new UsageError(text(locale, 'missingCommand', { names }));
  }
  await program.parseAsync(argv, { from: 'user' });
  return exitCode;
}
