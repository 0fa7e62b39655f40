import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { ImportKind, ImportOptions, ImportSnapshot } from '@shared/import';
import { request, subscribe } from '@/api';

/** The latest snapshot of the import, or of the undoing of one: a cache of main's state. */
export const useImportStore = defineStore('import', () => {
  const snapshot = shallowRef<ImportSnapshot | null>(null);
  /** Files that were dropped on the window, until the page of data takes them. */
  const dropped = shallowRef<{ paths: string[]; kind: ImportKind } | null>(null);
  let unsubscribe: (() => void) | null = null;

  function accept(next: ImportSnapshot): void {
    if (snapshot.value && next.revision < snapshot.value.revision) return;
    snapshot.value = next;
  }

  /** Follows imports. `fresh`: another workspace is open, so the known snapshot is dropped. */
  async function attach(fresh = false): Promise<void> {
    unsubscribe ??= subscribe('import.snapshot', accept);
    if (fresh) snapshot.value = null;
    accept(await request('import.attach'));
  }

  const active = computed(() => snapshot.value?.status === 'running');

  const start = async (options: ImportOptions): Promise<void> =>
    accept(await request('import.start', options));
  const startAll = async (files: ImportOptions[]): Promise<void> =>
    accept(await request('import.startAll', { files }));
  const startSample = async (): Promise<void> => accept(await request('import.sample'));
  const cancel = async (): Promise<void> => accept(await request('import.cancel'));
  const acceptRejects = async (place: number): Promise<void> =>
    accept(await request('import.acceptRejects', { place }));
  const undo = async (importId: number): Promise<void> => accept(await request('import.undo', { importId }));
  const dismiss = async (): Promise<void> => accept(await request('import.dismiss'));

  return {
    ...{ snapshot, active, dropped, attach },
    ...{ start, startAll, startSample, cancel, acceptRejects, undo, dismiss },
  };
});
