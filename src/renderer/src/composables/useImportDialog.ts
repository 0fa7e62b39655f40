import { computed, ref, shallowRef } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { ColumnRole, ImportKind, ImportOptions, ImportPreview } from '@shared/import';
import { request, toErrorInfo } from '@/api';
import { useImportStore } from '@/stores/import';
import { useAction } from './useAction';
import type { Action } from './useAction';

/** What the user says of how a file is read, besides its columns. */
export type ReadingPatch = Pick<
  ImportOptions,
  'encoding' | 'delimiter' | 'header' | 'timeZone' | 'dateOrder' | 'durationUnit'
>;

export interface ImportDialog {
  open: Ref<boolean>;
  kind: Ref<ImportKind>;
  preview: ShallowRef<ImportPreview | null>;
  error: ShallowRef<ErrorInfo | null>;
  reading: Ref<boolean>;
  /** Whether the file can be imported with the current mapping. */
  ready: ComputedRef<boolean>;
  /** Lets the user choose a file and previews it. */
  choose: Action<[ImportKind]>;
  /** Previews a file that was dropped. */
  show: (path: string, kind: ImportKind) => Promise<void>;
  /** Previews the file with other options. Another encoding, delimiter or header leads to other columns, so the roles are reset. */
  change: (patch: ReadingPatch) => Promise<void>;
  setRole: (index: number, role: ColumnRole) => Promise<void>;
  retry: () => Promise<void>;
  start: Action<[]>;
  close: () => void;
}

/** The state of the import dialog: preview a file, correct how it is read, start the import. */
export function useImportDialog(): ImportDialog {
  const imports = useImportStore();
  const open = ref(false);
  const kind = ref<ImportKind>('behaviours');
  /** The file, and the user's corrections of how it is read. */
  const options = shallowRef<ImportOptions | null>(null);
  const preview = shallowRef<ImportPreview | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const reading = ref(false);

  async function look(wanted: ImportOptions): Promise<void> {
    options.value = wanted;
    reading.value = true;
    try {
      const answer = await request('import.preview', wanted);
      if (options.value === wanted) [preview.value, error.value] = [answer, null];
    } catch (thrown) {
      if (options.value === wanted) error.value = toErrorInfo(thrown);
    }
    if (options.value === wanted) reading.value = false;
  }

  async function show(path: string, of: ImportKind): Promise<void> {
    [kind.value, preview.value, error.value, open.value] = [of, null, null, true];
    await look({ path, kind: of });
  }

  async function change(patch: ReadingPatch): Promise<void> {
    if (!options.value) return;
    const next = { ...options.value, ...patch };
    if (patch.encoding || patch.delimiter || patch.header) delete next.roles;
    await look(next);
  }

  async function setRole(index: number, role: ColumnRole): Promise<void> {
    if (!options.value || !preview.value) return;
    const roles = preview.value.columns.map((column, at) => (at === index ? role : column.role));
    await look({ ...options.value, roles });
  }

  const choose = useAction(async (of: ImportKind) => {
    const path = await request('import.chooseFile', { kind: of });
    if (path !== null) await show(path, of);
  });

  const start = useAction(async () => {
    // Send the user's corrections only. The encoding of the preview is a guess from the beginning of the file. Sent as an
    // option it would override the detection, and a file that turns out to be GB18030 later would be read wrongly.
    if (!options.value) return;
    await imports.start(options.value);
    open.value = false;
  });

  return {
    open,
    kind,
    preview,
    error,
    reading,
    ready: computed(
      () =>
        preview.value !== null &&
        preview.value.problem === null &&
        preview.value.dateOrders.length === 0 &&
        !preview.value.encodingAsked &&
        !reading.value &&
        !error.value,
    ),
    choose,
    show,
    change,
    setRole,
    retry: async () => {
      if (options.value) await look(options.value);
    },
    start,
    close: () => {
      open.value = false;
    },
  };
}
