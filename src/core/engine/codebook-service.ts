import { THEME_PLACE } from '../../shared/type-names.ts';
import type {
  Candidate,
  Codebook,
  CodebookChange,
  CodebookUse,
  CodebookView,
  InducedType,
  StoredType,
  TypeUse,
} from '../../shared/codebook.ts';
import type { RunOutcome } from '../../shared/run.ts';
import type { ConversionCount } from '../../shared/users.ts';
import type { EventTypeCount } from '../../shared/workspace.ts';
import { withColours } from '../abstraction/codebook-colours.ts';
import { changeCodebook, TypeFinder, withTypes } from '../abstraction/codebook.ts';
import type { ResolvedType } from '../abstraction/codebook.ts';
import { conversionsByType, inCodebookOrder } from '../abstraction/conversion-types.ts';
import type { ConversionWord } from '../abstraction/conversion-types.ts';
import type { Clock } from '../clock.ts';
import { readCodebook, writeCodebook } from '../export/codebook-file.ts';
import type { LoadedRules } from '../extract/rules/load-rules.ts';
import type { Rules } from '../extract/rules/rules-schema.ts';
import { typesOfRules } from '../extract/rules/rules-types.ts';
import type { ExportedEvent } from '../store/event-store.ts';
import { countEventWords, countWordsOfRun } from '../store/event-words.ts';
import type { WordUse } from '../store/event-words.ts';
import type { OpenWorkspace } from '../store/open-workspace.ts';

export interface CodebookServiceOptions {
  workspace: OpenWorkspace;
  clock: Clock;
  /** The rules in use, whose types are in the codebook, too. */
  rules: () => LoadedRules;
}

/** The event types of an open workspace: those that the analyst made or changed, and those of the rules. */
export class CodebookService {
  readonly #workspace: OpenWorkspace;
  readonly #clock: Clock;
  readonly #rules: () => LoadedRules;
  #made: { key: string; view: CodebookView; finder: TypeFinder } | null = null;
  #counted: { content: string; words: Promise<WordUse[]> } | null = null;

  constructor({ workspace, clock, rules }: CodebookServiceOptions) {
    this.#workspace = workspace;
    this.#clock = clock;
    this.#rules = rules;
  }

  /** Nothing is stored before the first change: version 0 are the types of the rules. */
  view(): CodebookView {
    return this.#now().view;
  }

  /** Events with their types by the codebook. */
  resolve<T extends StoredType>(events: readonly T[]): (T & ResolvedType)[] {
    const { finder } = this.#now();
    return events.map((event) => ({ ...event, ...finder.resolve(event) }));
  }

  /** Events with the name of their type instead of its id, as an export has them; a word outside the codebook stays in the context. */
  *named(events: Iterable<ExportedEvent>): Generator<ExportedEvent> {
    const { finder } = this.#now();
    for (const event of events) {
      const { type, proposed } = finder.resolve(event);
      const context = proposed === undefined ? event.context : { ...event.context, proposed };
      yield { ...event, context, type: finder.nameOf(type) };
    }
  }

  /** The name of a type in the language of the codebook. */
  nameOf(type: string): string {
    return this.#now().finder.nameOf(type);
  }

  change(change: CodebookChange): CodebookView {
    const { codebook } = this.view();
    const changed = changeCodebook(codebook, change);
    return this.#store(
      change.kind === 'language' ? this.#translated(codebook, changed) : changed,
      change.kind,
    );
  }

  /** Takes over the codebook of a file, in place of this one. Throws codebook.… with the line of a mistake. */
  read(path: string): CodebookView {
    // A file without colours leaves those of the types that are known.
    return this.#store(withColours(readCodebook(path), this.view().codebook.types), 'file');
  }

  /** Writes it as YAML. Throws export.… */
  async write(path: string): Promise<void> {
    await writeCodebook(this.view().codebook, path);
  }

  /** Writes it as YAML as it would be with induced types; returns how many types that has. Throws export.…, codebook.… */
  async writeWith(lines: InducedType[], path: string): Promise<number> {
    const { codebook } = this.view();
    const changed = lines.length === 0 ? codebook : changeCodebook(codebook, { kind: 'induced', lines });
    await writeCodebook(changed, path);
    return changed.types.length;
  }

  undo(): CodebookView {
    this.#workspace.codebooks.undo();
    return this.view();
  }

  redo(): CodebookView {
    this.#workspace.codebooks.redo();
    return this.view();
  }

  /** How often its types are used. The events are counted once for each state of the workspace, about 0.7 s for a million. */
  async use(): Promise<CodebookUse> {
    const words = await this.#words();
    const { finder } = this.#now();
    const types = new Map<string, Uses>();
    const themed = new Map<string, Uses>();
    const candidates: Candidate[] = [];
    let events = 0;
    for (const use of words) {
      events += use.events;
      const { word, category, byModel } = use;
      const { type, proposed } = this.#resolved(use);
      addUse(types, type, use);
      const found = finder.find(use);
      if (found?.id.includes(THEME_PLACE)) addUse(themed, found.id, use);
      if (proposed !== undefined || !found)
        candidates.push({ word, category, byModel, events: use.events, users: use.users.length });
    }
    candidates.sort((a, b) => b.events - a.events || (a.word < b.word ? -1 : 1));
    return { types: summed(types), themed: summed(themed), candidates, events };
  }

  /** Conversions by type, in the order of the codebook. */
  conversionsOf(words: readonly ConversionWord[]): ConversionCount[] {
    const { view, finder } = this.#now();
    return conversionsByType(words, finder, view.codebook);
  }

  /** What a run has made, as far as it is still there; counted at each call, about 700 ms for a million events. */
  async outcome(runId: number): Promise<RunOutcome> {
    const { words, users } = await countWordsOfRun(this.#workspace.file, runId);
    const { codebook } = this.view();
    const types = new Set<string>();
    const conversions = new Map<string, Uses>();
    let [events, other] = [0, 0];
    for (const use of words) {
      const { type, proposed } = this.#resolved(use);
      types.add(type);
      events += use.events;
      if (use.category === 'conversion') addUse(conversions, proposed ?? type, use);
      else if (type === codebook.other) other += use.events;
    }
    const counts = Object.entries(summed(conversions)).map(([type, use]) => ({ type, ...use }));
    return { users, events, types: types.size, other, conversions: inCodebookOrder(counts, codebook) };
  }

  #resolved({ word, category, byModel }: WordUse): ResolvedType {
    return this.#now().finder.resolve({ type: word, category, origin: byModel ? 'llm' : 'rule' });
  }

  /** How many events there are of each type, apart for each category, the most frequent first. */
  async countTypes(): Promise<EventTypeCount[]> {
    const words = await this.#words();
    const counts = new Map<string, EventTypeCount>();
    for (const use of words) {
      const { category, events } = use;
      const { type } = this.#resolved(use);
      const key = `${category} ${type}`;
      const known = counts.get(key) ?? { type, category, events: 0 };
      counts.set(key, { ...known, events: known.events + events });
    }
    return [...counts.values()].sort((a, b) => b.events - a.events || (a.type < b.type ? -1 : 1));
  }

  #words(): Promise<WordUse[]> {
    const content = this.#workspace.contents.eventsContent();
    if (this.#counted?.content === content) return this.#counted.words;
    const words = countEventWords(this.#workspace.file);
    const counted = { content, words };
    this.#counted = counted;
    // A count that failed is not kept.
    words.catch(() => {
      if (this.#counted === counted) this.#counted = null;
    });
    return words;
  }

  #store(codebook: Codebook, kind: Parameters<OpenWorkspace['codebooks']['add']>[1]): CodebookView {
    const { codebooks } = this.#workspace;
    const now = this.#clock.now();
    const before = this.view();
    // The state before the first change has to be there to go back to.
    if (before.version === 0) codebooks.add(before.codebook, 'rules', now);
    codebooks.add(codebook, kind, now);
    return this.view();
  }

  /** The codebook in another language: definitions that come from the rules follow, those of the analyst stay. */
  #translated(before: Codebook, after: Codebook): Codebook {
    const { rules } = this.#rules();
    const definitions = (language: Codebook['language']): Map<string, string> =>
      new Map(typesOfRules(rules, language).map(({ id, definition }) => [id, definition]));
    const [old, next] = [definitions(before.language), definitions(after.language)];
    const types = after.types.map((type) =>
      type.definition === old.get(type.id) ? { ...type, definition: next.get(type.id) ?? '' } : type,
    );
    return { ...after, types };
  }

  #now(): { view: CodebookView; finder: TypeFinder } {
    const stored = this.#workspace.codebooks.head();
    const { rules, version } = this.#rules();
    const key = `${stored} ${version}`;
    if (this.#made?.key === key) return this.#made;
    const view = this.#workspace.codebooks.current() ?? {
      version: 0,
      codebook: codebookOfRules(rules),
      undo: null,
      redo: null,
    };
    const codebook = codebookWith(view.codebook, rules);
    const shown = { ...view, codebook, builtIn: builtInOf(codebook, rules) };
    this.#made = { key, view: shown, finder: new TypeFinder(codebook) };
    return this.#made;
  }
}

/** The definitions of types as the rules word them, of those types whose definition is just that. */
function builtInOf({ language, types }: Codebook, rules: Rules): CodebookView['builtIn'] {
  const definitions = (of: Codebook['language']): Map<string, string> =>
    new Map(typesOfRules(rules, of).map(({ id, definition }) => [id, definition]));
  const worded = { zh: definitions('zh'), en: definitions('en') };
  return Object.fromEntries(
    types
      .filter(({ id, definition }) => definition !== '' && definition === worded[language].get(id))
      .map(({ id }) => [id, { zh: worded.zh.get(id) ?? '', en: worded.en.get(id) ?? '' }]),
  );
}

/** A codebook with the types of the rules in use, and a colour for each type. */
export function codebookWith(stored: Codebook, rules: Rules): Codebook {
  const ofRules = typesOfRules(rules, stored.language);
  return withColours(withTypes(stored, ofRules), ofRules);
}

/** The event types of rules, before anybody has changed them. */
export function codebookOfRules(rules: Rules): Codebook {
  return withColours({ language: 'zh', other: rules.other.zh, types: typesOfRules(rules, 'zh') });
}

interface Uses {
  events: number;
  users: number[][];
}

function addUse(uses: Map<string, Uses>, id: string, { events, users }: WordUse): void {
  const known = uses.get(id) ?? { events: 0, users: [] };
  uses.set(id, known);
  known.events += events;
  known.users.push(users);
}

function summed(uses: ReadonlyMap<string, Uses>): Record<string, TypeUse> {
  return Object.fromEntries(
    [...uses].map(([id, of]) => [id, { events: of.events, users: countDistinct(of.users) }]),
  );
}

/** How many different numbers there are in lists that are each in order without repetition. */
function countDistinct(lists: readonly number[][]): number {
  const [only] = lists;
  if (only && lists.length === 1) return only.length;
  return new Set(lists.flat()).size;
}
