import { dirname } from 'node:path';
import type { RulesChoice, RulesInfo, RulesPack } from '../../shared/workspace.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { loadRules, packPath } from '../extract/rules/load-rules.ts';
import type { LoadedRules, RulesFileInfo } from '../extract/rules/load-rules.ts';

/** The rules that are chosen, as their file says now. */
export class RulesInUse {
  /** The folder of the packs that the program brings. */
  readonly #folder: string;
  #choice: RulesChoice = { pack: 'general' };
  #now: { loaded: LoadedRules; info: RulesFileInfo } | null = null;

  /** `generalPath`: the file of the general pack; the others lie beside it. */
  constructor(generalPath: string) {
    this.#folder = dirname(generalPath);
  }

  /** Chooses a pack or a file. A file that cannot be used stays chosen, and `error` says why. */
  choose(choice: RulesChoice): RulesFileInfo {
    this.#choice = choice;
    return this.reload();
  }

  /** Reads the file again: it may have been edited since. */
  reload(): RulesFileInfo {
    this.#now = this.#load();
    return this.#now.info;
  }

  /** What the chosen rules are, beside the versions of all packs, which are read for this only. */
  info(): RulesInfo {
    const { general, auto, shop } = this.packs();
    const packVersions = { general: general.version, auto: auto.version, shop: shop.version };
    return { ...this.reload(), packVersions };
  }

  /** For what is only shown: the general pack stands in for a file that cannot be used. */
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

  get choice(): RulesChoice {
    return this.#choice;
  }

  /** The rules of any file, which may extend the packs. Throws rules.… */
  read(path: string): LoadedRules {
    return loadRules(path, this.#folder);
  }

  /** The chosen pack; null for a file of the user. */
  get pack(): RulesPack | null {
    return 'pack' in this.#choice ? this.#choice.pack : null;
  }

  /** All packs, whichever is chosen. */
  packs(): Record<RulesPack, LoadedRules> {
    return { general: this.#pack('general'), auto: this.#pack('auto'), shop: this.#pack('shop') };
  }

  #pack(pack: RulesPack): LoadedRules {
    return loadRules(packPath(this.#folder, pack));
  }

  #load(): { loaded: LoadedRules; info: RulesFileInfo } {
    if ('pack' in this.#choice) {
      const { pack } = this.#choice;
      const loaded = this.#pack(pack);
      return { loaded, info: { ...loaded.info, path: null, builtIn: true, pack } };
    }
    const { path } = this.#choice;
    try {
      const loaded = loadRules(path, this.#folder);
      return { loaded, info: loaded.info };
    } catch (error) {
      const general = this.#pack('general');
      return { loaded: general, info: { ...general.info, path, error: toErrorInfo(error) } };
    }
  }
}
