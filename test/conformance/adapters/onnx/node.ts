import { LayerwiseError, type Tensor } from '../../../../lib/index.js';
import { Unknown } from '../../case.js';

/** One node, ready to run. An omitted optional input is `null`. */
export interface Node {
  readonly op: string;
  readonly opset: number;
  // biome-ignore lint/suspicious/noExplicitAny: attributes are as various as that
  readonly attributes: Readonly<Record<string, any>>;
  readonly inputs: readonly (Tensor | null)[];
  /** How many results are asked for: `Split` makes that many. */
  readonly outputs: number;
}

export type Op = (node: Node) => Tensor | readonly Tensor[];

/** A required input. */
export function need(node: Node, i: number): Tensor {
  const input = node.inputs[i];
  if (!input) throw new LayerwiseError('ERR_ARGUMENT', `${node.op}: input ${i} is missing`);
  return input;
}

export const dimsOf = (x: Tensor) => x.shape as readonly number[];

export const axisOf = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

/** The axes from `axis` to the last. */
export const axesFrom = (axis: number, rank: number) =>
  Array.from({ length: rank - axisOf(axis, rank) }, (_, i) => axisOf(axis, rank) + i);

/** Numbers that older opsets hold in an attribute and newer ones in an input; int64 limits are cut to safe integers. */
export function numbers(node: Node, attribute: string, input: number): number[] | undefined {
  const given = node.inputs[input];
  if (!given) return node.attributes[attribute];
  const limit = Number.MAX_SAFE_INTEGER;
  return Array.from(given.data as ArrayLike<number | bigint>, (n) =>
    Math.min(Math.max(Number(n), -limit), limit),
  );
}

/** The op of 1, 2 or 3 spatial axes that the operand's rank asks for. */
export function byRank<T>(node: Node, rank: number, ops: readonly T[]): T {
  const op = ops[rank - 3];
  if (op === undefined) throw new Unknown(`${node.op} of rank ${rank}`);
  return op;
}

/** `[begin..., end...]` as pairs. */
const pairsOf = (pads: readonly number[]) =>
  Array.from({ length: pads.length / 2 }, (_, i): [number, number] => [
    pads[i] as number,
    pads[i + pads.length / 2] as number,
  ]);

const AUTO = { SAME_UPPER: 'same', SAME_LOWER: 'sameLower', VALID: 'valid' } as const;

/** Strides, dilations and padding of every op with windows. */
export function windowOptions({ attributes }: Node) {
  const { auto_pad: auto = 'NOTSET', pads, strides, dilations } = attributes;
  const padding = auto === 'NOTSET' ? (pads ? pairsOf(pads) : 'valid') : AUTO[auto as keyof typeof AUTO];
  if (padding === undefined) throw new Unknown(`auto_pad ${auto}`);
  return {
    strides: (strides ?? 1) as number | number[],
    dilationRate: (dilations ?? 1) as number | number[],
    padding: padding as 'same' | 'sameLower' | 'valid' | [number, number][],
    dataFormat: 'channelsFirst' as const,
  };
}
