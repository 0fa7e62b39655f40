import { resolve } from 'node:path';
import type { EngineApi, EngineListener } from '../core/engine/engine-api.ts';
import { createEngine } from '../core/engine/engine.ts';
import { AppError, toErrorInfo } from '../core/errors.ts';
import { inductionRequestSchema } from '../shared/induction.ts';
import type { InductionRequest, InductionSnapshot } from '../shared/induction.ts';
import { rulesOf } from './arguments.ts';
import { capsOf, chooseModel } from './choose-model.ts';
import { stringOption } from './command.ts';
import type { CliCall } from './command.ts';
import { engineOptions } from './engine-options.ts';
import { errorText } from './error-text.ts';
import { ExitCode } from './exit-code.ts';
import { numberOf } from './model-arguments.ts';
import { onInterrupt } from './on-interrupt.ts';
import { openWorkspace, tellingLocks } from './open-workspace.ts';
import { stopLines } from './outcome.ts';
import type { Output } from './output.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';
import { WaitNotes } from './waiting.ts';

/** One call of `codebook induce`: asks a model for event types and writes them to a file; the workspace keeps its own. */
export class InduceCommand {
  readonly #call: CliCall;
  readonly #output: Output;
  readonly #engine: EngineApi;
  readonly #waits = new WaitNotes();
  #interrupted = false;
  #step = -1;
  #wake: () => void = () => undefined;

  constructor(call: CliCall, output: Output) {
    this.#call = call;
    this.#output = output;
    const listener: EngineListener = (event, payload) => {
      if (event === 'induction') this.#tell(payload as InductionSnapshot);
    };
    this.#engine = createEngine(engineOptions(call), tellingLocks(output, listener));
  }

  /** Resolves to the exit code. Rejects with UsageError. */
  async run(): Promise<number> {
    try {
      return await this.#induce();
    } catch (error) {
      if (error instanceof UsageError) throw error;
      this.#output.note(errorText(this.#output.locale, toErrorInfo(error)));
      return ExitCode.usage;
    } finally {
      await this.#engine.closeWorkspace();
    }
  }

  async #induce(): Promise<number> {
    const { directory } = this.#call;
    const { locale } = this.#output;
    const path = resolve(directory, this.#required('out', 'missingOption'));
    const workspace = resolve(directory, this.#required('workspace', 'missingWorkspaceOption'));
    const request = this.#request();
    await this.#chooseRules();
    const rememberAddress = await chooseModel(this.#call, this.#engine, this.#output);
    await openWorkspace(
      this.#engine,
      { path: workspace, create: false, resumePolicy: 'leave' },
      this.#output,
    );
    rememberAddress();
    onInterrupt(() => {
      this.#interrupted = true;
      this.#wake();
    });
    await this.#begin(request);
    const last = await this.#ended();
    if (last.status === 'proposed') {
      const types = await this.#engine.exportProposal(path);
      this.#output.result(text(locale, 'induced', { types, path }));
      return ExitCode.ok;
    }
    if (!last.error) {
      this.#output.note(text(locale, 'inductionInterrupted'));
      return ExitCode.interrupted;
    }
    const [, ...more] = stopLines(locale, last.error, Date.now());
    this.#output.note(text(locale, 'inductionFailed', { reason: errorText(locale, last.error) }));
    for (const line of more) this.#output.note(line);
    return last.error.code === 'run.budget_reached' ? ExitCode.budgetReached : ExitCode.runFailed;
  }

  /** Goes on with one that was interrupted, with these caps; else starts one. */
  async #begin(request: InductionRequest): Promise<void> {
    const { maxCost, maxTokens } = request;
    const { resumable } = await this.#engine.inductionSnapshot();
    if (resumable) {
      await this.#engine.resumeInduction({ maxCost, maxTokens });
      return;
    }
    const { estimate, problem } = await this.#engine.preflightInduction(request);
    if (problem) throw new AppError(problem.code, problem.params);
    if (estimate) {
      const { users, behaviours, requests, inputTokens, outputTokens } = estimate;
      const tokens = inputTokens + outputTokens;
      this.#output.note(text(this.#output.locale, 'inductionPlan', { users, behaviours, requests, tokens }));
    }
    await this.#engine.startInduction(request);
  }

  /** The induction once it has ended, or the command was interrupted. */
  async #ended(): Promise<InductionSnapshot> {
    for (;;) {
      // Before the state is asked for, so that no change is missed in between.
      const changed = new Promise<void>((wake) => {
        this.#wake = wake;
      });
      const snapshot = await this.#engine.inductionSnapshot();
      if (snapshot.status !== 'running' || this.#interrupted) return snapshot;
      await changed;
    }
  }

  #tell(snapshot: InductionSnapshot): void {
    const { status, step, steps, done, total, types } = snapshot;
    const wait = this.#waits.next(this.#output.locale, { ...snapshot, model: snapshot }, Date.now());
    if (wait !== null) this.#output.note(wait);
    if (status === 'running' && step !== this.#step) {
      this.#step = step;
      const values = { step: step + 1, steps, done, users: total, types };
      this.#output.note(text(this.#output.locale, 'inducing', values));
    }
    this.#wake();
  }

  #required(name: string, missing: 'missingOption' | 'missingWorkspaceOption'): string {
    const value = stringOption(this.#call, name);
    if (value !== null) return value;
    throw new UsageError(text(this.#output.locale, missing, { option: `--${name}` }));
  }

  #request(): InductionRequest {
    const { locale } = this.#output;
    const caps = capsOf(this.#call);
    const number = (name: 'users' | 'types'): { [name: string]: number } => {
      const value = stringOption(this.#call, name);
      return value === null ? {} : { [name]: numberOf(value, name, locale) };
    };
    const parsed = inductionRequestSchema.safeParse({
      kind: 'types',
      ...number('users'),
      ...number('types'),
      ...caps,
    });
    if (parsed.success) return parsed.data;
    const name = String(parsed.error.issues[0]?.path[0] ?? '');
    const value = stringOption(this.#call, name) ?? '';
    throw new UsageError(text(locale, 'badValue', { option: `--${name}`, value }));
  }

  async #chooseRules(): Promise<void> {
    const rules = stringOption(this.#call, 'rules');
    if (rules === null) return;
    const file = (name: string): string => resolve(this.#call.directory, name);
    const { error } = await this.#engine.useRules(rulesOf(rules, file));
    if (error) throw new AppError(error.code, error.params);
  }
}
