/** The smallest value that fits a JSON schema, for prompts without a user (such as a test of the connection). */
export function schemaSample(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return null;
  const { type, properties, required, enum: choices, const: only } = schema as Record<string, unknown>;
  if (only !== undefined) return only;
  if (Array.isArray(choices)) return choices[0];
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(Object(properties))
          .filter(([name]) => !Array.isArray(required) || required.includes(name))
          .map(([name, value]) => [name, schemaSample(value)]),
      );
    case 'array':
      return [];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return 1;
    case 'string':
      return 'ok';
    default:
      return null;
  }
}
