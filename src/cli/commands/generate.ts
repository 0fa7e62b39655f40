import { resolve } from 'node:path';
import { z } from 'zod';
import { toErrorInfo } from '../../core/errors.ts';
import { checkTarget } from '../../core/export/write-whole.ts';
import { generateSample, SHAPE_NAMES } from '../../core/sample/generate-sample.ts';
import type { ShapeName } from '../../core/sample/generate-sample.ts';
import type { CliCall, CliCommand } from '../command.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { Output } from '../output.ts';
import { text } from '../texts.ts';
import { UsageError } from '../usage-error.ts';

const MOST_USERS = 100_000_000;
const MOST_ROWS = 1_000_000_000;
const MOST_SEED = 2 ** 32 - 1;

export const generateCommand: CliCommand = {
  name: 'generate',
  call: 'npm run --silent generate --',
  usage: {
    'zh-CN': '--users <人数> --out <行为日志.csv> [选项]',
    en: '--users <n> --out <behaviors.csv> [options]',
  },
  summary: {
    'zh-CN': '生成虚构的行为日志（购车用户等），用于试用和测量',
    en: 'Make up a behaviour log, of car shoppers and others, for trying and measuring',
  },
  example: {
    'zh-CN': '例：npm run --silent generate -- --users 1000 --out behaviors.csv',
    en: 'Example: npm run --silent generate -- --users 1000 --out behaviors.csv',
  },
  arguments: [],
  groups: [
    {
      title: { 'zh-CN': '选项：', en: 'Options:' },
      options: [
        {
          flags: '--users <n>',
          text: {
            'zh-CN': '用户数，1 到 100,000,000（必填）',
            en: 'how many users, 1 to 100,000,000 (required)',
          },
        },
        {
          flags: '--out <file>',
          text: {
            'zh-CN': '写入行为日志的 CSV 文件（必填）',
            en: 'the CSV file to write the log to (required)',
          },
        },
        {
          flags: '--profiles <file>',
          text: {
            'zh-CN': '同时写入用户画像的 CSV 文件（仅 auto）',
            en: 'a CSV file to write the users’ profiles to (auto only)',
          },
        },
        {
          flags: '--shape <name>',
          text: {
            'zh-CN':
              '日志的样子：auto 购车（默认）、shop 商城点击、web 网页浏览、music 听歌、app 应用事件、tickets 服务工单',
            en: 'what the log is like: auto (car shoppers, the default), shop (clicks), web (page views), music (plays), app (events), tickets (a service desk)',
          },
        },
        {
          flags: '--rows <n>',
          text: {
            'zh-CN': '总行数，最多 1,000,000,000；省略时因样子而异，auto 每个用户约 92 行',
            en: 'rows in all, at most 1,000,000,000; when left out as the shape has them, auto about 92 for each user',
          },
        },
        {
          flags: '--seed <n>',
          text: {
            'zh-CN': '0 到 4,294,967,295，默认 1；同一种子生成相同的文件',
            en: '0 to 4,294,967,295, default 1; the same seed makes the same files',
          },
        },
      ],
    },
  ],
  run: generate,
};

const valuesSchema = z.object({
  users: z.string().optional(),
  out: z.string().optional(),
  profiles: z.string().optional(),
  rows: z.string().optional(),
  seed: z.string().default('1'),
  shape: z.string().default('auto'),
});

interface Wanted {
  users: number;
  shape: ShapeName;
  seed: number;
  rows?: number;
  behaviorsPath: string;
  profilesPath?: string;
}

async function generate(call: CliCall): Promise<number> {
  const { locale } = call;
  const wanted = readValues(call);
  const output = new Output(locale);
  const abort = new AbortController();
  onInterrupt(() => abort.abort());
  try {
    for (const path of [wanted.behaviorsPath, wanted.profilesPath]) {
      if (path !== undefined) checkTarget(path, 'export.unwritable');
    }
    const { rows } = await generateSample({
      ...wanted,
      signal: abort.signal,
      onProgress: (progress) => output.generateProgress(progress),
    });
    const figures = { rows: String(rows), users: String(wanted.users), path: wanted.behaviorsPath };
    output.result(text(locale, 'generated', figures));
    return ExitCode.ok;
  } catch (error) {
    if (abort.signal.aborted) return ExitCode.interrupted;
    output.note(errorText(locale, toErrorInfo(error)));
    return ExitCode.usage;
  }
}

/** Parses the options. Throws UsageError. */
function readValues({ locale, directory, args, values }: CliCall): Wanted {
  const given = valuesSchema.parse(values);
  if (args.length > 0) throw new UsageError(text(locale, 'tooMany', { extra: args.join(' ') }));
  const required = (value: string | undefined, option: string): string => {
    if (value === undefined) throw new UsageError(text(locale, 'missingOption', { option }));
    return value;
  };
  const file = (value: string, option: string): string => {
    if (value === '') throw new UsageError(text(locale, 'emptyName', { option }));
    return resolve(directory, value);
  };
  const whole = (value: string, option: string, least: number, most: number): number => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least && number <= most) return number;
    const range = { least: String(least), most: String(most) };
    throw new UsageError(text(locale, 'notWhole', { option, value, ...range }));
  };
  const shape = SHAPE_NAMES.find((name) => name === given.shape);
  if (shape === undefined) {
    const known = SHAPE_NAMES.join(', ');
    throw new UsageError(text(locale, 'unknownShape', { shape: given.shape, known }));
  }
  if (shape !== 'auto' && given.profiles !== undefined)
    throw new UsageError(text(locale, 'noProfiles', { shape }));
  return {
    shape,
    users: whole(required(given.users, '--users'), '--users', 1, MOST_USERS),
    behaviorsPath: file(required(given.out, '--out'), '--out'),
    seed: whole(given.seed, '--seed', 0, MOST_SEED),
    ...(given.rows === undefined ? {} : { rows: whole(given.rows, '--rows', 1, MOST_ROWS) }),
    ...(given.profiles === undefined ? {} : { profilesPath: file(given.profiles, '--profiles') }),
  };
}
