import { EventEmitter } from 'node:events';
import { loud } from '../loud.ts';

type Source = 'system' | 'light' | 'dark';

type Surface = Pick<
  Electron.NativeTheme,
  | 'themeSource'
  | 'shouldUseDarkColors'
  | 'shouldUseDarkColorsForSystemIntegratedUI'
  | 'shouldUseHighContrastColors'
  | 'shouldUseInvertedColorScheme'
  | 'prefersReducedTransparency'
  | 'inForcedColorsMode'
>;

/** `nativeTheme`: pages follow it by their `prefers-color-scheme`. */
class HostNativeTheme extends EventEmitter implements Surface {
  readonly shouldUseInvertedColorScheme = false;
  readonly shouldUseHighContrastColors = false;
  readonly prefersReducedTransparency = false;
  readonly inForcedColorsMode = false;
  private source: Source = 'system';
  private systemDark = false;

  get themeSource(): Source {
    return this.source;
  }

  set themeSource(source: Source) {
    if (!['system', 'light', 'dark'].includes(source))
      throw new TypeError(`Invalid themeSource: ${String(source)}`);
    this.change(() => (this.source = source));
  }

  get shouldUseDarkColors(): boolean {
    return this.source === 'dark' || (this.source === 'system' && this.systemDark);
  }

  /** The system's bars follow the system, whatever the application's own theme is. */
  get shouldUseDarkColorsForSystemIntegratedUI(): boolean {
    return this.systemDark;
  }

  /** Changes the theme of the system: called by tests, and at the start if windows are displayed. */
  setSystemDark(dark: boolean): void {
    this.change(() => (this.systemDark = dark));
  }

  private change(apply: () => void): void {
    const state = (): string => `${this.source} ${this.systemDark}`;
    const before = state();
    apply();
    if (before !== state()) setImmediate(() => this.emit('updated'));
  }
}

export const theme = new HostNativeTheme();
export const nativeTheme = loud('nativeTheme', theme);
