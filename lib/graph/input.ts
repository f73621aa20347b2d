import { integer, readOptions } from '../check.js';
import { argumentError, dtypeError, shapeError, show } from '../errors.js';
import { checkShape, Layer, type LayerConfig, type TensorOrList, type TensorSpec } from '../layers/layer.js';
import { registerLayer } from '../layers/registry.js';
import type { Exact, IsOpen, Option, Plain } from '../shape/typed.js';
import { checkDType, type DType } from '../tensor/dtype.js';
import type { Shape } from '../tensor/tensor.js';
import { CallNode, type SymbolicTensor } from './symbolic.js';

export interface InputOptions {
  /** The shape of one sample, without the batch; `null` where a size varies. */
  readonly shape?: Shape;
  /** A fixed batch size. Default `null`: any. */
  readonly batchSize?: number | null;
  /** Instead of `shape` and `batchSize`: the shape with the batch in front. */
  readonly batchShape?: Shape;
  /** Default `float32`. */
  readonly dtype?: DType;
  /** Default `input_layer`, `input_layer_1`, ... */
  readonly name?: string;
}

/** The shape of an input with the batch in front, from its options. */
export type InputShape<O> =
  Option<O, 'batchShape', null> extends infer Whole
    ? Whole extends Shape
      ? Plain<Whole>
      : Option<O, 'shape', null> extends infer Sample extends Shape
        ? IsOpen<Sample> extends true
          ? Shape
          : [BatchOf<Option<O, 'batchSize', null>>, ...Sample]
        : Shape
    : never;
type BatchOf<Size> = [Size] extends [number | null] ? Size : number | null;

/** The dtype of an input, from its options. */
export type InputDType<O> = Option<O, 'dtype', 'float32'> extends infer D extends DType ? D : DType;

const KNOWN = ['shape', 'batchSize', 'batchShape', 'dtype', 'name'] as const;

/** The layer that stands at the entry of a graph. `Input` makes one and returns its tensor. */
export class InputLayer extends Layer {
  static override className = 'InputLayer';
  /** The shape with the batch in front. */
  readonly batchShape: Shape;
  readonly valueDType: DType;
  readonly output: SymbolicTensor;

  constructor(given: InputOptions) {
    const options = readOptions('Input', given, KNOWN);
    super({ name: options.name }, []);
    this.batchShape = batchShapeOf(this.label, options);
    this.valueDType = checkDType(this.label, options.dtype ?? 'float32');
    this.built = true;
    const spec = { shape: this.batchShape, dtype: this.valueDType };
    this.output = new CallNode(this as unknown as Layer, [], true, [spec]).outputs[0] as SymbolicTensor;
  }

  override get inputDType(): DType {
    return this.valueDType;
  }

  call(inputs: TensorOrList): TensorOrList {
    const input = this.oneInput(inputs);
    checkInput(this.label, { shape: this.batchShape, dtype: this.valueDType }, input);
    return input;
  }

  override getConfig(): LayerConfig {
    return { name: this.name, batchShape: [...this.batchShape], dtype: this.valueDType };
  }
}

registerLayer(InputLayer);

function batchShapeOf(label: string, options: InputOptions): Shape {
  const { shape, batchSize = null, batchShape } = options;
  if ((shape === undefined) === (batchShape === undefined)) {
    throw argumentError(label, 'exactly one of shape and batchShape must be given', { shape, batchShape });
  }
  if (batchShape !== undefined) {
    checkShape(label, batchShape);
    if (batchShape.length === 0)
      throw argumentError(label, 'batchShape needs the batch in front', { batchShape });
    if (batchSize !== null)
      throw argumentError(label, 'batchShape holds the batch size already', { batchSize });
    return batchShape;
  }
  checkShape(label, shape);
  if (batchSize !== null) integer(label, 'batchSize', batchSize);
  return [batchSize, ...(shape as Shape)];
}

/** Checks that a tensor can be fed where `want` is expected; `null` takes any size. */
export function checkInput(label: string, want: TensorSpec, given: TensorSpec): void {
  const { shape } = given;
  const fits =
    shape.length === want.shape.length &&
    want.shape.every((dim, axis) => dim === null || shape[axis] === null || dim === shape[axis]);
  if (!fits) {
    const fix =
      shape.length === want.shape.length - 1
        ? 'The batch axis is missing: expandDims(x, 0) makes a batch of one'
        : undefined;
    throw argumentShapeError(label, want.shape, shape, fix);
  }
  if (given.dtype !== want.dtype) {
    throw dtypeError(
      label,
      `the input must be ${want.dtype}`,
      { dtype: given.dtype },
      `Use cast(x, "${want.dtype}")`,
    );
  }
}

function argumentShapeError(label: string, want: Shape, shape: Shape, fix?: string) {
  return shapeError(label, `the input must have the shape ${show(want)}`, { shape }, fix);
}

/**
 * The tensor that a graph of layers starts from; its values come when the model runs.
 *
 * @param options `shape` of one sample (or `batchShape`), `batchSize`, `dtype` and `name`
 * @throws ERR_SHAPE or ERR_ARGUMENT when the shape is not one
 *
 * @example
 * const image = Input({ shape: [28, 28, 1], name: 'image' });
 * const features = new Conv2D({ filters: 8, kernelSize: 3 }).apply(image);
 */
export function Input<const O extends Exact<O, InputOptions>>(
  options: O,
): SymbolicTensor<InputShape<O>, InputDType<O>> {
  return new InputLayer(options).output as never;
}
