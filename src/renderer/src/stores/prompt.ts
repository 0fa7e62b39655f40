import { StorageSerializers, useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { PromptView } from '@shared/model';
import { request } from '@/api';
import { LatestCall } from '@/composables/latestCall';

/** Key in localStorage of an unsaved prompt: it survives a change of page, a reload and the closing of the window. */
const DRAFT = 'eventloom.prompt.draft';

/** The prompt in use, and the user's unsaved changes to it. */
export const usePromptStore = defineStore('prompt', () => {
  const view = shallowRef<PromptView | null>(null);
  // Each window edits its own draft. Where storage is not available, the draft lives as long as the window.
  const draft = useLocalStorage<string | null>(DRAFT, null, {
    serializer: StorageSerializers.string,
    listenToStorageChanges: false,
    onError: () => undefined,
  });
  const text = computed(() => draft.value ?? view.value?.template ?? '');
  const dirty = computed(
    () => view.value !== null && draft.value !== null && draft.value !== view.value.template,
  );

  const call = new LatestCall();

  async function load(): Promise<void> {
    const isNewest = call.begin();
    const answer = await request('prompt.get');
    if (isNewest()) view.value = answer;
  }

  function accept(next: PromptView): void {
    // A load that is under way may still answer with the prompt of before.
    call.cancel();
    view.value = next;
  }

  function edit(next: string): void {
    draft.value = next === view.value?.template ? null : next;
  }

  function discard(): void {
    draft.value = null;
  }

  /** Saves the draft. Throws ApiError `prompt.…` when it has a mistake; it stays a draft then. */
  async function save(): Promise<void> {
    accept(await request('prompt.set', { template: text.value }));
    discard();
  }

  async function reset(): Promise<void> {
    accept(await request('prompt.set', { template: null }));
    discard();
  }

  /** The template to preview: the text shown, saved or not; null for the built-in prompt. */
  const shown = computed(() => (!dirty.value && view.value?.builtIn ? null : text.value));

  return { view, text, dirty, shown, load, edit, discard, save, reset };
});
