import { resolve } from 'node:path';
import { exportWorkspace } from '../../core/engine/export-workspace.ts';
import type { ExportJob } from '../../core/engine/export-workspace.ts';
import { toErrorInfo } from '../../core/errors.ts';
import { DETAILS } from '../../shared/abstraction.ts';
import { EXPORT_FORMATS, EXPORT_WHATS, formatOfName } from '../../shared/export-formats.ts';
import { exportRequestSchema } from '../../shared/export.ts';
import type { ExportFormat, ExportWhat } from '../../shared/export-formats.ts';
import type { ExportReport, ExportRequest } from '../../shared/export.ts';
import type { RulesChoice } from '../../shared/workspace.ts';
import { rulesOf, zoneOf } from '../arguments.ts';
import { stringOption } from '../command.ts';
import type { CliCall, CliCommand } from '../command.ts';
import { engineOptions } from '../engine-options.ts';
import { errorText } from '../error-text.ts';
import { ExitCode } from '../exit-code.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { Output } from '../output.ts';
import { text } from '../texts.ts';
import { UsageError } from '../usage-error.ts';

export const exportCommand: CliCommand = {
  name: 'export',
  call: 'npm run --silent export --',
  usage: {
    'zh-CN': '--workspace <工作区.eventloom> --out <文件> [选项]',
    en: '--workspace <workspace.eventloom> --out <file> [options]',
  },
  summary: {
    'zh-CN': '把事件、阶段、行为或用户导出给其他工具',
    en: 'Export events, stages, behaviours or users for other tools',
  },
  example: {
    'zh-CN': `例：npm run --silent export -- --workspace workspace.eventloom --out events.xlsx
例：npm run --silent export -- --workspace workspace.eventloom --what behaviours --out behaviours.parquet
例：npm run --silent export -- --workspace workspace.eventloom --out log.xes.gz`,
    en: `Example: npm run --silent export -- --workspace workspace.eventloom --out events.xlsx
Example: npm run --silent export -- --workspace workspace.eventloom --what behaviours --out behaviours.parquet
Example: npm run --silent export -- --workspace workspace.eventloom --out log.xes.gz`,
  },
  arguments: [],
  groups: [
    {
      title: { 'zh-CN': '选项：', en: 'Options:' },
      options: [
        {
          flags: '--workspace <file>',
          text: {
            'zh-CN': '工作区文件；正被应用使用也可以',
            en: 'the workspace file; the application may be using it',
          },
        },
        {
          flags: '--out <file>',
          text: {
            'zh-CN': '要写的文件；文本格式以 .gz 结尾则压缩',
            en: 'the file to write; formats of text are compressed when it ends in .gz',
          },
        },
        {
          flags: '--format <format>',
          text: {
            'zh-CN': `格式：${EXPORT_FORMATS.join('、')}；不写则按文件名`,
            en: `the format: ${EXPORT_FORMATS.join(', ')}; by the name of the file when left out`,
          },
        },
        {
          flags: '--what <what>',
          text: {
            'zh-CN': `导出什么：${EXPORT_WHATS.join('、')}（默认 events）`,
            en: `what to export: ${EXPORT_WHATS.join(', ')} (events by default)`,
          },
        },
        {
          flags: '--detail <detail>',
          text: {
            'zh-CN': `事件的粒度：${DETAILS.join('、')}；与存储的不同时为导出重新计算（按 --rules），工作区不变；不写则按存储的`,
            en: `the detail of the events: ${DETAILS.join(', ')}; those that are stored at another one are computed for the export (by --rules), and the workspace stays as it is; as stored when left out`,
          },
        },
        {
          flags: '--zone, --time-zone <zone>',
          text: {
            'zh-CN': '日志时间所在的时区，如 Asia/Shanghai；默认用导入时的',
            en: 'the zone of the times, e.g. Asia/Shanghai; that of the import by default',
          },
        },
        {
          flags: '--rules <name|file>',
          text: {
            'zh-CN':
              'general（默认）、auto、shop 或自己的规则文件：事件类型的名称、按 --detail 计算的事件由它而来',
            en: 'general (default), auto, shop, or a rules file of your own: names of event types come from it, and the events that --detail computes',
          },
        },
        { flags: '--json', text: { 'zh-CN': '结果以 JSON 输出', en: 'print the result as JSON' } },
      ],
    },
  ],
  notes: {
    'zh-CN':
      '各格式的列见 docs/export.md。文件完整写好后才出现，旁边有 <文件>.manifest.json 说明来源；已有的文件会被替换，数据库除外。\n退出码：0 完成，2 用法、文件或工作区有误，130 被中断',
    en: 'docs/export.md has the columns of each format. The file appears once it is complete, with <file>.manifest.json beside it, which says where it comes from; a file that is there is replaced, unless it is a database.\nExit codes: 0 done, 2 wrong usage, file or workspace, 130 interrupted',
  },
  run: runExportCommand,
};

const DONE: Record<ExportWhat, Parameters<typeof text>[1]> = {
  events: 'exportedEvents',
  stages: 'exportedStages',
  behaviours: 'exportedBehaviours',
  users: 'exportedUsers',
};

async function runExportCommand(call: CliCall): Promise<number> {
  const { locale } = call;
  const { workspacePath, rules, request } = parse(call);
  const output = new Output(locale, { json: call.values['json'] === true });
  let job: ExportJob | null = null;
  let interrupted = false;
  onInterrupt(() => {
    interrupted = true;
    job?.cancel();
  });
  try {
    const { defaultRulesPath, exportWorkerUrl, program } = engineOptions(call);
    const report = await exportWorkspace({
      ...{ workspacePath, request, rules, defaultRulesPath, program, workerUrl: exportWorkerUrl },
      onProgress: (progress) => output.exportProgress(progress),
      onStarted: (started) => {
        job = started;
        if (interrupted) job.cancel();
      },
    });
    tell(output, report);
    return ExitCode.ok;
  } catch (error) {
    const info = toErrorInfo(error);
    output.note(errorText(locale, info));
    return info.code === 'export.cancelled' ? ExitCode.interrupted : ExitCode.usage;
  }
}

function tell(output: Output, report: ExportReport): void {
  const { locale } = output;
  const { what, rows, path, manifestPath, timeZone, notes } = report;
  output.result(text(locale, DONE[what], { count: rows, path }));
  for (const note of notes) output.note(errorText(locale, note));
  output.note(text(locale, 'exportedManifest', { path: manifestPath, zone: timeZone }));
  output.exportReport(report);
}

function parse(call: CliCall): { workspacePath: string; rules: RulesChoice; request: ExportRequest } {
  const { locale, directory } = call;
  if (call.args.length > 0) throw new UsageError(text(locale, 'tooMany', { extra: call.args.join(' ') }));
  const workspace = stringOption(call, 'workspace');
  const out = stringOption(call, 'out');
  if (workspace === null || out === null) throw new UsageError(text(locale, 'exportWithout'));
  const path = resolve(directory, out);
  const rules = rulesOf(stringOption(call, 'rules') ?? undefined, (name) => resolve(directory, name));
  const workspacePath = resolve(directory, workspace);
  for (const [option, other] of [
    ['--workspace', workspacePath],
    ['--rules', 'path' in rules ? rules.path : null],
  ] as const)
    if (other === path)
      throw new UsageError(text(locale, 'oneFileTwice', { one: option, other: '--out', path }));
  const timeZone = zoneOf(stringOption(call, 'time-zone') ?? undefined, locale);
  const detail = chosen(call, 'detail', DETAILS);
  const format = formatFor(call, path);
  const what = chosen(call, 'what', EXPORT_WHATS) ?? 'events';
  return {
    workspacePath,
    rules,
    request: exportRequestSchema.parse({
      ...{ path, format, what },
      ...(timeZone === null ? {} : { timeZone }),
      ...(detail === null ? {} : { detail }),
    }),
  };
}

/** The format that is named, else the one that the file is named for. */
function formatFor(call: CliCall, path: string): ExportFormat {
  const format = chosen(call, 'format', EXPORT_FORMATS) ?? formatOfName(path);
  if (format !== null) return format;
  throw new UsageError(
    text(call.locale, 'exportUnknownFormat', { path, formats: EXPORT_FORMATS.join(', ') }),
  );
}

function chosen<T extends string>(call: CliCall, option: string, possible: readonly T[]): T | null {
  const value = stringOption(call, option);
  if (value === null) return null;
  const found = possible.find((each) => each === value);
  if (found !== undefined) return found;
  throw new UsageError(
    text(call.locale, 'exportChoice', { option: `--${option}`, value, possible: possible.join(', ') }),
  );
}
