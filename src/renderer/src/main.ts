import './styles/element-components';
import 'element-plus/theme-chalk/dark/css-vars.css';
import './styles/tokens.css';
import './styles/element.css';
import './styles/base.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { t } from './i18n';
import { router } from './router';
import { useRunStore } from './stores/run';
import { useShellStore } from './stores/shell';
import { useSettingsStore } from './stores/settings';
import { useWorkspaceStore } from './stores/workspace';

async function start(): Promise<void> {
  const root = document.querySelector('#app');
  if (!root) return;
  if (!window.eventloom) {
    root.textContent = t('app.outside');
    return;
  }
  const app = createApp(App).use(createPinia());
  useShellStore().listen();
  // The run is asked for first: its progress is what most windows are opened for.
  const attached = useRunStore().attach();
  const workspace = useWorkspaceStore().load();
  const settings = useSettingsStore().load();
  // The router resolves the first page while main answers, so that everything is rendered at once.
  app.use(router);
  // Language and theme are needed before the first paint. The window opens without them when they cannot be read.
  await Promise.allSettled([settings, workspace, attached, router.isReady()]);
  app.mount(root);
}

void start();
