import { inducedLine, NO_INDUCTION } from '../../../shared/induction.ts';
import type { InducedType } from '../../../shared/codebook.ts';
import type { InductionSnapshot } from '../../../shared/induction.ts';
import { AppError, toErrorInfo } from '../../errors.ts';
import type { InductionEngine } from '../../induct/induction-engine.ts';
import type { EngineApi } from '../engine-api.ts';
import type { EngineContext, Session } from '../engine-context.ts';
import { inductionBasis } from '../run-preparation.ts';

/** Proposals of a model for event types, words and themes. */
export function inductionCommands(engine: EngineContext) {
  /** Makes an induction active. One thing at a time asks a model, and an import has the workspace to itself. */
  async function asking(
    change: (induction: InductionEngine) => Promise<InductionSnapshot>,
  ): Promise<InductionSnapshot> {
    await engine.prepare('llm');
    return withinInduction((induction, { run, desk }) => {
      if (run.active) throw new AppError('induction.run_active');
      desk.checkIdle();
      return change(induction);
    });
  }

  function withinInduction<T>(
    change: (induction: InductionEngine, session: Session) => Promise<T>,
  ): Promise<T> {
    return engine.writing((session) => {
      if (session.imports.active) throw new AppError('induction.import_active');
      return change(session.induction, session);
    });
  }

  return {
    async preflightInduction(request) {
      const model = await engine.model();
      engine.rules.reload();
      return engine.within(async (session) => {
        try {
          const inductor = model.inductor(session.workspace, await inductionBasis(session, request.kind));
          return { estimate: inductor.estimate(request), problem: null };
        } catch (error) {
          return { estimate: null, problem: toErrorInfo(error) };
        }
      });
    },

    async inductionSnapshot() {
      if (!engine.session) return { ...NO_INDUCTION, revision: engine.revisions.next() };
      return engine.within(({ induction }) => induction.snapshot());
    },

    async startInduction(request) {
      return asking((induction) => induction.start(request));
    },

    async pauseInduction() {
      return engine.within(({ induction }) => induction.pause());
    },

    async resumeInduction(change) {
      return asking((induction) => induction.resume(change));
    },

    async cancelInduction() {
      return withinInduction((induction) => induction.cancel());
    },

    async acceptInduction(accept) {
      await withinInduction((induction, { codebook, themes }) =>
        induction.accept(accept.kind, async () => {
          switch (accept.kind) {
            case 'types':
              return void codebook.change({ kind: 'induced', lines: accept.lines });
            case 'words':
              return void codebook.change({ kind: 'settle', lines: accept.lines });
            case 'themes':
              return themes.change({ kind: 'assign', lines: accept.lines });
          }
        }),
      );
      engine.emit('data', null);
      engine.rules.reload();
      return engine.within(({ codebook }) => codebook.view());
    },

    async exportProposal(path) {
      return engine.within(({ induction, codebook }) =>
        codebook.writeWith(inducedLines(induction.snapshot()), path),
      );
    },

    async dismissInduction() {
      return withinInduction((induction) => induction.dismiss());
    },
  } satisfies Partial<EngineApi>;
}

/** All lines of a proposal, as they are taken over. Throws induction.no_proposal. */
function inducedLines({ proposal }: InductionSnapshot): InducedType[] {
  if (!proposal) throw new AppError('induction.no_proposal');
  return proposal.filter(({ kind }) => kind !== 'kept').map(inducedLine);
}
