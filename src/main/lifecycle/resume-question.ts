import { dialog } from 'electron';
import type { LatestSnapshots } from '../engine/latest-snapshots.ts';
import type { RunCommands } from '../engine/run-commands.ts';
import type { Log } from '../log/rotating-log.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import { shellText } from '../texts/texts.ts';
import type { WindowManager } from '../windows/window-manager.ts';
import { mustAskToResume } from './resume-policy.ts';

export interface ResumeQuestionOptions {
  windows: WindowManager;
  runs: RunCommands;
  snapshots: LatestSnapshots;
  settings: SettingsService;
  log: Log;
}

/** After a workspace was opened: asks whether to go on with its unfinished run, where the settings want to be asked. */
export async function askToResume(options: ResumeQuestionOptions): Promise<void> {
  const { windows, runs, snapshots, settings, log } = options;
  const { run } = snapshots;
  if (!mustAskToResume(settings.current.resumePolicy, run)) return;
  const { locale } = settings.view();
  const params = {
    percent: run.progressPercent.toFixed(1),
    processed: run.processedUsers,
    total: run.totalUsers,
  };
  try {
    const { response } = await dialog.showMessageBox(windows.show(), {
      type: 'question',
      message: shellText(locale, 'resume.message', params),
      detail: shellText(locale, 'resume.detail'),
      buttons: [shellText(locale, 'resume.now'), shellText(locale, 'resume.later')],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    });
    // Meanwhile it may have been resumed or given up in the window.
    if (response === 0 && snapshots.run.runId === run.runId && snapshots.run.status === 'interrupted') {
      await runs.resume();
    }
  } catch (error) {
    log.error('the question whether to resume failed', error);
  }
}
