import { formatMessage } from '../../core/i18n.ts';
import type { ImportSnapshot } from '../../shared/import.ts';
import type { RunSnapshot } from '../../shared/run.ts';
import type { Locale } from '../../shared/settings.ts';
import { waitOf } from '../../shared/waiting.ts';
import type { Wait, WaitReason } from '../../shared/waiting.ts';
import type { WorkspaceState } from '../../shared/workspace.ts';
import type { LatestSnapshots } from '../engine/latest-snapshots.ts';
import { clockText, durationText, shellText, waitText } from '../texts/texts.ts';
import type { TextKey } from '../texts/texts.ts';
import { isOverBudget } from './run-notice.ts';
import { runTone } from './run-tone.ts';

export type TrayIconState = 'idle' | 'running' | 'paused' | 'attention';

/** What tray, taskbar and power blocker show. All are derived from this one value, so that they never contradict each other. */
export interface ShellStatus {
  icon: TrayIconState;
  /** One line with the numbers. */
  text: string;
  /** Lines of the menu about a wait or a stop, shortened: the reason of a stop with its remedy, and the provider's message. */
  details: readonly string[];
  canPause: boolean;
  canResume: boolean;
  progress: TaskbarProgress | null;
  /** True while a run or import is active, which sleep would stop. */
  awake: boolean;
}

export interface TaskbarProgress {
  /** 0 to 1; above 1 when it is not known. */
  fraction: number;
  mode: 'normal' | 'paused' | 'error' | 'indeterminate';
}

export interface StatusInput {
  run: RunSnapshot;
  import: ImportSnapshot;
  workspace: Pick<WorkspaceState, 'open' | 'error'>;
  locale: Locale;
  /** Milliseconds since the epoch, for countdowns. */
  now: number;
}

const HELD_BY = {
  rate_limited: 'held.rate_limited',
  usage_limit: 'held.usage_limit',
  network: 'held.network',
  server_error: 'held.server_error',
  timeout: 'held.timeout',
  not_an_answer: 'held.not_an_answer',
  rejected: 'held.rejected',
  paced: 'held.paced',
  other: 'held.other',
} as const satisfies Record<WaitReason, TextKey>;

const DETAIL_CHARS = 90;
const REASON_CHARS = 160;

/** What the menu says of a wait or a stop besides the status. */
function detailsOf(wait: Wait | null, locale: Locale): string[] {
  if (wait === null || wait.kind === 'locked' || wait.kind === 'silent') return [];
  const lines: string[] = [];
  if (wait.kind === 'stopped') {
    const { code, params } = wait.error;
    const unquoted = { code, params: { ...params, ...(wait.detail === null ? {} : { detail: '' }) } };
    lines.push(shortened(formatMessage(locale, unquoted), REASON_CHARS));
  }
  if (wait.detail !== null)
    lines.push(shellText(locale, 'provider.said', { detail: shortened(wait.detail, DETAIL_CHARS) }));
  return lines;
}

function shortened(text: string, chars: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > chars ? `${line.slice(0, chars)}…` : line;
}

/** Seconds until a running run sends requests again, rounded up; 0 when that is not known, or it is not waiting. */
export function heldSeconds(wait: Wait | null, now: number): number {
  return wait?.kind === 'held' ? Math.ceil((wait.until - now) / 1000) : 0;
}

/** The line about a run that waits; null when it does not. */
function waitLine(
  wait: Wait | null,
  numbers: Record<string, string | number>,
  { locale, now }: StatusInput,
): string | null {
  switch (wait?.kind) {
    case undefined:
    case 'stopped':
      return null;
    case 'locked':
      return shellText(locale, 'tray.locked', numbers);
    case 'silent':
      return shellText(locale, 'tray.silent', { ...numbers, since: clockText(wait.since, now) });
    case 'trying':
      return shellText(locale, 'tray.trying', {
        ...numbers,
        reason: shellText(locale, HELD_BY[wait.reason]),
      });
    case 'held': {
      const reason = shellText(locale, HELD_BY[wait.reason]);
      const left = waitText(locale, heldSeconds(wait, now));
      return shellText(locale, 'tray.held', { ...numbers, reason, wait: left });
    }
  }
}

/** The line about a run that has stopped: why, where few words say it, and until when. */
function stopLine(
  wait: Wait | null,
  numbers: Record<string, string | number>,
  { locale, now }: StatusInput,
): string {
  if (wait?.kind !== 'stopped' || wait.reason === null || wait.reason === 'other')
    return shellText(locale, 'tray.failed', numbers);
  const reason = shellText(locale, HELD_BY[wait.reason]);
  if (wait.until === null || wait.until <= now)
    return shellText(locale, 'tray.failedFor', { ...numbers, reason });
  return shellText(locale, 'tray.failedUntil', { ...numbers, reason, until: clockText(wait.until, now) });
}

/** The shell's view of run, import and workspace. */
export function shellStatus(input: StatusInput): ShellStatus {
  const { run, import: imported, workspace, locale, now } = input;
  const say = (key: Parameters<typeof shellText>[1], params = {}): string => shellText(locale, key, params);
  const numbers = {
    percent: run.progressPercent.toFixed(1),
    processed: run.processedUsers,
    total: run.totalUsers,
    failed: run.failedCount,
    succeeded: run.successCount,
  };
  const wait = imported.status === 'running' || run.dismissed ? null : waitOf(run, now);
  const calm = {
    details: detailsOf(wait, locale),
    canPause: false,
    canResume: false,
    progress: null,
    awake: false,
  };
  const bar = (mode: TaskbarProgress['mode']): TaskbarProgress => ({
    // Rounded, so that the progress bar of the system is updated at most a hundred times a run.
    fraction: Math.round(run.progressPercent) / 100,
    mode,
  });

  if (imported.status === 'running') {
    const progress: TaskbarProgress =
      imported.phase === 'finishing'
        ? { fraction: 2, mode: 'indeterminate' }
        : { fraction: Math.round(imported.progressPercent) / 100, mode: 'normal' };
    const percent = imported.progressPercent.toFixed(1);
    const text = say('tray.importing', { file: imported.fileName, percent });
    return { ...calm, icon: 'running', text, progress, awake: true };
  }
  if (run.status === 'running') {
    const left = run.estimatedRemainingSeconds;
    const text =
      waitLine(wait, numbers, input) ??
      (left === null
        ? say('tray.runningUnknown', numbers)
        : say('tray.running', { ...numbers, remaining: durationText(locale, left) }));
    return { ...calm, icon: 'running', text, canPause: true, progress: bar('normal'), awake: true };
  }
  if (isOverBudget(run) && run.resumable && !run.dismissed) {
    const text = say('tray.budget', numbers);
    return { ...calm, icon: 'attention', text, canResume: true, progress: bar('paused') };
  }
  if (run.status === 'paused') {
    const pilotDone = run.model?.pilotDone === true;
    return {
      ...calm,
      icon: pilotDone ? 'attention' : 'paused',
      text: say(pilotDone ? 'tray.pilotDone' : 'tray.paused', numbers),
      // Releasing the rest after a pilot costs money: the window shows how much, the tray cannot.
      canResume: !pilotDone,
      progress: bar('paused'),
    };
  }
  if (run.status === 'interrupted') {
    const text = say('tray.interrupted', numbers);
    return { ...calm, icon: 'attention', text, canResume: run.resumable, progress: bar('paused') };
  }
  if (run.status === 'failed' && !run.dismissed) {
    const text = stopLine(wait, numbers, input);
    return { ...calm, icon: 'attention', text, canResume: run.resumable, progress: bar('error') };
  }
  if (run.status === 'completed' && !run.dismissed) {
    const tone = runTone(run);
    if (tone === 'failure')
      return { ...calm, icon: 'attention', text: say('tray.allFailed', numbers), progress: bar('error') };
    if (tone === 'partial')
      return { ...calm, icon: 'attention', text: say('tray.completedWithFailures', numbers) };
  }
  if (!workspace.open && workspace.error) {
    return { ...calm, icon: 'attention', text: say('tray.noWorkspace') };
  }
  return { ...calm, icon: 'idle', text: say('tray.idle') };
}

/** The run, import or export that is under way, which closing or quitting must not lose without asking; null for none. */
export function activeWork({
  run,
  import: imported,
  export: exported,
  induction,
}: Pick<LatestSnapshots, 'run' | 'import' | 'export' | 'induction'>): ActiveWork | null {
  if (run.status === 'running') return 'run';
  if (induction.status === 'running') return 'induction';
  if (imported.status === 'running') return 'import';
  return exported.status === 'running' ? 'export' : null;
}

export type ActiveWork = 'run' | 'induction' | 'import' | 'export';
