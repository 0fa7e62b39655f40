import { resolve } from 'node:path';
import { createEngine } from '../../core/engine/engine.ts';
import { toErrorInfo } from '../../core/errors.ts';
import { rulesOf } from '../arguments.ts';
import { stringOption } from '../command.ts';
import type { CliCall, CliCommand } from '../command.ts';
import { engineOptions } from '../engine-options.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { InduceCommand } from '../induce-command.ts';
import { MODEL_OPTIONS } from '../model-arguments.ts';
import { openWorkspace, tellingLocks } from '../open-workspace.ts';
import { Output } from '../output.ts';
import { text } from '../texts.ts';
import { UsageError } from '../usage-error.ts';

const ACTIONS = ['export', 'import', 'induce'] as const;
/** What an induction has no use for: it always asks a model, by a prompt of its own. */
const NOT_FOR_INDUCTIONS = /^--(extractor|prompt|fresh|concurrency|estimate|test-connection)( |$)/;

export const codebookCommand: CliCommand = {
  name: 'codebook',
  call: 'npm run --silent eventloom -- codebook',
  usage: {
    'zh-CN': '<export|import> <文件.yaml> --workspace <工作区.eventloom>，或 induce --out <文件.yaml> …',
    en: '<export|import> <file.yaml> --workspace <workspace.eventloom>, or induce --out <file.yaml> …',
  },
  summary: {
    'zh-CN': '把工作区的事件类型表写成 YAML，采用文件中的，或由模型归纳一张',
    en: 'Write the event types of a workspace as YAML, take over those of a file, or induce some with a model',
  },
  example: {
    'zh-CN': `例：npm run --silent eventloom -- codebook export types.yaml --workspace workspace.eventloom
例：npm run --silent eventloom -- codebook induce --workspace workspace.eventloom --base-url https://api.deepseek.com/v1 \\
      --model deepseek-chat --out types.yaml`,
    en: `Example: npm run --silent eventloom -- codebook export types.yaml --workspace workspace.eventloom
Example: npm run --silent eventloom -- codebook induce --workspace workspace.eventloom --base-url https://api.deepseek.com/v1 \\
           --model deepseek-chat --out types.yaml`,
  },
  arguments: [
    {
      name: 'action',
      text: { 'zh-CN': 'export 写出，import 采用，induce 归纳', en: 'export, import or induce' },
    },
    {
      name: 'file',
      text: {
        'zh-CN': '事件类型文件（写法见 docs/codebook.md）；induce 用 --out',
        en: 'the file (docs/codebook.md); of induce it is --out',
      },
    },
  ],
  groups: [
    {
      title: { 'zh-CN': '选项：', en: 'Options:' },
      options: [
        { flags: '--workspace <file>', text: { 'zh-CN': '工作区文件', en: 'the workspace file' } },
        {
          flags: '--rules <name|file>',
          text: {
            'zh-CN': 'general（默认）、auto、shop 或自己的规则文件：其中的类型也在表里',
            en: 'general (default), auto, shop, or a rules file of your own, whose types are among them',
          },
        },
        {
          flags: '--out <file>',
          text: { 'zh-CN': 'induce：把归纳结果写入文件', en: 'induce: where to write what was found' },
        },
        {
          flags: '--users <n>',
          text: {
            'zh-CN': 'induce：看多少用户（默认 40）',
            en: 'induce: users in the sample (40 by default)',
          },
        },
        {
          flags: '--types <n>',
          text: {
            'zh-CN': 'induce：最多几个类型（默认 20），规则的转化不计在内',
            en: 'induce: types at the most (20 by default), besides the conversions of the rules',
          },
        },
      ],
    },
    {
      ...MODEL_OPTIONS,
      options: MODEL_OPTIONS.options.filter(({ flags }) => !NOT_FOR_INDUCTIONS.test(flags)),
    },
  ],
  notes: {
    'zh-CN':
      '采用后，已有的事件立即按新表归类，不需要重新抽象；可在窗口中撤销。\ninduce 只写文件，不改动工作区的类型表：看过、改过之后用 import 采用，或在窗口中逐条采用。同一命令再次运行：中断的从原处继续。\n退出码：0 完成，2 用法、文件或工作区有误，4 归纳停下、可继续，5 已达上限、可继续，130 被中断',
    en: 'Existing events follow an import at once, without a run; it can be undone in the window.\ninduce writes a file and leaves the types of the workspace as they are: take it over with import once you have read it, or line by line in the window. The same command again goes on with what was interrupted.\nExit codes: 0 done, 2 wrong usage, file or workspace, 4 the induction stopped and can be resumed, 5 cap reached, 130 interrupted',
  },
  run: codebook,
};

async function codebook(call: CliCall): Promise<number> {
  const { locale, directory } = call;
  const [action, file, ...more] = call.args;
  const named = ACTIONS.find((name) => name === action);
  if (!named) throw new UsageError(text(locale, 'codebookAction', { action: action ?? '' }));
  if (named === 'induce') {
    if (file !== undefined) throw new UsageError(text(locale, 'tooMany', { extra: file }));
    return new InduceCommand(call, new Output(locale)).run();
  }
  if (file === undefined || file === '') throw new UsageError(text(locale, 'codebookFile'));
  if (more.length > 0) throw new UsageError(text(locale, 'tooMany', { extra: more.join(' ') }));
  const workspace = stringOption(call, 'workspace');
  if (workspace === null) throw new UsageError(text(locale, 'missingWorkspaceOption'));
  const rules = stringOption(call, 'rules');
  const path = resolve(directory, file);
  const output = new Output(locale);
  const engine = createEngine(engineOptions(call), tellingLocks(output));
  try {
    if (rules !== null) {
      const { error } = await engine.useRules(rulesOf(rules, (name) => resolve(directory, name)));
      if (error) {
        output.note(errorText(locale, error));
        return ExitCode.usage;
      }
    }
    const opening = { path: resolve(directory, workspace), create: false, resumePolicy: 'leave' } as const;
    await openWorkspace(engine, opening, output);
    if (named === 'export') await engine.exportCodebook(path);
    else await engine.importCodebook(path);
    const { codebook: now } = await engine.codebook();
    const key = named === 'export' ? 'codebookExported' : 'codebookImported';
    output.result(text(locale, key, { types: now.types.length, path }));
    return ExitCode.ok;
  } catch (error) {
    output.note(errorText(locale, toErrorInfo(error)));
    return ExitCode.usage;
  } finally {
    await engine.closeWorkspace();
  }
}
