import type { RulesInfo } from '../../shared/workspace.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { loadRules } from '../extract/rules/load-rules.ts';
import type { LoadedRules } from '../extract/rules/load-rules.ts';

/** The rules that are chosen, as their file says now. */
export class RulesInUse {
  readonly #builtInPath: string;
  #path: string | null = null;
  #now: { loaded: LoadedRules; info: RulesInfo } | null = null;

  constructor(builtInPath: string) {
    this.#builtInPath = builtInPath;
  }

  /** Chooses a file; null for the built-in rules. A file that cannot be used stays chosen, and `error` says why. */
  choose(path: string | null): RulesInfo {
    this.#path = path;
    return this.reload();
  }

  /** Reads the file again: it may have been edited since. */
  reload(): RulesInfo {
    this.#now = this.#load();
    return this.#now.info;
  }

  /** For what is only shown: the built-in rules stand in for a file that cannot be used. */
  get shown(): LoadedRules {
    this.#now ??= this.#load();
    return this.#now.loaded;
  }

  /** For a run. Throws rules.… when the chosen file cannot be used: other rules than the chosen ones are never applied. */
  get forRun(): LoadedRules {
    const { shown } = this;
    const error = this.#now?.info.error;
    if (error) throw new AppError(error.code, error.params);
    return shown;
  }

  #load(): { loaded: LoadedRules; info: RulesInfo } {
    const path = this.#path;
    const builtIn = loadRules(this.#builtInPath);
    const builtInVersion = builtIn.version;
    if (path === null)
      return { loaded: builtIn, info: { ...builtIn.info, path: null, builtIn: true, builtInVersion } };
    try {
      const loaded = loadRules(path);
      return { loaded, info: { ...loaded.info, builtInVersion } };
    } catch (error) {
      return { loaded: builtIn, info: { ...builtIn.info, path, error: toErrorInfo(error), builtInVersion } };
    }
  }
}
