import { resolve } from 'node:path';
import { createEngine } from '../../core/engine/engine.ts';
import { toErrorInfo } from '../../core/errors.ts';
import { onlyArgument, stringOption } from '../command.ts';
import type { CliCall, CliCommand } from '../command.ts';
import { engineOptions } from '../engine-options.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { tellingFileTasks } from '../open-workspace.ts';
import { Output } from '../output.ts';
import { text } from '../texts.ts';
import { UsageError } from '../usage-error.ts';

export const restoreCommand: CliCommand = {
  name: 'restore',
  call: 'npm run --silent eventloom -- restore',
  usage: { 'zh-CN': '<工作区.db> [--from <备份.db>]', en: '<workspace.db> [--from <backup.db>]' },
  summary: {
    'zh-CN': '列出工作区的备份，或从其中一个恢复：原文件另存一旁',
    en: 'List the backups of a workspace, or restore one: the present file is put aside',
  },
  example: {
    'zh-CN':
      '例：npm run --silent eventloom -- restore workspace.db --from workspace.backup-20260101-120000.db',
    en: 'Example: npm run --silent eventloom -- restore workspace.db --from workspace.backup-20260101-120000.db',
  },
  arguments: [{ name: 'workspace', text: { 'zh-CN': '工作区文件', en: 'the workspace file' } }],
  groups: [
    {
      title: { 'zh-CN': '选项', en: 'Options' },
      options: [
        {
          flags: '--from <file>',
          text: {
            'zh-CN': '要恢复的备份；不写则列出所有备份',
            en: 'the backup to restore; left out: lists all',
          },
        },
      ],
    },
  ],
  notes: {
    'zh-CN': '按 Ctrl-C 取消，工作区保持原样。\n退出码：0 已列出或已恢复，2 无法恢复，130 已取消',
    en: 'Ctrl-C cancels, and the workspace is left as it is.\nExit codes: 0 listed or restored, 2 not possible, 130 cancelled',
  },
  run: restore,
};

async function restore(call: CliCall): Promise<number> {
  const { locale, directory } = call;
  const given = onlyArgument(call, 'missingWorkspace');
  if (given === '') throw new UsageError(text(locale, 'missingWorkspace'));
  const path = resolve(directory, given);
  const from = stringOption(call, 'from');
  const output = new Output(locale, { progressLines: true });
  const engine = createEngine(engineOptions(call), tellingFileTasks(output));
  onInterrupt(() => void engine.cancelFileTask('restore'));
  try {
    if (from === null) {
      const backups = await engine.listBackups(path);
      if (backups.length === 0) output.note(text(locale, 'noBackups', { path }));
      for (const backup of backups) output.result(backup.path);
      return ExitCode.ok;
    }
    const kept = await engine.restoreBackup(path, resolve(directory, from));
    output.result(text(locale, 'restored', { path }));
    if (kept !== null) output.result(text(locale, 'restoreKept', { path: kept }));
    return ExitCode.ok;
  } catch (error) {
    const info = toErrorInfo(error);
    output.note(errorText(locale, info));
    return info.code === 'workspace.restore_cancelled' ? ExitCode.interrupted : ExitCode.usage;
  } finally {
    await engine.closeWorkspace();
  }
}
