export interface Codec {
  /** Structured-clones a value into text. Throws "An object could not be cloned." as Electron does. */
  encode(value: unknown): string;
  decode(text: string): unknown;
}

/**
 * The structured clone algorithm over text, as Electron's IPC has it: undefined, Date, Map, Set, BigInt, typed arrays, errors,
 * cycles and shared references survive; functions, symbols, promises and DOM objects throw.
 * It is one self-contained function because its source also runs in the page.
 */
export function createCodec(): Codec {
  const views: Record<string, new (buffer: ArrayBuffer, offset: number, length: number) => unknown> = {
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    DataView,
  };
  const refused = (): Error => new Error('An object could not be cloned.');

  const toBase64 = (bytes: Uint8Array): string => {
    let binary = '';
    for (let i = 0; i < bytes.length; i += 32768) {
      binary += String.fromCharCode(...bytes.subarray(i, i + 32768));
    }
    return btoa(binary);
  };
  const fromBase64 = (text: string): ArrayBuffer => {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes.buffer;
  };

  // A primitive that JSON has is itself; everything else is an array that begins with a tag.
  const encode = (input: unknown): string => {
    let value: unknown;
    try {
      value = structuredClone(input);
    } catch {
      throw refused();
    }
    const slots: unknown[] = [];
    const seen = new Map<object, number>();
    const put = (v: unknown): unknown => {
      if (v === null || typeof v === 'string' || typeof v === 'boolean') return v;
      if (v === undefined) return ['u'];
      if (typeof v === 'bigint') return ['b', String(v)];
      if (typeof v === 'number')
        return Number.isFinite(v) && !Object.is(v, -0) ? v : ['n', Object.is(v, -0) ? '-0' : String(v)];
      if (typeof v !== 'object') throw refused();
      const known = seen.get(v);
      if (known !== undefined) return ['r', known];
      const index = slots.push(null) - 1;
      seen.set(v, index);
      slots[index] = describe(v);
      return ['r', index];
    };
    const describe = (v: object): unknown[] => {
      if (Array.isArray(v)) return ['A', v.length, Object.entries(v).map(([k, item]) => [k, put(item)])];
      if (v instanceof Date) return ['D', put(v.getTime())];
      if (v instanceof RegExp) return ['R', v.source, v.flags];
      if (v instanceof Map) return ['M', [...v].map(([k, item]) => [put(k), put(item)])];
      if (v instanceof Set) return ['S', [...v].map(put)];
      if (v instanceof ArrayBuffer) return ['X', toBase64(new Uint8Array(v))];
      if (ArrayBuffer.isView(v)) {
        const kind = Object.prototype.toString.call(v).slice(8, -1);
        const length = 'length' in v ? v.length : v.byteLength;
        if (views[kind] === undefined) throw refused();
        return ['T', kind, put(v.buffer), v.byteOffset, length];
      }
      if (v instanceof Error) return ['E', v.name, v.message, put(v.stack), put(v.cause)];
      if (Object.getPrototypeOf(v) !== Object.prototype) throw refused();
      return ['O', Object.entries(v).map(([k, item]) => [k, put(item)])];
    };
    const root = put(value);
    return JSON.stringify([root, slots]);
  };

  const decode = (text: string): unknown => {
    const [root, slots] = JSON.parse(text) as [unknown, unknown[][]];
    const made: unknown[] = [];
    const get = (v: unknown): unknown => {
      if (!Array.isArray(v)) return v;
      const [tag, data] = v as [string, string];
      if (tag === 'u') return undefined;
      if (tag === 'b') return BigInt(data);
      if (tag === 'n') return Number(data);
      return make(Number(data));
    };
    const make = (index: number): unknown => {
      if (index in made) return made[index];
      const [tag, ...data] = slots[index] as [string, ...unknown[]];
      const keep = <T>(object: T): T => (made[index] = object);
      const pairs = (list: unknown): [string, unknown][] => list as [string, unknown][];
      if (tag === 'A') {
        const array = keep(new Array<unknown>(data[0] as number));
        for (const [k, item] of pairs(data[1])) array[Number(k)] = get(item);
        return array;
      }
      if (tag === 'D') return keep(new Date(get(data[0]) as number));
      if (tag === 'R') return keep(new RegExp(data[0] as string, data[1] as string));
      if (tag === 'M') {
        const map = keep(new Map());
        for (const [k, item] of pairs(data[0])) map.set(get(k), get(item));
        return map;
      }
      if (tag === 'S') {
        const set = keep(new Set());
        for (const item of data[0] as unknown[]) set.add(get(item));
        return set;
      }
      if (tag === 'X') return keep(fromBase64(data[0] as string));
      if (tag === 'T') {
        const View = views[data[0] as string];
        if (View === undefined) throw refused();
        return keep(new View(get(data[1]) as ArrayBuffer, data[2] as number, data[3] as number));
      }
      if (tag === 'E') {
        const makers = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
        const Maker = makers[data[0] as keyof typeof makers] ?? Error;
        const error = keep(new Maker(data[1] as string));
        Object.defineProperty(error, 'stack', { value: get(data[2]), writable: true, configurable: true });
        const cause = get(data[3]);
        if (cause !== undefined) {
          Object.defineProperty(error, 'cause', { value: cause, writable: true, configurable: true });
        }
        return error;
      }
      const object = keep<Record<string, unknown>>({});
      for (const [k, item] of pairs(data[0])) {
        Object.defineProperty(object, k, {
          value: get(item),
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
      return object;
    };
    return get(root);
  };

  return { encode, decode };
}
