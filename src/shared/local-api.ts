import { z } from 'zod';
import type { ErrorInfo } from './errors.ts';
import { API_PORTS, DEFAULT_API_PORT, ORIGIN } from './local-api-limits.ts';

const MOST_ORIGINS = 20;

export const originSchema = z.string().max(200).regex(ORIGIN);

/** What the user can set of the local API (本机接口). */
export const apiSettingsSchema = z.object({
  enabled: z.boolean().default(false),
  port: z.number().int().min(API_PORTS.least).max(API_PORTS.most).default(DEFAULT_API_PORT),
  /** Origins whose requests are let in: of programs that have one, e.g. a browser extension. */
  origins: z.array(originSchema).max(MOST_ORIGINS).default([]),
});
export type ApiSettings = z.infer<typeof apiSettingsSchema>;

const { enabled, port, origins } = apiSettingsSchema.shape;
export const apiSettingsPatchSchema = z
  .object({ enabled: enabled.unwrap(), port: port.unwrap(), origins: origins.unwrap() })
  .partial();
export type ApiSettingsPatch = z.infer<typeof apiSettingsPatchSchema>;

/** The local API as a window sees it; never with its token. */
export interface ApiView extends ApiSettings {
  /** Grows with every change. */
  revision: number;
  state: 'off' | 'starting' | 'running' | 'failed';
  /** `http://127.0.0.1:<port>` while it is running. */
  url: string | null;
  /** Why it is not running; null unless it failed. */
  error: ErrorInfo | null;
  /** Whether there is a token. It is shown once, to the window that had it made. */
  hasToken: boolean;
}

/** What a window gets that changed something: the token, if one was made. */
export interface ApiChange {
  view: ApiView;
  token: string | null;
}
