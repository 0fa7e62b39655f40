import type { BehaviourInput, EventDraft } from '../extractor.ts';
import type { EventType } from './classifier.ts';
import { NAME_CHARS } from '../../abstraction/bounded-name.ts';
import { shorten } from '../../abstraction/shorten.ts';

/** Fields that say what an event was about, in the order of the context. */
const SHARED_FIELDS = ['item', 'app', 'media', 'poi', 'text'] as const;
/** The context is an overview: the whole value is in the behaviours of the evidence. */
const TEXT_CHARS = 100;

/** What the builder needs of a type; a type of a model's event is no type of the rules. */
export type BuiltType = Pick<EventType, 'name' | 'category' | 'rule'>;

/** Gathers the behaviours of one event. */
export class EventBuilder {
  readonly #type: BuiltType;
  readonly #first: BehaviourInput;
  readonly #evidence: number[] = [];
  /** Fields with one value throughout, as bits in the order of SHARED_FIELDS. */
  #same = (1 << SHARED_FIELDS.length) - 1;
  #end: number;
  #durationMs = 0;
  #hasDuration = false;

  constructor(type: BuiltType, first: BehaviourInput) {
    this.#type = type;
    this.#first = first;
    this.#end = first.time;
  }

  /** `durationMs`: from durationOf. */
  add(behaviour: BehaviourInput, durationMs: number | null): void {
    this.#evidence.push(behaviour.id);
    if (durationMs !== null) {
      this.#durationMs += durationMs;
      this.#hasDuration = true;
    }
    this.#end = Math.max(this.#end, behaviour.time + (durationMs ?? 0));
    if (behaviour !== this.#first) this.#compare(behaviour);
  }

  #compare(behaviour: BehaviourInput): void {
    const { item, app, media, poi, text } = this.#first;
    if (behaviour.item !== item) this.#same &= ~1;
    if (behaviour.app !== app) this.#same &= ~2;
    if (behaviour.media !== media) this.#same &= ~4;
    if (behaviour.poi !== poi) this.#same &= ~8;
    if (behaviour.text !== text) this.#same &= ~16;
  }

  /** `more`: what else the context says, after what all behaviours share. */
  build(more: Record<string, unknown> = {}): EventDraft {
    const context: Record<string, unknown> = { count: this.#evidence.length };
    if (this.#hasDuration) context['duration'] = this.#durationMs / 1000;
    const { item, app, media, poi, text } = this.#first;
    const same = this.#same;
    if (item !== null && same & 1) context['item'] = shorten(item, NAME_CHARS);
    if (app !== null && same & 2) context['app'] = shorten(app, NAME_CHARS);
    if (media !== null && same & 4) context['media'] = shorten(media, NAME_CHARS);
    if (poi !== null && same & 8) context['poi'] = shorten(poi, NAME_CHARS);
    if (text !== null && same & 16) context['text'] = shorten(text, TEXT_CHARS);
    if (this.#type.rule !== null) context['rule'] = this.#type.rule;
    Object.assign(context, more);
    return {
      type: this.#type.name,
      category: this.#type.category,
      startTime: this.#first.time,
      endTime: this.#end,
      origin: 'rule',
      confidence: 1,
      context,
      evidence: this.#evidence,
    };
  }
}
