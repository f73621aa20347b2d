import { boolean, readOptions } from '../check.js';
import type { SymbolicTensor } from '../graph/symbolic.js';
import type { Layer } from '../layers/layer.js';
import type { Dims } from '../shape/dims.js';
import { type Counted, Explanation, type ExplanationParts } from '../shape/explain/explanation.js';
import { count, plural, shapeText } from '../shape/explain/text.js';
import type { Tensor } from '../tensor/tensor.js';
import { Trace, type TracedTensor } from '../tensor/traced.js';
import { type Call, type CallGraph, callsOf, type Graphed } from './calls.js';
import { inputFieldText, modelTable } from './explain-table.js';
import { multiplyAdds } from './flops.js';
import { seenInput } from './receptive.js';

/** The options of a model's `explain`. */
export interface ModelExplainOptions {
  /** The text has a paragraph for each layer with all of its arithmetic, instead of a row. Default false. */
  readonly detail?: boolean;
}

/** What one number of a layer's output sees of the model's input, along one axis. */
export interface InputField {
  /** Elements from the first to the last in reach, padding included. */
  readonly size: number;
  /** By how many elements the field moves from one output to the next; 0 when every output sees the whole axis. */
  readonly jump: number;
  /** The first element in reach of output 0; below 0 it lies in the padding. */
  readonly start: number;
}

/** One call of a layer in a model. */
export interface ExplainedLayer {
  /** The layer's name, inside a nested model after the model's name and a slash. */
  readonly name: string;
  readonly className: string;
  /** What the layer says of itself. */
  readonly explanation: Explanation;
  /** Of one sample; undefined while a size besides the batch is not known. */
  readonly multiplyAdds: number | undefined;
  /** The number of weights; 0 where the layer was called before in this model. */
  readonly parameters: number;
  /** Per spatial axis of the model's input; undefined while sizes are not known, and for a layer that is called twice. */
  readonly field: readonly InputField[] | undefined;
}

/** A model, layer by layer. `toString()` is a table, or with `detail` a paragraph for each layer. */
export class ModelExplanation extends Explanation {
  readonly layers: readonly ExplainedLayer[];
  readonly #detail: boolean;

  constructor(parts: ExplanationParts, layers: readonly ExplainedLayer[], detail: boolean) {
    super(parts);
    this.layers = layers;
    this.#detail = detail;
  }

  override toString(): string {
    const body = this.#detail ? this.layers.map(paragraphOf) : [modelTable(this.layers)];
    const totals = [
      `parameters     ${this.parameters?.text ?? '0'}`,
      `multiply-adds  ${this.multiplyAdds === undefined ? '?' : `${this.multiplyAdds.text} per sample`}`,
    ];
    return [this.title, ...body, totals.join('\n'), ...this.notes].join('\n\n');
  }
}

/** A layer's own explanation, and what it sees of the model's input. */
function paragraphOf({ explanation, field }: ExplainedLayer): string {
  const seen =
    field === undefined || field.length === 0
      ? []
      : [`Of the model's input it sees ${inputFieldText(field)}.`];
  return ['─'.repeat(80), explanation.toString(), ...seen].join('\n\n');
}

/** What is needed of a model besides its graph. */
export interface ExplainedModel extends Graphed {
  readonly weights: readonly { readonly size: number }[];
  readonly trainableWeights: readonly { readonly size: number }[];
}

/** What `Network.explain` does. */
export function explainModel(
  label: string,
  model: ExplainedModel,
  given: ModelExplainOptions | undefined,
): ModelExplanation {
  const options = readOptions(`${label} explain`, given, ['detail']);
  const detail = boolean(label, 'detail', options.detail ?? false);
  const graph = callsOf(model, true);
  const layers = explainCalls(label, model, graph);
  const inputs = model.inputs.map(({ shape }) => shape);
  const [output, ...others] = model.outputs.map(({ shape }) => shape) as unknown as readonly [
    Dims,
    ...Dims[],
  ];
  const parts = {
    title: `${label}: ${inputs.map(shapeText).join(' and ')} to ${[output, ...others].map(shapeText).join(' and ')}, ${plural(layers.length, 'layer')}`,
    inputShape: inputs.length === 1 ? (inputs[0] as Dims) : inputs,
    shape: output,
    axes: output.map((size, axis) => ({
      size,
      meaning: axis === 0 ? 'batch' : `axis ${axis} of the output`,
    })),
    parameters: parametersOf(model),
    multiplyAdds: sumOf(layers),
  };
  return new ModelExplanation(parts, layers, detail);
}

function parametersOf(model: ExplainedModel): Counted {
  const sum = (list: readonly { readonly size: number }[]) =>
    list.reduce((total, { size }) => total + size, 0);
  const [all, trainable] = [sum(model.weights), sum(model.trainableWeights)];
  const split =
    all === trainable ? '' : ` (trainable ${count(trainable)}, non-trainable ${count(all - trainable)})`;
  return { count: all, text: count(all) + split };
}

function sumOf(layers: readonly ExplainedLayer[]): Counted | undefined {
  let total = 0;
  for (const layer of layers) {
    if (layer.multiplyAdds === undefined) return undefined;
    total += layer.multiplyAdds;
  }
  return { count: total, text: count(total) };
}

function explainCalls(label: string, model: ExplainedModel, graph: CallGraph): readonly ExplainedLayer[] {
  const known = graph.inputs.every((input) => !shapeOf(graph, input).slice(1).includes(null));
  const called = new Set<Layer>();
  return graph.calls.map((call) => {
    const shapes = call.inputs.map((input) => shapeOf(graph, input));
    const { layer, path } = call;
    const repeated = called.has(layer);
    called.add(layer);
    const alone = graph.calls.filter((other) => other.path === path || other.layer === layer).length === 1;
    return {
      name: path,
      className: layer.className,
      explanation: layer.explain(call.single ? (shapes[0] as Dims) : shapes),
      parameters: repeated ? 0 : layer.countParams(),
      multiplyAdds: known ? tracedMultiplyAdds(graph, call) : undefined,
      field: known && alone && call.outputs.length === 1 ? fieldOf(label, model, graph, call) : undefined,
    };
  });
}

const shapeOf = ({ values }: CallGraph, value: number): Dims => (values[value] as SymbolicTensor).shape;

/** The multiply-adds of one sample, from the nodes that the layer traces, as the summary counts them. */
function tracedMultiplyAdds(graph: CallGraph, { layer, single, inputs }: Call): number {
  const trace = new Trace();
  const batch = shapeOf(graph, inputs[0] as number)[0] ?? 1;
  const given = inputs.map((input): TracedTensor => {
    const { shape, dtype } = graph.values[input] as SymbolicTensor;
    return trace.input([shape[0] ?? batch, ...shape.slice(1)], dtype);
  });
  layer.applyAll(single ? (given[0] as Tensor) : (given as readonly Tensor[]));
  return trace.nodes.reduce((sum, node) => sum + multiplyAdds(node) / batch, 0);
}

/** The field of the first output of a layer. */
function fieldOf(
  label: string,
  model: ExplainedModel,
  graph: CallGraph,
  call: Call,
): readonly InputField[] | undefined {
  // Batch and channels aside, wherever these stand.
  const first = new Array<number>(Math.max(shapeOf(graph, call.outputs[0] as number).length - 2, 0)).fill(0);
  const seen = seenInput(`${label} explain`, model, call.path, first);
  return seen.axes.map(({ size, jump, field }) => ({ size, jump, start: field.first }));
}
