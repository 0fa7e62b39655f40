import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TimeZone } from '../core/import/time-zone.ts';
import type { ModelSettings } from '../shared/model.ts';
import { EXTRACTOR_IDS } from '../shared/run.ts';
import type { ExtractorId, RunScope } from '../shared/run.ts';
import type { Locale } from '../shared/settings.ts';
import { MODEL_OPTIONS, modelSettingsOf, numberOf } from './model-arguments.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

export interface ExtractArguments {
  help: boolean;
  json: boolean;
  input: string;
  profiles: string | null;
  workspace: string | null;
  out: string | null;
  rules: string | null;
  badRows: string | null;
  timeZone: string | null;
  scope: RunScope;
  extractor: ExtractorId;
  /** Null for an extractor without a model. */
  model: ModelSettings | null;
  maxCost: number | null;
  /** A prompt file of the user's own. */
  prompt: string | null;
  /** Ask again even where an answer is there already. */
  fresh: boolean;
}

/** Parses the arguments after the script's name. File names are resolved against `directory`. Throws UsageError. */
export function parseArguments(argv: string[], directory: string, locale: Locale): ExtractArguments {
  const { values, positionals } = parse(argv, locale);
  const problem = (key: Parameters<typeof text>[1], params: Record<string, string> = {}): never => {
    throw new UsageError(text(locale, key, params));
  };
  const file = (name: string | undefined, option: string): string | null => {
    if (name === '') problem('emptyName', { option });
    return name === undefined ? null : resolve(directory, name);
  };
  const [input, ...extra] = positionals;
  const help = values.help ?? false;
  if (!help && input === undefined) problem('missingInput');
  if (extra.length > 0) problem('tooManyInputs', { extra: extra.join(' ') });
  const extractor =
    EXTRACTOR_IDS.find((id) => id === (values.extractor ?? 'rules')) ??
    problem('unknownExtractor', { name: values.extractor ?? '' });
  const model = extractor === 'llm' && !help ? modelSettingsOf(values, locale) : null;
  const maxCost = values['max-cost'] === undefined ? null : numberOf(values['max-cost'], 'max-cost', locale);
  if (maxCost !== null && (!model || model.priceIn === null || model.priceOut === null))
    problem('capNeedsPrice');
  if (values.users !== undefined && values['retry-failed']) problem('usersAndRetry');
  const userIds = values.users
    ?.split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (userIds?.length === 0) problem('emptyUsers');
  const others: RunScope = values['retry-failed'] ? { kind: 'failed' } : { kind: 'remaining' };
  return {
    help,
    json: values.json ?? false,
    input: file(input, text(locale, 'inputFile')) ?? '',
    profiles: file(values.profiles, '--profiles'),
    workspace: file(values.workspace, '--workspace'),
    out: file(values.out, '--out'),
    rules: file(values.rules, '--rules'),
    badRows: file(values['bad-rows'], '--bad-rows'),
    timeZone: zoneOf(values['time-zone'], locale),
    scope: userIds ? { kind: 'users', userIds } : others,
    extractor,
    model,
    maxCost,
    prompt: file(values.prompt, '--prompt'),
    fresh: values.fresh ?? false,
  };
}

/** A zone that the system knows: before anything is done, and not in the middle of an import. */
function zoneOf(zone: string | undefined, locale: Locale): string | null {
  if (zone === undefined) return null;
  try {
    new TimeZone(zone);
    return zone;
  } catch {
    throw new UsageError(text(locale, 'badValue', { option: '--time-zone', value: zone }));
  }
}

function parse(argv: string[], locale: Locale) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        profiles: { type: 'string' },
        workspace: { type: 'string' },
        out: { type: 'string' },
        extractor: { type: 'string' },
        ...MODEL_OPTIONS,
        rules: { type: 'string' },
        users: { type: 'string' },
        'retry-failed': { type: 'boolean' },
        'bad-rows': { type: 'string' },
        'time-zone': { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(parseProblem((error as Error).message, locale));
  }
}

/** What parseArgs found, in the language of the user: its messages are English, and several lines long. */
function parseProblem(message: string, locale: Locale): string {
  const [, option = ''] = /^(?:Unknown option|Option) '(?:-\w, )?([^' ]+)/.exec(message) ?? [];
  if (message.startsWith('Unknown option')) return text(locale, 'unknownOption', { name: option });
  if (option === '') return message.split('\n', 1)[0] ?? message;
  return text(locale, message.includes('does not take') ? 'takesNoValue' : 'needsValue', { option });
}

/**
 * The workspace of an input file when none is named: the same for the same unchanged file, so that the same command
 * resumes, and another one once the file has changed, so that the output is of the file as it is.
 */
export function defaultWorkspace(input: string): string {
  const { size, mtimeMs } = statSync(input);
  const key = createHash('sha256').update(`${input}\0${size}\0${mtimeMs}`).digest('hex').slice(0, 12);
  return join(dataFolder(), 'cli', `${basename(input, extname(input))}-${key}.db`);
}

/** Where the system keeps data of applications for this user; EVENTLOOM_HOME overrides it. */
function dataFolder(): string {
  if (process.env['EVENTLOOM_HOME']) return process.env['EVENTLOOM_HOME'];
  if (process.platform === 'win32') {
    return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'event-loom');
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'event-loom');
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'event-loom');
}
