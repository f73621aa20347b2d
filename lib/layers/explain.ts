import { readOptions } from '../check.js';
import { argumentError, stateError } from '../errors.js';
import { explainSpec } from '../shape/explain/explain.js';
import { type Counted, Explanation } from '../shape/explain/explanation.js';
import { type ExplainSpec, familyOf } from '../shape/explain/families.js';
import { Sees } from '../shape/explain/sees.js';
import { type AxisMeaning, axisWords, batchAxis, count, shapeText } from '../shape/explain/text.js';
import { IDENTITY } from '../shape/receptive.js';
import { type DataFormat, splitInput } from '../shape/spatial.js';
import type { Shape, Tensor } from '../tensor/tensor.js';
import { Trace } from '../tensor/traced.js';
import type { Layer } from './layer.js';
import { checkShape, isShapeList, type ShapeOrList } from './shapes.js';

export type { Explanation } from '../shape/explain/explanation.js';
export type { ExplainSpec } from '../shape/explain/families.js';

/** The options of a layer's `explain`. */
export interface LayerExplainOptions {
  /** The place of an element along the spatial axes of the output, `[row, column]` of an image: `sees` says what it reads. */
  readonly at?: readonly number[];
}

/** What `Layer.explain` does: the layer's own geometry where it has one, else its shapes and its weights. */
export function explainLayer(
  layer: Layer,
  inputShape: ShapeOrList | undefined,
  given: LayerExplainOptions | undefined,
): Explanation {
  const label = `${layer.className} "${layer.name}"`;
  const { at } = readOptions(`${label} explain`, given, ['at']);
  if (inputShape === undefined) {
    throw stateError(
      label,
      'it cannot be explained before the shape of its input is known',
      undefined,
      'Call explain(inputShape), with the batch in front',
    );
  }
  for (const shape of isShapeList(inputShape) ? inputShape : [inputShape]) checkShape(label, shape);
  const spec = layer.explainSpec?.(inputShape);
  if (spec === undefined) {
    const plain = plainExplanation(layer, label, inputShape);
    return at === undefined ? plain : plain.with({ sees: ownElement(layer, label, inputShape, at) });
  }
  if (at !== undefined && !familyOf(spec.op).family.known.includes('at')) throw withoutPlaces(label, at);
  const asked = at === undefined ? spec : ({ ...spec, at } as ExplainSpec);
  const explanation = explainSpec(asked, label);
  const { activation } = layer as { readonly activation?: unknown };
  if (typeof activation !== 'string' || activation === 'linear') return explanation;
  return explanation.with({ notes: [...explanation.notes, `Then ${activation}, applied to the result.`] });
}

function withoutPlaces(label: string, at: unknown) {
  return argumentError(
    label,
    'at is for layers with windows, and for those that work element by element on maps',
    { at },
    'receptiveField(model, layer, position) tells it of every layer of a model',
  );
}

/** The ops that make each element from the one at its place. */
const ELEMENTWISE = new Set(['unary', 'binary', 'select', 'cast', 'scaleShift']);

/** What an output of a layer sees that works element by element, as the ops that it is made of tell. */
function ownElement(layer: Layer, label: string, inputShape: ShapeOrList, at: readonly number[]): Sees {
  const shape = isShapeList(inputShape) ? undefined : inputShape;
  const rank = (shape?.length ?? 0) - 2;
  if (shape === undefined || rank < 1 || rank > 3 || !isElementwise(layer, shape))
    throw withoutPlaces(label, at);
  const { dataFormat } = layer as { readonly dataFormat?: DataFormat };
  const input = splitInput(label, shape, rank, dataFormat);
  const { spatial } = input;
  const rules = spatial.map(() => IDENTITY);
  return new Sees({
    ...input,
    op: label,
    at,
    inSpatial: spatial,
    outSpatial: spatial,
    rules,
    words: axisWords(rank),
  });
}

function isElementwise(layer: Layer, shape: Shape): boolean {
  const trace = new Trace();
  const input = trace.input(shape, layer.inputDType);
  const [output, ...others] = layer.applyAll(input);
  const sameShape = (x: Tensor) => !x.isTraced || x.shape.join() === shape.join();
  const each = trace.nodes.every(({ op, inputs }) => ELEMENTWISE.has(op) && inputs.every(sameShape));
  return each && others.length === 0 && output?.shape.join() === shape.join();
}

/** A layer without windows and products of its own: what goes in, what comes out, and its weights. */
function plainExplanation(layer: Layer, label: string, inputShape: ShapeOrList): Explanation {
  const output = layer.computeOutputShape(inputShape);
  const shapes: readonly Shape[] = isShapeList(output) ? output : [output];
  const shape = shapes[0] as Shape;
  const inputs = isShapeList(inputShape) ? inputShape : [inputShape];
  const kept = inputs.length === 1 && shape.join() === (inputs[0] as Shape).join();
  const axes = shape.map((size, axis): AxisMeaning => {
    return axis === 0
      ? batchAxis(size)
      : { size, meaning: kept ? 'that of the input' : `axis ${axis} of the output` };
  });
  const more = shapes.slice(1).map((other) => `There is an output more: ${shapeText(other)}.`);
  return new Explanation({
    title: `${label} on ${inputs.map(shapeText).join(' and ')}`,
    inputShape,
    shape,
    axes,
    parameters: weightsOf(layer),
    notes: [...(kept ? ['The shape stays.'] : []), ...more],
  });
}

/** `gamma 64 + beta 64 = 128`. */
function weightsOf(layer: Layer): Counted | undefined {
  const total = layer.countParams();
  if (total === 0) return undefined;
  const terms = layer.weights.map(({ name, shape }) => `${name} ${shape.join(' x ')}`);
  return { count: total, text: `${terms.join(' + ')} = ${count(total)}` };
}
