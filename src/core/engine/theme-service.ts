import { setImmediate } from 'node:timers/promises';
import type {
  ThemeChange,
  ThemeChangeKind,
  ThemesQuery,
  ThemesView,
  ThemeThingsPage,
  ThemeThingsQuery,
} from '../../shared/themes.ts';
import { THEME_LIMITS } from '../../shared/themes.ts';
import type { RulesChoice } from '../../shared/workspace.ts';
import { namedFieldsOf } from '../abstraction/measure.ts';
import type { LoggedThing, ThemeLookup } from '../abstraction/measure.ts';
import { ThemeIndex } from '../abstraction/theme-index.ts';
import {
  changeThemes,
  entriesOf,
  isEmptyLayer,
  layerOf,
  mergedThemes,
  mergeLayers,
} from '../abstraction/theme-layers.ts';
import type { ThemeLayer, ThemeLayers } from '../abstraction/theme-layers.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { writeThemes } from '../export/themes-file.ts';
import type { LoadedRules } from '../extract/rules/load-rules.ts';
import type { Rules } from '../extract/rules/rules-schema.ts';
import { themeLayerOf } from '../extract/rules/theme-layer.ts';
import type { RunBasis } from '../run/ports.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';
import type { LogBasis, Measured, MeasuredLog } from './measured-log.ts';

export interface ThemeServiceOptions {
  workspace: OpenWorkspace;
  clock: Clock;
  log: MeasuredLog;
  /** The rules in use, which may decide on themes, too. */
  rules: () => LoadedRules;
}

/** The themes of an open workspace: what the log says of them, what the rules say, and what the analyst decided. */
export class ThemeService {
  readonly #workspace: OpenWorkspace;
  readonly #clock: Clock;
  readonly #log: MeasuredLog;
  readonly #rules: () => LoadedRules;
  #loaded: { content: string; things: Promise<LoggedThing[]> } | null = null;
  #made: { key: string; index: Promise<ThemeIndex> } | null = null;

  constructor({ workspace, clock, log, rules }: ThemeServiceOptions) {
    this.#workspace = workspace;
    this.#clock = clock;
    this.#log = log;
    this.#rules = rules;
  }

  /** What a run that begins now takes from the log and the table: it stays the same until the end of the run. */
  async basis(rules: LoadedRules): Promise<Omit<RunBasis, 'grain'>> {
    const basis = await this.#log.basis();
    const { version, table } = this.#workspace.themes.current();
    return {
      ...basis,
      namedFields: await this.#namedFields({ table, rules: themeLayerOf(rules) }, basis.namedFields),
      themeVersion: version,
    };
  }

  /** Whether the analyst or their rules have decided on any theme; what a pack knows of themes in general is no decision. */
  areDecided({ decidesThemes }: LoadedRules): boolean {
    return decidesThemes || !isEmptyLayer(this.#workspace.themes.current().table);
  }

  /** The themes of a run, by what it took when it began. */
  lookupOf(
    { measureId, themeVersion }: Pick<RunBasis, 'measureId' | 'themeVersion'>,
    rules: LoadedRules,
  ): ThemeLookup {
    const table = this.#workspace.themes.tableOf(themeVersion);
    return mergedThemes({ table, rules: themeLayerOf(rules) }, this.#log.themesOf(measureId));
  }

  /** What the log and the table say now, of a measure that need not be stored. */
  async now(rules: LoadedRules): Promise<Omit<LogBasis, 'measureId'> & { themeOf: ThemeLookup }> {
    const { themeOf, namedFields, ...log } = await this.#log.now();
    const layers = { table: this.#workspace.themes.current().table, rules: themeLayerOf(rules) };
    return {
      ...log,
      namedFields: await this.#namedFields(layers, namedFields),
      themeOf: mergedThemes(layers, themeOf),
    };
  }

  /** The themes that match, as far as the log is measured; nothing is waited for that takes longer than to group its things. */
  async view(query: ThemesQuery): Promise<ThemesView> {
    const rhythm = this.#log.view();
    if (rhythm.status !== 'measured') return rhythm;
    const [index, measured] = await Promise.all([this.#index(), this.#log.measure()]);
    const { table, undo, redo } = this.#workspace.themes.current();
    return {
      status: 'ready',
      all: index.size,
      ...index.list(query),
      decided: !isEmptyLayer(table),
      crowded: measured.figures.crowded,
      undo,
      redo,
      staleUsers: this.#workspace.themes.staleUsers(),
    };
  }

  async things(query: ThemeThingsQuery): Promise<ThemeThingsPage> {
    return (await this.#index()).things(query);
  }

  /** The things of which nothing is known but the name, and the themes that there are. */
  async unclassified(): Promise<{ things: string[]; themes: string[] }> {
    return (await this.#index()).unclassified();
  }

  /** Throws themes.too_many. */
  async change(change: ThemeChange): Promise<void> {
    const index = await this.#index();
    this.#store(
      changeThemes(this.#layers(), change, (theme) => index.isLogged(theme)),
      change.kind,
    );
  }

  /** Takes over the themes of a rules file, in place of what was decided. Throws themes.none_in_file, themes.too_many. */
  take({ themes }: Rules, path: string): void {
    if (!themes) throw new AppError('themes.none_in_file', { path });
    this.#store(layerOf(themes), 'file');
  }

  /** Writes the chosen rules with what they and the analyst decided as a rules file. Throws themes.too_large, export.… */
  async write(rules: LoadedRules, choice: RulesChoice, path: string): Promise<void> {
    const { table } = this.#workspace.themes.current();
    await writeThemes(entriesOf(mergeLayers({ table, rules: themeLayerOf(rules) })), choice, path);
  }

  undo(): void {
    this.#workspace.themes.undo();
  }

  redo(): void {
    this.#workspace.themes.redo();
  }

  #store(table: ThemeLayer, kind: ThemeChangeKind): void {
    const { themes } = this.#workspace;
    const limit = THEME_LIMITS.words;
    const count = table.things.size + table.names.size;
    if (count > limit) throw new AppError('themes.too_many', { count, limit });
    // What changes nothing would only be one more step to undo.
    if (JSON.stringify(entriesOf(table)) === JSON.stringify(entriesOf(themes.current().table))) return;
    themes.add(table, kind, this.#clock.now());
  }

  #layers(): ThemeLayers {
    return { table: this.#workspace.themes.current().table, rules: themeLayerOf(this.#rules()) };
  }

  async #namedFields(layers: ThemeLayers, ofLog: string[]): Promise<string[]> {
    if (isEmptyLayer(mergeLayers(layers))) return ofLog;
    const things = await this.#things(await this.#log.measure());
    return namedFieldsOf(
      things,
      mergedThemes(layers, ({ theme }: LoggedThing) => theme),
    );
  }

  /** The things by their themes now; made anew when the log, the rules or the table changed. */
  async #index(): Promise<ThemeIndex> {
    const measured = await this.#log.measure();
    const { version } = this.#rules();
    const key = `${measured.content} ${version} ${this.#workspace.themes.head()}`;
    if (this.#made?.key === key) return this.#made.index;
    const made = { key, index: this.#makeIndex(measured) };
    this.#made = made;
    // One that failed is not kept.
    made.index.catch(() => {
      if (this.#made === made) this.#made = null;
    });
    return made.index;
  }

  async #makeIndex(measured: Measured): Promise<ThemeIndex> {
    const layers = this.#layers();
    const steps = ThemeIndex.make(await this.#things(measured), layers);
    let step = steps.next();
    for (; !step.done; step = steps.next()) await setImmediate();
    return step.value;
  }

  /** The things of a measure, those with the most behaviours first. */
  #things(measured: Measured): Promise<LoggedThing[]> {
    const { content } = measured;
    if (this.#loaded?.content === content) return this.#loaded.things;
    const loaded = {
      content,
      things: this.#log
        .thingsOf(measured)
        .then((things) =>
          things.toSorted((a, b) => b.behaviours - a.behaviours || (a.name < b.name ? -1 : 1)),
        ),
    };
    this.#loaded = loaded;
    loaded.things.catch(() => {
      if (this.#loaded === loaded) this.#loaded = null;
    });
    return loaded.things;
  }
}
