import { resolve } from 'node:path';
import { Engine } from '../../core/engine/engine.ts';
import { toErrorInfo } from '../../core/errors.ts';
import { rulesOf } from '../arguments.ts';
import type { CliCall, CliCommand } from '../command.ts';
import { engineOptions } from '../engine-options.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { Output } from '../output.ts';
import { text } from '../texts.ts';
import { UsageError } from '../usage-error.ts';

const ACTIONS = ['export', 'import'] as const;

export const codebookCommand: CliCommand = {
  name: 'codebook',
  call: 'npm run --silent eventloom -- codebook',
  usage: {
    'zh-CN': '<export|import> <文件.yaml> --workspace <工作区.db>',
    en: '<export|import> <file.yaml> --workspace <workspace.db>',
  },
  summary: {
    'zh-CN': '把工作区的事件类型表写成 YAML，或采用文件中的事件类型表',
    en: 'Write the event types of a workspace as YAML, or take over those of a file',
  },
  example: {
    'zh-CN': '例：npm run --silent eventloom -- codebook export types.yaml --workspace workspace.db',
    en: 'Example: npm run --silent eventloom -- codebook export types.yaml --workspace workspace.db',
  },
  arguments: [
    { name: 'action', text: { 'zh-CN': 'export 写出，import 采用', en: 'export or import' } },
    {
      name: 'file',
      text: { 'zh-CN': '事件类型文件（写法见 docs/codebook.md）', en: 'the file (docs/codebook.md)' },
    },
  ],
  groups: [
    {
      title: { 'zh-CN': '选项：', en: 'Options:' },
      options: [
        { flags: '--workspace <file>', text: { 'zh-CN': '工作区文件', en: 'the workspace file' } },
        {
          flags: '--rules <file>',
          text: {
            'zh-CN': '自己的规则文件，其中的类型也在表里',
            en: 'a rules file of your own, whose types are among them',
          },
        },
      ],
    },
  ],
  notes: {
    'zh-CN':
      '采用后，已有的事件立即按新表归类，不需要重新抽象；可在窗口中撤销。\n退出码：0 完成，2 用法、文件或工作区有误',
    en: 'Existing events follow an import at once, without a run; it can be undone in the window.\nExit codes: 0 done, 2 wrong usage, file or workspace',
  },
  run: codebook,
};

async function codebook(call: CliCall): Promise<number> {
  const { locale, directory } = call;
  const [action, file, ...more] = call.args;
  const named = ACTIONS.find((name) => name === action);
  if (!named) throw new UsageError(text(locale, 'codebookAction', { action: action ?? '' }));
  if (file === undefined || file === '') throw new UsageError(text(locale, 'codebookFile'));
  if (more.length > 0) throw new UsageError(text(locale, 'tooMany', { extra: more.join(' ') }));
  const workspace = optionOf(call, 'workspace');
  if (workspace === null) throw new UsageError(text(locale, 'missingWorkspaceOption'));
  const rules = optionOf(call, 'rules');
  const path = resolve(directory, file);
  const output = new Output(locale);
  const engine = new Engine(engineOptions(call.environment), () => undefined);
  try {
    if (rules !== null) {
      const { error } = await engine.useRules(rulesOf(rules, (name) => resolve(directory, name)));
      if (error) {
        output.note(errorText(locale, error));
        return ExitCode.usage;
      }
    }
    await engine.openWorkspace({ path: resolve(directory, workspace), create: false, resumePolicy: 'leave' });
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

function optionOf({ values }: CliCall, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
