import { app, nativeTheme } from 'electron';
import { setOpenAtLogin } from '../lifecycle/login-item.ts';
import { localeOf } from '../../core/i18n.ts';
import type { SystemPreferences } from './settings-service.ts';

/** What Electron says of the system; after `ready`. */
export const systemPreferences: SystemPreferences = {
  locale: () => localeOf(app.getPreferredSystemLanguages()[0] ?? app.getLocale()),
  dark: () => nativeTheme.shouldUseDarkColors,
  applyTheme: (theme) => {
    nativeTheme.themeSource = theme;
  },
  // From the sources, the system would start a bare Electron.
  setOpenAtLogin: (openAtLogin) => {
    if (app.isPackaged) setOpenAtLogin(openAtLogin);
  },
};
