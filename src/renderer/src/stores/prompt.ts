import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { PromptView } from '@shared/model';
import { request } from '@/api';

/** Where an unsaved prompt waits: it outlives a change of page, a reload and the closing of the window. */
const DRAFT = 'eventloom.prompt.draft';

function readDraft(): string | null {
  try {
    return localStorage.getItem(DRAFT);
  } catch {
    return null;
  }
}

function writeDraft(text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(DRAFT);
    else localStorage.setItem(DRAFT, text);
  } catch {
    // Without a storage the draft lives as long as the window.
  }
}

/** The prompt in force, and what the user has written but not saved. */
export const usePromptStore = defineStore('prompt', () => {
  const view = shallowRef<PromptView | null>(null);
  const draft = ref(readDraft());
  const text = computed(() => draft.value ?? view.value?.template ?? '');
  const dirty = computed(
    () => view.value !== null && draft.value !== null && draft.value !== view.value.template,
  );

  async function load(): Promise<void> {
    view.value = await request('prompt.get');
  }

  function edit(next: string): void {
    draft.value = next === view.value?.template ? null : next;
    writeDraft(draft.value);
  }

  function discard(): void {
    draft.value = null;
    writeDraft(null);
  }

  /** Puts what is written in force. Throws prompt.… when it has a mistake; it stays a draft then. */
  async function save(): Promise<void> {
    view.value = await request('prompt.set', { template: text.value });
    discard();
  }

  async function reset(): Promise<void> {
    view.value = await request('prompt.set', { template: null });
    discard();
  }

  /** What `prompt.preview` is asked for: what is shown, saved or not; null for the built-in prompt. */
  const shown = computed(() => (!dirty.value && view.value?.builtIn ? null : text.value));

  return { view, text, dirty, shown, load, edit, discard, save, reset };
});
