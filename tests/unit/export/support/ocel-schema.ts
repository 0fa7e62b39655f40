/** The structure of OCEL 2.0 as JSON, written anew from the specification (ocel-standard.org). */
const attributes = (withTime: boolean): object => ({
  type: 'array',
  items: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      value: { type: 'string' },
      ...(withTime ? { time: { $ref: '#/$defs/time' } } : {}),
    },
    required: ['name', 'value', ...(withTime ? ['time'] : [])],
    additionalProperties: false,
  },
});
const relationships = {
  type: 'array',
  items: {
    type: 'object',
    properties: { objectId: { type: 'string' }, qualifier: { type: 'string' } },
    required: ['objectId', 'qualifier'],
    additionalProperties: false,
  },
};
const types = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      attributes: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            type: { enum: ['string', 'time', 'integer', 'float', 'boolean'] },
          },
          required: ['name', 'type'],
          additionalProperties: false,
        },
      },
    },
    required: ['name', 'attributes'],
    additionalProperties: false,
  },
};

export const ocelSchema = {
  $defs: {
    time: {
      type: 'string',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
    },
  },
  type: 'object',
  properties: {
    eventTypes: types,
    objectTypes: types,
    events: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          type: { type: 'string' },
          time: { $ref: '#/$defs/time' },
          attributes: attributes(false),
          relationships,
        },
        required: ['id', 'type', 'time'],
        additionalProperties: false,
      },
    },
    objects: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          type: { type: 'string' },
          attributes: attributes(true),
          relationships,
        },
        required: ['id', 'type'],
        additionalProperties: false,
      },
    },
  },
  required: ['eventTypes', 'objectTypes', 'events', 'objects'],
  additionalProperties: false,
};
