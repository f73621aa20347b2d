/** What a layer is, as far as its colour goes. */
export const KINDS = [
  'input',
  'convolution',
  'pooling',
  'dense',
  'normalization',
  'activation',
  'merging',
  'reshaping',
  'other',
] as const;
export type Kind = (typeof KINDS)[number];

/** Sizes without the batch; `null` is a size that is not known. */
export type Sizes = readonly (number | null)[];

/** One call of a layer. */
export interface DiagramNode {
  readonly kind: Kind;
  /** The name of the layer. */
  readonly name: string;
  /** Its class. */
  readonly type: string;
  /** The least to know of it: `conv 3×3`. */
  readonly caption: string;
  /** What it does in a few words: `3×3, stride 2, relu`. */
  readonly detail: string;
  /** The shape of its output, in the order of its data format. */
  readonly shape: Sizes;
  /** The spatial sizes of its output; none for a vector. */
  readonly spatial: Sizes;
  /** The channels of its output, or the length of a vector. */
  readonly channels: number | null;
  /** Rows and columns of its window, for layers that have one. */
  readonly window?: readonly number[];
  /** Whether it works element by element on one input and keeps the shape, so that it may be drawn with the layer before it. */
  readonly pointwise: boolean;
  /** The places in the list of the nodes that it reads, and the shapes of what it reads. */
  readonly inputs: readonly DiagramEdge[];
}

export interface DiagramEdge {
  readonly from: number;
  readonly shape: Sizes;
}

/** A net to be drawn: its calls in an order in which they can run. */
export interface Diagram {
  readonly title: string;
  readonly nodes: readonly DiagramNode[];
}

/** A shape as figures write it. @example sizesText([227, 227, 3]); // "227×227×3" */
export const sizesText = (sizes: Sizes): string =>
  sizes.length === 0 ? 'scalar' : sizes.map((size) => size ?? '?').join('×');
