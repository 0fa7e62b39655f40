import { createEngine } from '../core/engine/engine.ts';
import type { EngineApi, EngineEvents, EngineListener } from '../core/engine/engine-api.ts';
import { AppError, toErrorInfo } from '../core/errors.ts';
import { startApiServer } from '../server/api-server.ts';
import type { ApiServer } from '../server/api-server.ts';
import type { ApiBackend } from '../server/api-backend.ts';
import { hashToken } from '../server/token.ts';
import type { ErrorInfo } from '../shared/errors.ts';
import { NO_RUN } from '../shared/run.ts';
import type { RunSnapshot } from '../shared/run.ts';
import type { CliContext } from './command.ts';
import { engineOptions } from './engine-options.ts';
import { errorText } from './error-text.ts';
import { ExitCode } from './exit-code.ts';
import { checkKeyAddress, terminalQuestion } from './key-address.ts';
import { openWorkspace, tellingLocks } from './open-workspace.ts';
import type { Output } from './output.ts';
import { readPromptFile } from './read-prompt-file.ts';
import type { ServeArguments } from './serve-arguments.ts';
import { text } from './texts.ts';
import { tokenOfFile } from './token-file.ts';
import { UsageError } from './usage-error.ts';

/** One call of `serve`: the engine and the local API over it, until it is interrupted. */
export class ServeCommand {
  readonly #args: ServeArguments;
  readonly #output: Output;
  readonly #environment: Record<string, string | undefined>;
  readonly #engine: EngineApi;
  #run: RunSnapshot = NO_RUN;
  #server: ApiServer | null = null;
  #end: (damage: ErrorInfo | null) => void = () => undefined;
  /** Why it ends: null when it was interrupted. */
  readonly #ended = new Promise<ErrorInfo | null>((resolve) => {
    this.#end = resolve;
  });

  constructor(
    args: ServeArguments,
    context: Pick<CliContext, 'environment' | 'installation'>,
    output: Output,
  ) {
    this.#args = args;
    this.#environment = context.environment;
    this.#output = output;
    const listener: EngineListener = (event, payload) => {
      if (event === 'run') this.#accept(payload as EngineEvents['run']);
      if (event === 'damaged') this.#end(payload as EngineEvents['damaged']);
    };
    this.#engine = createEngine(engineOptions(context), tellingLocks(output, listener));
  }

  /** Ends it in order: nothing new is taken, streams end, a run is found again by the same command. */
  interrupt(): void {
    this.#end(null);
  }

  /** Resolves to the exit code. Rejects with UsageError. */
  async run(): Promise<number> {
    const { locale } = this.#output;
    try {
      const token = tokenOfFile(this.#args.tokenFile, this.#args.newToken, locale);
      await this.#open();
      await this.#serve(token);
      const damage = await this.#ended;
      if (damage) this.#output.note(errorText(locale, damage));
      return damage ? ExitCode.runFailed : ExitCode.ok;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      this.#output.note(errorText(locale, toErrorInfo(error)));
      return ExitCode.usage;
    } finally {
      await this.#server?.stop();
      await this.#engine.closeWorkspace();
    }
  }

  /** Rules and model come first: opening goes on with a run that was interrupted. */
  async #open(): Promise<void> {
    const { rules, model, prompt, workspace, confirmAddress } = this.#args;
    const { error } = await this.#engine.useRules(rules);
    if (error) throw new AppError(error.code, error.params);
    let rememberAddress = (): void => undefined;
    if (model) {
      const apiKey = this.#environment['EVENTLOOM_API_KEY']?.trim() || null;
      if (apiKey !== null) {
        const use = {
          key: apiKey,
          baseUrl: model.baseUrl,
          confirmed: confirmAddress,
          ask: terminalQuestion(),
        };
        rememberAddress = await checkKeyAddress(use, this.#output);
      }
      const promptTemplate = prompt === null ? null : readPromptFile(prompt);
      await this.#engine.useModel({ settings: model, apiKey, promptTemplate });
      const view = await this.#engine.promptView();
      if (view.error) throw new AppError(view.error.code, view.error.params);
    }
    rememberAddress();
    await openWorkspace(
      this.#engine,
      { path: workspace, create: false, resumePolicy: 'resume' },
      this.#output,
    );
    this.#accept(await this.#engine.runSnapshot());
  }

  async #serve(token: string): Promise<void> {
    const { port, origins, tokenFile, workspace } = this.#args;
    const { locale } = this.#output;
    const tokenHash = hashToken(token);
    this.#server = await startApiServer({ backend: this.#backend(), port, tokenHash, origins });
    const { url } = this.#server;
    this.#output.note(text(locale, 'workspace', { path: workspace }));
    this.#output.result(text(locale, 'serving', { url }));
    this.#output.result(text(locale, 'tokenIn', { path: tokenFile }));
    this.#output.note(text(locale, 'tryServer', { path: tokenFile, url }));
    this.#output.note(text(locale, 'stopServer'));
  }

  #backend(): ApiBackend {
    const { extractor, maxCost, maxTokens } = this.#args;
    const engine = this.#engine;
    return {
      engine: () => engine,
      snapshot: () => this.#run,
      runs: {
        start: async (asked) => {
          const byModel = (asked.extractor ?? extractor) === 'llm';
          const caps = {
            maxCost: asked.maxCost ?? (byModel ? maxCost : null),
            maxTokens: asked.maxTokens ?? (byModel ? maxTokens : null),
          };
          return this.#accept(
            await engine.startRun({ ...asked, extractor: asked.extractor ?? extractor, ...caps }),
          );
        },
        pause: async () => this.#accept(await engine.pauseRun()),
        resume: async (asked) => this.#accept(await engine.resumeRun(asked)),
        cancel: async () => this.#accept(await engine.cancelRun()),
      },
      errorText: (error) => errorText(this.#output.locale, error),
      failed: (error) => this.#output.note(errorText(this.#output.locale, toErrorInfo(error))),
    };
  }

  /** Takes a snapshot of the engine, which comes as an event and as an answer; gives the newest. */
  #accept(snapshot: RunSnapshot): RunSnapshot {
    const known = this.#run;
    if (snapshot.workspaceId === known.workspaceId && snapshot.revision <= known.revision) return known;
    this.#run = snapshot;
    this.#server?.runChanged();
    return snapshot;
  }
}
