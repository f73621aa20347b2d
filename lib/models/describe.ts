import type { SymbolicTensor } from '../graph/symbolic.js';
import { ELU } from '../layers/activation/elu.js';
import { PReLU } from '../layers/activation/prelu.js';
import { LeakyReLU, ReLU, ThresholdedReLU } from '../layers/activation/relu.js';
import { Softmax } from '../layers/activation/softmax.js';
import { BaseConv } from '../layers/convolutional/base-conv.js';
import { DepthwiseConv } from '../layers/convolutional/depthwise.js';
import { SeparableConv } from '../layers/convolutional/separable.js';
import { ConvTranspose } from '../layers/convolutional/transpose.js';
import { Activation } from '../layers/core/activation.js';
import { Dense } from '../layers/core/dense.js';
import { TrainingOnly } from '../layers/core/dropout.js';
import { EinsumDense } from '../layers/core/einsum-dense.js';
import { Embedding } from '../layers/core/embedding.js';
import { Identity } from '../layers/core/identity.js';
import type { Layer } from '../layers/layer.js';
import { Merge } from '../layers/merging/base-merge.js';
import { Concatenate } from '../layers/merging/concatenate.js';
import { Dot } from '../layers/merging/dot.js';
import { AffineNorm } from '../layers/normalization/base-norm.js';
import { BatchNormalization } from '../layers/normalization/batch-normalization.js';
import { GroupNormalization } from '../layers/normalization/group-normalization.js';
import { RMSNormalization, UnitNormalization } from '../layers/normalization/rms-normalization.js';
import { AdaptivePooling } from '../layers/pooling/adaptive-pooling.js';
import { GlobalPooling, Pooling } from '../layers/pooling/base-pool.js';
import { Cropping } from '../layers/reshaping/cropping.js';
import { Flatten } from '../layers/reshaping/flatten.js';
import { Permute } from '../layers/reshaping/permute.js';
import { RepeatVector } from '../layers/reshaping/repeat-vector.js';
import { Reshape } from '../layers/reshaping/reshape.js';
import { UpSampling } from '../layers/reshaping/up-sampling.js';
import { ZeroPadding } from '../layers/reshaping/zero-padding.js';
import { type Diagram, type DiagramNode, type Kind, type Sizes, sizesText } from '../pictures/diagram.js';
import { type Call, type CallGraph, callsOf, formatsOf, type Graphed } from './calls.js';

type LayerClass = abstract new (...args: never[]) => object;

/** What a layer is, by the class that it comes from. */
const KIND_CLASSES: readonly (readonly [Kind, readonly LayerClass[]])[] = [
  ['convolution', [BaseConv]],
  ['pooling', [Pooling, GlobalPooling, AdaptivePooling]],
  ['dense', [Dense, EinsumDense, Embedding]],
  [
    'normalization',
    [AffineNorm, BatchNormalization, GroupNormalization, RMSNormalization, UnitNormalization],
  ],
  ['activation', [Activation, ReLU, LeakyReLU, ThresholdedReLU, Softmax, PReLU, ELU]],
  ['merging', [Merge, Concatenate, Dot]],
  ['reshaping', [Cropping, ZeroPadding, Permute, Reshape, Flatten, RepeatVector, UpSampling]],
];

const isOne = (layer: object, classes: readonly LayerClass[]): boolean =>
  classes.some((Class) => layer instanceof Class);

export const kindOf = (layer: Layer): Kind =>
  KIND_CLASSES.find(([, classes]) => isOne(layer, classes))?.[0] ?? 'other';

/** `ZeroPadding2D` as `zero padding`. */
const words = (className: string): string =>
  className
    .replace(/[123]D/g, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase();

const sizes = (list: readonly number[]): string => (list.length === 1 ? String(list[0]) : sizesText(list));

/** Equal numbers as one: `2`, else `2×1`. */
const steps = (list: readonly number[]): string =>
  list.every((step) => step === list[0]) ? String(list[0]) : sizesText(list);

const isAbove1 = (list: readonly number[]): boolean => list.some((step) => step > 1);

function nameOfConv(layer: BaseConv): string {
  if (layer instanceof DepthwiseConv) return 'depthwise';
  if (layer instanceof SeparableConv) return 'separable';
  return layer instanceof ConvTranspose ? 'transposed' : 'conv';
}

/** The least to know of a layer; `/2` is a stride of 2. */
function captionOf(layer: Layer): string {
  if (layer instanceof BaseConv) {
    const stride = isAbove1(layer.strides) ? ` /${steps(layer.strides)}` : '';
    return `${nameOfConv(layer)} ${sizes(layer.kernelSize)}${stride}`;
  }
  if (layer instanceof Pooling) {
    const usual = layer.strides.every((step, axis) => step === layer.poolSize[axis]);
    const stride = usual ? '' : ` /${steps(layer.strides)}`;
    return `${layer.mode === 'max' ? 'max' : 'mean'} pool ${sizes(layer.poolSize)}${stride}`;
  }
  return words(layer.className).replace(' pooling', '').replace('average', 'mean');
}

function activationText(layer: object): string | undefined {
  const { activation } = layer as { readonly activation?: unknown };
  if (typeof activation === 'string') return activation === 'linear' ? undefined : activation;
  if (typeof activation === 'function') return activation.name === '' ? 'function' : activation.name;
  return (activation as { readonly name?: string } | null | undefined)?.name;
}

function paddingText(padding: unknown): string | undefined {
  if (typeof padding === 'string') return padding === 'valid' ? undefined : padding;
  const flat = [padding].flat(2) as number[];
  if (flat.every((amount) => amount === 0)) return undefined;
  return `pad ${flat.every((amount) => amount === flat[0]) ? flat[0] : flat.join(' ')}`;
}

/** What a layer does in a few words. */
function detailOf(layer: Layer): string {
  const parts: (string | undefined)[] = [];
  if (layer instanceof BaseConv) {
    const { kernelSize, strides, dilationRate, padding } = layer;
    const { groups } = layer as { readonly groups?: number };
    parts.push(sizes(kernelSize), isAbove1(strides) ? `stride ${steps(strides)}` : undefined);
    parts.push(isAbove1(dilationRate) ? `dilation ${steps(dilationRate)}` : undefined);
    parts.push(groups !== undefined && groups > 1 ? `${groups} groups` : undefined, paddingText(padding));
  } else if (layer instanceof Pooling) {
    parts.push(sizes(layer.poolSize), `stride ${steps(layer.strides)}`, paddingText(layer.padding));
  } else if (layer instanceof ZeroPadding) {
    parts.push(paddingText(layer.padding)?.replace('pad ', ''));
  } else if (layer instanceof UpSampling) {
    parts.push(`by ${steps(layer.size)}`);
  } else if (layer instanceof Permute) {
    parts.push(layer.dims.join(', '));
  }
  return [...parts, activationText(layer)].filter((part) => part !== undefined).join(', ');
}

/** Rows and columns of the window that a layer moves over maps. */
const windowOf = (layer: Layer): readonly number[] | undefined => {
  const window =
    layer instanceof BaseConv ? layer.kernelSize : layer instanceof Pooling ? layer.poolSize : undefined;
  return window?.length === 2 ? window : undefined;
};

/** Whether a layer keeps the places of the elements: drawn alone it would repeat the picture of the layer before it. */
function isPointwise(call: Call): boolean {
  const kind = kindOf(call.layer);
  return (
    call.inputs.length === 1 &&
    (kind === 'activation' || kind === 'normalization' || isOne(call.layer, [TrainingOnly, Identity]))
  );
}

/** A model as what is drawn of it. */
export function describe(model: Graphed, nested: boolean): Diagram {
  const graph = callsOf(model, nested);
  const formats = formatsOf(graph);
  const made = new Map<number, number>();
  const nodes: DiagramNode[] = graph.inputs.map((number, i) => {
    made.set(number, i);
    const { name } = graph.values[number] as SymbolicTensor;
    const shape = sizesOf(graph, number);
    const fixed = {
      kind: 'input',
      name,
      type: 'Input',
      caption: 'input',
      detail: '',
      pointwise: false,
    } as const;
    return { ...fixed, shape, ...extents(shape, formats.get(number)), inputs: [] };
  });
  for (const call of graph.calls) {
    const inputs = call.inputs.map((number) => {
      return { from: made.get(number) as number, shape: sizesOf(graph, number) };
    });
    const output = call.outputs[0] as number;
    const shape = sizesOf(graph, output);
    const window = windowOf(call.layer);
    const place = nodes.push({
      kind: kindOf(call.layer),
      name: call.path,
      type: call.layer.className,
      caption: captionOf(call.layer),
      detail: detailOf(call.layer),
      shape,
      ...extents(shape, formats.get(output)),
      ...(window === undefined ? {} : { window }),
      pointwise: isPointwise(call),
      inputs,
    });
    for (const number of call.outputs) made.set(number, place - 1);
  }
  return { title: model.name, nodes };
}

/** The shape of a value without the batch. */
const sizesOf = ({ values }: CallGraph, number: number): Sizes =>
  (values[number] as SymbolicTensor).shape.slice(1);

function extents(shape: Sizes, format: string | undefined): Pick<DiagramNode, 'spatial' | 'channels'> {
  if (shape.length < 2) return { spatial: [], channels: shape[0] ?? null };
  return format === 'channelsFirst'
    ? { spatial: shape.slice(1), channels: shape[0] ?? null }
    : { spatial: shape.slice(0, -1), channels: shape.at(-1) ?? null };
}
