import { layerOf } from '../../abstraction/theme-layers.ts';
import type { ThemeLayer } from '../../abstraction/theme-layers.ts';
import type { LoadedRules } from './load-rules.ts';

/** What rules decide on themes. */
export const themeLayerOf = ({ rules }: Pick<LoadedRules, 'rules'>): ThemeLayer =>
  layerOf(rules.themes ?? []);
