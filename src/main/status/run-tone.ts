import { RUN_TONES, STOP_TONES } from '../../shared/outcome.ts';
import type { Tone } from '../../shared/outcome.ts';
import type { RunSnapshot } from '../../shared/run.ts';

/** The tone of a run, for tray, taskbar and notifications. src/renderer/src/tone.ts has the same rule for windows. */
export function runTone(run: Pick<RunSnapshot, 'status' | 'successCount' | 'failedCount' | 'error'>): Tone {
  const stop = run.status === 'failed' && run.error ? STOP_TONES[run.error.code] : undefined;
  if (stop) return stop;
  const share = run.failedCount === 0 ? 'none' : run.successCount === 0 ? 'all' : 'some';
  return RUN_TONES[run.status][share];
}
