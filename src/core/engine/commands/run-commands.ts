import type { RunPreflight, RunRecord, RunSnapshot } from '../../../shared/run.ts';
import { grainOf } from '../../detail/grain-of-log.ts';
import { AppError } from '../../errors.ts';
import { NO_REQUESTS } from '../../extract/ports.ts';
import { modelFigures } from '../../run/model-figures.ts';
import { behavioursIn } from '../../run/plan.ts';
import type { RunEngine } from '../../run/run-engine.ts';
import type { PastRun } from '../../store/run-tables.ts';
import { previewAnswered, previewDetails } from '../detail-preview.ts';
import type { EngineApi } from '../engine-api.ts';
import type { EngineContext } from '../engine-context.ts';
import type { ModelService } from '../model-service.ts';

const HISTORY_LIMIT = 500;

/** The run, its previews and its history. */
export function runCommands(engine: EngineContext) {
  /**
   * Changes the run. Refused at once during an import: SQLite would let this thread, and with it every window, wait for
   * the import's lock, and give up with an error that blames another program.
   */
  function withinRun(change: (run: RunEngine) => Promise<RunSnapshot>): Promise<RunSnapshot> {
    return engine.writing(({ run, imports }) => {
      if (imports.active) throw new AppError('run.import_active');
      return change(run);
    });
  }

  /** Makes a run active. */
  function startingRun(change: (run: RunEngine) => Promise<RunSnapshot>): Promise<RunSnapshot> {
    return withinRun((run) => {
      if (engine.session?.induction.active) throw new AppError('run.induction_active');
      engine.session?.desk.checkIdle();
      return change(run);
    });
  }

  return {
    async runSnapshot() {
      return engine.session ? engine.session.run.snapshot() : engine.noRun();
    },

    async preflightRun(scope, extractor, fresh = false, detail) {
      const model = extractor === 'llm' ? await engine.model() : null;
      const { version, builtIn, error } = engine.rules.reload();
      return engine.within(async ({ run, workspace }) => {
        const covered = await run.preflight(scope);
        const estimate = async (service: ModelService): Promise<Pick<RunPreflight, 'estimate' | 'problem'>> =>
          service.estimate(
            workspace,
            scope,
            fresh,
            await engine.preparation.modelBasisNow(engine.session, run.detailOf(detail)),
          );
        return {
          extractor: extractor ?? 'rules',
          ...covered,
          rules: error ? null : { version, builtIn },
          ...(model && !error ? await estimate(model) : { estimate: null, problem: error }),
        };
      });
    },

    async previewDetails(scope) {
      engine.rules.reload();
      return engine.within(async ({ workspace, themes, codebook }) => {
        const rules = engine.rules.forRun;
        const now = await themes.now(rules);
        const grain = await grainOf(workspace, rules, now, themes.areDecided(rules));
        return previewDetails(workspace, scope, rules, {
          log: { ...now, grain },
          resolve: (events) => codebook.resolve(events),
        });
      });
    },

    async previewPilot() {
      engine.rules.reload();
      return engine.within(async ({ workspace, codebook, themes }) => {
        const run = workspace.runs.latest();
        const pilotUsers = run?.model?.pilotUsers ?? null;
        if (!run || pilotUsers === null || run.processedUsers < Math.min(pilotUsers, run.totalUsers))
          throw new AppError('run.no_pilot');
        return previewAnswered(workspace, run, pilotUsers, {
          at: (detail) => engine.preparation.regrouping({ workspace, codebook, themes }, run, detail),
          resolve: (events) => codebook.resolve(events),
        });
      });
    },

    async startRun({ scope, ...options }) {
      await engine.prepare(options.extractor ?? null);
      return startingRun((run) => run.start(scope, options));
    },

    async continueRun({ scope, ...options }) {
      await engine.prepare(options.extractor ?? null);
      return startingRun((run) => run.continue(scope, options));
    },

    async pauseRun() {
      return withinRun((run) => run.pause());
    },

    async resumeRun(request) {
      await engine.prepare(engine.session?.workspace.runs.latest()?.extractor ?? null);
      return startingRun((run) => run.resume(request));
    },

    async suspendRun() {
      return engine.within(async ({ run }) => {
        await run.suspend();
        return run.snapshot();
      });
    },

    async cancelRun() {
      return withinRun((run) => run.cancel());
    },

    async dismissRun() {
      // Putting a notice away is no reason to wait for an import.
      return engine.writing(({ run, imports }) => run.dismiss(!imports.active));
    },

    async runHistory() {
      return engine.within(({ workspace, run }) => {
        const rows = workspace.runs.history(HISTORY_LIMIT);
        const totals = workspace.requests.totalsOf(rows.map(({ id }) => id));
        return rows.map((row, index) => ({
          ...toRunRecord(row, index === 0 && run.resumable),
          model: modelFigures(row, totals.get(row.id) ?? NO_REQUESTS, null),
        }));
      });
    },

    async resultVersions() {
      return engine.within(({ workspace }) => workspace.runs.resultVersions());
    },

    async runFailures(runId) {
      return engine.within(({ workspace }) => workspace.runs.failures(runId));
    },

    async runOutcome(runId) {
      return engine.within(({ codebook }) => codebook.outcome(runId));
    },
  } satisfies Partial<EngineApi>;
}

function toRunRecord(row: PastRun, resumable: boolean): Omit<RunRecord, 'model'> {
  return {
    runId: row.id,
    status: row.status,
    extractor: row.extractor,
    extractorVersion: row.extractorVersion,
    detail: row.detail,
    scope: row.scope,
    totalUsers: row.totalUsers,
    processedUsers: row.processedUsers,
    successCount: row.successCount,
    failedCount: row.failedCount,
    eventCount: row.eventCount,
    behaviourCount: behavioursIn(row.totalWeight, row.totalUsers),
    startTime: row.startTime,
    endTime: row.endTime,
    activeMs: row.activeMs,
    interruptions: row.deaths.length,
    error: row.error,
    resumable,
  };
}
