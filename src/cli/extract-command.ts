import { basename } from 'node:path';
import { AppError, toErrorInfo } from '../core/errors.ts';
import { createEngine } from '../core/engine/engine.ts';
import type { EngineOptions } from '../core/engine/engine.ts';
import type { EngineApi, EngineEvents, EngineListener } from '../core/engine/engine-api.ts';
import { FileSource } from '../core/import/file-source.ts';
import { readPromptFile } from './read-prompt-file.ts';
import type { ErrorInfo } from '../shared/errors.ts';
import { runRequestSchema } from '../shared/run.ts';
import type { RunSnapshot } from '../shared/run.ts';
import type { RescueReport } from '../shared/workspace.ts';
import { defaultWorkspace } from './arguments.ts';
import type { ExtractArguments } from './arguments.ts';
import { checkFiles } from './check-files.ts';
import { tellEstimate, testConnection } from './estimate-step.ts';
import { errorText } from './error-text.ts';
import { ExitCode } from './exit-code.ts';
import { ImportStep } from './import-step.ts';
import { checkKeyAddress, terminalQuestion } from './key-address.ts';
import { openWorkspace, tellingLocks } from './open-workspace.ts';
import { countsOf, finalSnapshot, stopLines } from './outcome.ts';
import type { UserCounts } from './outcome.ts';
import type { Output } from './output.ts';
import type { ResultFigures } from './result-fields.ts';
import { text } from './texts.ts';
import { UsageError } from './usage-error.ts';

/** Reasons of the machine, not of the input: the same command may succeed once they are gone. */
const PASSING_PROBLEMS = [
  'workspace.disk_full',
  'workspace.locked',
  'workspace.io',
  'workspace.gone',
  'workspace.replaced',
  'workspace.log_set_aside',
];

export interface ExtractOptions {
  engine: EngineOptions;
  /** The key of the environment; null without one. */
  apiKey: string | null;
  /** Called at the end with the workspace still open, unless the run failed or was interrupted. */
  onFinished?: (engine: EngineApi) => Promise<void>;
}

/** One call of `extract`: import, run, export. Everything it does goes through the engine that the application has, too. */
export class ExtractCommand {
  readonly #args: ExtractArguments;
  readonly #options: ExtractOptions;
  readonly #engine: EngineApi;
  readonly #output: Output;
  readonly #imports: ImportStep;
  /** Remembers the address that the key is about to be sent to. */
  #rememberAddress: () => void = () => undefined;
  #interrupted = false;
  #onRun: (snapshot: RunSnapshot) => void = () => undefined;
  #wake: () => void = () => undefined;

  constructor(args: ExtractArguments, output: Output, options: ExtractOptions) {
    this.#args = args;
    this.#options = options;
    this.#output = output;
    const listener: EngineListener = (event, payload) => {
      if (event === 'run') this.#onRun(payload as EngineEvents['run']);
      if (event === 'unpacking') {
        const { path, percent } = payload as EngineEvents['unpacking'];
        this.#output.unpackProgress(basename(path), percent);
      }
      if (event === 'import') this.#imports.accept(payload as EngineEvents['import']);
    };
    this.#engine = createEngine(options.engine, tellingLocks(output, listener));
    this.#imports = new ImportStep(this.#engine, args, this.#output);
  }

  /** Stops cleanly: an import is undone, a run is found again by the same command. */
  interrupt(): void {
    this.#interrupted = true;
    this.#wake();
  }

  /** Imports, runs and exports; resolves to the exit code. Rejects with UsageError. */
  async run(): Promise<number> {
    try {
      return await this.#extract();
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const info = toErrorInfo(error);
      if (this.#interrupted && info.code === 'workspace.locked') return ExitCode.interrupted;
      this.#output.note(errorText(this.#output.locale, info));
      await this.#putBack(info);
      return PASSING_PROBLEMS.includes(info.code) ? ExitCode.runFailed : ExitCode.usage;
    } finally {
      await this.#engine.closeWorkspace();
    }
  }

  async #extract(): Promise<number> {
    const { input, profiles, scope, extractor, detail, maxCost, maxTokens, fresh } = this.#args;
    for (const path of [input, profiles]) if (path !== null) new FileSource(path).close();
    const path = this.#args.workspace ?? defaultWorkspace(input);
    checkFiles(this.#args, path, this.#output.locale);
    await this.#chooseRules();
    await this.#chooseModel();
    await this.#openWorkspace(path);
    this.#rememberAddress();
    // A run that the application left paused is active: it is finished before anything is imported.
    if ((await this.#engine.runSnapshot()).status === 'paused')
      await this.#runToEnd(() => this.#engine.resumeRun());
    this.#wake = () => this.#imports.cancel();
    if (this.#interrupted) this.#wake();
    await this.#imports.run();
    if (this.#interrupted) return this.#endInterrupted();
    await this.#tellOtherRules();
    if (this.#args.testConnection) await testConnection(this.#engine, this.#output);
    if (this.#args.estimate) {
      await tellEstimate(this.#engine, this.#args, this.#output);
      return ExitCode.ok;
    }
    const request = runRequestSchema.parse({ scope, extractor, detail, maxCost, maxTokens, fresh });
    const go = (): Promise<RunSnapshot | null> => this.#runToEnd(() => this.#engine.continueRun(request));
    const run = await go();
    return this.#finish((await this.#someAreNew(run)) ? await go() : run);
  }

  async #openWorkspace(path: string): Promise<void> {
    const { locale } = this.#output;
    let rescued: RescueReport | null;
    // Ends the wait for a lock of another program.
    this.#wake = () => void this.#engine.closeWorkspace();
    try {
      ({ rescued } = await openWorkspace(
        this.#engine,
        { path, create: true, resumePolicy: 'leave' },
        this.#output,
      ));
    } catch (error) {
      const { code, params } = toErrorInfo(error);
      // At opening, an I/O error means that the path cannot be used, not that the disk has failed.
      if (code !== 'workspace.io') throw error;
      throw new UsageError(text(locale, 'unusableWorkspace', { path, detail: params?.['detail'] ?? '' }));
    } finally {
      this.#wake = () => undefined;
    }
    this.#output.note(text(locale, 'workspace', { path }));
    if (!rescued) return;
    this.#output.note(text(locale, 'rescuedEarlier', { path: rescued.backupPath }));
    await this.#engine.dismissRescue();
  }

  async #chooseRules(): Promise<void> {
    const info = await this.#engine.useRules(this.#args.rules);
    if (info.error) throw new AppError(info.error.code, info.error.params);
  }

  /** Reports which results were made with other rules: users that succeeded are not processed again. */
  async #tellOtherRules(): Promise<void> {
    // Users that are named, and all with --redo, are processed again in any case.
    if (['users', 'all'].includes(this.#args.scope.kind)) return;
    const { version: current } = await this.#engine.rulesInfo();
    const others = (await this.#engine.resultVersions()).filter(({ version }) => !madeWith(version, current));
    if (others.length === 0) return;
    const versions = others.map(({ version }) => version).join(', ');
    const users = others.reduce((sum, other) => sum + other.users, 0);
    this.#output.note(text(this.#output.locale, 'otherRules', { users, versions, current }));
  }

  async #chooseModel(): Promise<void> {
    const { model, prompt, confirmAddress } = this.#args;
    const { apiKey } = this.#options;
    if (!model) return;
    const promptTemplate = prompt === null ? null : readPromptFile(prompt);
    if (apiKey !== null) {
      const use = { key: apiKey, baseUrl: model.baseUrl, confirmed: confirmAddress, ask: terminalQuestion() };
      this.#rememberAddress = await checkKeyAddress(use, this.#output);
    }
    await this.#engine.useModel({ settings: model, apiKey, promptTemplate });
    const view = await this.#engine.promptView();
    if (view.error) throw new AppError(view.error.code, view.error.params);
  }

  /** Starts a run and waits until it ends or is interrupted; null when there is nothing to do. */
  async #runToEnd(begin: () => Promise<RunSnapshot>): Promise<RunSnapshot | null> {
    const ended = new Promise<RunSnapshot>((resolve) => {
      this.#wake = () => void this.#engine.runSnapshot().then(resolve);
      this.#onRun = (snapshot) => {
        if (snapshot.status !== 'running') resolve(snapshot);
        else this.#output.runProgress(snapshot);
      };
    });
    try {
      await begin();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'run.nothing_to_do') throw error;
      return null;
    }
    if (this.#interrupted) this.#wake();
    const last = await ended;
    this.#onRun = () => undefined;
    return last;
  }

  /** A run that goes on covers the users it began with; more may have been imported since. */
  async #someAreNew(run: RunSnapshot | null): Promise<boolean> {
    if (this.#interrupted || run?.status !== 'completed' || this.#args.scope.kind !== 'remaining')
      return false;
    return (await this.#engine.workspaceInfo()).sequences.pending > 0;
  }

  async #finish(run: RunSnapshot | null): Promise<number> {
    const { locale } = this.#output;
    if (this.#interrupted) return this.#endInterrupted();
    if (run?.status === 'failed' && run.error) return this.#endFailed(run, run.error);
    const { scope } = this.#args;
    const last = run ?? (await this.#engine.runSnapshot());
    const users = await this.#countUsers(last);
    this.#output.finalSnapshot(finalSnapshot(last, users), await this.#resultOf(last));
    if (!run) this.#output.note(text(locale, scope.kind === 'failed' ? 'noneFailed' : 'nothingToDo'));
    if (!run && this.#args.fresh) this.#output.note(text(locale, 'freshIsForSome'));
    await this.#export();
    this.#output.result(text(locale, users.pending === 0 ? 'completed' : 'notCompleted', { ...users }));
    const thin = run?.model?.lowCoverageUsers ?? 0;
    if (thin > 0) this.#output.note(text(locale, 'lowCoverage', { users: thin }));
    if (last.runId !== null && users.failed > 0) await this.#tellFailures(last.runId);
    await this.#options.onFinished?.(this.#engine);
    return users.failed + users.pending > 0 ? ExitCode.usersLeft : ExitCode.ok;
  }

  /** What the workspace has of events now; undefined where it cannot be read any more, which the error of the run tells. */
  async #resultOf({ detail }: RunSnapshot): Promise<ResultFigures | undefined> {
    try {
      const { events, types } = await this.#engine.codebookUse();
      const { codebook } = await this.#engine.codebook();
      const other = types[codebook.other]?.events ?? 0;
      const otherShare = events === 0 ? 0 : other / events;
      return { events, types: Object.keys(types).length, otherShare, detail };
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  }

  /** Exports the events made so far, if an output file is given. */
  async #export(): Promise<void> {
    const { out, scope, stages } = this.#args;
    if (!out) return;
    const users = scope.kind === 'users' ? { userIds: scope.userIds } : {};
    const count = await this.#engine.exportEvents(out, { ...users, stages });
    this.#output.note(text(this.#output.locale, 'exported', { count, path: out }));
  }

  async #endFailed(run: RunSnapshot, error: ErrorInfo): Promise<number> {
    const { locale } = this.#output;
    this.#output.finalSnapshot(run, await this.#resultOf(run));
    for (const line of stopLines(locale, error, Date.now())) this.#output.note(line);
    await this.#putBack(error);
    // The model or the cap stopped the run, not the data: the events made so far are exported.
    if (error.code.startsWith('model.') || error.code === 'run.budget_reached') await this.#export();
    return error.code === 'run.budget_reached' ? ExitCode.budgetReached : ExitCode.runFailed;
  }

  /** Writes a deleted workspace back. That is possible only from the open connection, which ends with this process. */
  async #putBack(error: ErrorInfo): Promise<void> {
    if (error.code !== 'workspace.gone') return;
    const { locale } = this.#output;
    try {
      if (!(await this.#engine.restoreWorkspace())) return;
      this.#output.note(text(locale, 'putBack'));
    } catch (failure) {
      // When another file is in its place, the error of the run has reported it already.
      const info = toErrorInfo(failure);
      if (info.code !== error.code) this.#output.note(errorText(locale, info));
    }
  }

  /** Counts the users that the command is about. A run of named users covers all of them; other runs cover those that were left. */
  async #countUsers(last: RunSnapshot): Promise<UserCounts> {
    if (this.#args.scope.kind === 'users') return countsOf(last);
    return (await this.#engine.workspaceInfo()).sequences;
  }

  async #tellFailures(runId: number): Promise<void> {
    const { locale } = this.#output;
    const reason = (error: ErrorInfo): string => errorText(locale, error);
    for (const group of await this.#engine.runFailures(runId)) {
      this.#output.note(text(locale, 'failedUsers', { users: group.users, reason: reason(group.error) }));
    }
  }

  async #endInterrupted(): Promise<number> {
    // No user is committed after this: what is counted is what the next call finds.
    const last = await this.#engine.suspendRun().catch(() => this.#engine.runSnapshot());
    const result = await this.#resultOf(last);
    await this.#engine.closeWorkspace();
    this.#output.finalSnapshot(last, result);
    this.#output.note(text(this.#output.locale, 'interrupted'));
    return ExitCode.interrupted;
  }
}

/** A version ends with the rules, and has several parts when it changed within a run (see RunEngine). */
function madeWith(version: string, rules: string): boolean {
  return version.split(' → ').every((part) => part.endsWith(rules));
}
