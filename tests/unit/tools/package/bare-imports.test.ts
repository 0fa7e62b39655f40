import { expect, test } from 'vitest';
import { bareImports } from '../../../../tools/package/check/bare-imports.ts';

test('finds the packages that a bundle leaves to a node_modules', () => {
  const code = `import { a } from "undici";
import "side-effect";
export { b } from 'zod/v4';
import { app } from "electron";
import { join } from "node:path";
import fs from "fs";
import { c } from "./chunks/c.js";
const d = await import("lazy");
const e = await import("./e.js");
/** @type {import('only-a-type').Type} */
const text = 'import x from "only-a-text"';
`;
  expect(bareImports(code)).toEqual(['undici', 'side-effect', 'zod/v4', 'lazy']);
});
