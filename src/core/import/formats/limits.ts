/** What a file of any format may take. Beyond a limit it is refused with a reason: a small file can unpack to any size. */
export interface FormatLimits {
  /** Bytes that a packed file may unpack to. */
  unpackedBytes: number;
  /** The same where it has to be unpacked to a temporary file. */
  unpackedFileBytes: number;
  /** Above `ratioFrom` unpacked bytes, how many times its packed size a file may have. Logs reach a hundred. */
  ratio: number;
  ratioFrom: number;
  /** Characters of one JSON value, or of one XML tag: a session with all its events is one value. */
  valueChars: number;
  /** Characters of all texts of a workbook together: its cells name them by number, so they are kept while it is read. */
  sharedChars: number;
  /** Characters of one cell; a longer one is refused with its row. */
  cellChars: number;
  /** Sheets or tables that are looked at to find the one that is meant. */
  partsTried: number;
  /** Rows and characters from the beginning of a table from which its columns are told. */
  sampleRows: number;
  sampleChars: number;
}

/** The limits in force. */
export const FORMAT_LIMITS: FormatLimits = {
  unpackedBytes: 64 * 1024 ** 3,
  unpackedFileBytes: 8 * 1024 ** 3,
  ratio: 500,
  ratioFrom: 64 * 1024 ** 2,
  valueChars: 8_000_000,
  sharedChars: 30_000_000,
  cellChars: 1_000_000,
  partsTried: 20,
  sampleRows: 10_000,
  sampleChars: 4_000_000,
};
