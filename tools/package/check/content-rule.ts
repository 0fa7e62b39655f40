/** All application code of a package, in bytes, before Electron. */
export const CODE_BUDGET = 25_000_000;

/** What the archive may hold, each kind with the pattern of its files. Every kind must be there. */
const CONTENT: Record<string, RegExp> = {
  'entries of the main process':
    /^out\/main\/(start|index|cli|engine-worker|import-worker|insight-worker|events-worker|export-worker|measure-worker|file-task-worker)\.js$/,
  'code that they share': /^out\/main\/chunks\/[\w.-]+\.js$/,
  'the program that draws pictures': /^out\/main\/resvg\.wasm$/,
  licences: /^out\/(main|preload|renderer)\/licences\.json$/,
  'the preload': /^out\/preload\/index\.cjs$/,
  'the page': /^out\/renderer\/index\.html$/,
  'parts of the page': /^out\/renderer\/assets\/[\w.-]+\.(js|css)$/,
  'pictures of the page': /^out\/renderer\/[\w/-]+[\w.-]*\.(svg|png)$/,
  rules: /^resources\/rules\/\w+\.yaml$/,
  prompts: /^resources\/prompts\/\w+\.(zh|en)\.md$/,
  'pictures of the tray': /^resources\/tray\/[\w-]+(@2x)?\.png$/,
  'icons of the tray for Windows': /^resources\/tray\/[\w-]+\.ico$/,
  'the icon of windows': /^resources\/icons\/icon-256\.png$/,
  manifest: /^package\.json$/,
};

/** What is wrong with the list of an archive's files: each that nothing allows, and each kind that is missing. */
export function contentProblems(files: readonly string[]): string[] {
  const patterns = Object.entries(CONTENT);
  const extra = files.filter((file) => !patterns.some(([, pattern]) => pattern.test(file)));
  const missing = patterns.filter(([, pattern]) => !files.some((file) => pattern.test(file)));
  return [
    ...extra.map((file) => `${file} must not be packed`),
    ...missing.map(([kind]) => `nothing is packed of: ${kind}`),
  ];
}
