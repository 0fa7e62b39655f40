import { resolve } from 'node:path';
import type { EngineListener } from '../../core/engine/engine-api.ts';
import { createEngine } from '../../core/engine/engine.ts';
import { toErrorInfo } from '../../core/errors.ts';
import type { ImportSnapshot } from '../../shared/import.ts';
import { stringOption } from '../command.ts';
import type { CliCall, CliCommand } from '../command.ts';
import { engineOptions } from '../engine-options.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { openWorkspace, tellingLocks } from '../open-workspace.ts';
import { Output } from '../output.ts';
import { text } from '../texts.ts';
import { UsageError } from '../usage-error.ts';

export const importsCommand: CliCommand = {
  name: 'imports',
  call: 'npm run --silent eventloom -- imports',
  usage: {
    'zh-CN': '--workspace <工作区.eventloom> [--undo <编号>]',
    en: '--workspace <workspace.eventloom> [--undo <number>]',
  },
  summary: {
    'zh-CN': '列出工作区的导入，或撤销其中一次',
    en: 'List the imports of a workspace, or undo one of them',
  },
  example: {
    'zh-CN': '例：npm run --silent eventloom -- imports --workspace workspace.eventloom --undo 3',
    en: 'Example: npm run --silent eventloom -- imports --workspace workspace.eventloom --undo 3',
  },
  arguments: [],
  groups: [
    {
      title: { 'zh-CN': '选项', en: 'Options' },
      options: [
        { flags: '--workspace <file>', text: { 'zh-CN': '工作区文件', en: 'the workspace file' } },
        {
          flags: '--undo <number>',
          text: {
            'zh-CN': '撤销这次导入：它的行、只因它而有的用户，以及失去行的用户的事件；画像恢复为先前导入的',
            en: 'undo this import: its rows, users that only it had, and the events of users who lose rows; profiles become what earlier imports say',
          },
        },
      ],
    },
  ],
  notes: {
    'zh-CN':
      '每行一次导入：编号、文件、种类、新增行数、拒绝行数、时间。\n撤销时按 Ctrl-C 停止，这次导入保持原样。\n退出码：0 完成，2 无法完成，130 已停止',
    en: 'A line for each import: number, file, kind, rows added, rows rejected, time.\nCtrl-C stops an undo, and the import stays as it is.\nExit codes: 0 done, 2 not possible, 130 stopped',
  },
  run: imports,
};

async function imports(call: CliCall): Promise<number> {
  const { locale, directory, args } = call;
  const [extra] = args;
  if (extra !== undefined) throw new UsageError(text(locale, 'tooMany', { extra }));
  const workspace = stringOption(call, 'workspace');
  if (workspace === null) throw new UsageError(text(locale, 'missingWorkspaceOption'));
  const undo = stringOption(call, 'undo');
  if (undo !== null && !/^\d{1,9}$/.test(undo)) {
    throw new UsageError(text(locale, 'badValue', { option: '--undo', value: undo }));
  }
  const output = new Output(locale);
  const undoing = Promise.withResolvers<ImportSnapshot>();
  let interrupted = false;
  const listener: EngineListener = (event, payload) => {
    if (event !== 'import') return;
    const snapshot = payload as ImportSnapshot;
    if (snapshot.work !== 'undo') return;
    output.importProgress(snapshot);
    if (snapshot.status !== 'running') undoing.resolve(snapshot);
  };
  const engine = createEngine(engineOptions(call), tellingLocks(output, listener));
  if (undo !== null)
    onInterrupt(() => {
      interrupted = true;
      // Rejects before the workspace is open, when there is nothing to stop yet.
      engine.cancelImport().catch(() => undefined);
    });
  try {
    const opening = { path: resolve(directory, workspace), create: false, resumePolicy: 'leave' } as const;
    await openWorkspace(engine, opening, output);
    if (undo !== null) {
      const { kind, fileName: file, rows, users, events, restored } = await engine.undoFigures(Number(undo));
      await engine.startUndo(Number(undo));
      if (interrupted) await engine.cancelImport();
      const { error } = await undoing.promise;
      if (error) {
        output.note(errorText(locale, error));
        return error.code === 'import.undo_cancelled' ? ExitCode.interrupted : ExitCode.usage;
      }
      output.result(
        kind === 'profiles'
          ? text(locale, 'profilesUndone', { file, rows, users, restored })
          : text(locale, 'importUndone', { file, rows, users, events }),
      );
      return ExitCode.ok;
    }
    const { imports: records } = await engine.workspaceInfo();
    for (const record of records) {
      const { importId, fileName, part, kind, rowsAdded, badRowCount, importedAt } = record;
      const file = part === null ? fileName : `${fileName} (${part})`;
      const time = new Date(importedAt).toISOString();
      output.result([importId, file, kind, rowsAdded, badRowCount, time].join('  '));
    }
    return ExitCode.ok;
  } catch (error) {
    output.note(errorText(locale, toErrorInfo(error)));
    return ExitCode.usage;
  } finally {
    await engine.closeWorkspace();
  }
}
