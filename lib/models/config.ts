import { formatError } from '../errors.js';
import type { CallNode, SymbolicTensor } from '../graph/symbolic.js';
import type { Layer, LayerConfig } from '../layers/layer.js';
import { deserializeLayer, serializeLayer } from '../layers/registry.js';
import type { Packing, Structure } from './structure.js';

/** A tensor of a graph in JSON: the layer's name, which of its calls, which of the call's outputs. */
export type TensorReference = readonly [layer: string, call: number, output: number];

/** The graph of a functional model in JSON. */
export interface GraphConfig {
  readonly layers: readonly LayerConfig[];
  readonly inputLayers: Structure<TensorReference>;
  readonly outputLayers: Structure<TensorReference>;
}

/** A config that is an object. */
export function needConfig(label: string, config: unknown): Record<string, unknown> {
  if (typeof config === 'object' && config !== null && !Array.isArray(config))
    return config as Record<string, unknown>;
  throw formatError(label, 'the config must be an object', { config });
}

export function needList(label: string, name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw formatError(label, `${name} must be a list`, { [name]: value });
}

/** Writes the calls of a graph, layer by layer; calls of a layer are counted within this graph. */
export function graphConfig(
  layers: readonly Layer[],
  nodes: readonly CallNode[],
  ends: {
    inputs: readonly SymbolicTensor[];
    inputPacking: Packing;
    outputs: readonly SymbolicTensor[];
    packing: Packing;
  },
): GraphConfig {
  const calls = new Map<Layer, CallNode[]>();
  for (const node of nodes) calls.set(node.layer, [...(calls.get(node.layer) ?? []), node]);
  const refer = ({ producer, index }: SymbolicTensor): TensorReference => {
    const call = calls.get(producer.layer)?.indexOf(producer) ?? -1;
    return [producer.layer.name, Math.max(0, call), index];
  };
  const inputsOf = ({ inputs, single }: CallNode) => ({
    args: single ? refer(inputs[0] as SymbolicTensor) : inputs.map(refer),
  });
  return {
    layers: layers.map((layer) => ({
      ...serializeLayer(layer),
      name: layer.name,
      inboundNodes: (calls.get(layer) ?? []).filter(({ inputs }) => inputs.length > 0).map(inputsOf),
    })),
    inputLayers: packed(ends.inputPacking, ends.inputs.map(refer)),
    outputLayers: packed(ends.packing, ends.outputs.map(refer)),
  };
}

function packed(packing: Packing, references: readonly TensorReference[]): Structure<TensorReference> {
  if (packing.kind === 'one') return references[0] as TensorReference;
  if (packing.kind === 'list') return references;
  return Object.fromEntries(packing.names.map((name, index) => [name, references[index] as TensorReference]));
}

interface Pending {
  readonly layer: Layer;
  readonly calls: readonly unknown[];
}

/** Rebuilds a graph. Calls wait until their inputs exist, in whatever order the layers are listed. */
export function graphFromConfig(label: string, config: Record<string, unknown>) {
  const made = new Map<string, (readonly SymbolicTensor[])[]>();
  let pending: Pending[] = [];
  for (const entry of needList(label, 'layers', config.layers)) {
    const { name, inboundNodes, ...json } = needConfig(label, entry);
    const layer = deserializeLayer(json);
    if (made.has(layer.name)) throw formatError(label, `two layers are called "${layer.name}"`);
    const output = (layer as Layer & { output?: SymbolicTensor }).output;
    made.set(layer.name, output === undefined ? [] : [[output]]);
    pending.push({ layer, calls: needList(label, 'inboundNodes', inboundNodes) });
  }
  const find = (reference: unknown): SymbolicTensor | undefined => {
    const [name, call, output] = needList(label, 'a reference', reference) as unknown as TensorReference;
    const found = made.get(name);
    if (found === undefined) throw formatError(label, `there is no layer "${name}"`);
    return found[call]?.[output];
  };
  while (pending.length > 0) {
    const waiting = pending
      .map((entry) => connectReady(label, entry, find, made))
      .filter(({ calls }) => calls.length > 0);
    const left = (list: readonly Pending[]) => list.reduce((sum, { calls }) => sum + calls.length, 0);
    if (waiting.length > 0 && left(waiting) === left(pending)) {
      throw formatError(label, 'the calls wait for one another or for a tensor that does not exist', {
        layers: waiting.map(({ layer }) => layer.name),
      });
    }
    pending = waiting;
  }
  const end = (name: string) => mapReferences(label, name, config[name], find);
  return { inputs: end('inputLayers'), outputs: end('outputLayers') };
}

/** Makes the calls of a layer whose inputs exist, in order, and returns what is left. */
function connectReady(
  label: string,
  { layer, calls }: Pending,
  find: (reference: unknown) => SymbolicTensor | undefined,
  made: Map<string, (readonly SymbolicTensor[])[]>,
): Pending {
  for (const [index, call] of calls.entries()) {
    const { args } = needConfig(label, call);
    const single = isReference(args);
    const inputs = single ? [find(args)] : needList(label, 'args', args).map(find);
    if (inputs.length === 0) throw formatError(label, `a call of "${layer.name}" has no inputs`);
    if (inputs.includes(undefined)) return { layer, calls: calls.slice(index) };
    const given = inputs as SymbolicTensor[];
    made.get(layer.name)?.push(layer.applyAll(single ? (given[0] as SymbolicTensor) : given));
  }
  return { layer, calls: [] };
}

const isReference = (value: unknown): value is TensorReference =>
  Array.isArray(value) && value.length === 3 && typeof value[0] === 'string' && typeof value[1] === 'number';

function mapReferences(
  label: string,
  name: string,
  value: unknown,
  find: (reference: unknown) => SymbolicTensor | undefined,
): Structure<SymbolicTensor> {
  const get = (reference: unknown): SymbolicTensor => {
    const tensor = isReference(reference) ? find(reference) : undefined;
    if (tensor === undefined)
      throw formatError(label, `${name} names a tensor that does not exist`, { [name]: reference });
    return tensor;
  };
  if (isReference(value)) return get(value);
  if (Array.isArray(value)) return value.map(get);
  return Object.fromEntries(Object.entries(needConfig(label, value)).map(([key, item]) => [key, get(item)]));
}
