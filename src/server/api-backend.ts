import type { EngineApi } from '../core/engine/engine-api.ts';
import type { ErrorInfo } from '../shared/errors.ts';
import type { ResumeRequest, RunRequest, RunSnapshot } from '../shared/run.ts';

/** What the program that serves does with the run; the main process waits for changes of its model here. */
export interface ApiRuns {
  start(request: RunRequest): Promise<RunSnapshot>;
  pause(): Promise<RunSnapshot>;
  resume(request?: ResumeRequest): Promise<RunSnapshot>;
  cancel(): Promise<RunSnapshot>;
}

/** The program that serves, as the server sees it. */
export interface ApiBackend {
  /** The engine. Throws app.engine_stopped while it is down. */
  engine: () => EngineApi;
  /** The newest snapshot: the one that windows show, too. */
  snapshot: () => RunSnapshot;
  runs: ApiRuns;
  /** The text of an error in the language of the program. */
  errorText: (error: ErrorInfo) => string;
  /** Called with what no client can have caused. */
  failed: (error: unknown) => void;
}
