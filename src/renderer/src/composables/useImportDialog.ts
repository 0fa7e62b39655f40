import { computed, ref, shallowRef } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type { ColumnRole, ImportKind, ImportOptions, RememberedPreview } from '@shared/import';
import { request, toErrorInfo } from '@/api';
import { useImportStore } from '@/stores/import';
import { useAction } from './useAction';
import type { Action } from './useAction';

/** Above this share of refused rows of the whole file the user is asked before anything is stored. */
const MOST_REFUSED = 0.1;

/** What the user says of how a file is read, besides its columns. */
export type ReadingPatch = Pick<
  ImportOptions,
  'encoding' | 'delimiter' | 'header' | 'timeZone' | 'dateOrder' | 'durationUnit'
>;

export interface ImportDialog {
  open: Ref<boolean>;
  kind: Ref<ImportKind>;
  preview: ShallowRef<RememberedPreview | null>;
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
  /** Whether the file is read as the user had one of its shape read before. */
  asBefore: Ref<boolean>;
  /** Reads the file as it would be without that. */
  readAnew: () => Promise<void>;
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
  const preview = shallowRef<RememberedPreview | null>(null);
  const error = shallowRef<ErrorInfo | null>(null);
  const reading = ref(false);
  const asBefore = ref(false);
  /** What the file is known by, and whether something is kept for its like. */
  let known: { shape: string; isKept: boolean } | null = null;

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
    [asBefore.value, known] = [false, null];
    const plain: ImportOptions = { path, kind: of };
    await look(plain);
    // TypeScript does not see that look() has set it.
    const first = preview.value as RememberedPreview | null;
    if (!first || options.value !== plain) return;
    known = { shape: first.shape, isKept: first.remembered !== null };
    if (first.remembered) await lookAsBefore({ ...plain, ...first.remembered }, plain);
  }

  /** Reads a file as one of its shape was read before, unless that does not fit. */
  async function lookAsBefore(wanted: ImportOptions, plain: ImportOptions): Promise<void> {
    await look(wanted);
    if (options.value !== wanted) return;
    if (error.value || preview.value?.problem) await look(plain);
    else asBefore.value = true;
  }

  async function readAnew(): Promise<void> {
    if (!options.value) return;
    asBefore.value = false;
    await look({ path: options.value.path, kind: options.value.kind });
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
    await imports.start({ ...options.value, mostRefused: MOST_REFUSED });
    remember(options.value);
    open.value = false;
  });

  /** Keeps the corrections for the next file of this shape. The import does not wait for it. */
  function remember({ path: _path, kind: _kind, ...corrections }: ImportOptions): void {
    if (!known) return;
    const { shape, isKept } = known;
    const reading = Object.keys(corrections).length > 0 ? corrections : null;
    if (reading || isKept) request('import.remember', { shape, reading }).catch(() => undefined);
  }

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
    asBefore,
    readAnew,
    retry: async () => {
      if (options.value) await look(options.value);
    },
    start,
    close: () => {
      open.value = false;
    },
  };
}
