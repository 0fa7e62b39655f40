import type { Handlers, ShellContext } from '../context.ts';
import { apiHandlers } from './api.ts';
import { appHandlers } from './app.ts';
import { codebookHandlers } from './codebook.ts';
import { exportHandlers } from './export.ts';
import { importHandlers } from './import.ts';
import { inductionHandlers } from './induction.ts';
import { insightHandlers } from './insight.ts';
import { modelHandlers } from './model.ts';
import { rhythmHandlers } from './rhythm.ts';
import { runHandlers } from './run.ts';
import { settingsHandlers } from './settings.ts';
import { themesHandlers } from './themes.ts';
import { updateHandlers } from './update.ts';
import { usersHandlers } from './users.ts';
import { workspaceHandlers } from './workspace.ts';

/** A handler for every request of the contract; a request without one does not compile. */
export function createHandlers(context: ShellContext): Handlers {
  return {
    ...appHandlers(context),
    ...settingsHandlers(context),
    ...workspaceHandlers(context),
    ...importHandlers(context),
    ...exportHandlers(context),
    ...rhythmHandlers(context),
    ...usersHandlers(context),
    ...runHandlers(context),
    ...codebookHandlers(context),
    ...themesHandlers(context),
    ...inductionHandlers(context),
    ...insightHandlers(context),
    ...modelHandlers(context),
    ...apiHandlers(context),
    ...updateHandlers(context),
  };
}
