import { apiMessages } from './api.ts';
import { appMessages } from './app.ts';
import { codebookMessages } from './codebook.ts';
import { exportMessages } from './export.ts';
import { extractMessages } from './extract.ts';
import { importMessages } from './import.ts';
import { inductionMessages } from './induction.ts';
import { insightMessages } from './insight.ts';
import { modelMessages } from './model.ts';
import { osMessages } from './os.ts';
import { runMessages } from './run.ts';
import { themeMessages } from './themes.ts';
import { updateMessages } from './update.ts';
import { workspaceMessages } from './workspace.ts';

/** One text in every language of the product. `{name}` stands for a parameter. */
export interface Message {
  'zh-CN': string;
  en: string;
}

/** The one catalogue of errors and notices: a stable code, and what a user reads: what happened, where, what to do. */
export const messages = {
  ...apiMessages,
  ...appMessages,
  ...codebookMessages,
  ...themeMessages,
  ...exportMessages,
  ...extractMessages,
  ...importMessages,
  ...inductionMessages,
  ...insightMessages,
  ...modelMessages,
  ...osMessages,
  ...runMessages,
  ...updateMessages,
  ...workspaceMessages,
} as const satisfies Record<string, Message>;

export type MessageCode = keyof typeof messages;
