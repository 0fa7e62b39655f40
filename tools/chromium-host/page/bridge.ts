/** A value that is passed between the worlds: functions and promises as references, the rest unchanged. */
type Wire =
  | { is: 'value'; value: unknown }
  | { is: 'function'; id: number }
  | { is: 'promise'; id: number }
  | { is: 'error'; message: string; stack: string | undefined }
  | { is: 'array'; items: Wire[] }
  | { is: 'object'; entries: [string, Wire][] };

type Message =
  | { do: 'expose'; name: string; value: Wire }
  | { do: 'call'; id: number; args: Wire[] }
  | { do: 'settle'; id: number; ok: boolean; value: Wire };

export interface Bridge {
  /** Sends a value to the other world to become a global there. */
  expose(name: string, value: unknown): void;
}

/**
 * One end of `contextBridge`: both worlds of a page (the preload's isolated one and the page's own) run this function.
 * They share no object, only the DOM: a CustomEvent is delivered synchronously to the listeners of both, its detail
 * cloned. Functions become proxies, promises are settled by a later message, everything else is copied.
 * Self-contained: its source runs in the page. Code without the name of the event cannot listen.
 */
export function createBridge(
  name: string,
  here: 'preload' | 'page',
  put: (name: string, value: unknown) => void,
): Bridge {
  // Taken before any script of the page can replace them.
  const { dispatchEvent, addEventListener } = EventTarget.prototype;
  const { apply, ownKeys } = Reflect;
  const Detail = CustomEvent;
  const there = here === 'preload' ? 'page' : 'preload';
  const functions: ((...args: unknown[]) => unknown)[] = [];
  const functionIds = new Map<unknown, number>();
  const proxies = new Map<number, unknown>();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  let lastPromise = 0;
  let reply: Wire | undefined;

  const send = (message: Message): Wire | undefined => {
    reply = undefined;
    apply(dispatchEvent, document, [new Detail(`${name}:${there}`, { detail: message })]);
    const answer = reply;
    reply = undefined;
    return answer;
  };

  // The tree of wires is cloned as a graph: cycles and shared parts survive.
  const pack = (value: unknown, packed = new Map<unknown, Wire>()): Wire => {
    if (typeof value === 'symbol') throw new TypeError('A symbol cannot be sent over the contextBridge');
    if (typeof value === 'function') {
      const id = functionIds.get(value) ?? functions.push(value as () => unknown) - 1;
      functionIds.set(value, id);
      return { is: 'function', id };
    }
    if (typeof value !== 'object' || value === null) return { is: 'value', value };
    if (value instanceof Promise) {
      const id = ++lastPromise;
      value.then(
        (result: unknown) => send({ do: 'settle', id, ok: true, value: pack(result) }),
        (error: unknown) => send({ do: 'settle', id, ok: false, value: pack(error) }),
      );
      return { is: 'promise', id };
    }
    if (value instanceof Error) return { is: 'error', message: value.message, stack: value.stack };
    const known = packed.get(value);
    if (known) return known;
    if (Array.isArray(value)) {
      const array: Wire = { is: 'array', items: [] };
      packed.set(value, array);
      array.items = value.map((item) => pack(item, packed));
      return array;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return { is: 'value', value };
    const object: Wire = { is: 'object', entries: [] };
    packed.set(value, object);
    object.entries = ownKeys(value)
      .filter((key): key is string => typeof key === 'string')
      .map((key) => [key, pack((value as Record<string, unknown>)[key], packed)]);
    return object;
  };

  const unpack = (wire: Wire, unpacked = new Map<Wire, unknown>()): unknown => {
    if (wire.is === 'value') return wire.value;
    if (unpacked.has(wire)) return unpacked.get(wire);
    if (wire.is === 'array') {
      const array: unknown[] = [];
      unpacked.set(wire, array);
      for (const item of wire.items) array.push(unpack(item, unpacked));
      return array;
    }
    if (wire.is === 'error') return Object.assign(new Error(wire.message), { stack: wire.stack });
    if (wire.is === 'promise') {
      return new Promise((resolve, reject) => waiting.set(wire.id, { resolve, reject }));
    }
    if (wire.is === 'function') {
      const known = proxies.get(wire.id);
      if (known !== undefined) return known;
      const proxy = (...args: unknown[]): unknown => {
        const answer = send({ do: 'call', id: wire.id, args: args.map((arg) => pack(arg)) });
        if (answer === undefined) throw new Error('The other side of the contextBridge did not answer');
        if (answer.is === 'error') throw unpack(answer);
        return unpack(answer);
      };
      proxies.set(wire.id, proxy);
      return proxy;
    }
    const object: Record<string, unknown> = {};
    unpacked.set(wire, object);
    for (const [key, value] of wire.entries) object[key] = unpack(value, unpacked);
    return object;
  };

  const receive = (message: Message): Wire => {
    if (message.do === 'expose') put(message.name, unpack(message.value));
    if (message.do === 'settle') {
      const promise = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.ok) promise?.resolve(unpack(message.value));
      else promise?.reject(unpack(message.value));
    }
    if (message.do !== 'call') return { is: 'value', value: undefined };
    try {
      return pack(functions[message.id]?.(...message.args.map((arg) => unpack(arg))));
    } catch (error) {
      return pack(error instanceof Error ? error : new Error(String(error)));
    }
  };

  apply(addEventListener, document, [
    `${name}:${here}`,
    (event: Event) => {
      const answer = receive((event as CustomEvent<Message>).detail);
      apply(dispatchEvent, document, [new Detail(`${name}:${there}:reply`, { detail: answer })]);
    },
  ]);
  apply(addEventListener, document, [
    `${name}:${here}:reply`,
    (event: Event) => {
      reply = (event as CustomEvent<Wire>).detail;
    },
  ]);

  return { expose: (global, value) => void send({ do: 'expose', name: global, value: pack(value) }) };
}
