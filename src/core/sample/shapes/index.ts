import { app } from './app.ts';
import { music } from './music.ts';
import type { LogShape } from './shape.ts';
import { shop } from './shop.ts';
import { tickets } from './tickets.ts';
import { web } from './web.ts';

/** Which data sets a made-up log is like: `auto` is the log of car shoppers, the one with profiles. */
export const SHAPE_NAMES = ['auto', 'shop', 'web', 'music', 'app', 'tickets'] as const;
export type ShapeName = (typeof SHAPE_NAMES)[number];
export type LookAlike = Exclude<ShapeName, 'auto'>;

export const LOOK_ALIKES: Readonly<Record<LookAlike, LogShape>> = { shop, web, music, app, tickets };
