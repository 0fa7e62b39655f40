import { createRouter, createWebHashHistory } from 'vue-router';
import ExtractPage from './pages/extract/ExtractPage.vue';

export const PAGES = ['data', 'extract', 'insight', 'types', 'themes', 'history', 'settings'] as const;
export type Page = (typeof PAGES)[number];

/** One route for each page of the side menu, named as main names it in `app.navigate`. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    // An empty page: useShell redirects from here once the content of the workspace is known.
    { path: '/', name: 'home', component: { render: () => null } },
    { path: '/data', name: 'data', component: () => import('./pages/data/DataPage.vue') },
    // Not lazy: a window that opens during a run shows its progress without loading another file.
    { path: '/extract', name: 'extract', component: ExtractPage },
    { path: '/insight', name: 'insight', component: () => import('./pages/insight/InsightPage.vue') },
    { path: '/types', name: 'types', component: () => import('./pages/types/TypesPage.vue') },
    { path: '/themes', name: 'themes', component: () => import('./pages/themes/ThemesPage.vue') },
    { path: '/history', name: 'history', component: () => import('./pages/history/HistoryPage.vue') },
    { path: '/settings', name: 'settings', component: () => import('./pages/settings/SettingsPage.vue') },
    { path: '/:unknown(.*)', redirect: { name: 'home' } },
  ],
});
