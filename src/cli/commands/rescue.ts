import { resolve } from 'node:path';
import type { EngineApi } from '../../core/engine/engine-api.ts';
import { createEngine } from '../../core/engine/engine.ts';
import { toErrorInfo } from '../../core/errors.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { RescueReport } from '../../shared/workspace.ts';
import { onlyArgument } from '../command.ts';
import type { CliCall, CliCommand } from '../command.ts';
import { engineOptions } from '../engine-options.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { openWorkspace, tellingFileTasks, tellingLocks } from '../open-workspace.ts';
import { Output } from '../output.ts';
import { text } from '../texts.ts';
import { UsageError } from '../usage-error.ts';

export const rescueCommand: CliCommand = {
  name: 'rescue',
  call: 'npm run --silent eventloom -- rescue',
  usage: { 'zh-CN': '<工作区.eventloom>', en: '<workspace.eventloom>' },
  summary: {
    'zh-CN': '抢救已损坏的工作区：原文件另存一旁，能读出的内容写入新的工作区',
    en: 'Rescue a damaged workspace: put it aside and recover what can be read',
  },
  example: {
    'zh-CN': '例：npm run --silent eventloom -- rescue workspace.eventloom',
    en: 'Example: npm run --silent eventloom -- rescue workspace.eventloom',
  },
  arguments: [{ name: 'workspace', text: { 'zh-CN': '工作区文件', en: 'the workspace file' } }],
  groups: [],
  notes: {
    'zh-CN':
      '工作区完好时什么也不改。\n按 Ctrl-C 取消，文件保持原样。\n退出码：0 已抢救或完好，2 无法抢救，130 已取消',
    en: 'A workspace that is not damaged is left as it is, and so is one whose rescue Ctrl-C cancels.\nExit codes: 0 rescued or not damaged, 2 not possible, 130 cancelled',
  },
  run: rescue,
};

async function rescue(call: CliCall): Promise<number> {
  const { locale } = call;
  const given = onlyArgument(call, 'missingWorkspace');
  if (given === '') throw new UsageError(text(locale, 'missingWorkspace'));
  const path = resolve(call.directory, given);
  const output = new Output(locale, { progressLines: true });
  const engine = createEngine(engineOptions(call), tellingLocks(output, tellingFileTasks(output)));
  let interrupted = false;
  let started = false;
  onInterrupt(() => {
    interrupted = true;
    void (started ? engine.cancelFileTask('rescue') : engine.closeWorkspace()).catch(() => undefined);
  });
  try {
    const isWhole = await opens(engine, path, output);
    if (interrupted) return ExitCode.interrupted;
    if (isWhole) {
      output.result(text(locale, 'notDamaged', { path }));
      return ExitCode.ok;
    }
    output.note(text(locale, 'rescuing', { path }));
    started = true;
    tell(output, path, await engine.rescueWorkspace(path));
    return ExitCode.ok;
  } catch (error) {
    if (interrupted && !started) return ExitCode.interrupted;
    const info = toErrorInfo(error);
    output.note(errorText(locale, info));
    return info.code === 'workspace.rescue_cancelled' ? ExitCode.interrupted : ExitCode.usage;
  } finally {
    await engine.closeWorkspace();
  }
}

/** Why a workspace that can be rescued does not open. */
const RESCUABLE: readonly ErrorCode[] = ['workspace.damaged', 'workspace.rescue_interrupted'];

/** Whether a workspace opens; false when it is damaged. Rejects for any other reason, e.g. that it is no workspace. */
async function opens(engine: EngineApi, path: string, output: Output): Promise<boolean> {
  try {
    await openWorkspace(engine, { path, create: false, resumePolicy: 'leave' }, output);
    return true;
  } catch (error) {
    if (RESCUABLE.includes(toErrorInfo(error).code)) return false;
    throw error;
  }
}

function tell(output: Output, path: string, report: RescueReport): void {
  const { locale } = output;
  const { users, behaviours, events, profiles } = report;
  output.result(text(locale, 'rescued', { path, users, behaviours, events, profiles }));
  if (report.damagedTables.length > 0) {
    const tables = report.damagedTables.join(text(locale, 'listSeparator'));
    output.result(text(locale, 'rescueLost', { tables }));
  }
  output.result(text(locale, 'rescueBackup', { path: report.backupPath }));
}
