import { INSIGHT_LIMITS, momentMs, questionSchema, spanSchema } from '../../shared/insight.ts';
import type { Compare, EventMatch, Question, Selection } from '../../shared/insight.ts';
import { numbersIn } from './said-numbers.ts';
import { pickSchema, WORDS_CHARS } from './words-answer.ts';
import type { Mistake, PickedAnswer, PickedEvents } from './words-answer.ts';
import type { Choices } from './words.ts';

export type Picked =
  | { question: Question; reason: ''; mistakes: [] }
  /** No analysis answers it. */
  | { question: null; reason: string; mistakes: [] }
  | { question: null; reason: ''; mistakes: Mistake[] };

/** The question that an answer means, or its mistakes: every part of it is one of the choices. Never throws. */
export function questionPicked(answer: unknown, choices: Choices): Picked {
  const parsed = pickSchema.safeParse(answer);
  if (!parsed.success)
    return wrong(parsed.error.issues.map(({ path }) => ({ kind: 'shape', field: path.join('.') })));
  const pick = parsed.data;
  if (pick.analysis === 'none') return { question: null, reason: reasonOf(pick.reason), mistakes: [] };
  const mistakes: Mistake[] = [];
  const built = questionSchema.safeParse(new Builder(pick, choices, mistakes).question());
  if (mistakes.length > 0) return wrong(mistakes);
  return built.success
    ? { question: built.data, reason: '', mistakes: [] }
    : wrong(built.error.issues.map(({ path }) => ({ kind: 'shape', field: path.join('.') })));
}

const wrong = (mistakes: Mistake[]): Picked => ({ question: null, reason: '', mistakes });

/** A text of a model that is shown: a number in it would look like a figure of ours. */
function reasonOf(text: string): string {
  const line = text.replace(/\s+/gu, ' ').replace(/\p{C}/gu, '').trim();
  return line.length > WORDS_CHARS.reason || numbersIn(line).length > 0 ? '' : line;
}

/** The analysis that cannot compare the users with an event and those without it: it takes an event for just that. */
const COMPARES_GROUPS_ONLY: PickedAnswer['analysis'] = 'profile';

class Builder {
  readonly #pick: PickedAnswer;
  readonly #choices: Choices;
  readonly #mistakes: Mistake[];

  constructor(pick: PickedAnswer, choices: Choices, mistakes: Mistake[]) {
    [this.#pick, this.#choices, this.#mistakes] = [pick, choices, mistakes];
  }

  question(): unknown {
    const { steps, order, side, direction, analysis } = this.#pick;
    const select = this.#select();
    const common = { analysis, ...(Object.keys(select).length === 0 ? {} : { select }) };
    const event = this.#events('event', this.#pick.event);
    const compare = this.#compare(select);
    const beside = { ...common, ...(compare === null ? {} : { compare }) };
    switch (analysis) {
      case 'overview':
      case 'none':
        return beside;
      case 'funnel':
        if (steps.length < 2 || steps.length > INSIGHT_LIMITS.steps)
          this.#mistakes.push({ kind: 'steps', field: 'steps' });
        return {
          ...beside,
          steps: this.#eventList('steps', steps),
          order,
          ...this.#span('window'),
          ...this.#by(),
        };
      case 'paths':
        return { ...beside, direction, depth: 4, top: 7, ...(event === null ? {} : { anchor: event }) };
      case 'graph':
      case 'variants':
        return { ...beside, collapse: true };
      case 'sequences':
        return { ...beside, length: 4, ...(event === null ? {} : { target: event }) };
      case 'around':
        this.#needs(event);
        return { ...beside, event: event ?? '', side, ...this.#span('within') };
      case 'profile':
        if (compare === null) this.#needs(event);
        return { ...beside, ...(event === null ? {} : { event }) };
      case 'evolution':
        if (event !== null && typeof event !== 'string')
          this.#mistakes.push({ kind: 'oneType', field: 'event' });
        return { ...beside, ...this.#span('within'), ...(event === null ? {} : { view: { target: event } }) };
    }
  }

  #needs(event: EventMatch | null): void {
    const { types, object } = this.#pick.event;
    if (event === null && types.length === 0 && object === 0)
      this.#mistakes.push({ kind: 'event', field: 'event' });
  }

  #select(): Selection {
    const { profile, did, didNot, ordered, from, to } = this.#pick;
    const values = this.#group('profile', profile);
    const [start, end] = [this.#moment('from', from), this.#moment('to', to)];
    if (start !== undefined && end !== undefined && start > end)
      this.#mistakes.push({ kind: 'order', field: 'from' });
    const most = INSIGHT_LIMITS.steps;
    if (ordered.length > most) this.#mistakes.push({ kind: 'most', field: 'ordered', most });
    return {
      ...(values === null ? {} : { profile: values }),
      ...(did.length === 0 ? {} : { did: this.#eventList('did', did) }),
      ...(didNot.length === 0 ? {} : { didNot: this.#eventList('didNot', didNot) }),
      ...(ordered.length === 0 ? {} : { ordered: this.#eventList('ordered', ordered) }),
      ...(start === undefined ? {} : { from: start }),
      ...(end === undefined ? {} : { to: end }),
    };
  }

  /** The values of fields that users of a group have; null for everybody. */
  #group(field: string, picked: PickedAnswer['profile']): Record<string, string[]> | null {
    const values = picked.flatMap(({ field: number, values: wanted }, at): [string, string[]][] => {
      const of = this.#one(`${field}.${at}.field`, number, this.#choices.fields);
      const named = wanted.map((value) => of && this.#one(`${field}.${at}.values`, value, of.values));
      const known = named.filter((value) => value !== null);
      return of === null || known.length === 0 ? [] : [[of.name, known]];
    });
    return values.length === 0 ? null : Object.fromEntries(values);
  }

  #compare(select: Selection): Compare | null {
    const { analysis, compareProfile } = this.#pick;
    const converted = this.#events('converted', this.#pick.converted);
    const group = this.#group('compareProfile', compareProfile);
    if (converted !== null && analysis === COMPARES_GROUPS_ONLY)
      this.#mistakes.push({ kind: 'compare', field: 'converted' });
    if (group === null) return converted === null ? null : { converted };
    if (converted !== null) this.#mistakes.push({ kind: 'both', field: 'compareProfile' });
    const { profile, ...rest } = select;
    if (profile === undefined || JSON.stringify(profile) === JSON.stringify(group))
      this.#mistakes.push({ kind: 'groups', field: 'compareProfile' });
    return { ...rest, profile: group };
  }

  #by(): { by?: string } {
    const of = this.#pick.by === 0 ? null : this.#one('by', this.#pick.by, this.#choices.fields);
    return of === null ? {} : { by: of.name };
  }

  #span<F extends string>(field: F): { [field in F]?: string } {
    const { window } = this.#pick;
    if (window === '') return {};
    if (!spanSchema.safeParse(window).success || Number.parseFloat(window) === 0)
      this.#mistakes.push({ kind: 'span', field: 'window', value: window });
    return { [field]: window } as { [field in F]?: string };
  }

  #moment(field: 'from' | 'to', text: string): string | undefined {
    if (text === '') return undefined;
    if (momentMs(text) === null) this.#mistakes.push({ kind: 'moment', field, value: text });
    return text;
  }

  /** Which events are meant; null for none, and where something of them is no choice. */
  #events(field: string, { types, object }: PickedEvents): EventMatch | null {
    const ids = types.map((number) => this.#one(field, number, this.#choices.types)?.id ?? null);
    const about = object === 0 ? undefined : this.#one(`${field}.object`, object, this.#choices.objects);
    if (about === null || ids.includes(null)) return null;
    const known = ids.filter((id) => id !== null);
    const each = known.map((id) => (about === undefined ? id : { type: id, object: about }));
    const [only] = each;
    if (only === undefined) return about === undefined ? null : { object: about };
    return each.length === 1 ? only : { any: each };
  }

  #eventList(field: string, list: readonly PickedEvents[]): EventMatch[] {
    return list.flatMap((events, at) => {
      if (events.types.length === 0 && events.object === 0)
        this.#mistakes.push({ kind: 'events', field: `${field}.${at}` });
      return this.#events(`${field}.${at}`, events) ?? [];
    });
  }

  #one<T>(field: string, number: number, of: readonly T[]): T | null {
    const found = of[number - 1];
    if (found !== undefined) return found;
    this.#mistakes.push({ kind: 'number', field, value: number, most: of.length });
    return null;
  }
}
