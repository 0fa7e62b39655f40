import { isAsked } from '../../shared/asking.ts';
import type { InductionSnapshot } from '../../shared/induction.ts';
import type { ImportSnapshot, ImportWork } from '../../shared/import.ts';
import { isSettingsFirst, settingsSection } from '../../shared/remedies.ts';
import type { RunSnapshot } from '../../shared/run.ts';
import type { Locale } from '../../shared/settings.ts';
import { waitOf } from '../../shared/waiting.ts';
import type { FileTask, WorkspaceState } from '../../shared/workspace.ts';
import type { LatestSnapshots } from '../engine/latest-snapshots.ts';
import { durationText, shellText } from '../texts/texts.ts';
import { inductionStatus } from './induction-status.ts';
import { isOverBudget } from './run-notice.ts';
import { runTone } from './run-tone.ts';
import { detailsOf, stopLine, waitLine } from './wait-line.ts';

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
  /** The section of the settings that is offered in place of going on, which would fail again; null for none. */
  settings: 'model' | 'rules' | null;
  progress: TaskbarProgress | null;
  /** True while a run, an import or an induction is active, which sleep would stop. */
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
  induction: InductionSnapshot;
  workspace: Pick<WorkspaceState, 'open' | 'error'>;
  /** When the model was changed last, milliseconds since the epoch; null when it was not since the start. */
  modelChangedAt: number | null;
  locale: Locale;
  /** Milliseconds since the epoch, for countdowns. */
  now: number;
}

/** The shell's view of run, import, induction and workspace. */
export function shellStatus(input: StatusInput): ShellStatus {
  const { run, import: imported, induction, workspace, locale, now } = input;
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
    settings: null,
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
    const key = imported.work === 'undo' ? 'tray.undoing' : 'tray.importing';
    const text = say(key, { file: imported.fileName, percent });
    return { ...calm, icon: 'running', text, progress, awake: true };
  }
  if (run.status === 'running') {
    const left = run.estimatedRemainingSeconds;
    const text =
      waitLine(wait, say('tray.progress', numbers), input) ??
      (left === null
        ? say('tray.runningUnknown', numbers)
        : say('tray.running', { ...numbers, remaining: durationText(locale, left) }));
    return { ...calm, icon: 'running', text, canPause: true, progress: bar('normal'), awake: true };
  }
  const inducing = inductionStatus(induction, input);
  // What is under way, before what waits or has ended.
  if (inducing !== null) return { ...calm, ...inducing };
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
    const settings = isSettingsFirst(run, input.modelChangedAt) ? settingsSection(run.error) : null;
    const canResume = run.resumable && settings === null;
    return { ...calm, icon: 'attention', text, canResume, settings, progress: bar('error') };
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

/**
 * What is under way, which closing or quitting must not lose without asking; null for nothing. `fileTask`: the rescue, restore or backup
 * that a person has asked for.
 */
export function activeWork(
  {
    run,
    import: imported,
    export: exported,
    induction,
    asking,
  }: Pick<LatestSnapshots, 'run' | 'import' | 'export' | 'induction' | 'asking'>,
  fileTask: FileTask | null,
): ActiveWork | null {
  if (run.status === 'running') return 'run';
  if (induction.status === 'running') return 'induction';
  if (imported.status === 'running') return imported.work;
  if (exported.status === 'running') return 'export';
  if (fileTask !== null) return fileTask;
  // Its answer may be paid for already.
  return isAsked(asking) ? 'asking' : null;
}

export type ActiveWork = 'run' | 'induction' | ImportWork | 'export' | FileTask | 'asking';
