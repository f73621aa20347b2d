import { argumentError, deviceError, dtypeError, shapeError } from '../errors.js';
import type { TypedArray, TypedArrays } from '../tensor/dtype.js';
import { type Shape, Tensor } from '../tensor/tensor.js';
import type { Initializer, WeightDType } from './initializers.js';

let generation = 0;

/** Counts every assignment to any variable of the process: equal numbers mean that no weight has changed in between. */
export const weightGeneration = (): number => generation;

/** The first value of a variable: drawn when it is first read, so that weights that a file replaces are never drawn. */
class InitialTensor extends Tensor {
  readonly #create: () => Tensor;
  #made: TypedArray | undefined;

  constructor(shape: readonly number[], dtype: WeightDType, create: () => Tensor) {
    super(undefined, shape, dtype);
    this.#create = create;
  }

  override get isTraced(): boolean {
    return false;
  }

  override get data(): TypedArrays[WeightDType] {
    if (this.#made === undefined) {
      const made = this.#create();
      checkFits('initializer', this, made);
      this.#made = made.data;
    }
    return this.#made as TypedArrays[WeightDType];
  }
}

/** What a variable is made from; `path` is the layer's name and the variable's, as in `conv1/kernel`. */
export interface VariableSpec {
  readonly name: string;
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: WeightDType;
  readonly trainable: boolean;
  readonly initializer: Initializer;
}

/** A weight of a layer: a name, a fixed shape and dtype, and a value that `assign` replaces. */
export class Variable {
  readonly name: string;
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: WeightDType;
  readonly trainable: boolean;
  /** Grows with every assignment: what was derived from the value (packed or folded weights) is valid for one version. */
  version = 0;
  #value: Tensor;

  constructor(spec: VariableSpec) {
    this.name = spec.name;
    this.path = spec.path;
    this.shape = Object.freeze([...spec.shape]);
    this.dtype = spec.dtype;
    this.trainable = spec.trainable;
    for (const dim of spec.shape) {
      if (!Number.isSafeInteger(dim) || dim < 0) {
        throw shapeError(spec.path, 'every size of a weight must be a known integer', { shape: spec.shape });
      }
    }
    const { initializer } = spec;
    const create = initializer.prepare?.(this.shape, this.dtype);
    this.#value = new InitialTensor(
      this.shape,
      this.dtype,
      create ?? (() => initializer.create(this.shape, this.dtype)),
    );
  }

  /** The value. Its identity changes with every assignment; its data is not meant to be written to. */
  get value(): Tensor {
    return this.#value;
  }

  /** The number of elements. */
  get size(): number {
    return this.#value.size;
  }

  /**
   * Replaces the value by a copy of `tensor`.
   *
   * @throws ERR_SHAPE or ERR_DTYPE, naming the weight, when the tensor does not fit
   */
  assign(tensor: Tensor): void {
    this.check(tensor);
    const copy = (tensor.data as Float32Array).slice();
    this.#value = new Tensor(copy, this.shape as Shape, this.dtype) as Tensor;
    this.version++;
    generation++;
  }

  /** The checks of `assign` without the assignment. */
  check(tensor: unknown): void {
    if (!(tensor instanceof Tensor))
      throw argumentError(this.path, 'a weight is set from a tensor', { tensor });
    checkFits(this.path, this, tensor);
  }
}

function checkFits(label: string, want: { shape: Shape; dtype: string }, tensor: Tensor): void {
  const same =
    tensor.rank === want.shape.length && tensor.shape.every((dim, axis) => dim === want.shape[axis]);
  if (!same) {
    throw shapeError(label, 'the tensor does not have the shape of the weight', {
      weight: want.shape,
      tensor: tensor.shape,
    });
  }
  if (tensor.dtype !== want.dtype) {
    throw dtypeError(
      label,
      'the tensor does not have the dtype of the weight',
      {
        weight: want.dtype,
        tensor: tensor.dtype,
      },
      `Use cast(tensor, "${want.dtype}")`,
    );
  }
  if (tensor.device !== 'cpu') {
    const rule = 'the values of a weight come from a tensor on the cpu';
    throw deviceError(label, rule, { device: tensor.device }, "Use tensor.to('cpu')");
  }
}
