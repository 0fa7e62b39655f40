/**
 * An answer, or a piece of one, in the form of a protocol that is not asked for, as a chunk of chat completions: gateways
 * pass on what the server behind them says. Read are Gemini's `candidates`, the `output` of OpenAI's responses, Ollama's
 * `message`, the `text`, `result` or `response` of DashScope, Qianfan, TGI and Cloudflare, and the data itself that was
 * asked for. Null for anything else.
 */
export function asChatCompletion(value: unknown): Record<string, unknown> | null {
  if (!isObject(value)) return null;
  const object = inSnakeCase(value);
  const said = saidIn(object);
  if (said === null) return null;
  const { usage, usage_metadata: metadata } = object;
  return {
    choices: [{ index: 0, delta: { content: said.text }, finish_reason: said.finish }],
    // Ollama reports its counts beside the message.
    usage: usage ?? metadata ?? ('eval_count' in object ? object : null),
  };
}

function saidIn(object: Record<string, unknown>): { text: string; finish: unknown } | null {
  const { candidates, prompt_feedback: feedback, message, output, users } = object;
  const [candidate] = listOf(candidates).map(inSnakeCase);
  if (candidate) {
    const { content, finish_reason: finish } = candidate;
    // A part that is a thought says so.
    const parts = isObject(content)
      ? listOf(content['parts']).filter((part) => part['thought'] !== true)
      : [];
    return { text: parts.map(textIn).join(''), finish };
  }
  // Gemini sends no candidate where it refuses the prompt.
  const blocked = isObject(feedback) ? inSnakeCase(feedback)['block_reason'] : null;
  if (typeof blocked === 'string' && blocked !== '')
    return { text: '', finish: `content_filter: ${blocked}` };
  if (object['object'] === 'response' && Array.isArray(output)) {
    const messages = listOf(output).filter((item) => item['type'] === 'message');
    const text = messages.flatMap((item) => listOf(item['content']).map(textIn)).join('');
    return { text, finish: object['status'] };
  }
  // Ollama says of each piece whether it is the last.
  if ('done' in object && isObject(message) && typeof message['content'] === 'string')
    return { text: message['content'], finish: object['done_reason'] };
  if (Array.isArray(users)) return { text: JSON.stringify(object), finish: null };
  const plain = ['generated_text', 'result', 'response', 'text'].map((name) => object[name]).find(holdsData);
  return plain === undefined ? null : { text: plain, finish: object['finish_reason'] };
}

const textIn = ({ text }: Record<string, unknown>): string => (typeof text === 'string' ? text : '');

/** A text without any data may as well be an error. */
const holdsData = (text: unknown): text is string => typeof text === 'string' && /[{[]/.test(text);

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? (value as unknown[]).filter(isObject) : [];

/** `finishReason` is `finish_reason`. */
function inSnakeCase(object: Record<string, unknown>): Record<string, unknown> {
  const members = Object.entries(object).map(([name, value]): [string, unknown] => [
    name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
    value,
  ]);
  return Object.fromEntries(members);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
