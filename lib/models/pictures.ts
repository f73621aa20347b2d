import { boolean, integer, oneOf, readOptions } from '../check.js';
import { argumentError } from '../errors.js';
import type { Layer } from '../layers/layer.js';
import { fieldSVG } from '../pictures/field.js';
import { graphSVG } from '../pictures/graph.js';
import { THEMES, type Theme } from '../pictures/palette.js';
import { dot, mermaid } from '../pictures/text.js';
import { volumesSVG } from '../pictures/volumes.js';
import { type Graphed, needModel } from './calls.js';
import { describe } from './describe.js';
import { type SeenInput, seenInput } from './receptive.js';

/** What the pictures and the texts of a net's graph have in common. */
export interface GraphTextOptions {
  /**
   * Whether blocks that repeat are drawn once, with how often they come, and layers that keep the shape with the layer
   * before. Default: in nets of more than 24 boxes; `false` draws every layer.
   */
  readonly fold?: boolean;
  /** Whether the layers inside of models in the model are drawn, and not each such model as one box. Default false. */
  readonly expandNested?: boolean;
}

/** The options of `model.toSVG`. */
export interface SVGOptions extends GraphTextOptions {
  /** `volumes` (default): each layer's output as a body to scale; `graph`: a box per layer and shapes on the edges. */
  readonly style?: 'volumes' | 'graph';
  /** What stands above the picture. Default: the name of the model. */
  readonly title?: string;
  /** Pixels, at least 600. Default 1200; a graph that needs less is narrower. */
  readonly width?: number;
  /** `auto` (default) is light or dark as the reader's system; `light` and `dark` are fixed. */
  readonly theme?: Theme;
}

/** The options of the picture of a receptive field. */
export interface FieldSVGOptions {
  /** Pixels, at least 900. Default 1200. */
  readonly width?: number;
  /** As for `model.toSVG`. */
  readonly theme?: Theme;
}

/** What an output of a layer sees of the input: the numbers, and a picture of them. */
export interface ReceptiveFieldView extends SeenInput {
  /** A standalone SVG of the field over the input. @throws ERR_ARGUMENT for a wrong option, or an input that is a vector */
  toSVG(options?: FieldSVGOptions): string;
}

const STYLES = ['volumes', 'graph'] as const;
const TEXT_OPTIONS = ['fold', 'expandNested'] as const;

function textOptions(op: string, { fold, expandNested = false }: GraphTextOptions) {
  return {
    fold: fold === undefined ? undefined : boolean(op, 'fold', fold),
    nested: boolean(op, 'expandNested', expandNested),
  };
}

/**
 * A model as a standalone SVG: its layers as volumes to scale, or its graph.
 *
 * In `volumes` height and depth of a body are the rows and columns of a layer's output on one scale, and its thickness is
 * the square root of the channels; layers that keep the shape element by element are drawn with the layer before.
 *
 * @param model a Sequential or a Model whose shapes are known
 * @param options `style`, `title`, `width`, `fold`, `theme` and `expandNested`
 * @returns the text of the document
 * @throws ERR_ARGUMENT for a wrong option; ERR_STATE before the shapes of the model are known
 *
 * @example
 * const net = new Sequential([new Conv2D({ filters: 6, kernelSize: 5, inputShape: [28, 28, 1] }), new Flatten()]);
 * toSVG(net, { style: 'graph' }).includes('24×24×6'); // true
 */
export function toSVG(model: Graphed, options?: SVGOptions): string {
  const op = 'toSVG';
  const given = readOptions<SVGOptions>(op, options, ['style', 'title', 'width', 'theme', ...TEXT_OPTIONS]);
  const style = oneOf(op, 'style', given.style ?? 'volumes', STYLES);
  const width = integer(op, 'width', given.width ?? 1200, 600);
  const theme = oneOf(op, 'theme', given.theme ?? 'auto', THEMES);
  const { fold, nested } = textOptions(op, given);
  const draw = style === 'volumes' ? volumesSVG : graphSVG;
  const diagram = describe(needModel(op, model), nested);
  const { title = diagram.title } = given;
  if (typeof title !== 'string') throw argumentError(op, 'title must be a string', { title });
  return draw({ ...diagram, title }, { width, fold, theme });
}

/**
 * The graph of a model as a Mermaid flowchart, as Markdown on GitHub draws it.
 *
 * @param options `fold` and `expandNested`
 * @throws ERR_ARGUMENT for a wrong option; ERR_STATE before the shapes of the model are known
 *
 * @example
 * const net = new Sequential([new Dense({ units: 3, inputShape: [5] })]);
 * toMermaid(net).split('\n')[0]; // "flowchart TD"
 */
export function toMermaid(model: Graphed, options?: GraphTextOptions): string {
  const { fold, nested } = textOptions('toMermaid', readOptions('toMermaid', options, TEXT_OPTIONS));
  return mermaid(describe(needModel('toMermaid', model), nested), fold);
}

/**
 * The graph of a model in the DOT language of Graphviz.
 *
 * @param options `fold` and `expandNested`
 * @throws ERR_ARGUMENT for a wrong option; ERR_STATE before the shapes of the model are known
 *
 * @example
 * const net = new Sequential({ name: 'net', layers: [new Dense({ units: 3, inputShape: [5] })] });
 * toDOT(net).split('\n')[0]; // "digraph \"net\" {"
 */
export function toDOT(model: Graphed, options?: GraphTextOptions): string {
  const { fold, nested } = textOptions('toDOT', readOptions('toDOT', options, TEXT_OPTIONS));
  return dot(describe(needModel('toDOT', model), nested), fold);
}

/**
 * What one output of a layer depends on in the input of a model: per spatial axis the size of the receptive field, by how
 * much it moves from one output to the next (Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural
 * Networks", Distill, 2019), and the very elements, through all branches, that this output reads.
 *
 * @param model a Sequential or a Model; the sizes of its input are known
 * @param layer a layer or its name; inside a nested model `model/layer`
 * @param position the output, an index per spatial axis of the layer's output: [row, column] of a map, [] of a vector
 * @returns `axes` (one entry per spatial axis of the input) with `size`, `jump`, `field`, `read` and `padding`; `toSVG` draws them
 * @throws ERR_ARGUMENT for a layer that the model does not have or that has several outputs; ERR_SHAPE for a position
 *   outside its output, or when a size of the input is not known
 *
 * @example
 * const window = { filters: 8, kernelSize: 3, padding: 'same' };
 * const net = new Sequential([Input({ shape: [28, 28, 1] }), new Conv2D(window), new Conv2D({ ...window, name: 'second' })]);
 * const [rows, columns] = receptiveField(net, 'second', [0, 9]).axes;
 * rows.size; // 5
 * rows.read.last; // 2
 * columns.read.first; // 7
 */
export function receptiveField(
  model: Graphed,
  layer: string | Layer,
  position: readonly number[],
): ReceptiveFieldView {
  const seen = seenInput('receptiveField', model, layer, position);
  return {
    ...seen,
    toSVG(options?: FieldSVGOptions): string {
      const op = 'receptiveField toSVG';
      const given = readOptions<FieldSVGOptions>(op, options, ['width', 'theme']);
      if (seen.axes.length === 0) {
        throw argumentError(op, `the input "${seen.input}" has no spatial axes to draw`, { axes: seen.axes });
      }
      return fieldSVG(seen, {
        width: integer(op, 'width', given.width ?? 1200, 900),
        theme: oneOf(op, 'theme', given.theme ?? 'auto', THEMES),
      });
    },
  };
}
