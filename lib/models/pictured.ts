import type { SymbolicTensor } from '../graph/symbolic.js';
import { Layer } from '../layers/layer.js';
import { type GraphTextOptions, type SVGOptions, toDOT, toMermaid, toSVG } from './pictures.js';

/** A layer with a graph inside, which can be drawn. */
export abstract class Pictured extends Layer {
  abstract readonly layers: readonly Layer[];
  abstract readonly inputs: readonly SymbolicTensor[];
  abstract readonly outputs: readonly SymbolicTensor[];

  /**
   * The model as a standalone SVG: its layers as volumes to scale, or its graph.
   *
   * @param options `style` (`volumes` or `graph`), `width` (default 1200), `fold`, `theme` and `expandNested`
   * @throws ERR_ARGUMENT for a wrong option; ERR_STATE before the shapes of the model are known
   *
   * @example
   * await writeFile('net.svg', model.toSVG({ style: 'graph' }));
   */
  toSVG(options?: SVGOptions): string {
    return toSVG(this, options);
  }

  /**
   * The graph of the model as a Mermaid flowchart, as Markdown on GitHub draws it.
   *
   * @param options `fold` and `expandNested`
   * @throws as `toSVG`
   */
  toMermaid(options?: GraphTextOptions): string {
    return toMermaid(this, options);
  }

  /**
   * The graph of the model in the DOT language of Graphviz.
   *
   * @param options `fold` and `expandNested`
   * @throws as `toSVG`
   */
  toDOT(options?: GraphTextOptions): string {
    return toDOT(this, options);
  }
}
