import type { SymbolicTensor } from '../graph/symbolic.js';
import type { Layer } from '../layers/layer.js';
import { bytesPerElement } from '../tensor/dtype.js';
import type { Shape, Tensor } from '../tensor/tensor.js';
import { Trace } from '../tensor/traced.js';
import { multiplyAdds } from './flops.js';

export interface SummaryOptions {
  /** The most characters of a line. Default 100. */
  readonly lineLength?: number;
  /** Called with the text. */
  readonly print?: (text: string) => void;
}

/** What a summary reads of a model. */
export interface Summarized {
  readonly title: string;
  readonly layers: readonly Layer[];
  readonly graph:
    | {
        readonly inputs: readonly SymbolicTensor[];
        readonly nodes: readonly { readonly layer: Layer; readonly outputs: readonly SymbolicTensor[] }[];
      }
    | undefined;
  readonly trace: (inputs: readonly Tensor[]) => readonly Tensor[];
  readonly model: Pick<Layer, 'weights' | 'trainableWeights'>;
}

const HEAD = ['Layer (type)', 'Output shape', 'Params', 'Multiply-adds', 'Bytes'] as const;
/** Shares of the line: names and shapes take what the numbers leave. */
const NUMBER_WIDTHS = [14, 16, 12] as const;

export function summarize(of: Summarized, lineLength: number): string {
  const counted = countMultiplyAdds(of);
  const rows = of.layers.map((layer) => rowOf(of, layer, counted));
  const rest = lineLength - NUMBER_WIDTHS.reduce((sum, width) => sum + width, 0);
  const widths = [Math.ceil(rest / 2), Math.floor(rest / 2), ...NUMBER_WIDTHS];
  const line = '─'.repeat(lineLength);
  const total = of.model.weights.reduce((sum, { size }) => sum + size, 0);
  const trainable = of.model.trainableWeights.reduce((sum, { size }) => sum + size, 0);
  const bytes = of.model.weights.reduce((sum, { size, dtype }) => sum + size * bytesPerElement(dtype), 0);
  const work =
    counted === undefined ? Number.NaN : [...counted.values()].reduce((sum, count) => sum + count, 0);
  return [
    of.title,
    cells(HEAD, widths),
    line,
    ...rows.map((row) => cells(row, widths)),
    line,
    `Params: ${number(total)} (trainable ${number(trainable)}, non-trainable ${number(total - trainable)})`,
    `Multiply-adds per sample: ${number(work)}`,
    `Weights: ${number(bytes)} bytes`,
  ].join('\n');
}

function rowOf({ graph }: Summarized, layer: Layer, counted: Map<string, number> | undefined): string[] {
  const shapes = graph?.nodes.filter((node) => node.layer === layer).flatMap(({ outputs }) => outputs) ?? [];
  const bytes = shapes.reduce((sum, output) => sum + bytesPerSample(output), 0);
  return [
    `${layer.name} (${layer.className})`,
    shapes.length === 0 ? '?' : shapes.map(({ shape }) => shapeText(shape)).join(' '),
    layer.built ? number(layer.weights.reduce((sum, { size }) => sum + size, 0)) : '?',
    number(counted === undefined ? Number.NaN : (counted.get(layer.name) ?? 0)),
    number(shapes.length === 0 ? Number.NaN : bytes),
  ];
}

const shapeText = (shape: Shape): string => `[${shape.map(String).join(', ')}]`;

/** Unknown numbers are shown as `?`. */
const number = (value: number): string => (Number.isNaN(value) ? '?' : value.toLocaleString('en-US'));

function bytesPerSample({ shape, dtype }: SymbolicTensor): number {
  return shape.slice(1).reduce<number>((total, dim) => total * (dim ?? Number.NaN), bytesPerElement(dtype));
}

/** Text to the left, numbers to the right; what does not fit is cut with an ellipsis. */
function cells(texts: readonly string[], widths: readonly number[]): string {
  const parts = texts.map((text, column) => {
    const width = (widths[column] as number) - 1;
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
    return column < 2 ? `${cut.padEnd(width)} ` : ` ${cut.padStart(width)}`;
  });
  return parts.join('').trimEnd();
}

/** Multiply-adds of one sample by layer, from the nodes that a trace records; undefined while a size besides the batch is open. */
function countMultiplyAdds({ graph, trace: run }: Summarized): Map<string, number> | undefined {
  if (graph === undefined) return undefined;
  const batch = graph.inputs[0]?.shape[0] ?? 1;
  const shapes = graph.inputs.map(({ shape: [first, ...rest] }) => [first ?? batch, ...rest]);
  if (shapes.some((shape) => shape.includes(null))) return undefined;
  const trace = new Trace();
  run(graph.inputs.map(({ dtype }, index) => trace.input(shapes[index] as Shape, dtype)));
  const counted = new Map<string, number>();
  for (const node of trace.nodes) {
    const [layer = ''] = node.name.split('/');
    counted.set(layer, (counted.get(layer) ?? 0) + multiplyAdds(node) / batch);
  }
  return counted;
}
