#include "plan/plan.h"

#include <algorithm>
#include <cstring>

#include "base/cpu_info.h"
#include "base/thread_pool.h"
#include "plan/chains.h"
#include "plan/run.h"
#include "plan/step.h"

namespace lw {
namespace {

constexpr int kWorkspaceSlot = 8;

/// A batch is cut into parts when its activations take more: fewer samples at a time are nearly as fast, and
/// cost less memory.
constexpr int64_t kArenaBytes = int64_t{44} << 20;

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

class PoolContext : public RunContext {
 public:
  void parallelFor(int64_t tasks, FunctionRef<void(int64_t)> body) override {
    ThreadPool::instance().parallelFor(tasks, body);
  }
  int concurrency() const override { return ThreadPool::instance().threads(); }
};

/// Operands on the stack: a node has few, a concat may have many.
class Views {
 public:
  explicit Views(size_t count) : many_(count > kFew ? count : 0) {}
  View* data() { return many_.empty() ? few_ : many_.data(); }

 private:
  static constexpr size_t kFew = 6;
  View few_[kFew];
  std::vector<View> many_;
};

}  // namespace

Plan::Plan(const GraphDesc& desc, const Target& target, std::shared_ptr<MapStore> store, int64_t batch)
    : store_(std::move(store)), device_(target.backend.device()) {
  if (!target.backend.supports(target.precision))
    throw Error(Code::kDevice, std::string("compile: the ") + target.backend.name() +
                                   " backend of this machine does not multiply " +
                                   precisionName(target.precision) + ".");
  Graph graph(desc);
  for (const int id : graph.inputs) {
    inputs_.push_back(graph.values[id].desc);
    const Dims& dims = inputs_.back().dims;
    require(batch == 0 || (dims.rank() > 0 && dims[0] == batch), Code::kArgument,
            "compile: batch must be dimension 0 of every input.");
  }
  for (const int id : graph.outputs) outputs_.push_back(graph.values[id].desc);
  fuse(graph);
  if (target.precision == Precision::kBfloat16) narrow(graph, target.backend);
  prepare(graph, target);
  place(graph, target, batch);
  slots_ = memory_.slots;
  for (const Value& value : graph.values) descs_.push_back(value.desc);
  if (Trace::active() != nullptr) traced_ = addToTrace();
}

/// Cuts the batch into as many parts as it takes until their activations fit, or parts get too small.
void Plan::place(const Graph& graph, const Target& target, int64_t batch) {
  const int threads = ThreadPool::instance().threads();
  std::vector<bool> overResidual;
  std::vector<const LineOp*> byLines;
  for (const auto& step : steps_) byLines.push_back(step->prepared ? step->prepared->byLines() : nullptr);
  for (const auto& step : steps_)
    overResidual.push_back(step->op.is<ConvParams>() && step->op.as<ConvParams>().hasResidual &&
                           step->prepared->writesOverResidual());
  const auto cut = [&](int64_t part) {
    schedule_ = schedule(graph, target, batch, part, threads);
    if (device_ != nullptr)  // which does one thing after the other, all samples together
      schedule_.segments = {{0, static_cast<int>(graph.nodes.size()), false, 0}};
    addChains(graph, target, byLines, cpuInfo().l2 / 4 * 3, threads, schedule_);
    memory_ = planMemory(graph, schedule_, overResidual);
  };
  cut(batch);
  if (device_ != nullptr) return;
  const int64_t least = smallestPart(graph, target, schedule_, threads);
  const int64_t most = least > 0 ? batch / least : 1;
  for (int64_t parts = 1; parts < most && memory_.arenaBytes > kArenaBytes;) {
    parts = std::min(most, std::max(parts + 1, ceilDiv(parts * memory_.arenaBytes, kArenaBytes)));
    const int64_t part = std::min(batch, ceilDiv(ceilDiv(batch, parts), threads) * threads);
    if (part < schedule_.part) cut(part);
  }
}

/// A weight that is read as it is.
std::shared_ptr<const Buffer> Plan::keep(const Constant& constant) const {
  const PrepareContext context{{&constant}, store_.get()};
  return device_ != nullptr ? keepOn(*device_, context, 0) : context.keep(0);
}

void Plan::prepare(const Graph& graph, const Target& target) {
  kept_.resize(graph.values.size());
  const auto keepValue = [&](int id) {
    const Constant* constant = graph.values[id].constant;
    if (constant != nullptr && !kept_[id]) kept_[id] = keep(*constant);
  };
  for (const int id : graph.outputs) keepValue(id);
  for (const Node& node : graph.nodes) {
    auto step = std::make_shared<Step>();
    if (node.op.is<ReshapeParams>()) {
      keepValue(node.in[0]);
    } else {
      PrepareContext context{{}, store_.get(), target.precision};
      for (const int id : node.in) context.constants.push_back(graph.values[id].constant);
      const bool supported = target.backend.supports(node.op);
      if (!supported && device_ != nullptr)
        throw Error(Code::kDevice, "compile: the " + std::string(target.backend.name()) +
                                       " backend has no kernel for " + node.op.name + " of " +
                                       dtypeName(node.op.in[0].dtype) + ". Run it on the cpu.");
      const Backend& chosen = supported ? target.backend : referenceBackend();
      step->prepared = chosen.prepare(node.op, context);
      // Whoever needed them has packed them: all the folded weights of a model at once would be much.
      for (const Constant* constant : context.constants)
        if (constant != nullptr) constant->release();
      step->kernel = &chosen == &cpuBackend() ? isaName(cpuInfo().chosen) : chosen.name();
    }
    step->op = node.op;
    step->label = node.label;
    step->in = node.in;
    step->out = node.out;
    steps_.push_back(std::move(step));
  }
}

View Plan::view(int value, const Run& run, int64_t first, int64_t count, std::byte* local) const {
  const TensorDesc& desc = descs_[value];
  const Slot& slot = slots_[value];
  View result{nullptr, desc.dtype, desc.dims};
  int64_t part = 0, skip = 0;  // bytes to the part, and from there
  if (schedule_.batched[value]) {
    result.dims[0] = count;
    const int64_t sample = desc.bytes() / schedule_.batch;
    part = sample * run.first, skip = sample * first;
  }
  switch (slot.place) {
    case Place::kNone:
      return result;
    case Place::kInput:
      result.data = static_cast<std::byte*>(const_cast<void*>(run.in[slot.index])) + part + skip;
      break;
    case Place::kOutput:
      result.data = static_cast<std::byte*>(run.out[slot.index]) + part + skip;
      break;
    case Place::kConstant:
      result.data = kept_[slot.index] ? kept_[slot.index]->data() : nullptr;
      break;
    case Place::kArena:
      result.data = run.arena + slot.offset + skip;
      break;
    case Place::kLocal:
      result.data = local + slot.offset;
      break;
  }
  return result;
}

void Plan::runNode(int node, RunContext& context, const Run& run, int64_t first, int64_t count,
                   std::byte* local) const {
  run.check();
  if (run.watch == nullptr) return computeNode(node, context, run, first, count, local);
  const Clock::time_point begin = Clock::now();
  computeNode(node, context, run, first, count, local);
  const bool batched = schedule_.batched[steps_[node]->out[0]];
  run.watch->node(node, batched ? count : 1, begin, Clock::now());
}

void Plan::computeNode(int node, RunContext& context, const Run& run, int64_t first, int64_t count,
                       std::byte* local) const {
  const Step& step = *steps_[node];
  Views in(step.in.size()), out(step.out.size());
  int64_t elements = 0;
  for (size_t i = 0; i < step.in.size(); ++i) in.data()[i] = view(step.in[i], run, first, count, local);
  for (size_t i = 0; i < step.out.size(); ++i) {
    out.data()[i] = view(step.out[i], run, first, count, local);
    elements += out.data()[i].size();
  }
  if (elements == 0) return;
  if (step.prepared != nullptr) {
    step.prepared->run(context, in.data(), out.data());
  } else if (in.data()->data != out.data()->data) {
    const size_t bytes = static_cast<size_t>(elements) * sizeOf(out.data()->dtype);
    if (device_ != nullptr)
      static_cast<Queue&>(context).copy(out.data()->data, in.data()->data, bytes);
    else
      std::memcpy(out.data()->data, in.data()->data, bytes);
  }
}

void Plan::runSegment(const Segment& segment, const Run& run) const {
  if (!segment.bySample) {
    PoolContext context;
    for (int node = segment.first; node < segment.last; ++node)
      runNode(node, context, run, 0, run.count, nullptr);
    return;
  }
  const int64_t m = segment.microBatch, tasks = ceilDiv(run.count, m);
  ThreadPool::instance().parallelFor(tasks, [&](int64_t task) {
    SerialContext context;
    std::byte* local = scratch(kWorkspaceSlot, static_cast<size_t>(memory_.localBytes));
    const int64_t first = task * m, count = std::min(m, run.count - first);
    for (int node = segment.first; node < segment.last;) {
      if (const Chain* chain = schedule_.chainOf(node)) {
        runChain(*chain, run, first, count, local);
        node = chain->last;
      } else {
        runNode(node++, context, run, first, count, local);
      }
    }
  });
}

/// All segments for each part of the batch.
void Plan::runParts(Run& run) const {
  NodeTimes* times = run.watch != nullptr ? run.watch->times : nullptr;
  std::vector<Clock::duration> spent(times != nullptr ? schedule_.segments.size() : 0);
  do {
    run.count = std::min(schedule_.part, schedule_.batch - run.first);
    for (size_t i = 0; i < schedule_.segments.size(); ++i) {
      const Clock::time_point begin = times != nullptr ? Clock::now() : Clock::time_point();
      runSegment(schedule_.segments[i], run);
      if (times != nullptr) spent[i] += Clock::now() - begin;
    }
    run.first += run.count;
  } while (run.first < schedule_.batch);
  for (size_t i = 0; i < spent.size(); ++i) {
    const Segment& segment = schedule_.segments[i];
    if (segment.bySample) times->share(segment.first, segment.last, spent[i]);
  }
}

void Plan::run(const std::vector<const void*>& in, const std::vector<void*>& out,
               const std::atomic<bool>* cancelled, NodeTimes* times, const OnDevice& there) const {
  const Watch watch{times, Trace::active(), traced_};
  const bool watched = watch.times != nullptr || watch.trace != nullptr;
  const Clock::time_point begin = watched ? Clock::now() : Clock::time_point();
  if (device_ != nullptr) {
    runOnDevice(in, out, cancelled, watched ? &watch : nullptr, there);
    if (watched) watch.run(begin, Clock::now());
    return;
  }
  require(!there.any(), Code::kDevice, "run: the plan is the cpu's, and an operand lies on a device.");
  Buffer arena = memory_.arenaBytes > 0 ? store_->takeArena() : Buffer();
  // Given back also when a node throws, or an aborted run would cost the next one its pages.
  struct Return {
    MapStore& store;
    Buffer& arena;
    ~Return() {
      if (arena.data() != nullptr) store.giveArena(std::move(arena));
    }
  } giveBack{*store_, arena};
  Run run{in, out, cancelled, watched ? &watch : nullptr};
  if (memory_.arenaBytes > 0) run.arena = arena.ensure(static_cast<size_t>(memory_.arenaBytes));
  const ThreadPool::Burst burst;
  runParts(run);
  run.first = 0;
  for (const auto& [value, output] : memory_.copies) {
    const View source = view(value, run, 0, schedule_.batch, nullptr);
    const size_t bytes = static_cast<size_t>(descs_[value].bytes());
    if (bytes > 0) std::memcpy(out[output], source.data, bytes);
  }
  if (watched) watch.run(begin, Clock::now());
}

}  // namespace lw
