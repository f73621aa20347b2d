import { readOptions } from '../check.js';
import { argumentError, stateError } from '../errors.js';
import { explainSpec } from '../shape/explain/explain.js';
import { type Counted, Explanation } from '../shape/explain/explanation.js';
import { type ExplainSpec, familyOf } from '../shape/explain/families.js';
import { type AxisMeaning, batchAxis, count, shapeText } from '../shape/explain/text.js';
import type { Shape } from '../tensor/tensor.js';
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
  const windowed = spec !== undefined && familyOf(spec.op).family.known.includes('at');
  if (at !== undefined && !windowed) {
    throw argumentError(
      label,
      'at is for layers with windows, such as convolutions and poolings',
      { at },
      'receptiveField(model, layer, position) tells it of every layer of a model',
    );
  }
  if (spec === undefined) return plainExplanation(layer, label, inputShape);
  const asked = at === undefined ? spec : ({ ...spec, at } as ExplainSpec);
  const explanation = explainSpec(asked, label);
  const { activation } = layer as { readonly activation?: unknown };
  if (typeof activation !== 'string' || activation === 'linear') return explanation;
  return explanation.with({ notes: [...explanation.notes, `Then ${activation}, applied to the result.`] });
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
