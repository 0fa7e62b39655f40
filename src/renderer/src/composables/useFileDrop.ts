import { useEventListener } from '@vueuse/core';
import { ElMessage } from 'element-plus';
import { shallowRef } from 'vue';
import type { ComputedRef, ShallowRef } from 'vue';
import { useRouter } from 'vue-router';
import type { ImportKind } from '@shared/import';
import { pathForFile } from '@/api';
import { useImportStore } from '@/stores/import';
import { useImportRefusal } from './useImportRefusal';

export interface FileDrop {
  /** What a file that is dragged over the window would be imported as; null while none is. */
  over: ShallowRef<ImportKind | null>;
  /** Why no file can be imported now; null when one can. */
  refusal: ComputedRef<string | null>;
}

/** What a file dropped on this element is: a part of the window says so with `data-drop-kind`, the rest takes logs. */
function kindAt(target: EventTarget | null): ImportKind {
  const zone = target instanceof Element ? target.closest<HTMLElement>('[data-drop-kind]') : null;
  return zone?.dataset['dropKind'] === 'profiles' ? 'profiles' : 'behaviours';
}

/** Takes files that are dropped anywhere on the window: shows the page of data, which opens their preview. */
export function useFileDrop(): FileDrop {
  const router = useRouter();
  const imports = useImportStore();
  const over = shallowRef<ImportKind | null>(null);

  const refusal = useImportRefusal();

  function take(files: FileList, kind: ImportKind): void {
    if (refusal.value !== null) {
      ElMessage({ type: 'warning', message: refusal.value });
      return;
    }
    imports.dropped = { paths: [...files].map(pathForFile), kind };
    void router.push({ name: 'data' });
  }

  useEventListener(document, ['dragenter', 'dragover'], (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    // Otherwise Chromium would refuse the drop, or open the file in place of the application.
    event.preventDefault();
    over.value = kindAt(event.target);
  });
  useEventListener(document, 'dragleave', (event) => {
    // A related target means that the file moved to another element of the window.
    if (event.relatedTarget === null) over.value = null;
  });
  useEventListener(document, 'drop', (event) => {
    over.value = null;
    const files = event.dataTransfer?.files;
    if (!files?.length) return;
    event.preventDefault();
    take(files, kindAt(event.target));
  });
  return { over, refusal };
}
