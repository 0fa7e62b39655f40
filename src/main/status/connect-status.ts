import { BrowserWindow } from 'electron';
import type { LatestSnapshots } from '../engine/latest-snapshots.ts';
import type { WorkspaceService } from '../engine/workspace-service.ts';
import type { Locale } from '../../shared/settings.ts';
import type { Indicators } from './indicators.ts';
import type { Notifier } from './notifier.ts';
import { shellStatus } from './shell-status.ts';
import type { TrayIcon } from './tray.ts';

export interface StatusOptions {
  snapshots: LatestSnapshots;
  workspace: WorkspaceService;
  locale: () => Locale;
  tray: TrayIcon | null;
  indicators: Indicators;
  notifier: Notifier;
}

/** Lets tray, taskbar, power blocker and notifications follow the snapshots; gives the function that brings them up to date. */
export function connectStatus(options: StatusOptions): () => void {
  const { snapshots, workspace, locale, tray, indicators, notifier } = options;
  const refresh = (): void => {
    const status = shellStatus({
      run: snapshots.run,
      import: snapshots.import,
      workspace: workspace.state(),
      locale: locale(),
    });
    tray?.update(status, locale());
    indicators.update(status);
  };
  snapshots.listen({
    run: (now, before) => {
      refresh();
      const ended = before.status === 'running' && before.runId === now.runId && now.status !== 'running';
      if (ended && BrowserWindow.getFocusedWindow() === null) notifier.runEnded(now);
    },
    import: refresh,
  });
  refresh();
  return refresh;
}
