import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const FILE = new URL('../../docs/api/openapi.yaml', import.meta.url);
const REFS = '#/components/schemas/';

const contentSchema = z.record(z.string(), z.object({ schema: z.unknown() }));
const responseSchema = z.union([
  z.strictObject({ $ref: z.string() }),
  z.strictObject({ description: z.string(), content: contentSchema }),
]);
const operationSchema = z.object({
  summary: z.string(),
  requestBody: z.object({ content: contentSchema }).optional(),
  responses: z.record(z.string(), responseSchema),
});
const documentSchema = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.partialRecord(z.enum(['get', 'post']), operationSchema)),
  components: z.object({
    responses: z.record(z.string(), z.object({ content: contentSchema })),
    schemas: z.record(z.string(), z.unknown()),
  }),
});

/** The description of the local API, as the tests hold it against the server. */
const document = documentSchema.parse(parse(readFileSync(FILE, 'utf8')));
/** The schemas as JSON Schema has them, which names them `$defs`. */
const defs = JSON.parse(JSON.stringify(document.components.schemas).replaceAll(REFS, '#/$defs/')) as object;
const known = new Map<string, z.ZodType>();

/** All routes of the description, as `GET /api/v1/users/{userId}`. */
export const describedRoutes: string[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);

function compiled(schema: unknown): z.ZodType {
  const text = JSON.stringify(schema).replaceAll(REFS, '#/$defs/');
  const found = known.get(text);
  if (found) return found;
  const made = z.fromJSONSchema({ ...(JSON.parse(text) as object), $defs: defs } as never);
  known.set(text, made);
  return made;
}

/** Whether a path of a request, without its query, is one of the description. */
const matches = (path: string, described: string): boolean =>
  new RegExp(`^${described.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);

/** The schema of an answer. Throws when the description has no such route, status or type of content. */
export function schemaOf(method: string, url: string, status: number, type: string): z.ZodType {
  const [path = ''] = url.split('?', 1);
  const [, methods] = Object.entries(document.paths).find(([described]) => matches(path, described)) ?? [];
  const operation = methods?.[method.toLowerCase() as 'get' | 'post'];
  const response = operation?.responses[String(status)];
  if (!response) throw new Error(`openapi.yaml has no ${status} of ${method} ${url}`);
  const named =
    '$ref' in response ? document.components.responses[response.$ref.split('/').at(-1) ?? ''] : response;
  const content = named?.content[type.split(';', 1)[0] ?? ''];
  if (!content) throw new Error(`openapi.yaml has no ${type} of ${method} ${url}`);
  return compiled(content.schema);
}

/** The schema of a body; null where the description has none. */
export function bodySchemaOf(method: string, path: string): z.ZodType | null {
  const body = document.paths[path]?.[method.toLowerCase() as 'get' | 'post']?.requestBody;
  return body ? compiled(body.content['application/json']?.schema) : null;
}
