import { argumentError, shapeError, stateError } from '../../errors.js';
import { type Dims, sameDims } from '../../shape/dims.js';
import type { Exact, IsOpen, Option } from '../../shape/typed.js';
import type { DType } from '../../tensor/dtype.js';
import { type Shape, Tensor } from '../../tensor/tensor.js';
import {
  type CallContext,
  checkShape,
  Layer,
  type LayerConfig,
  type LayerOptions,
  type TensorOrList,
} from '../layer.js';
import { registerLayer } from '../registry.js';
import type { Reads, shapeRule, TypedRule } from '../rule.js';

/** The function of a Lambda: one tensor or a list in, one or a list out, made of ops only. */
// biome-ignore lint/suspicious/noExplicitAny: a function of one tensor and a function of a list are both meant
export type LambdaFunction = (inputs: any, context?: CallContext) => TensorOrList;

export interface LambdaOptions extends LayerOptions {
  /** What the layer computes, in ops; it is called with traced tensors, which have shapes and no values. */
  readonly function: LambdaFunction;
  /** The shape of one sample of the output, checked against what the function gives. Default: whatever it gives. */
  readonly outputShape?: Shape | null;
}

/**
 * A function of tensors as a layer. Ops on symbolic tensors belong in one.
 * It cannot be saved: `getConfig` refuses.
 * @throws ERR_ARGUMENT when the function does not return tensors, ERR_SHAPE when they do not have `outputShape`
 *
 * @example
 * const double = new Lambda({ function: (x) => mul(x, 2), outputShape: [3] });
 * double.computeOutputShape([null, 3]); // [null, 3]
 */
export class Lambda<const O extends Exact<O, LambdaOptions> = LambdaOptions> extends Layer<O> {
  static override className = 'Lambda';
  declare readonly [shapeRule]: LambdaRule<O>;
  readonly outputShape: Shape | null;

  constructor(options: O) {
    super(options, ['function', 'outputShape']);
    const { outputShape = null } = options;
    if (typeof options.function !== 'function') {
      throw argumentError(this.label, 'function must be a function of tensors', {
        function: options.function,
      });
    }
    if (outputShape !== null) checkShape(this.label, outputShape);
    this.outputShape = outputShape;
  }

  override call(inputs: TensorOrList, context?: CallContext): TensorOrList {
    const result: unknown = this.options.function(inputs, context);
    const list: readonly unknown[] = Array.isArray(result) ? result : [result];
    for (const output of list) {
      if (!(output instanceof Tensor)) {
        throw argumentError(this.label, 'the function must return a tensor or a list of tensors', {
          returned: output,
        });
      }
      const { outputShape } = this;
      if (outputShape !== null && !sameDims(output.shape.slice(1), outputShape)) {
        throw shapeError(
          this.label,
          'the function does not give the outputShape',
          {
            output: output.shape,
            outputShape,
          },
          'outputShape is the shape of one sample, without the batch',
        );
      }
    }
    return result as TensorOrList;
  }

  override getConfig(): LayerConfig {
    throw stateError(
      this.label,
      'a Lambda holds a function and cannot be saved',
      undefined,
      'Write a Layer subclass and register it with registerLayer',
    );
  }
}

/** The shape rule of a `Lambda` with options `O`: nothing is known of its output but the option `outputShape`. */
export interface LambdaRule<O> extends TypedRule {
  readonly options: Reads<O, 'outputShape'>;
  readonly dtype: DType;
  readonly output: LambdaShape<Option<O, 'outputShape', null>>;
}
type LambdaShape<Sample> =
  IsOpen<Sample> extends true
    ? Dims
    : Sample extends readonly unknown[]
      ? [
          number | null,
          ...{ -readonly [K in keyof Sample]: [Sample[K]] extends [null] ? number | null : Sample[K] },
        ]
      : Dims;

registerLayer(Lambda);
