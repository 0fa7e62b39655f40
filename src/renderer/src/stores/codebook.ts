import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { THEME_PLACE } from '@shared/type-names';
import type { CodebookChange, CodebookType, CodebookView } from '@shared/codebook';
import type { TypeColour } from '@shared/palette';
import { coloursOf } from '@shared/type-colours';
import { request } from '@/api';
import { LatestCall } from '@/composables/latestCall';
import { currentLocale } from '@/i18n';

/** The event types of the open workspace. */
export const useCodebookStore = defineStore('codebook', () => {
  const view = shallowRef<CodebookView | null>(null);
  const call = new LatestCall();

  /** Every stored word that means a type as it stands. */
  const byWord = computed(() => {
    const words = new Map<string, CodebookType>();
    const types = view.value?.codebook.types ?? [];
    for (const type of types) for (const word of type.aliases) words.set(word, type);
    // An alias may be the id of a type of the other category: events carry ids.
    for (const type of types) words.set(type.id, type);
    return words;
  });

  async function load(): Promise<void> {
    const isNewest = call.begin();
    const answer = await request('codebook.get');
    if (isNewest()) view.value = answer;
  }

  /** Takes a view that main answered with. */
  function accept(next: CodebookView): void {
    // A load that is under way may still answer with the version of before.
    call.cancel();
    view.value = next;
  }

  /** The name of the type that has a word, in the language of the window; null for none, and for one with a theme in its names. */
  function nameOf(word: string): string | null {
    const type = byWord.value.get(word);
    return type && !type.id.includes(THEME_PLACE) ? nameOfType(type) : null;
  }

  const colours = computed(() => coloursOf(view.value?.codebook ?? { types: [] }));
  /** The colour of a type, the same in every picture and list. */
  const colourOf = (type: string): TypeColour => colours.value(type);

  const nameOfType = (type: Pick<CodebookType, 'zh' | 'en'>): string =>
    (currentLocale() === 'en' ? type.en : type.zh).replace(THEME_PLACE, '…');

  const change = async (change: CodebookChange): Promise<void> =>
    accept(await request('codebook.change', change));
  const undo = async (): Promise<void> => accept(await request('codebook.undo'));
  const redo = async (): Promise<void> => accept(await request('codebook.redo'));

  /** Takes over the codebook of a file. False when the user closed the dialog. */
  async function importFile(): Promise<boolean> {
    const next = await request('codebook.import');
    if (next) accept(next);
    return next !== null;
  }

  return { view, load, accept, nameOf, nameOfType, colourOf, change, undo, redo, importFile };
});
