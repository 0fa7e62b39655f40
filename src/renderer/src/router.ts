import { createRouter, createWebHashHistory } from 'vue-router';
import type { RouteComponent } from 'vue-router';
import type { Events } from '@shared/contract';
import ExtractPage from './pages/extract/ExtractPage.vue';

/** The pages of the side menu, in its order; named as main names them in `app.navigate`. */
export const PAGES = [
  'data',
  'extract',
  'insight',
  'types',
  'themes',
  'history',
  'settings',
] as const satisfies readonly Events['app.navigate']['page'][];
export type Page = (typeof PAGES)[number];

const COMPONENTS: Record<Page, RouteComponent | (() => Promise<RouteComponent>)> = {
  data: () => import('./pages/data/DataPage.vue'),
  // Not lazy: a window that opens during a run shows its progress without loading another file.
  extract: ExtractPage,
  insight: () => import('./pages/insight/InsightPage.vue'),
  types: () => import('./pages/types/TypesPage.vue'),
  themes: () => import('./pages/themes/ThemesPage.vue'),
  history: () => import('./pages/history/HistoryPage.vue'),
  settings: () => import('./pages/settings/SettingsPage.vue'),
};

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    // An empty page: useShell redirects from here once the content of the workspace is known.
    { path: '/', name: 'home', component: { render: () => null } },
    ...PAGES.map((name) => ({ path: `/${name}`, name, component: COMPONENTS[name] })),
    { path: '/:unknown(.*)', redirect: { name: 'home' } },
  ],
});
