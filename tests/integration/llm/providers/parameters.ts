import { DONE, event } from '../../../support/scripted-provider.ts';
import type { Exchange, Face } from '../../../support/scripted-provider.ts';
import type { ProviderCase } from './cases.ts';
import { ant, anthropic, oai } from './cases.ts';

function schemaOf(h: Exchange): unknown {
  const format = h.body['response_format'];
  return typeof format === 'object' && format !== null && 'type' in format ? format.type : undefined;
}

/** Parameters that a server does not take. */
export const PARAMETERS: Record<string, ProviderCase> = {
  'a JSON schema, with the words of Gemini': {
    face: (h) =>
      schemaOf(h) === 'json_schema'
        ? h.send(400, [
            {
              error: {
                code: 400,
                status: 'INVALID_ARGUMENT',
                message:
                  'Invalid JSON payload received. Unknown name "additionalProperties" at \'generation_config.response_schema\': Cannot find field.',
              },
            },
          ])
        : h.ok(),
    expect: { requests: 16, seconds: 60 },
  },
  'a JSON schema, with HTTP 500': {
    face: (h) =>
      schemaOf(h) === 'json_schema'
        ? h.send(500, oai('failed to load model vocabulary required for format', 'api_error'))
        : h.ok(),
    expect: { requests: 16, seconds: 60 },
  },
  'a JSON schema, refused by a gateway that wraps a 400 into a 500': {
    face: (h) =>
      schemaOf(h) === 'json_schema'
        ? h.send(
            500,
            oai(
              "APIConnectionError: Error code: 400 - {'error': {'message': \"Invalid schema for response_format 'events'\", 'type': 'invalid_request_error'}}",
              'api_error',
              '500',
            ),
          )
        : h.ok(),
    expect: { requests: 16, seconds: 60 },
  },
  'a JSON schema, refused in a chunk of a stream': {
    face: (h) => {
      if (schemaOf(h) !== 'json_schema') return h.ok();
      h.head();
      return h.end(
        event({
          error: { message: 'Invalid schema for response_format', type: 'invalid_request_error', code: 400 },
        }) + DONE,
      );
    },
    expect: { requests: 16, seconds: 60 },
  },
  'a JSON schema, without a word of the reason': {
    face: (h) =>
      schemaOf(h) === 'json_schema'
        ? h.send(400, [
            {
              error: {
                code: 400,
                status: 'INVALID_ARGUMENT',
                message: 'Request contains an invalid argument.',
              },
            },
          ])
        : h.ok(),
    expect: { requests: 16, seconds: 60 },
  },
  'usage in the stream, with an empty HTTP 422': {
    face: (h) => (h.body['stream_options'] === undefined ? h.ok() : h.send(422, '')),
    expect: { requests: 18, seconds: 60 },
  },
  'a JSON schema, with HTTP 500 without a reason': {
    face: (h) =>
      schemaOf(h) === 'json_schema' ? h.send(500, oai('Internal Server Error', 'api_error')) : h.ok(),
    expect: { requests: 18, seconds: 60 },
  },
  'the system role, in Chinese': {
    face: (h) =>
      JSON.stringify(h.body['messages']).includes('"role":"system"')
        ? h.send(400, { error: { message: '当前模型不支持 system 角色', code: 'InvalidParameter' } })
        : h.ok(),
    expect: { requests: 14, seconds: 60 },
  },
  'any response format': {
    face: (h) =>
      schemaOf(h) === undefined ? h.ok() : h.send(400, { error: `'response_format.type' must be 'text'` }),
    expect: { requests: 18, seconds: 60 },
  },
  'max_tokens and temperature': {
    face: (h) => {
      if (h.body['max_tokens'] !== undefined)
        return h.send(
          400,
          oai(
            "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
            'invalid_request_error',
            'unsupported_parameter',
            'max_tokens',
          ),
        );
      if (h.body['temperature'] !== undefined)
        return h.send(
          400,
          oai(
            "Unsupported value: 'temperature' does not support 0.",
            'invalid_request_error',
            'unsupported_value',
            'temperature',
          ),
        );
      return h.ok();
    },
    expect: { requests: 18, seconds: 60 },
  },
  'usage in the stream': {
    face: (h) =>
      h.body['stream_options'] === undefined
        ? h.ok()
        : h.send(422, {
            detail: [
              {
                type: 'extra_forbidden',
                loc: ['body', 'stream_options'],
                msg: 'Extra inputs are not permitted',
              },
            ],
          }),
    expect: { requests: 16, seconds: 60 },
  },
  streaming: {
    face: (h) =>
      h.body['stream'] === true
        ? h.send(
            400,
            oai(
              'Your organization must be verified to stream this model.',
              'invalid_request_error',
              'unsupported_value',
              'stream',
            ),
          )
        : h.ok(),
    expect: { requests: 16, seconds: 60 },
  },
  'the system role': {
    face: (h) =>
      JSON.stringify(h.body['messages']).includes('"role":"system"')
        ? h.send(400, oai('System role not supported', 'BadRequestError'))
        : h.ok(),
    expect: { requests: 16, seconds: 60 },
  },
  'a long output': {
    face: (h) =>
      h.outputLimit > 8_192
        ? h.send(
            400,
            ant(
              'invalid_request_error',
              `max_tokens: ${h.outputLimit} > 8192, which is the maximum allowed number of output tokens`,
            ),
          )
        : h.ok(),
    settings: anthropic,
    expect: { requests: 16, seconds: 60 },
  },
  'a long context': {
    face: (h) => {
      const { usage } = h.answer();
      const most = 4_000;
      if (usage.prompt + h.outputLimit <= most) return h.ok();
      return h.send(400, {
        object: 'error',
        code: 400,
        type: 'BadRequestError',
        message: `This model's maximum context length is ${most} tokens. However, you requested ${usage.prompt + h.outputLimit} tokens (${usage.prompt} in the messages, ${h.outputLimit} in the completion).`,
      });
    },
    expect: { requests: 40, seconds: 90 },
  },
  'a large body': {
    face: (h) =>
      h.prompt.length > 5_000
        ? h.send(413, '<html><head><title>413 Request Entity Too Large</title></head></html>')
        : h.ok(),
    expect: { requests: 60, seconds: 90 },
  },
  'an address without its api-version': {
    path: '/openai/deployments/m/chat/completions?api-version=2024-10-21',
    face: (h) =>
      h.url.includes('api-version=')
        ? h.ok()
        : h.send(404, { error: { code: '404', message: 'Resource not found' } }),
    expect: { requests: 12, seconds: 60 },
  },
  'nothing: the address is a full path': {
    path: '/v1/chat/completions/',
    face: (h) => h.ok(),
    expect: { requests: 10, seconds: 60 },
  },
  'a JSON schema, refused in a field of the stream of its own': {
    face: (h) => {
      if (schemaOf(h) !== 'json_schema') return h.ok();
      h.head();
      return h.end(
        'error: {"code":400,"message":"failed to parse grammar","type":"invalid_request_error"}\n\n',
      );
    },
    expect: { requests: 16, seconds: 60 },
  },
  'any JSON mode, refused in the plain words of an event': {
    face: (h) => {
      if (schemaOf(h) === undefined) return h.ok();
      h.head();
      return h.end('event: error\ndata: response_format json_schema is not supported\n\n');
    },
    expect: { requests: 18, seconds: 60 },
  },
  'a temperature of zero': {
    face: (h) =>
      h.body['temperature'] === 0
        ? h.send(422, {
            error: 'Input validation error: `temperature` must be strictly positive',
            error_type: 'validation',
          })
        : h.ok(),
    expect: { requests: 16, seconds: 60 },
  },
};

/** Refuses what has more than 4,000 tokens, answer included. */
function tooLong(message: (tokens: number) => object, status = 400): Face {
  return (h) => {
    const tokens = h.answer().usage.prompt + h.outputLimit;
    return tokens <= 4_000 ? h.ok() : h.send(status, message(tokens));
  };
}

/** Requests that are too long, in the words of single providers. */
export const LENGTHS: Record<string, ProviderCase> = {
  'the words of Moonshot': {
    face: tooLong(() => oai('Invalid request: Your request exceeded model token limit: 4000')),
    expect: { requests: 40, seconds: 90 },
  },
  'the words of xAI': {
    face: tooLong((tokens) => ({
      code: 'Client specified an invalid argument',
      error: `This model's maximum prompt length is 4000 but the request contains ${tokens} tokens.`,
    })),
    expect: { requests: 40, seconds: 90 },
  },
  'the words of Cohere': {
    face: tooLong(() => ({
      message:
        'too many tokens: total number of tokens in the prompt cannot exceed 4000 - received 5000. Try using a shorter prompt or a smaller max_tokens value.',
    })),
    expect: { requests: 40, seconds: 90 },
  },
  'the words of TGI': {
    face: tooLong(
      (tokens) => ({
        error: `Input validation error: \`inputs\` tokens + \`max_new_tokens\` must be <= 4000. Given: ${tokens - 1000} \`inputs\` tokens and 1000 \`max_new_tokens\``,
        error_type: 'validation',
      }),
      422,
    ),
    expect: { requests: 40, seconds: 90 },
  },
  'the words of SiliconFlow': {
    face: tooLong((tokens) => ({
      code: 20015,
      message: `length of prompt_tokens (${tokens}) must be less than max_seq_len (4000).`,
      data: null,
    })),
    expect: { requests: 40, seconds: 90 },
  },
  'the words of Volcengine': {
    face: tooLong(() =>
      oai(
        'Total tokens of image and text exceed max message tokens. Request id: 0217',
        'BadRequest',
        'InvalidParameter',
      ),
    ),
    expect: { requests: 40, seconds: 90 },
  },
  'a limit of tokens per minute that one request breaks': {
    face: (h) =>
      h.answer().usage.prompt > 1_500
        ? h.send(
            413,
            oai(
              `Request too large for model \`m\` in organization \`o\` service tier \`on_demand\` on tokens per minute (TPM): Limit 6000, Requested ${h.answer().usage.prompt + h.outputLimit}, please reduce your message size and try again.`,
              'tokens',
              'rate_limit_exceeded',
            ),
          )
        : h.ok(),
    expect: { requests: 60, seconds: 120 },
  },
};
