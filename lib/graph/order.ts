import { argumentError } from '../errors.js';
import type { Layer } from '../layers/layer.js';
import type { CallNode, SymbolicTensor } from './symbolic.js';

/** The calls that `outputs` depend on, each after those it depends on. Does not recurse: a graph can be deep. */
export function topologicalOrder(outputs: readonly SymbolicTensor[]): CallNode[] {
  const order: CallNode[] = [];
  const entered = new Set<CallNode>();
  const stack: { node: CallNode; next: number }[] = [];
  const enter = (node: CallNode) => {
    if (entered.has(node)) return;
    entered.add(node);
    stack.push({ node, next: 0 });
  };
  for (const output of outputs) {
    enter(output.producer);
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { node: CallNode; next: number };
      const input = top.node.inputs[top.next++];
      if (input !== undefined) {
        enter(input.producer);
      } else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}

/** The graph between inputs and outputs: the calls in the order they can run, and the layers in the order Keras lists them. */
export interface Graph {
  readonly nodes: readonly CallNode[];
  readonly layers: readonly Layer[];
}

/**
 * Checks that `outputs` can be computed from `inputs` and sorts what lies between them.
 *
 * @throws ERR_ARGUMENT when the graph starts somewhere else too, or two layers share a name
 */
export function graphBetween(
  label: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): Graph {
  const nodes = topologicalOrder(outputs);
  const given = new Set(inputs.map(({ producer }) => producer));
  for (const node of nodes) {
    if (node.inputs.length === 0 && !given.has(node)) {
      throw argumentError(
        label,
        `the outputs also depend on the input "${node.layer.name}"`,
        {
          inputs: inputs.map(({ name }) => name),
        },
        'List every Input that the outputs depend on',
      );
    }
  }
  const layers = layersByDepth(nodes, inputs, outputs);
  const names = new Map<string, Layer>();
  for (const layer of layers) {
    if (names.has(layer.name)) {
      throw argumentError(
        label,
        `two layers are called "${layer.name}"`,
        undefined,
        'Give one of them another name',
      );
    }
    names.set(layer.name, layer);
  }
  return { nodes, layers };
}

/**
 * Keras's order: by distance from the outputs, farthest first, and among equals by when a walk from the outputs meets
 * them. Files list weights in this order, so it has to be the same one.
 */
function layersByDepth(
  nodes: readonly CallNode[],
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): Layer[] {
  const met = firstMet(outputs);
  const nodeDepth = new Map<CallNode, number>();
  const layerDepth = new Map<Layer, number>();
  for (const node of [...nodes].reverse()) {
    const depth = Math.max(nodeDepth.get(node) ?? 0, layerDepth.get(node.layer) ?? 0);
    nodeDepth.set(node, depth);
    layerDepth.set(node.layer, depth);
    for (const { producer } of node.inputs) {
      nodeDepth.set(producer, Math.max(depth + 1, nodeDepth.get(producer) ?? 0));
    }
  }
  for (const { producer } of inputs) {
    if (layerDepth.has(producer.layer)) continue;
    layerDepth.set(producer.layer, 0);
    met.set(producer.layer, -1);
  }
  return [...layerDepth.keys()].sort((a, b) => {
    const byDepth = (layerDepth.get(b) as number) - (layerDepth.get(a) as number);
    return byDepth !== 0 ? byDepth : (met.get(a) as number) - (met.get(b) as number);
  });
}

/** When a depth-first walk from the outputs first meets each layer. */
function firstMet(outputs: readonly SymbolicTensor[]): Map<Layer, number> {
  const met = new Map<Layer, number>();
  const seen = new Set<CallNode>();
  const stack = [...outputs].reverse();
  while (stack.length > 0) {
    const { producer } = stack.pop() as SymbolicTensor;
    if (seen.has(producer)) continue;
    seen.add(producer);
    if (!met.has(producer.layer)) met.set(producer.layer, met.size);
    for (let i = producer.inputs.length - 1; i >= 0; i--) stack.push(producer.inputs[i] as SymbolicTensor);
  }
  return met;
}
