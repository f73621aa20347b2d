// Chains of nodes that make some lines of an image at a time: random nets, whose turns are followed line by
// line. Every line that is read must have been made and still be there.
#include "plan/bands.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "harness.h"
#include "plan/chains.h"
#include "random_case.h"

using namespace lw;
using namespace lw::test;

namespace {

constexpr int64_t kBatch = 8;
constexpr int kThreads = 2;

struct Lines : LineOp {
  int64_t step;
  bool ring;
  Lines(int64_t step, bool ring) : step(step), ring(ring) {}
  int64_t lineStep() const override { return step; }
  bool readsRing() const override { return ring; }
  void runLines(const View*, const View*, const Band&) const override {}
};

/// A row of convolutions and poolings with residuals to values some nodes before, as Graph takes it.
struct Net {
  GraphDesc desc;
  std::vector<Lines> lines;
  std::vector<float> weights;

  explicit Net(Random& random) : weights(1 << 12) {
    int64_t H = random.integer(5, 40), W = random.integer(200, 900), C = random.integer(1, 8);
    std::vector<int> images{add({kBatch, H, W, C})};
    desc.inputs = {0};
    for (int64_t nodes = random.integer(2, 12); nodes > 0; --nodes) {
      const bool pool = random.chance(0.2);
      const int64_t k = pool ? random.integer(2, 3) : random.pick<int64_t>({1, 1, 3, 3, 5}),
                    s = random.chance(0.2) ? 2 : 1;
      const bool same = k % 2 == 1 && random.chance(0.7);
      const int64_t before = same ? k / 2 : random.integer(0, k / 2),
                    after = same ? k / 2 : random.integer(0, k / 2);
      if (H + before + after < k || W + before + after < k) continue;
      H = (H + before + after - k) / s + 1, W = (W + before + after - k) / s + 1;
      const auto two = [](int64_t v) { return List(2, static_cast<double>(v)); };
      Attrs attrs;
      attrs.set("strides", two(s)), attrs.set("dilations", two(1));
      attrs.set("padBegin", two(before)), attrs.set("padEnd", two(after));
      NodeDesc node{pool ? "pool" : "conv", "", {}, {images.back()}, {}};
      if (pool) {
        attrs.set("mode", word("max")), attrs.set("window", two(k));
      } else {
        attrs.set("groups", 1.0);
        const int64_t O = random.chance(0.6) ? C : random.integer(1, 8);
        node.inputs.push_back(add({k, k, C, O}));
        desc.constants.push_back({node.inputs.back(), node.inputs.back(), weights.data()});
        C = O;
      }
      node.attrs = std::move(attrs);
      images.push_back(add({kBatch, H, W, C}));
      node.outputs = {images.back()};
      desc.nodes.push_back(std::move(node));
      if (!pool && random.chance(0.5)) addResidual(random, images);
    }
    desc.outputs = {images.back()};
    if (random.chance(0.3)) desc.outputs.push_back(images[images.size() / 2]);
    if (desc.outputs.size() == 2 && desc.outputs[0] == desc.outputs[1]) desc.outputs.pop_back();
  }

  int add(Dims dims) {
    desc.values.push_back({DType::kFloat32, dims});
    return static_cast<int>(desc.values.size()) - 1;
  }
  /// Adds an earlier image of the same sizes, which the fusion makes the last convolution's residual.
  void addResidual(Random& random, std::vector<int>& images) {
    const Dims dims = desc.values[static_cast<size_t>(images.back())].dims;
    for (size_t i = images.size() - 1; i-- > 0;) {
      if (!(desc.values[static_cast<size_t>(images[i])].dims == dims) || random.chance(0.3)) continue;
      NodeDesc node{"binary", "", {}, {images.back(), images[i]}, {}};
      node.attrs.set("fn", word("add"));
      images.push_back(add(dims));
      node.outputs = {images.back()};
      desc.nodes.push_back(std::move(node));
      return;
    }
  }
};

/// What lies in the memory of a value: the number of a line in each place, or -1.
class Memory {
 public:
  Memory(int64_t places) : lines_(static_cast<size_t>(places), -1) {}
  void write(int64_t line) { lines_[place(line)] = line; }
  bool holds(int64_t line) const { return lines_[place(line)] == line; }

 private:
  size_t place(int64_t line) const { return static_cast<size_t>(line) % lines_.size(); }
  std::vector<int64_t> lines_;
};

/// Follows a chain; returns whether all that was read was there, and all that others read was made.
bool follow(const Graph& graph, const Schedule& schedule, const Chain& chain,
            const std::vector<const LineOp*>& ops) {
  std::vector<std::optional<Memory>> memory(graph.values.size());
  std::vector<int64_t> done(graph.nodes.size(), 0);
  for (int node = chain.first; node < chain.last; ++node) {
    const int id = graph.nodes[node].out[0];
    const int64_t H = graph.values[id].desc.dims[1], ring = schedule.rings[id];
    if (ring > 0 && (ring >= H || ring % ops[node]->lineStep() != 0)) return false;
    memory[id].emplace(ring > 0 ? ring : H);
  }
  for (const BandStep& step : chain.steps) {
    const Node& node = graph.nodes[step.node];
    const int64_t H = node.op.out[0].dims[1], unit = ops[step.node]->lineStep();
    if (step.first != done[step.node] || step.last <= step.first || step.last > H) return false;
    if (step.first % unit != 0 || (step.last % unit != 0 && step.last != H)) return false;
    for (size_t i = 0; i < node.in.size(); ++i) {
      const std::optional<LineWindow> window = lineWindow(node.op, i);
      if (!window || !memory[node.in[i]]) continue;
      if (i == 0 && schedule.rings[node.in[i]] > 0 && !ops[step.node]->readsRing()) return false;
      const int64_t last = window->lastOf(step.last, node.op.in[i].dims[1]);
      for (int64_t line = window->firstOf(step.first); line < last; ++line)
        if (!memory[node.in[i]]->holds(line)) return false;
    }
    for (int64_t line = step.first; line < step.last; ++line) memory[node.out[0]]->write(line);
    done[step.node] = step.last;
  }
  for (int node = chain.first; node < chain.last; ++node) {
    const Value& value = graph.values[graph.nodes[node].out[0]];
    const bool leaves = value.isOutput || std::any_of(value.consumers.begin(), value.consumers.end(),
                                                      [&](int reader) { return reader >= chain.last; });
    if (leaves && (schedule.rings[graph.nodes[node].out[0]] > 0 || done[node] != value.desc.dims[1]))
      return false;
  }
  return true;
}

/// What addChains makes of a net for a cache of some size.
struct Cut {
  Graph graph;
  std::vector<Lines> lines;
  std::vector<const LineOp*> ops;
  Schedule result;

  Cut(Random& random, const Net& net, int64_t cache) : graph(net.desc) {
    fuse(graph);
    for (const Node& node : graph.nodes)
      lines.emplace_back(random.pick<int64_t>({1, 1, 2, 4}), random.chance(0.8) || node.op.is<PoolParams>());
    for (size_t i = 0; i < lines.size(); ++i)
      ops.push_back(lineWindow(graph.nodes[i].op, 0) ? &lines[i] : nullptr);
    const Target target{cpuBackend()};
    result = schedule(graph, target, kBatch, kBatch, kThreads);
    addChains(graph, target, ops, cache, kThreads, result);
  }
};

}  // namespace

TEST("every line that is read has been made and is still there") {
  Random random(11);
  int64_t chains = 0, rings = 0, residuals = 0;
  for (int i = 0; i < 3000; ++i) {
    const Net net(random);
    const Cut cut(random, net, random.integer(40, 800) << 10);
    for (const Chain& chain : cut.result.chains) {
      EXPECT(follow(cut.graph, cut.result, chain, cut.ops));
      EXPECT(chain.last - chain.first > 1 && chain.last - chain.first <= kLongestChain);
      ++chains;
      for (int node = chain.first; node < chain.last; ++node) {
        rings += cut.result.rings[cut.graph.nodes[node].out[0]] > 0;
        const Op& op = cut.graph.nodes[node].op;
        residuals += op.is<ConvParams>() && op.as<ConvParams>().hasResidual;
      }
    }
  }
  EXPECT(chains > 1000);
  EXPECT(rings > 1000);
  EXPECT(residuals > 400);
}

TEST("segments cover all nodes in their order, with equal tasks") {
  Random random(12);
  for (int i = 0; i < 500; ++i) {
    const Net net(random);
    const Cut cut(random, net, random.integer(40, 800) << 10);
    int next = 0;
    for (const Segment& segment : cut.result.segments) {
      EXPECT(segment.first == next && segment.last > segment.first);
      next = segment.last;
      EXPECT(!segment.bySample || (segment.microBatch > 0 && segment.microBatch <= kBatch / kThreads));
      EXPECT(!segment.bySample || (kBatch / kThreads) % segment.microBatch == 0);
    }
    EXPECT(next == static_cast<int>(cut.graph.nodes.size()));
    for (const Chain& chain : cut.result.chains)
      EXPECT(cut.result.segmentOf(chain.first) == cut.result.segmentOf(chain.last - 1));
  }
}

TEST("a residual is written over only where all others have read it") {
  Random random(13);
  int64_t allowed = 0, refused = 0;
  for (int i = 0; i < 2000; ++i) {
    const Net net(random);
    const Cut cut(random, net, random.integer(40, 800) << 10);
    for (const Chain& chain : cut.result.chains)
      for (int node = chain.first; node < chain.last; ++node) {
        const Op& op = cut.graph.nodes[node].op;
        if (!op.is<ConvParams>() || !op.as<ConvParams>().hasResidual) continue;
        const int value = cut.graph.nodes[node].in.back();
        // Followed line by line: the places that `node` has written hold no line that a reader still wants.
        bool safe = true;
        std::vector<int64_t> done(cut.graph.nodes.size(), 0);
        for (const BandStep& step : chain.steps) {
          const Node& reader = cut.graph.nodes[step.node];
          for (size_t in = 0; in < reader.in.size(); ++in) {
            if (reader.in[in] != value || step.node == node) continue;
            const LineWindow window = *lineWindow(reader.op, in);
            const int64_t last = window.lastOf(step.last, reader.op.in[in].dims[1]);
            if (window.firstOf(step.first) < done[node] && window.firstOf(step.first) < last) safe = false;
          }
          done[step.node] = step.last;
        }
        const bool says = readBefore(cut.graph, chain, value, node);
        EXPECT(safe || !says);
        ++(says ? allowed : refused);
      }
  }
  EXPECT(allowed > 200);
  EXPECT(refused > 0);
}

int main() { return runAll(); }
