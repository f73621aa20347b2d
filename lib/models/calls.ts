import { argumentError, shapeError } from '../errors.js';
import { topologicalOrder } from '../graph/order.js';
import type { SymbolicTensor } from '../graph/symbolic.js';
import type { Layer } from '../layers/layer.js';
import type { DataFormat } from '../shape/spatial.js';
import type { Shape, Tensor } from '../tensor/tensor.js';
import { Trace, type TracedTensor, type TraceNode } from '../tensor/traced.js';

/** What is read of a model, or of a model inside one. */
export interface Graphed {
  readonly name: string;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly layers: readonly Layer[];
}

/** A call of a layer with the numbers of the values that go in and come out. */
export interface Call {
  /** The name of the layer, inside a nested model after the model's name and a slash. */
  readonly path: string;
  readonly layer: Layer;
  readonly single: boolean;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** The calls of a model in an order in which they can run, and the symbolic tensor of every value. */
export interface CallGraph {
  readonly calls: readonly Call[];
  readonly values: readonly SymbolicTensor[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const isModel = (layer: Layer): layer is Layer & Graphed =>
  'inputs' in layer && 'outputs' in layer && 'layers' in layer;

/** The calls of a model; with `nested` those inside of models that it contains stand in their place. */
export function callsOf(model: Graphed, nested: boolean): CallGraph {
  const calls: Call[] = [];
  const values: SymbolicTensor[] = [];
  const fresh = (symbol: SymbolicTensor): number => values.push(symbol) - 1;
  const add = (part: Graphed, prefix: string, given: readonly number[]): readonly number[] => {
    const numbers = new Map<SymbolicTensor, number>();
    part.inputs.forEach((symbol, i) => {
      numbers.set(symbol, given[i] ?? fresh(symbol));
    });
    for (const node of topologicalOrder(part.outputs)) {
      if (node.inputs.length === 0) continue;
      const inputs = node.inputs.map((input) => numbers.get(input) as number);
      const path = prefix + node.layer.name;
      const inside = nested && isModel(node.layer) ? add(node.layer, `${path}/`, inputs) : undefined;
      const outputs = inside ?? node.outputs.map(fresh);
      node.outputs.forEach((symbol, i) => {
        numbers.set(symbol, outputs[i] as number);
      });
      if (inside === undefined) {
        calls.push({ path, layer: node.layer, single: node.single, inputs, outputs });
      }
    }
    return part.outputs.map((output) => numbers.get(output) as number);
  };
  const inputs = model.inputs.map(fresh);
  const outputs = add(model, '', inputs);
  return { calls, values, inputs, outputs };
}

const ownFormat = (layer: object): DataFormat | undefined =>
  (layer as { readonly dataFormat?: DataFormat }).dataFormat;

/**
 * Where each value has its channels: as the layer that made it says, or the nearest one before it that does; an input as
 * the first layer with an opinion says.
 */
export function formatsOf({ calls, inputs }: CallGraph): ReadonlyMap<number, DataFormat> {
  const first = calls.map(({ layer }) => ownFormat(layer)).find((format) => format !== undefined);
  const formats = new Map<number, DataFormat>(inputs.map((number) => [number, first ?? 'channelsLast']));
  for (const call of calls) {
    const format = ownFormat(call.layer) ?? formats.get(call.inputs[0] as number) ?? 'channelsLast';
    for (const number of call.outputs) formats.set(number, format);
  }
  return formats;
}

/** A layer as messages and paths name it: by the layer itself or by its name; `model/layer` inside a nested model. */
export type LayerReference = string | Layer;

/** A value that a layer makes, in the graph where it was found. */
export interface FoundValue {
  readonly graph: CallGraph;
  readonly path: string;
  readonly layer: Layer;
  readonly value: number;
}

/**
 * The output of a layer of a model.
 *
 * @throws ERR_ARGUMENT, listing the layers, when there is none of that name, and when it has several outputs or calls
 */
export function findLayer(op: string, model: Graphed, which: LayerReference): FoundValue {
  const plain = callsOf(model, false);
  const entry = model.inputs.findIndex(({ producer, name }) => producer.layer === which || name === which);
  if (entry >= 0) {
    const { producer, name } = model.inputs[entry] as SymbolicTensor;
    return { graph: plain, path: name, layer: producer.layer, value: plain.inputs[entry] as number };
  }
  const top = matching(plain, which);
  const graph = top.length > 0 ? plain : callsOf(model, true);
  const calls = top.length > 0 ? top : matching(graph, which);
  const [call] = calls;
  if (call === undefined) throw unknownLayer(op, graph, which);
  if (calls.length > 1 || call.outputs.length > 1) {
    throw argumentError(
      op,
      `the layer "${call.path}" has several outputs, and one is meant`,
      { calls: calls.length, outputs: call.outputs.length },
      'Make a model of the one that is meant: new Model({ inputs, outputs })',
    );
  }
  return { graph, path: call.path, layer: call.layer, value: call.outputs[0] as number };
}

function unknownLayer(op: string, graph: CallGraph, which: unknown) {
  const name = typeof which === 'string' ? which : (which as Partial<Layer> | null)?.name;
  return argumentError(
    op,
    typeof name === 'string'
      ? `the model has no layer "${name}"`
      : 'layer must be a layer or the name of one',
    { ...(typeof name === 'string' ? {} : { layer: which }), layers: graph.calls.map(({ path }) => path) },
  );
}

const matching = ({ calls }: CallGraph, which: LayerReference): Call[] =>
  calls.filter(({ path, layer }) => path === which || layer === which);

/** A trace of a model over inputs of known shape: the nodes, and the tensor of every value. */
export interface TracedCalls {
  readonly nodes: readonly TraceNode[];
  readonly tensors: ReadonlyMap<number, Tensor>;
}

/** Traces one sample through the calls. @throws ERR_SHAPE while a size besides the batch is not known */
export function traceCalls(op: string, graph: CallGraph): TracedCalls {
  const trace = new Trace();
  const tensors = new Map<number, Tensor>();
  for (const number of graph.inputs) {
    const { shape, dtype, name } = graph.values[number] as SymbolicTensor;
    tensors.set(number, trace.input(oneSample(op, name, shape), dtype));
  }
  for (const { layer, single, inputs, outputs } of graph.calls) {
    const given = inputs.map((number) => tensors.get(number) as TracedTensor);
    const made: readonly Tensor[] = layer.applyAll(single ? (given[0] as Tensor) : (given as Tensor[]));
    outputs.forEach((number, i) => {
      tensors.set(number, made[i] as Tensor);
    });
  }
  return { nodes: trace.nodes, tensors };
}

/** A shape with a batch of one. */
function oneSample(op: string, name: string, [batch, ...sizes]: Shape): Shape {
  if (sizes.includes(null)) {
    throw shapeError(
      op,
      `the sizes of the input "${name}" are not known`,
      { shape: [batch ?? null, ...sizes] },
      'Give the input a shape without null',
    );
  }
  return [batch ?? 1, ...sizes];
}

/** Refuses what is no model. @throws ERR_ARGUMENT, or ERR_STATE before the shapes of the model are known */
export function needModel(op: string, model: unknown): Graphed {
  if (typeof model === 'object' && model !== null && isModel(model as Layer)) {
    if ((model as Graphed).inputs.length > 0) return model as Graphed;
  }
  throw argumentError(op, 'model must be a Sequential or a Model', { model });
}
