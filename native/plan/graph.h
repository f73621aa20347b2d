#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "ops/op.h"

namespace lw {

/// A node as it was described: nothing in it is trusted before Graph is made.
struct NodeDesc {
  std::string op, label;
  Attrs attrs;
  std::vector<int> inputs, outputs;  ///< value ids
};

struct ConstantDesc {
  int value = 0;
  int64_t key = 0;
  const void* data = nullptr;  ///< valid while the plan is compiled
};

struct GraphDesc {
  std::vector<TensorDesc> values;
  std::vector<int> inputs, outputs;
  std::vector<ConstantDesc> constants;
  std::vector<NodeDesc> nodes;
};

struct Node {
  Op op;
  std::string label;
  std::vector<int> in, out;  ///< value ids, in the order of op.in and op.out
};

struct Value {
  TensorDesc desc;
  const Constant* constant = nullptr;  ///< a weight
  bool isInput = false, isOutput = false;
  int producer = -1;           ///< node index, -1 for inputs and constants
  std::vector<int> consumers;  ///< node indices, once per use
};

/// A verified graph in execution order. Passes rewrite it; `relink` brings producers and consumers up to
/// date.
struct Graph {
  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<int> inputs, outputs;
  std::deque<Constant> constants;  ///< stable addresses, derived ones are added by passes

  /// Verifies ids, order (every value is written once, before it is read) and each node. Throws Error.
  explicit Graph(const GraphDesc& desc);

  int addValue(TensorDesc desc);
  int addConstant(Constant constant, TensorDesc desc);
  /// Recomputes producers and consumers, and drops nodes that nothing reads.
  void relink();
};

/// Fusion: pads into convolutions, scale-and-shift into weights, bias, residual and activation into the
/// producer. See fuse.cc.
void fuse(Graph& graph);

/// Gives DType::kBfloat16 to the values that are neither an input, an output nor a constant and whose every
/// op has kernels for it. See narrow.cc.
void narrow(Graph& graph, const Backend& backend);

}  // namespace lw
