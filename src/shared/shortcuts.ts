/**
 * The shortcuts of a window: the application menu and the list of shortcuts are made from this table. As Electron writes accelerators;
 * those of one key act only where nothing can be typed.
 */
export const SHORTCUTS = {
  palette: 'CommandOrControl+K',
  shortcuts: '?',
  search: '/',
  data: 'CommandOrControl+1',
  extract: 'CommandOrControl+2',
  insight: 'CommandOrControl+3',
  types: 'CommandOrControl+4',
  themes: 'CommandOrControl+5',
  history: 'CommandOrControl+6',
  settings: 'CommandOrControl+,',
  import: 'CommandOrControl+I',
  export: 'CommandOrControl+E',
  newWorkspace: 'CommandOrControl+Shift+N',
  openWorkspace: 'CommandOrControl+O',
  newWindow: 'CommandOrControl+N',
  undo: 'CommandOrControl+Z',
  redo: 'CommandOrControl+Shift+Z',
  copyRow: 'CommandOrControl+C',
  rowMenu: 'Shift+F10',
  nextUser: 'J',
  previousUser: 'K',
} as const;
export type ShortcutId = keyof typeof SHORTCUTS;

/** Those that the window itself listens for; the others belong to the application menu, or to the part of a page that has the focus. */
export const WINDOW_SHORTCUTS = [
  'palette',
  'shortcuts',
  'search',
  'data',
  'extract',
  'insight',
  'types',
  'themes',
  'history',
] as const satisfies readonly ShortcutId[];
export type WindowShortcut = (typeof WINDOW_SHORTCUTS)[number];
