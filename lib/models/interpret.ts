import { argumentError } from '../errors.js';
import { checkInput } from '../graph/input.js';
import type { SymbolicTensor } from '../graph/symbolic.js';
import type { Layer } from '../layers/layer.js';
import type { Tensor } from '../tensor/tensor.js';
import type { NetworkGraph } from './structure.js';

/** Calls the layers of a graph one after the other, on tensors or on traced ones. @throws ERR_SHAPE, ERR_DTYPE, ERR_ARGUMENT for other inputs */
export function runGraph(label: string, graph: NetworkGraph, inputs: readonly Tensor[]): Tensor[] {
  const { inputs: expected, inputNames, outputs, nodes } = graph;
  if (inputs.length !== expected.length) {
    throw argumentError(label, `it has ${expected.length} inputs`, {
      given: inputs.length,
      inputs: inputNames,
    });
  }
  const values = new Map<SymbolicTensor, Tensor>();
  for (const [index, symbol] of expected.entries()) {
    const which = expected.length > 1 ? `${label} input "${inputNames[index]}"` : label;
    checkInput(which, symbol, inputs[index] as Tensor);
    values.set(symbol, inputs[index] as Tensor);
  }
  for (const node of nodes) {
    if (node.inputs.length === 0) continue;
    const given = node.inputs.map((input) => values.get(input) as Tensor);
    const made = node.layer.applyAll(node.single ? (given[0] as Tensor) : given);
    for (const [index, output] of node.outputs.entries()) values.set(output, made[index] as Tensor);
  }
  return outputs.map((output) => values.get(output) as Tensor);
}

/** A layer by its name or by its place. @throws ERR_ARGUMENT, listing the layers, when there is none */
export function layerAt(
  label: string,
  layers: readonly Layer[],
  which: string | { readonly name?: string; readonly index?: number },
): Layer {
  const { name, index } = typeof which === 'string' ? { name: which, index: undefined } : (which ?? {});
  const found = index === undefined ? layers.find((layer) => layer.name === name) : layers.at(index);
  if (found === undefined || (index !== undefined && !Number.isInteger(index))) {
    throw argumentError(
      label,
      index === undefined ? `there is no layer "${name}"` : 'there is no such layer',
      {
        ...(index === undefined ? {} : { index }),
        layers: layers.map((layer) => layer.name),
      },
    );
  }
  return found;
}
