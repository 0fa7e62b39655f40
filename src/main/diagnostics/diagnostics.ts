import { release } from 'node:os';
import { modelPreset } from '../../shared/model-presets.ts';
import { isReadableOnItsWay, isThisMachine } from '../../shared/addresses.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { ModelView } from '../../shared/model.ts';
import type { RunRecord, RunSnapshot } from '../../shared/run.ts';
import type { AppInfo, SettingsView } from '../../shared/settings.ts';
import type { WorkspaceInfo } from '../../shared/workspace.ts';
import { anonymousLine, isCrashNote } from './anonymous-log.ts';

/** So many of the last lines of the log are told, and so many crash notes. */
const LOG_LINES = 400;
const CRASH_LINES = 100;

/** What is known when the file is made. Of what cannot be had, the error. */
export interface DiagnosticsSource {
  app: AppInfo;
  settings: SettingsView;
  model: ModelView;
  /** Of the local API: whether it is on. */
  apiEnabled: boolean;
  /** Null while no workspace is open. */
  workspace: { info: WorkspaceInfo; run: RunSnapshot; history: RunRecord[] } | null;
  /** Why no workspace is open. */
  workspaceError: ErrorInfo | null;
  /** The lines of the log, oldest first. */
  log: string[];
  /** Milliseconds since the epoch. */
  now: number;
}

const README = `What this is
============
Made by EventLoom (Help > Export diagnostics). Read it before you send it to anybody: these are plain text files.

  system.txt     versions and the kind of machine
  settings.json  the settings; no key, no address, no path
  workspace.json how much there is, as numbers; no id, no text of a behaviour, no name of a file
  log.txt        the last lines of the log; texts, paths, addresses and ids are replaced
  crashes.txt    what it says of crashes

这是什么
========
由 EventLoom 生成（帮助 → 导出诊断信息）。发送之前请先看一遍，都是纯文本文件。

  system.txt     版本和电脑的种类
  settings.json  设置；没有密钥、地址和路径
  workspace.json 数量；没有用户 ID、行为文本和文件名
  log.txt        日志的最后部分；文本、路径、地址和 ID 已替换
  crashes.txt    其中关于崩溃的内容
`;

/** The files of the diagnostics, by name: text that a person can read, with nothing in it of keys, behaviours or ids. */
export function diagnosticsFiles(source: DiagnosticsSource): Record<string, string> {
  const lines = source.log.map(anonymousLine);
  return {
    'README.txt': README,
    'system.txt': systemText(source),
    'settings.json': json(settingsOf(source)),
    'workspace.json': json(workspaceOf(source)),
    'log.txt': text(lines.slice(-LOG_LINES)),
    'crashes.txt': text(lines.filter(isCrashNote).slice(-CRASH_LINES)),
  };
}

function systemText({ app, now, settings }: DiagnosticsSource): string {
  const { versions, arch, platform } = process;
  return text([
    `EventLoom ${app.version}${app.packaged ? '' : ' (from its sources)'}`,
    `made at ${new Date(now).toISOString()}`,
    `system ${platform} ${release()} ${arch}`,
    ...(['electron', 'chrome', 'node', 'v8', 'sqlite'] as const).map(
      (name) => `${name} ${(versions as Record<string, string | undefined>)[name] ?? '-'}`,
    ),
    `language ${settings.locale}`,
    `time zone ${Intl.DateTimeFormat().resolvedOptions().timeZone}`,
    `memory of the main process ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
    `running for ${Math.round(process.uptime())} s`,
  ]);
}

/** By name, so that a setting of the future is not told because nobody thought of it. */
function settingsOf({ settings, model, apiEnabled }: DiagnosticsSource): object {
  const { settings: asked } = model;
  const url = URL.parse(asked.baseUrl);
  return {
    language: settings.language,
    theme: settings.theme,
    resumePolicy: settings.resumePolicy,
    closeBehaviour: settings.closeBehaviour,
    notifyCompleted: settings.notifyCompleted,
    notifyFailed: settings.notifyFailed,
    notifyNeedsYou: settings.notifyNeedsYou,
    keepAwake: settings.keepAwake,
    openAtLogin: settings.openAtLogin,
    backupsKept: settings.backupsKept,
    checkUpdates: settings.checkUpdates,
    extractor: settings.extractor,
    rulesPack: settings.rulesPack,
    ownRules: settings.rulesPath !== null,
    localApi: apiEnabled,
    model: {
      preset: asked.preset,
      protocol: asked.protocol,
      addressOfPreset: asked.baseUrl !== '' && asked.baseUrl === modelPreset(asked.preset).baseUrl,
      onThisMachine: url !== null && isThisMachine(url.hostname),
      inClear: isReadableOnItsWay(asked.baseUrl),
      named: asked.model !== '',
      key: model.key,
      temperature: asked.temperature,
      maxOutputTokens: asked.maxOutputTokens,
      contextTokens: asked.contextTokens,
      maxConcurrency: asked.maxConcurrency,
      requestsPerMinute: asked.requestsPerMinute,
      tokensPerMinute: asked.tokensPerMinute,
      priced: asked.priceIn !== null && asked.priceOut !== null,
      sendUserIds: asked.sendUserIds,
      timeoutSeconds: asked.timeoutSeconds,
      maxWaitMinutes: asked.maxWaitMinutes,
    },
  };
}

function workspaceOf({ workspace, workspaceError }: DiagnosticsSource): object {
  if (!workspace) return { open: false, error: workspaceError?.code ?? null };
  const { info, run, history } = workspace;
  return {
    open: true,
    megabytes: Math.round(info.sizeBytes / 1e6),
    users: info.users,
    behaviours: info.behaviours,
    profiles: info.profiles,
    events: info.events,
    imports: info.imports.length,
    run: figuresOf(run),
    earlierRuns: history.slice(0, 20).map(figuresOf),
  };
}

/** Of a run what it came to, and by which code it ended. */
function figuresOf(run: RunSnapshot | RunRecord): object {
  return {
    status: run.status,
    extractor: run.extractor,
    detail: run.detail,
    totalUsers: run.totalUsers,
    processedUsers: run.processedUsers,
    successCount: run.successCount,
    failedCount: run.failedCount,
    eventCount: run.eventCount,
    activeSeconds: Math.round(run.activeMs / 1000),
    error: run.error?.code ?? null,
    requests: run.model?.requests ?? null,
    retriesByReason: run.model?.retriesByReason ?? null,
  };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
const text = (lines: string[]): string => `${lines.join('\n')}\n`;
