import { mkdirSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { toErrorInfo } from '../../core/errors.ts';
import { FileSource } from '../../core/import/file-source.ts';
import { osCause } from '../../core/os-error.ts';
import { workspaceFileIn } from '../../core/store/workspace-files.ts';
import { fileKey, parseArguments } from '../arguments.ts';
import type { ExtractArguments } from '../arguments.ts';
import type { CliCall, CliCommand } from '../command.ts';
import { engineOptions } from '../engine-options.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { ExtractCommand } from '../extract-command.ts';
import { callsOf } from '../installation.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { Output } from '../output.ts';
import { summaryLines } from '../summary.ts';
import { text } from '../texts.ts';
import { UsageError } from '../usage-error.ts';

export const tryCommand: CliCommand = {
  name: 'try',
  call: 'npm run --silent eventloom -- try',
  usage: { 'zh-CN': '[行为日志.csv] [选项]', en: '[behaviors.csv] [options]' },
  summary: {
    'zh-CN': '试用：导入、抽象并显示结果，用示例数据或自己的日志',
    en: 'First try: import, abstract and show the result, of sample data or of your own log',
  },
  example: {
    'zh-CN': `例：npm run --silent eventloom -- try
    npm run --silent eventloom -- try behaviors.csv`,
    en: `Examples: npm run --silent eventloom -- try
          npm run --silent eventloom -- try behaviors.csv`,
  },
  arguments: [
    {
      name: 'behaviors.csv',
      text: {
        'zh-CN': '行为日志（CSV）；省略时用示例数据',
        en: 'the behaviour log (CSV); sample data when left out',
      },
    },
  ],
  groups: [
    {
      title: { 'zh-CN': '选项：', en: 'Options:' },
      options: [
        { flags: '--profiles <file>', text: { 'zh-CN': '用户画像 CSV', en: 'CSV of user profiles' } },
        {
          flags: '--folder <folder>',
          text: {
            'zh-CN':
              '存放工作区和事件的文件夹；省略时为当前文件夹下的\neventloom-sample 或 eventloom-<文件名>',
            en: 'where workspace and events are kept; when left out, eventloom-sample or eventloom-<name of the file> in the current folder',
          },
        },
      ],
    },
  ],
  notes: {
    'zh-CN': '再次运行会找到同一个工作区：不重复导入，不重做已完成的用户，中断的从原处继续。',
    en: 'The same command again finds the same workspace: nothing is imported or abstracted twice,\nand what was interrupted goes on.',
  },
  run: tryOut,
};

const valuesSchema = z.object({ profiles: z.string().optional(), folder: z.string().optional() });

async function tryOut(call: CliCall): Promise<number> {
  const { locale, installation } = call;
  const output = new Output(locale, { progressLines: true });
  let args: ExtractArguments;
  try {
    args = chooseFiles(call);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    output.note(errorText(locale, toErrorInfo(error)));
    return ExitCode.usage;
  }
  output.note(text(locale, args.input === null ? 'trySample' : 'tryFile', { file: args.input ?? '' }));
  const command = new ExtractCommand(args, output, {
    engine: engineOptions(call),
    apiKey: null,
    onFinished: async (engine) => {
      const files = { workspace: args.workspace ?? '', events: args.out ?? '' };
      for (const line of await summaryLines(engine, locale, files, callsOf(installation)))
        output.result(line);
    },
  });
  onInterrupt(() => command.interrupt());
  return command.run();
}

/**
 * What `extract` would be called with. The workspace of a file is named after it as it is now: a file that has changed gets
 * another one, so that the result is of what is in it. Throws UsageError, import.not_found.
 */
function chooseFiles({ locale, directory, args, values }: CliCall): ExtractArguments {
  const given = valuesSchema.parse(values);
  if (args.length > 1) throw new UsageError(text(locale, 'tooMany', { extra: args.slice(1).join(' ') }));
  const [file] = args;
  const options = given.profiles === undefined ? {} : { profiles: given.profiles };
  const extract = parseArguments(file ?? null, options, directory, locale);
  const { input } = extract;
  if (input !== null) new FileSource(input).close();
  const name = input === null ? 'sample' : basename(input, extname(input));
  if (given.folder === '') throw new UsageError(text(locale, 'emptyName', { option: '--folder' }));
  const folder = resolve(directory, given.folder ?? `eventloom-${name}`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const { cause } = osCause(error);
    throw new UsageError(text(locale, 'unusableFolder', { path: folder, detail: cause }));
  }
  return {
    ...extract,
    workspace: workspaceFileIn(folder, input === null ? 'workspace' : `workspace-${fileKey(input)}`),
    out: join(folder, 'events.csv'),
  };
}
