import proto from 'onnx-proto';
import { NETS } from '../nets/spec.mjs';
import { BN_EPSILON, walk } from '../nets/walk.mjs';
import { product, randomFor } from '../random.mjs';
import { isConstant, operandsOf, spatialOutput } from '../workload.mjs';

const { onnx } = proto;

const FLOAT = 1;
const INTS = 7;
const INT = 2;
const REAL = 1;

const attribute = (name, value) => {
  if (Array.isArray(value)) return { name, type: INTS, ints: value };
  return Number.isInteger(value) ? { name, type: INT, i: value } : { name, type: REAL, f: value };
};

/** Collects nodes and initialisers, and writes a model file's bytes. */
class Graph {
  nodes = [];
  initializers = [];
  count = 0;

  constant(data, dims) {
    const name = `w${this.initializers.length}`;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.initializers.push({ name, dims, dataType: FLOAT, rawData: bytes });
    return name;
  }

  node(opType, inputs, attrs = {}) {
    const output = `v${this.count++}`;
    const attributes = Object.entries(attrs).map(([name, value]) => attribute(name, value));
    this.nodes.push({ opType, input: inputs, output: [output], attribute: attributes, name: output });
    return output;
  }

  encode(inputs, output, outputShape) {
    const info = (name, dims) => ({
      name,
      type: { tensorType: { elemType: FLOAT, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } },
    });
    const graph = {
      name: 'bench',
      node: this.nodes,
      initializer: this.initializers,
      input: Object.entries(inputs).map(([name, dims]) => info(name, dims)),
      output: [info(output, outputShape)],
    };
    const model = {
      irVersion: 8,
      opsetImport: [{ domain: '', version: 17 }],
      producerName: 'layerwise-bench',
      graph,
    };
    return onnx.ModelProto.encode(onnx.ModelProto.create(model)).finish();
  }
}

/** A model of one workload: { bytes, inputs: { name: [dims, data] }, output }. */
export function workloadModel(workload) {
  const { op, x, w, a, b } = workload;
  const graph = new Graph();
  const { x: input, ...others } = operandsOf(workload);
  const constant = (name) => graph.constant(others[name].data, others[name].dims);
  if (op === 'matmul') {
    const inputs = { a: [a, others.a.data] };
    if (!isConstant(workload)) inputs.b = [b, others.b.data];
    const output = graph.node('MatMul', ['a', inputs.b ? 'b' : constant('b')]);
    return finish(graph, inputs, output, [...a.slice(0, -1), b.at(-1)]);
  }
  const inputs = { x: [x, input.data] };
  const [n, c, ...spatial] = x;
  if (op === 'gap')
    return finish(graph, inputs, graph.node('GlobalAveragePool', ['x']), [n, c, ...spatial.map(() => 1)]);
  const out = spatialOutput(workload);
  const { stride: strides, pad: pads, dil: dilations, groups: group } = workload;
  const geometry = { kernel_shape: workload.k ?? w.slice(2), strides, pads };
  if (op !== 'conv') {
    const type = op === 'maxpool' ? 'MaxPool' : 'AveragePool';
    return finish(graph, inputs, graph.node(type, ['x'], geometry), [n, c, ...out]);
  }
  const output = graph.node('Conv', ['x', constant('w'), constant('b')], { ...geometry, dilations, group });
  return finish(graph, inputs, output, [n, w[0], ...out]);
}

function finish(graph, inputs, output, outputShape) {
  const dims = Object.fromEntries(Object.entries(inputs).map(([name, [shape]]) => [name, shape]));
  return { bytes: graph.encode(dims, output, outputShape), inputs, output };
}

/** A net of ../nets/spec.mjs for a fixed batch. */
export function netModel(name, batch) {
  const net = NETS[name]();
  const graph = new Graph();
  const activate = (value, act) => {
    if (act === 'relu') return graph.node('Relu', [value]);
    if (act === 'softmax') return graph.node('Softmax', [value], { axis: 1 });
    if (act !== 'relu6') return value;
    const bounds = [0, 6].map((bound) => graph.constant(Float32Array.of(bound), []));
    return graph.node('Clip', [value, ...bounds]);
  };
  const square = (n) => [n, n];
  const build = {
    conv(node, x, { kernel, bias, bn }, residual) {
      const channels = [node.out];
      const operands = [x, graph.constant(kernel.data, kernel.dims)];
      if (bias) operands.push(graph.constant(bias, channels));
      const pads = [node.pad, node.pad, node.pad, node.pad];
      let y = graph.node('Conv', operands, {
        kernel_shape: square(node.k),
        strides: square(node.stride),
        pads,
        group: node.groups,
      });
      if (bn) {
        const parameters = [bn.gamma, bn.beta, bn.mean, bn.variance].map((data) =>
          graph.constant(data, channels),
        );
        y = graph.node('BatchNormalization', [y, ...parameters], { epsilon: BN_EPSILON });
      }
      if (residual) y = graph.node('Add', [y, residual]);
      return activate(y, node.act);
    },
    maxPool: ({ k, stride, pad }, x) =>
      graph.node('MaxPool', [x], {
        kernel_shape: square(k),
        strides: square(stride),
        pads: [pad, pad, pad, pad],
      }),
    gap: (_node, x) => graph.node('Flatten', [graph.node('GlobalAveragePool', [x])]),
    flatten: (_node, x) => graph.node('Flatten', [x]),
    dense({ act }, x, { kernel, bias }) {
      const operands = [x, graph.constant(kernel.data, kernel.dims), graph.constant(bias, [bias.length])];
      return activate(graph.node('Gemm', operands, { transB: 1 }), act);
    },
  };
  const dims = [batch, ...net.input];
  const output = walk(net, 'x', build);
  return finish(graph, { x: [dims, randomFor(`${name}/x`, product(dims))] }, output, [
    batch,
    net.nodes.at(-1).units,
  ]);
}
