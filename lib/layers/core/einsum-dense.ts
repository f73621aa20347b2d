import { argumentError, shapeError } from '../../errors.js';
import { applyActivation } from '../../ops/activations.js';
import { add } from '../../ops/binary.js';
import { einsum } from '../../ops/einsum.js';
import type { Exact } from '../../shape/typed.js';
import type { Shape, Tensor } from '../../tensor/tensor.js';
import { type ActivationOption, activationConfig, activationOption } from '../activations.js';
import { type Initializer, type InitializerOption, initializer, initializerConfig } from '../initializers.js';
import {
  checkShape,
  Layer,
  type LayerConfig,
  type LayerOptions,
  type ShapeOrList,
  type TensorOrList,
  type Variable,
} from '../layer.js';
import { registerLayer } from '../registry.js';
import type { shapeRule } from '../rule.js';
import type { EinsumDenseRule } from './einsum-rule.js';

export interface EinsumDenseOptions extends LayerOptions {
  /** Input, kernel and output by letters, such as `abc,cd->abd`; an ellipsis may begin or end input and output. */
  readonly equation: string;
  /** The sizes of the output that the equation names, without the batch; `null` where the input's size is kept. */
  readonly outputShape: number | Shape;
  /** The output axes, by letter, along which the bias has numbers of its own; none for no bias. Default null. */
  readonly biasAxes?: string | null;
  /** Name of the function applied to the result. Default none. */
  readonly activation?: ActivationOption;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerOption;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerOption;
  readonly kernelRegularizer?: null;
  readonly biasRegularizer?: null;
  readonly activityRegularizer?: null;
  readonly kernelConstraint?: null;
  readonly biasConstraint?: null;
}

const KNOWN = [
  'equation',
  'outputShape',
  'biasAxes',
  'activation',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'activityRegularizer',
  'kernelConstraint',
  'biasConstraint',
];

interface Equation {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
  readonly ellipsis: 'none' | 'left' | 'right';
}

function parse(label: string, equation: unknown): Equation {
  const text = typeof equation === 'string' ? equation.replaceAll(/\s/g, '') : '';
  const match = /^(\.\.\.)?([A-Za-z]+)(\.\.\.)?,([A-Za-z]+)->(\.\.\.)?([A-Za-z]+)(\.\.\.)?$/.exec(text);
  const [, leftIn, input, rightIn, kernel, leftOut, output, rightOut] = match ?? [];
  if (!input || !kernel || !output || leftIn !== leftOut || rightIn !== rightOut || (leftIn && rightIn)) {
    throw argumentError(label, 'equation must look like "ab,bc->ac", "...b,bc->...c" or "ab...,bc->ac..."', {
      equation,
    });
  }
  return { input, kernel, output, ellipsis: leftIn ? 'left' : rightIn ? 'right' : 'none' };
}

/**
 * A dense layer by an einsum equation: which axes of the input meet which of the kernel. The first letter of input and
 * output is the batch. Weights: kernel and bias, with the sizes that the equation's letters have in the input and in
 * `outputShape`; the bias begins at the first of `biasAxes`, with 1 on other axes.
 *
 * @param options `equation`, `outputShape`; default `biasAxes: null`, no `activation`, `kernelInitializer: 'glorotUniform'`
 * @throws ERR_ARGUMENT for an equation of another form, ERR_SHAPE when the sizes do not fit
 *
 * @example
 * const layer = new EinsumDense({ equation: 'abc,cd->abd', outputShape: [null, 64], biasAxes: 'd' });
 * layer.computeOutputShape([null, 32, 128]); // [null, 32, 64]
 */
export class EinsumDense<const O extends Exact<O, EinsumDenseOptions> = EinsumDenseOptions> extends Layer<O> {
  static override className = 'EinsumDense';
  declare readonly [shapeRule]: EinsumDenseRule<O>;
  readonly equation: string;
  readonly partialOutputShape: Shape;
  readonly biasAxes: string | null;
  readonly activation: ActivationOption;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly #parts: Equation;
  #kernel!: Variable;
  #bias: Variable | undefined;

  constructor(options: O) {
    super(options, KNOWN);
    const { label } = this;
    const { outputShape, biasAxes = null } = options;
    this.#parts = parse(label, options.equation);
    this.equation = options.equation;
    this.partialOutputShape = typeof outputShape === 'number' ? [outputShape] : (outputShape as Shape);
    checkShape(label, this.partialOutputShape);
    if (biasAxes !== null && (typeof biasAxes !== 'string' || biasAxes === '' || !this.#isOutput(biasAxes))) {
      throw argumentError(label, 'biasAxes must be letters of the output', {
        biasAxes,
        equation: options.equation,
      });
    }
    this.biasAxes = biasAxes;
    this.activation = activationOption(label, options.activation);
    this.kernelInitializer = initializer(
      label,
      'kernelInitializer',
      options.kernelInitializer ?? 'glorotUniform',
    );
    this.biasInitializer = initializer(label, 'biasInitializer', options.biasInitializer ?? 'zeros');
  }

  #isOutput(letters: string): boolean {
    return [...letters].every((letter) => this.#parts.output.includes(letter));
  }

  /** The size of every letter, from the input and from `outputShape`. */
  #sizes(inputShape: Shape): { sizes: Map<string, number | null>; extra: number } {
    const { input, output, ellipsis } = this.#parts;
    const { label, partialOutputShape, equation } = this;
    const received = { input: inputShape, equation, outputShape: partialOutputShape };
    const extra = inputShape.length - input.length;
    if (extra < 0 || (extra > 0 && ellipsis === 'none')) {
      throw shapeError(label, `the equation names ${input.length} axes of the input`, received);
    }
    if (partialOutputShape.length !== output.length - (ellipsis === 'left' ? 0 : 1)) {
      // After a leading ellipsis the first letter need not be the batch: then outputShape names every letter.
      if (!(ellipsis === 'left' && extra === 0 && partialOutputShape.length === output.length - 1)) {
        throw shapeError(
          label,
          'outputShape must have one size for every letter of the output but the batch',
          received,
        );
      }
    }
    const sizes = new Map<string, number | null>();
    const skipped = ellipsis === 'left' ? extra : 0;
    for (const [i, letter] of [...input].entries())
      sizes.set(letter, inputShape[i + skipped] as number | null);
    const first = output.length - partialOutputShape.length;
    for (const [i, letter] of [...output].entries()) {
      const size = i < first ? null : (partialOutputShape[i - first] as number | null);
      const known = sizes.get(letter);
      if (size === null) {
        if (known === undefined) sizes.set(letter, null);
      } else if (known !== undefined && known !== null && known !== size) {
        throw shapeError(label, `"${letter}" is ${known} in the input but ${size} in outputShape`, received);
      } else sizes.set(letter, size);
    }
    return { sizes, extra };
  }

  #weightShape(name: string, letters: readonly string[], sizes: Map<string, number | null>): number[] {
    return letters.map((letter) => {
      const size = letter === '1' ? 1 : sizes.get(letter);
      if (size === null || size === undefined) {
        throw shapeError(this.label, `the size of "${letter}" must be known: the ${name} depends on it`, {
          equation: this.equation,
          outputShape: this.partialOutputShape,
        });
      }
      return size;
    });
  }

  override build(inputShape: ShapeOrList): void {
    const { kernel, output, ellipsis } = this.#parts;
    const { sizes, extra } = this.#sizes(this.oneShape(inputShape));
    this.#kernel = this.addWeight(
      'kernel',
      this.#weightShape('kernel', [...kernel], sizes),
      this.kernelInitializer,
    );
    const { biasAxes } = this;
    this.#bias = undefined;
    if (biasAxes !== null) {
      const first = Math.min(...[...biasAxes].map((letter) => output.indexOf(letter)));
      const letters = [...output.slice(first)].map((letter) => (biasAxes.includes(letter) ? letter : '1'));
      const after = ellipsis === 'right' ? new Array<string>(extra).fill('1') : [];
      const shape = this.#weightShape('bias', [...letters, ...after], sizes);
      this.#bias = this.addWeight('bias', shape, this.biasInitializer);
    }
    super.build(inputShape);
  }

  override call(inputs: TensorOrList): Tensor {
    const x = this.oneInput(inputs);
    const { sizes } = this.#sizes(x.shape);
    const wanted = [...this.#parts.kernel].map((letter) => sizes.get(letter) ?? null);
    if (wanted.some((size, i) => size !== null && size !== this.#kernel.shape[i])) {
      throw shapeError(this.label, 'the input does not fit the kernel', {
        input: x.shape,
        kernel: this.#kernel.shape,
        equation: this.equation,
      });
    }
    const product = einsum(this.equation, x, this.#kernel.value);
    const sum = this.#bias ? add(product, this.#bias.value) : product;
    return applyActivation(sum, this.activation, this.label);
  }

  override getConfig(): LayerConfig {
    return {
      ...super.getConfig(),
      equation: this.equation,
      outputShape: [...this.partialOutputShape],
      biasAxes: this.biasAxes,
      activation: activationConfig(this.label, this.activation),
      kernelInitializer: initializerConfig(this.kernelInitializer),
      biasInitializer: initializerConfig(this.biasInitializer),
    };
  }
}

registerLayer(EinsumDense);
