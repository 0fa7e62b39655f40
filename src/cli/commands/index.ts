import type { CliCommand } from '../command.ts';
import { codebookCommand } from './codebook.ts';
import { exportCommand } from './export.ts';
import { extractCommand } from './extract.ts';
import { importsCommand } from './imports.ts';
import { insightCommand } from './insight.ts';
import { generateCommand } from './generate.ts';
import { rescueCommand } from './rescue.ts';
import { serveCommand } from './serve.ts';
import { restoreCommand } from './restore.ts';
import { tryCommand } from './try.ts';

/** All sub-commands, in the order of the help. */
export const COMMANDS: readonly CliCommand[] = [
  tryCommand,
  extractCommand,
  insightCommand,
  exportCommand,
  serveCommand,
  codebookCommand,
  importsCommand,
  generateCommand,
  rescueCommand,
  restoreCommand,
];
