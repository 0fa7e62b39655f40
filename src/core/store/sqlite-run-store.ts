import type { RunScope } from '../../shared/run.ts';
import type { RunUser } from '../extract/extractor.ts';
import type { RequestTotals } from '../extract/ports.ts';
import type {
  ChangedDetail,
  CommittedWork,
  DetailChange,
  LoadRequest,
  NewRun,
  RunCounters,
  RunRow,
  RunState,
  RunStore,
  ScopeFigures,
} from '../run/ports.ts';
import { withBriefWait } from './database.ts';
import type { OpenWorkspace } from './open-workspace.ts';

/** The runs of a workspace file. Answers at once. */
export class SqliteRunStore implements RunStore {
  readonly #workspace: OpenWorkspace;

  constructor(workspace: OpenWorkspace) {
    this.#workspace = workspace;
  }

  latest(): RunRow | null {
    return this.#workspace.runs.latest();
  }

  scopeFigures(scope: RunScope): ScopeFigures {
    return this.#workspace.runs.scopeFigures(scope);
  }

  unknownUsers(userIds: string[]): string[] {
    return this.#workspace.runs.unknownUsers(userIds);
  }

  create(run: NewRun): RunRow | null {
    return this.#workspace.runs.create(run);
  }

  claimBatch(runId: number, after: number): number | null {
    return this.#workspace.runs.nextOpenBatch(runId, after);
  }

  loadUsers(request: LoadRequest): RunUser[] | null {
    return this.#workspace.batches.load(request);
  }

  commit(work: CommittedWork): RunCounters | null {
    this.#workspace.checkStillThere();
    return this.#workspace.sync.later(() =>
      withBriefWait(this.#workspace.file.db, () =>
        this.#workspace.batches.commit(work, () => writeExtra(this.#workspace, work)),
      ),
    );
  }

  sync(): void {
    this.#workspace.sync.now();
  }

  setState(runId: number, state: RunState): boolean {
    return withBriefWait(this.#workspace.file.db, () => this.#workspace.runs.setState(runId, state));
  }

  changeDetail(change: DetailChange): ChangedDetail | null {
    this.#workspace.checkStillThere();
    return this.#workspace.batches.changeDetail(change);
  }

  dismiss(runId: number): void {
    this.#workspace.runs.dismiss(runId);
  }

  requestTotals(runId: number): Readonly<RequestTotals> {
    return this.#workspace.requests.totals(runId);
  }

  markLost(): void {
    this.#workspace.requests.markLost(null);
  }

  checkUnlocked(): void {
    this.#workspace.checkUnlocked();
  }

  makeReady(): void {
    this.#workspace.restoreIfGone();
  }
}

/** Within the transaction of a commit. */
function writeExtra({ requests, answers }: OpenWorkspace, { extraWrites, now }: CommittedWork): void {
  if (!extraWrites) return;
  const { judged, answers: judgedAnswers = [], cuts = [], learned } = extraWrites;
  if (judged) requests.judged(judged.requestId, judged.verdicts);
  for (const { key, at } of cuts) answers.cutFurther(key, at, now);
  for (const { key, answer, complete } of judgedAnswers) answers.put(key, answer, complete, now);
  if (learned) answers.learn(learned.key, learned.state, now);
}
