import { Command, Option } from 'commander';
import type { ErrorOptions, ParseOptionsResult } from 'commander';
import stringWidth from 'string-width';
import type { Message } from '../shared/messages/index.ts';
import type { Locale } from '../shared/settings.ts';
import { withCalls } from './installation.ts';
import type { Installation } from './installation.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

export interface OptionSpec {
  /** As commander writes them: `--json`, `--out <file>`. */
  flags: string;
  text: Message;
}

export interface OptionGroup {
  title: Message;
  options: OptionSpec[];
}

/** Where a command is called. */
export interface CliContext {
  locale: Locale;
  /** The folder that relative file names refer to. */
  directory: string;
  environment: Record<string, string | undefined>;
  installation: Installation;
}

/** One call of a command. */
export interface CliCall extends CliContext {
  /** The arguments that are not options. */
  args: string[];
  /** The options that were given, by their long name without dashes. */
  values: Record<string, unknown>;
}

/** A sub-command of the command line. To add one: a file in `commands/`, and a line in `commands/index.ts`. */
export interface CliCommand {
  name: string;
  /** The command up to its arguments, for the usage line. */
  call: string;
  /** The arguments, for the usage line. */
  usage: Message;
  /** What it does, in one line. */
  summary: Message;
  /** An example for the top of the help. */
  example: Message;
  arguments: { name: string; text: Message }[];
  groups: OptionGroup[];
  /** Text below the options. */
  notes?: Message;
  /** Runs the command; resolves to the exit code. Rejects with UsageError. */
  run: (call: CliCall) => Promise<number>;
}

/** A command of commander whose help and errors are in the user's language. */
export class LocalCommand extends Command {
  readonly #locale: Locale;

  constructor(name: string, locale: Locale) {
    super(name);
    this.#locale = locale;
    this.exitOverride();
    this.configureHelp({
      displayWidth: stringWidth,
      styleTitle: (title) => TITLES[title]?.[locale] ?? title,
      subcommandTerm: (command) => command.name(),
    });
  }

  /** Every mistake that commander finds comes here, with an English message. Throws UsageError. */
  override error(message: string, options?: ErrorOptions): never {
    throw new UsageError(this.#mistake(options?.code ?? '', message));
  }

  /** As commander does it, but the name of an option is never taken for the value of the option before it. */
  override parseOptions(argv: string[]): ParseOptionsResult {
    for (const [index, arg] of argv.entries()) {
      if (arg === '--') break;
      const next = argv[index + 1];
      const option = this.options.find(({ long, short }) => long === arg || short === arg);
      if (option?.required && next !== undefined && /^-[^\d]/.test(next))
        throw new UsageError(text(this.#locale, 'needsValue', { option: arg }));
    }
    return super.parseOptions(argv);
  }

  #mistake(code: string, message: string): string {
    const [, named = ''] = /'(.*)'/s.exec(message) ?? [];
    switch (code) {
      case 'commander.unknownOption':
        return this.#unknownOption(named, message);
      case 'commander.unknownCommand':
        return text(this.#locale, 'unknownCommand', { name: named });
      case 'commander.optionMissingArgument':
        return text(this.#locale, 'needsValue', { option: named.split(' ', 1)[0] ?? named });
      default:
        return message.replace(/^error: /, '');
    }
  }

  #unknownOption(given: string, message: string): string {
    // The value is left out: it may be a secret.
    const [name = given] = given.split('=', 1);
    if (given.includes('=') && this.options.some(({ long }) => long === name))
      return text(this.#locale, 'takesNoValue', { option: name });
    const [, similar] = /\(Did you mean (?:one of )?(.*)\?\)$/.exec(message) ?? [];
    return similar === undefined
      ? text(this.#locale, 'unknownOption', { name })
      : text(this.#locale, 'unknownOptionSimilar', { name, similar });
  }
}

const TITLES: Record<string, Message> = {
  'Usage:': { 'zh-CN': '用法:', en: 'Usage:' },
  'Arguments:': { 'zh-CN': '参数：', en: 'Arguments:' },
  'Options:': { 'zh-CN': '选项：', en: 'Options:' },
  'Commands:': { 'zh-CN': '命令：', en: 'Commands:' },
};
const HELP: Message = { 'zh-CN': '显示本说明', en: 'show this help' };

/** Makes a command of commander from a CliCommand. `run` is called with the arguments and options given. */
export function makeCommand(
  spec: CliCommand,
  context: CliContext,
  run: (call: CliCall) => Promise<void>,
): LocalCommand {
  const { locale, installation } = context;
  const calls = (text: string): string => withCalls(installation, text);
  const command = new LocalCommand(spec.name, locale);
  command
    .summary(spec.summary[locale])
    .description(`${spec.summary[locale]}\n\n${calls(spec.example[locale])}`)
    .usage(spec.usage[locale])
    // Each command reports a missing or surplus argument itself.
    .allowExcessArguments();
  command.configureHelp({
    ...command.configureHelp(),
    commandUsage: () => `${calls(spec.call)} ${spec.usage[locale]}`,
  });
  for (const argument of spec.arguments) command.argument(`[${argument.name}]`, argument.text[locale]);
  let lastTitle = TITLES['Options:']?.[locale] ?? '';
  for (const { title, options } of spec.groups) {
    lastTitle = title[locale];
    for (const option of options)
      command.addOption(new Option(option.flags, option.text[locale]).helpGroup(lastTitle));
  }
  command.addHelpOption(new Option('-h, --help', HELP[locale]).helpGroup(lastTitle));
  if (spec.notes) command.addHelpText('after', `\n${calls(spec.notes[locale])}`);
  return command.action(() =>
    run({ ...context, args: command.args, values: valuesOf(command) }),
  ) as LocalCommand;
}

function valuesOf(command: Command): Record<string, unknown> {
  return Object.fromEntries(
    command.options.map((option) => [
      option.long?.slice(2) ?? option.name(),
      command.getOptionValue(option.attributeName()) as unknown,
    ]),
  );
}

/** The one argument of a command. Throws UsageError when there is none, or more. */
export function onlyArgument(call: CliCall, missing: 'missingInput' | 'missingWorkspace'): string {
  const [first, ...extra] = call.args;
  if (first === undefined) throw new UsageError(text(call.locale, missing));
  if (extra.length > 0) throw new UsageError(text(call.locale, 'tooMany', { extra: extra.join(' ') }));
  return first;
}

/** The value of an option; null when it was not given, or is empty. */
export function stringOption({ values }: CliCall, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
