import { BrowserWindow } from 'electron';
import type { LatestSnapshots } from '../engine/latest-snapshots.ts';
import type { WorkspaceService } from '../engine/workspace-service.ts';
import type { Locale, Settings } from '../../shared/settings.ts';
import { waitOf } from '../../shared/waiting.ts';
import { systemScheduler } from '../push/snapshot-channel.ts';
import type { Indicators } from './indicators.ts';
import type { Notifier } from './notifier.ts';
import { inductionWait } from './induction-status.ts';
import { inductionNotice, isWanted, runNotice } from './run-notice.ts';
import type { Notice } from './run-notice.ts';
import { shellStatus } from './shell-status.ts';
import { heldSeconds } from './wait-line.ts';
import type { TrayIcon } from './tray.ts';

const TICK_MS = 1000;

export interface StatusOptions {
  snapshots: LatestSnapshots;
  workspace: WorkspaceService;
  modelChangedAt: () => number | null;
  locale: () => Locale;
  settings: () => Settings;
  tray: TrayIcon | null;
  indicators: Indicators;
  notifier: Notifier;
  /** The conversions of a run in words; empty for none. */
  conversionsOf: (runId: number, locale: Locale) => Promise<string>;
}

/** Connects tray, taskbar, power blocker and notifications to the snapshots; returns the function that updates them. */
export function connectStatus(options: StatusOptions): () => void {
  const {
    snapshots,
    workspace,
    modelChangedAt,
    locale,
    settings,
    tray,
    indicators,
    notifier,
    conversionsOf,
  } = options;
  let cancelTick = (): void => undefined;
  const refresh = (): void => {
    cancelTick();
    const now = Date.now();
    const status = shellStatus({
      run: snapshots.run,
      import: snapshots.import,
      induction: snapshots.induction,
      workspace: workspace.state(),
      modelChangedAt: modelChangedAt(),
      locale: locale(),
      now,
    });
    tray?.update(status, locale());
    indicators.update(status);
    // What waits sends no snapshots, but its countdown has to be updated.
    const waits = [waitOf(snapshots.run, now), inductionWait(snapshots.induction, now)];
    if (waits.some((wait) => heldSeconds(wait, now) > 0))
      cancelTick = systemScheduler.after(TICK_MS, refresh);
  };
  const notify = (notice: Notice | null): void => {
    if (!notice || !isWanted(notice, settings()) || BrowserWindow.getFocusedWindow() !== null) return;
    const { conversionsOf: runId, body } = notice;
    if (runId === undefined) notifier.workChanged(notice);
    else
      void conversionsOf(runId, locale()).then((said) =>
        notifier.workChanged({
          ...notice,
          body: [body, said].filter(Boolean).join(locale() === 'en' ? ' ' : ''),
        }),
      );
  };
  snapshots.listen({
    run: (now, before) => {
      refresh();
      notify(runNotice(locale(), now, before));
    },
    induction: (now, before) => {
      refresh();
      notify(inductionNotice(locale(), now, before));
    },
    import: refresh,
  });
  refresh();
  return refresh;
}
