import { argumentError } from '../errors.js';
import { type CallNode, SymbolicTensor } from '../graph/symbolic.js';
import { Tensor } from '../tensor/tensor.js';

/** The graph of a model: what goes in, what comes out, and the calls between in the order they can run. */
export interface NetworkGraph {
  readonly inputs: readonly SymbolicTensor[];
  readonly inputNames: readonly string[];
  readonly outputs: readonly SymbolicTensor[];
  readonly packing: Packing;
  readonly nodes: readonly CallNode[];
}

/** One thing, several in order, or several by name. */
export type Structure<T> = T | readonly T[] | Readonly<Record<string, T>>;

/** What `predict` takes: one tensor, several in the order of the model's inputs, or several by input name. */
export type Feed = Structure<Tensor>;

/** How the outputs of a model are handed back. */
export interface Packing {
  readonly kind: 'one' | 'list' | 'record';
  readonly names: readonly string[];
}

/** A structure of symbolic tensors as a list, with what is needed to restore it. */
export function flatten(
  label: string,
  name: string,
  value: unknown,
): { readonly tensors: readonly SymbolicTensor[]; readonly packing: Packing } {
  const kind = value instanceof SymbolicTensor ? 'one' : Array.isArray(value) ? 'list' : 'record';
  const isObject = typeof value === 'object' && value !== null;
  const entries = kind === 'one' ? [['', value]] : isObject ? Object.entries(value) : [];
  if (entries.length === 0) {
    throw argumentError(
      label,
      `${name} must be a symbolic tensor, or several in a list or by name`,
      { [name]: value },
      'Input({ shape }) makes one, and a layer applied to it makes the next',
    );
  }
  const tensors = entries.map(([key, tensor]) => {
    if (tensor instanceof SymbolicTensor) return tensor;
    throw argumentError(label, `${name} must hold symbolic tensors`, {
      [key === '' ? name : `${name}.${key}`]: tensor,
    });
  });
  const names =
    kind === 'record' ? entries.map(([key]) => key as string) : tensors.map((tensor) => tensor.name);
  return { tensors, packing: { kind, names } };
}

/** Restores the structure. */
export function pack<T>(packing: Packing, items: readonly T[]): Structure<T> {
  if (packing.kind === 'one') return items[0] as T;
  if (packing.kind === 'list') return [...items];
  return Object.fromEntries(packing.names.map((name, index) => [name, items[index] as T]));
}

/** The tensors that were fed, in the order of the model's inputs. */
export function unpackFeed(label: string, names: readonly string[], feed: unknown): Tensor[] {
  if (feed instanceof Tensor) {
    if (names.length === 1) return [feed];
    throw argumentError(label, `it has ${names.length} inputs and was given one tensor`, { inputs: names });
  }
  const list = Array.isArray(feed) ? feed : byName(label, names, feed);
  if (list.length !== names.length) {
    throw argumentError(label, `it has ${names.length} inputs and was given ${list.length} tensors`, {
      inputs: names,
    });
  }
  return list.map((tensor, index) => {
    if (tensor instanceof Tensor) return tensor;
    throw argumentError(
      label,
      `the input "${names[index]}" must be a tensor`,
      { input: tensor },
      'Make one with tensor(data, shape)',
    );
  });
}

function byName(label: string, names: readonly string[], feed: unknown): unknown[] {
  if (typeof feed !== 'object' || feed === null || ArrayBuffer.isView(feed)) {
    throw argumentError(
      label,
      'the input must be a tensor, a list of tensors or tensors by input name',
      { input: feed },
      'Make one with tensor(data, shape)',
    );
  }
  for (const key of Object.keys(feed)) {
    if (!names.includes(key)) throw argumentError(label, `there is no input "${key}"`, { inputs: names });
  }
  return names.map((name) => {
    if (Object.hasOwn(feed, name)) return (feed as Record<string, unknown>)[name];
    throw argumentError(label, `the input "${name}" is missing`, { given: Object.keys(feed) });
  });
}
