import { computed, ref, shallowRef } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { ErrorInfo } from '@shared/errors';
import type {
  ColumnRole,
  DateOrderReading,
  ImportKind,
  ImportOptions,
  RememberedPreview,
} from '@shared/import';
import { request, subscribe, toErrorInfo } from '@/api';
import { useImportStore } from '@/stores/import';
import { doubtKey, isOpen, likeConfirmed, MOST_REFUSED } from './alike-files';
import type { ConfirmedFile, Unlike } from './alike-files';
import { useAction } from './useAction';
import type { Action } from './useAction';

/** What the user says of how a file is read, besides its columns. */
export type ReadingPatch = Pick<
  ImportOptions,
  'part' | 'encoding' | 'action' | 'delimiter' | 'header' | 'timeZone' | 'dateOrder' | 'durationUnit'
>;

/** The question which part of a date is the day: the ways to read one, and how many rows were looked at (null: all). */
export interface DateQuestion {
  orders: DateOrderReading[];
  rows: number | null;
}

export interface ImportDialog {
  open: Ref<boolean>;
  kind: Ref<ImportKind>;
  preview: ShallowRef<RememberedPreview | null>;
  /** Stays when it is answered, so that the answer is seen and can be changed; null where the file says it. */
  dateQuestion: ComputedRef<DateQuestion | null>;
  error: ShallowRef<ErrorInfo | null>;
  reading: Ref<boolean>;
  /** How much of a packed file is unpacked, in percent; null while nothing is. */
  unpacking: Ref<number | null>;
  /** Whether the file can be imported with the current mapping. */
  ready: ComputedRef<boolean>;
  /** Lets the user choose a file and previews it. */
  choose: Action<[ImportKind]>;
  /** Previews files, one after the other. */
  show: (paths: readonly string[], kind: ImportKind) => Promise<void>;
  /** Which file is shown, from 1, and how many there are. */
  place: ComputedRef<{ number: number; count: number }>;
  /** Whether the files that are left are read as this one is, where they have the same columns. */
  sameForRest: Ref<boolean>;
  setSameForRest: (same: boolean) => void;
  /** Why the file is shown, although files like the one before were to be read as that one. */
  unlike: Ref<Unlike | null>;
  /** Leaves the file that is shown out, and goes on with the next. */
  skip: Action<[]>;
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
  const unpacking = ref<number | null>(null);
  const asBefore = ref(false);
  const answeredDates = shallowRef<DateQuestion | null>(null);
  /** What the file is known by, and whether something is kept for its like. */
  let known: { shape: string; isKept: boolean } | null = null;

  async function look(wanted: ImportOptions): Promise<void> {
    stopReading();
    options.value = wanted;
    reading.value = true;
    const unsubscribe = subscribe('import.unpacking', ({ path, percent }) => {
      if (options.value === wanted && path === wanted.path) unpacking.value = percent;
    });
    try {
      const answer = await request('import.preview', wanted);
      if (options.value === wanted) [preview.value, error.value] = [answer, null];
    } catch (thrown) {
      if (options.value === wanted) error.value = toErrorInfo(thrown);
    }
    unsubscribe();
    if (options.value === wanted) [reading.value, unpacking.value] = [false, null];
  }

  /** Stops a preview that is being made: to unpack a large file takes minutes. */
  function stopReading(): void {
    if (!reading.value || !options.value) return;
    const { path } = options.value;
    [options.value, reading.value, unpacking.value] = [null, false, null];
    request('import.cancelPreview', { path }).catch(() => undefined);
  }

  const paths = shallowRef<readonly string[]>([]);
  const at = ref(0);
  const sameForRest = ref(true);
  const unlike = ref<Unlike | null>(null);
  /** What the user has confirmed up to now. */
  let confirmed: ImportOptions[] = [];
  /** The doubts of the files that they have confirmed. */
  let answered = new Set<string>();
  /** The file that is compared with the confirmed one; null while none is. */
  let compared: string | null = null;

  async function show(files: readonly string[], of: ImportKind): Promise<void> {
    [confirmed, answered, unlike.value] = [[], new Set(), null];
    [paths.value, at.value, kind.value, open.value] = [files, 0, of, true];
    await lookAtCurrent();
  }

  async function lookAtCurrent(): Promise<void> {
    const path = paths.value[at.value];
    [preview.value, error.value, answeredDates.value] = [null, null, null];
    if (path === undefined) return;
    [asBefore.value, known] = [false, null];
    const plain: ImportOptions = { path, kind: kind.value };
    await look(plain);
    // TypeScript does not see that look() has set it.
    const first = preview.value as RememberedPreview | null;
    if (!first || options.value !== plain) return;
    known = { shape: first.shape, isKept: first.remembered !== null };
    if (first.remembered) await lookAsBefore({ ...plain, ...first.remembered }, plain);
  }

  /** The files behind this one up to the first that is unlike it. */
  async function alike(file: ConfirmedFile): Promise<{ files: ImportOptions[]; until: Unlike | null }> {
    const files: ImportOptions[] = [];
    for (const path of paths.value.slice(at.value + 1)) {
      compared = path;
      const next = await likeConfirmed(path, file, answered, (wanted) =>
        request('import.preview', wanted).catch(() => null),
      );
      compared = null;
      if (typeof next === 'string') return { files, until: next };
      files.push(next);
    }
    return { files, until: null };
  }

  /** How a file is read without the roles that the user has chosen. */
  async function recognised(
    { roles, ...reading }: ImportOptions,
    shown: RememberedPreview,
  ): Promise<ConfirmedFile> {
    const found = roles ? await request('import.preview', reading) : shown;
    return { options: { ...reading, ...(roles ? { roles } : {}) }, preview: shown, recognised: found };
  }

  /** Goes on with the next file that was not confirmed, or imports those that were. */
  async function goOn(files: ImportOptions[], next: number, why: Unlike | null = null): Promise<void> {
    if (next < paths.value.length) {
      [confirmed, at.value, unlike.value] = [files, next, why];
      await lookAtCurrent();
      return;
    }
    const limited = files.map((file) => ({ ...file, mostRefused: MOST_REFUSED }));
    if (limited.length > 1) await imports.startAll(limited);
    else if (limited[0]) await imports.start(limited[0]);
    open.value = false;
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
    [asBefore.value, answeredDates.value] = [false, null];
    await look({ path: options.value.path, kind: options.value.kind });
  }

  const dateQuestion = computed<DateQuestion | null>(() =>
    preview.value?.dateOrders.length
      ? { orders: preview.value.dateOrders, rows: preview.value.dateOrderRows }
      : answeredDates.value,
  );

  async function change(patch: ReadingPatch): Promise<void> {
    if (!options.value) return;
    const next = { ...options.value, ...patch };
    if (patch.dateOrder) answeredDates.value = dateQuestion.value;
    if (patch.part || patch.encoding || patch.delimiter || patch.header) delete next.roles;
    await look(next);
  }

  async function setRole(index: number, role: ColumnRole): Promise<void> {
    if (!options.value || !preview.value) return;
    const roles = preview.value.columns.map((column, at) => (at === index ? role : column.role));
    await look({ ...options.value, roles });
  }

  const choose = useAction(async (of: ImportKind) => {
    const files = await request('import.chooseFiles', { kind: of });
    if (files.length > 0) await show(files, of);
  });

  const start = useAction(async () => {
    // Send the user's corrections only. The encoding of the preview is a guess from the beginning of the file. Sent as an
    // option it would override the detection, and a file that turns out to be GB18030 later would be read wrongly.
    if (!options.value || !preview.value) return;
    const [mine, shown, chosen] = [options.value, preview.value, paths.value];
    remember(mine);
    for (const doubt of shown.doubts) answered.add(doubtKey(doubt));
    const hasRest = sameForRest.value && at.value + 1 < paths.value.length;
    const rest = hasRest ? await alike(await recognised(mine, shown)) : { files: [], until: null };
    // It may have been closed meanwhile, and shown again with others.
    if (!open.value || paths.value !== chosen) return;
    await goOn([...confirmed, mine, ...rest.files], at.value + 1 + rest.files.length, rest.until);
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
    dateQuestion,
    error,
    reading,
    unpacking,
    ready: computed(
      () =>
        preview.value !== null &&
        !isOpen({ ...preview.value, partIsOpen: false }) &&
        !reading.value &&
        !error.value,
    ),
    choose,
    show,
    place: computed(() => ({ number: at.value + 1, count: paths.value.length })),
    sameForRest,
    setSameForRest: (same) => {
      sameForRest.value = same;
    },
    unlike,
    skip: useAction(() => goOn(confirmed, at.value + 1)),
    change,
    setRole,
    asBefore,
    readAnew,
    retry: async () => {
      if (options.value) await look(options.value);
    },
    start,
    close: () => {
      stopReading();
      if (compared !== null) request('import.cancelPreview', { path: compared }).catch(() => undefined);
      open.value = false;
    },
  };
}
